/** One speaker at a time, and everything once: the bot, several agents, the page's own inbox, and a nervous platform. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pause } from "./platform.ts";
import { adapted, post, said } from "./recorded.ts";
import { type Desk, type Json, openRoad, type Road } from "./road.ts";

let road: Road;
let mei: Desk & { id: string };
let tom: Desk & { id: string };
beforeAll(async () => {
  road = await openRoad();
  [mei, tom] = [await road.hires("Mei"), await road.hires("Tom")];
});
afterAll(() => road.close());

/** Long enough for a reply that would be wrong: a right one takes some 10 ms. */
const SILENCE_MS = 400;

/** A customer who has asked for a person, and the agent who claimed them. */
async function claimed(psid: string, by: Desk): Promise<{ ticket: string; conversation: string; epoch: number; heard: number }> {
  await road.says(psid, "I want a person");
  const heard = await road.platform.hears(psid, "I'm connecting you");
  const ticket = await road.ticketOf("I want a person");
  const { status, body } = await by.post(`/tickets/${ticket.id}/claim`);
  expect(status).toBe(200);
  return { ticket: ticket.id, conversation: ticket.conversation_id, epoch: body.epoch, heard };
}

describe("while a person has the conversation", () => {
  it("the bot is silent, whatever the customer writes, and speaks again when it is given back", async () => {
    const psid = "6200000000000001";
    const { ticket, conversation, heard } = await claimed(psid, mei);
    for (const text of ["where is my order", "AL-100002", "Do you ship to Germany?", "person"]) await road.says(psid, text);
    await pause(SILENCE_MS);
    expect(road.platform.taken(psid).length).toBe(heard);
    const talk = await road.talk(conversation);
    expect(talk.filter((one) => one.direction === "in").map((one) => one.text)).toContain("Do you ship to Germany?");
    expect((await mei.post(`/tickets/${ticket}/return`)).status).toBe(200);
    const back = await road.platform.hears(psid, "I'm back.", heard);
    await road.says(psid, "Do you ship to Germany?");
    await road.platform.hears(psid, "Yes, to 34 countries", back);
  });

  it("of a reply under way only what has left is said; the rest is dropped, and the agent sees that", async () => {
    const psid = "6200000000000008";
    road.platform.delayMs = (send) => (send.psid === psid ? 600 : 0);
    await road.says(psid, "where is my parcel"); // two lines: who speaks, and the question
    while (!road.platform.attempts.some((one) => one.psid === psid)) await pause(5);
    const { id } = (await road.admin.get("/conversations?limit=1")).body.conversations[0];
    const taken = await mei.post(`/conversations/${id}/take-over`);
    expect(taken.status).toBe(200);
    expect(taken.body.under_way.length).toBe(1);
    road.platform.delayMs = () => 0;
    await pause(600 + SILENCE_MS);
    expect(road.platform.taken(psid).length).toBe(1);
    const lines = (await road.talk(id)).filter((one) => one.by === "bot" || one.by === "system");
    expect(lines.map((one) => one.state)).toEqual(["sent", "dropped"]);
    expect(taken.body.under_way).toEqual([lines[0].id]);
  });

  it("somebody who answers in the page's inbox takes control like any agent", async () => {
    const psid = "6200000000000002";
    await road.says(psid, "where is my parcel");
    const heard = await road.platform.hears(psid, "order number");
    await post(
      road.baton.url,
      adapted("echo-text-page-inbox", psid, (event) => {
        event.message.text = "I will take it from here, and my name is Ines.";
      }),
    );
    await road.says(psid, "AL-100002");
    await pause(SILENCE_MS);
    expect(road.platform.taken(psid).length).toBe(heard);
    const { body } = await road.admin.get("/conversations?limit=200");
    const talks = await Promise.all(body.conversations.map(async (one: Json) => ({ one, talk: await road.talk(one.id) })));
    const mine = talks.find(({ talk }) => talk.some((entry: Json) => entry.text?.includes("my name is Ines")));
    expect(mine?.one.controller).toBe("human");
    expect(mine?.talk.find((entry: Json) => entry.text?.includes("Ines"))).toMatchObject({ by: "person", direction: "out" });
  });

  it("our own lines coming back as echoes change nothing", async () => {
    const psid = "6200000000000003";
    await road.says(psid, "where is my parcel");
    await road.platform.hears(psid, "order number");
    for (const sent of road.platform.attempts.filter((one) => one.psid === psid)) {
      await post(
        road.baton.url,
        adapted("echo-text-own-app", psid, (event) => {
          Object.assign(event.message, { mid: sent.mid, metadata: sent.body.message.metadata, text: sent.text });
        }),
      );
    }
    await road.says(psid, "AL-100001");
    await road.platform.hears(psid, "It's on its way");
  });
});

