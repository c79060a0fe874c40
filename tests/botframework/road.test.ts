/** What customers of a brand on Azure's channels live through, against the twin. */
import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { CLOUDS } from "../../adapters/botframework/clouds.ts";
import { AGENT, ANA, endAll, played } from "./played.ts";
import { HAS_LIBRARY } from "./setup.ts";

const MINUTE_MS = 60_000;
afterEach(endAll);

describe.each(HAS_LIBRARY ? [true, false] : [false])("a channel that signs: %s", (signs) => {
  test("a newcomer is welcomed once, asks, is answered, and chooses by a tap", async () => {
    const house = await played({ signs });
    house.twin.customer.joins(ANA);
    house.twin.customer.joins(ANA);
    await house.settled();
    await house.says("FEW");
    expect(house.told()).toEqual(["Welcome to the shop.", "Which size?"]);
    expect(house.twin.thread(ANA).at(-1)?.options).toEqual(["Small", "Big"]);
    await house.taps("Big");
    expect(house.told().at(-1)).toBe("You took Big.");
    expect(house.twin.counts()).toMatchObject({ failed: 0, signIns: signs ? 1 : 0 });
  });
});

describe("on its way", () => {
  test("duplicates and activities out of order change nothing", async () => {
    const house = await played();
    house.twin.fault("duplicate", 4);
    house.twin.fault("reorder", 2);
    for (const word of ["THREE", "MAGIC"]) house.twin.customer.says(ANA, word);
    await house.settled();
    await house.passes(MINUTE_MS);
    expect([...house.told()].sort()).toEqual(["It works.", "one", "three", "two"]);
    expect(house.told().filter((line) => line !== "It works.")).toEqual(["one", "two", "three"]);
  });

  test.each(["429", "503", "token", "reset_before"] as const)(
    "a line that meets %s is said a little later, once, and in order",
    async (kind) => {
      const house = await played();
      await house.says("MAGIC");
      house.twin.fault(kind);
      await house.says("THREE");
      await house.passes(MINUTE_MS);
      expect(house.told()).toEqual(["It works.", "one", "two", "three"]);
    },
  );

  test("a line whose answer was lost is said again, since no channel tells what became of it, and that is counted", async () => {
    const house = await played();
    house.twin.fault("reset_after");
    await house.says("MAGIC");
    await house.passes(MINUTE_MS);
    expect(house.told()).toEqual(["It works.", "It works."]);
    expect(await house.numbers()).toMatch(/lines_in_doubt_total\{.*\} 1/);
  });

  test.skipIf(!HAS_LIBRARY)("an activity that could not be judged is not acknowledged, and the customer's channel says so", async () => {
    const cloud = { ...CLOUDS.public, openIdUrl: "http://127.0.0.1:9/openid" };
    const house = await played({ signs: true, adapter: { cloud } });
    await house.says("MAGIC");
    expect(house.twin.thread(ANA).at(-1)).toMatchObject({ by: "channel", text: expect.stringContaining("503") });
    expect(await house.journal()).toEqual([]);
  });

  test("what comes due after a restart goes to where the conversation last came from", async () => {
    const path = join(tmpdir(), `baton-bf-${process.pid}-${Math.random().toString(36).slice(2)}.db`);
    const house = await played({ store: path });
    await house.says("LATER");
    await house.restarts();
    await house.passes(31 * MINUTE_MS);
    expect(house.told()).toEqual(["I will come back to you.", "Still there?"]);
    await endAll();
    for (const end of ["", "-wal", "-shm"]) rmSync(path + end, { force: true });
  });

  test("a channel that has dropped the bot is not tried again and again, and nobody else waits for it", async () => {
    const house = await played();
    await house.says("LATER");
    house.twin.customer.leaves(ANA);
    await house.settled();
    await house.passes(31 * MINUTE_MS);
    await house.says("MAGIC", { person: "bea" });
    expect(house.told({ person: "bea" })).toEqual(["It works."]);
    const refused = (await house.journal()).filter((row) => row.kind === "delivery").map((row) => row.skeleton);
    expect(refused).toMatchObject([{ state: "refused", code: "blocked" }]);
  });
});

describe("every channel in its own way", () => {
  test.each([
    ["webchat", "Say it"],
    ["msteams", "Say it"],
    ["facebook", "Say it"],
    ["telegram", "Say it"],
    ["slack", "Say it"],
  ])("on %s a button leads where it says, also long afterwards", async (channelId, title) => {
    const house = await played();
    const who = { person: "ana", channelId };
    await house.says("BUTTONS", who);
    await house.says("hello there", who);
    await house.taps(title, who);
    expect(house.told(who).at(-1)).toBe("It works.");
  });

  test.each([
    ["msteams", true],
    ["webchat", true],
    ["facebook", false],
    ["sms", false],
    ["unheard-of", false],
  ])("on %s more options than buttons are a list to choose from: %s; else they are numbered", async (channelId, isList) => {
    const house = await played();
    const who = { person: "ana", channelId };
    await house.says("MANY", who);
    const line = house.twin.thread(who).at(-1)!;
    if (isList) {
      expect(line.options).toEqual([...Array.from({ length: 25 }, (_, at) => `Number ${at + 1}`), "→"]);
      await house.taps("Number 17", who);
    } else {
      expect(line.text).toContain("17. Number 17");
      await house.says("17", who);
    }
    expect(house.told(who).at(-1)).toBe("You took Number 17.");
  });

  test("two people in one group are two customers, and each is answered in it", async () => {
    const house = await played();
    const ana = { person: "ana", channelId: "msteams", isGroup: true };
    house.twin.customer.tells(ana, { type: "message", text: "FEW" });
    await house.settled();
    house.twin.customer.tells(ana, { type: "message", text: "MAGIC", from: { id: "bea" } });
    await house.settled();
    expect(house.told(ana)).toEqual(["Which size?", "It works."]);
    house.twin.customer.tells(ana, { type: "message", text: "Big" });
    await house.settled();
    expect(house.told(ana).at(-1)).toBe("You took Big.");
    expect(house.twin.thread(ana).at(-1)?.activity.recipient).toEqual({ id: "ana" });
  });

  test("a text changed or taken back is changed or taken back here", async () => {
    const house = await played();
    const id = house.twin.customer.says(ANA, "my number is 12345");
    await house.settled();
    house.twin.customer.edits(ANA, id, "my number is 54321");
    await house.settled();
    const heard = (await house.journal()).find((row) => row.kind === "heard")!;
    expect(JSON.stringify(heard.personal)).toContain("54321");
    house.twin.customer.deletes(ANA, id);
    await house.settled();
    expect(JSON.stringify(await house.journal())).not.toContain("54321");
  });
});