describe("everything once", () => {
  it("the same webhook a hundred times at once gets one reply, and none a second later", async () => {
    const psid = "6200000000000004";
    const webhook = said(psid, "Do you ship to Germany?");
    const statuses = await Promise.all(Array.from({ length: 100 }, () => post(road.baton.url, webhook)));
    expect(new Set(statuses)).toEqual(new Set([200]));
    await road.platform.hears(psid, "Yes, to 34 countries");
    await pause(SILENCE_MS);
    expect(await post(road.baton.url, webhook)).toBe(200);
    await pause(SILENCE_MS);
    expect(road.platform.taken(psid).filter((text) => text.includes("Yes, to 34 countries")).length).toBe(1);
  });

  it("ten customers ask for a person in the same moment: each is promised one, each has a ticket of their own", async () => {
    const psids = Array.from({ length: 10 }, (_, n) => `62100000000000${String(n).padStart(2, "0")}`);
    await Promise.all(psids.map((psid) => road.says(psid, "I want a person")));
    await Promise.all(psids.map((psid) => road.platform.hears(psid, "I'm connecting you")));
    const { body } = await road.admin.get("/tickets?limit=200");
    const conversations = body.tickets.map((one: Json) => one.conversation_id);
    expect(new Set(conversations).size).toBe(conversations.length);
    expect(conversations.length).toBeGreaterThanOrEqual(10);
  });

  it("two agents claim at once: one has it, the other learns who", async () => {
    const psid = "6200000000000005";
    await road.says(psid, "I want a person");
    await road.platform.hears(psid, "I'm connecting you");
    const ticket = await road.ticketOf("I want a person");
    const both = await Promise.all([mei, tom].map((one) => one.post(`/tickets/${ticket.id}/claim`)));
    expect(both.map((one) => one.status).sort()).toEqual([200, 409]);
    const winner = both[0]!.status === 200 ? "Mei" : "Tom";
    const lost = both.find((one) => one.status === 409)!;
    expect(JSON.stringify(lost.body)).toContain(winner);
    expect(lost.body.error.code).toBe("already_claimed");
  });

  it("a line posted twice under one client id, at once and later, is sent once", async () => {
    const psid = "6200000000000006";
    const { conversation, epoch } = await claimed(psid, mei);
    const line = { epoch, client_id: "the-same", text: "Hello, only once please." };
    const twice = await Promise.all([1, 2, 3].map(() => mei.post(`/conversations/${conversation}/messages`, line)));
    expect(twice.map((one) => one.status)).toEqual([202, 202, 202]);
    expect(new Set(twice.map((one) => one.body.id)).size).toBe(1);
    await road.platform.hears(psid, line.text);
    await mei.post(`/conversations/${conversation}/messages`, line);
    await pause(SILENCE_MS);
    expect(road.platform.taken(psid).filter((text) => text === line.text).length).toBe(1);
    const other = await mei.post(`/conversations/${conversation}/messages`, { ...line, text: "Something else." });
    expect(other.status).toBe(422);
  });
});

describe("an answer after the window", () => {
  it("the bot may not speak a day later; a person's answer carries the tag that lets them", async () => {
    const psid = "6200000000000007";
    const late = said(psid, "Is anybody there, thirty hours ago?");
    late.entry[0]!.messaging[0].timestamp = Date.now() - 30 * 3_600_000;
    expect(await post(road.baton.url, late)).toBe(200);
    await pause(SILENCE_MS);
    expect(road.platform.attempts.filter((one) => one.psid === psid)).toEqual([]);
    const { body } = await road.admin.get("/conversations?limit=1");
    const [{ id, window }] = body.conversations;
    expect(window.open).toBe(false);
    const taken = await road.admin.post(`/conversations/${id}/take-over`);
    expect(taken.status).toBe(200);
    const line = { epoch: taken.body.epoch, client_id: "late", text: "Sorry for the wait, I am here now." };
    expect((await road.admin.post(`/conversations/${id}/messages`, line)).status).toBe(202);
    await road.platform.hears(psid, line.text);
    expect(road.platform.attempts.at(-1)).toMatchObject({ messagingType: "MESSAGE_TAG", tag: "HUMAN_AGENT" });
    expect((await road.talk(id)).some((one) => one.direction === "out" && one.state !== "sent" && one.by !== "agent")).toBe(true);
  });
});