describe("people", () => {
  test("an agent types and speaks, and the bot is silent", async () => {
    const house = await played();
    await house.says("PERSON");
    const { ticket } = await house.conversation();
    await house.desk({ kind: "claimed", ticket: ticket!, agent: AGENT });
    await house.says("MAGIC");
    await house.desk({ kind: "agent_said", agent: AGENT, message: { text: "This is Mei." }, clientId: "c1" });
    expect(house.told().slice(-2)).toEqual(["A person will be with you.", "This is Mei."]);
  });

  test("people of the channel's own hub have the word from `accepted` to `completed`", async () => {
    const house = await played();
    await house.says("MAGIC");
    house.twin.customer.hubTells(ANA, "accepted");
    await house.settled();
    expect((await house.conversation()).controller).toBe("human");
    await house.says("MAGIC");
    expect(house.told()).toEqual(["It works."]);
    house.twin.customer.hubTells(ANA, "completed");
    await house.settled();
    expect((await house.conversation()).controller).toBe("bot");
    await house.says("MAGIC");
    expect(house.told().filter((line) => line === "It works.")).toHaveLength(2);
    expect(house.events()).toEqual([]); // it has told us; nothing is told back
  });

  test("a hub is asked for a person with the reason and the talk, before the customer is told, and once", async () => {
    const house = await played({ people: "hub" });
    await house.says("MAGIC");
    await house.says("PERSON");
    const order = house.twin.thread(ANA).map((line) => line.activity.name ?? line.text);
    expect(order.slice(-2)).toEqual(["handoff.initiate", "A person will be with you."]);
    const [asked, ...more] = house.events();
    expect(more).toEqual([]);
    expect(asked).toMatchObject({
      type: "event",
      name: "handoff.initiate",
      value: { Skill: "care", Queue: "care", handoff: { schema: "handoff.v1", route: { queue: "care" } } },
      relatesTo: { channelId: "webchat", conversation: { id: "webchat-ana|played" }, bot: { id: "twin-bot" } },
      attachments: [{ name: "Transcript", contentType: "application/json" }],
    });
    const [{ content }] = asked!.attachments as [{ content: { activities: { text: string; from: { role: string } }[] } }];
    expect(content.activities.map(({ text, from }) => [from.role, text])).toEqual([
      ["user", "MAGIC"],
      ["bot", "It works."],
      ["user", "PERSON"],
    ]);
    house.twin.customer.hubTells(ANA, "accepted");
    await house.settled();
    await house.says("MAGIC");
    expect(house.told().filter((line) => line === "It works.")).toHaveLength(1);
    house.twin.customer.hubTells(ANA, "completed");
    await house.settled();
    expect(house.told().at(-1)).toContain("I'm back");
    expect(house.events()).toHaveLength(1);
  });

  test("a hub that has nobody leaves the customer in our own queue, and the wait there has its end", async () => {
    const house = await played({ people: "hub" });
    await house.says("PERSON");
    house.twin.customer.hubTells(ANA, "failed", "nobody there");
    await house.settled();
    expect((await house.conversation()).controller).toBe("queue");
    await house.passes(16 * MINUTE_MS);
    expect((await house.conversation()).controller).toBe("bot");
  });

  test("another bot that hands its customer to us gets them into our queue, and hears what becomes of it", async () => {
    const house = await played();
    const wants = { type: "event", name: "handoff.initiate", value: { Skill: "billing" }, from: { id: "other-bot" } };
    house.twin.customer.tells(ANA, wants);
    house.twin.customer.tells(ANA, { ...wants, id: "again" });
    await house.settled();
    const { ticket, controller } = await house.conversation();
    expect(controller).toBe("queue");
    expect(house.told()).toEqual(["A person will be with you."]);
    await house.desk({ kind: "claimed", ticket: ticket!, agent: AGENT });
    await house.desk({ kind: "agent_said", agent: AGENT, message: { text: "Mei here." }, clientId: "c1" });
    await house.desk({ kind: "resolved", agent: AGENT });
    await house.passes(MINUTE_MS);
    expect(house.events().map(({ name, value }) => [name, value])).toEqual([
      ["handoff.status", { state: "accepted" }],
      ["handoff.status", { state: "completed" }],
    ]);
    expect(house.told()).toContain("Mei here.");
  });

  test("whom nobody came for, their channel is told so; a channel that shows no events is told nothing", async () => {
    const house = await played();
    await house.says("PERSON");
    await house.passes(16 * MINUTE_MS);
    expect(house.events().at(-1)).toMatchObject({ name: "handoff.status", value: { state: "failed" } });
    const teams = { person: "ana", channelId: "msteams" };
    await house.says("PERSON", teams);
    await house.passes(16 * MINUTE_MS);
    expect(house.events(teams)).toEqual([]);
  });

  test("what a customer is asked for is not repeated to a channel after a crash more than once", async () => {
    const path = join(tmpdir(), `baton-bf-${process.pid}-${Math.random().toString(36).slice(2)}.db`);
    const house = await played({ store: path, people: "hub" });
    house.twin.fault("hang");
    house.twin.customer.says(ANA, "PERSON");
    await house.twin.settled();
    await house.restarts();
    await house.passes(MINUTE_MS);
    expect(house.events().map(({ name }) => name)).toEqual(Array(house.events().length).fill("handoff.initiate"));
    expect(house.events().length).toBeLessThanOrEqual(2);
    expect(house.told()).toEqual(["A person will be with you."]);
    await endAll();
    for (const end of ["", "-wal", "-shm"]) rmSync(path + end, { force: true });
  });
});
