/** People and bot: one speaker at a time, nobody waits without a timer, and what an agent was told is kept. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { AgentId } from "../../model/ids.ts";
import { claimed, createHouse, type House } from "./house.ts";
import { PAGE } from "./platform.ts";

let house: House;
let mei: AgentId;
beforeEach(async () => {
  house = await createHouse();
  mei = await house.hires("ag_mei", { name: "Mei" });
});
afterEach(() => house.close());

const says = (agent: AgentId, text: string, clientId = text) => ({ kind: "agent_said" as const, agent, message: { text }, clientId });

async function asksForPerson(from = "1"): Promise<void> {
  await house.writes("person", { from });
  await house.idle();
}

describe("a customer who asks for a person", () => {
  it("is told so once the ticket exists, and the ticket knows the whole talk", async () => {
    await house.writes("RETURN");
    await house.idle();
    await asksForPerson();
    expect(house.said()).toEqual(["What went wrong?", "A person will be with you."]);
    const conversation = await house.conversation();
    expect(conversation).toMatchObject({ controller: "queue", epoch: 1 });
    const ticket = await house.ticket();
    expect(ticket).toMatchObject({ state: "waiting", queue: "care" });
    expect(ticket.package).toMatchObject({
      schema: "handoff.v1",
      reason: { code: "customer_asked", flow: "returns", step: "reason" },
      epoch: 1,
    });
    expect(ticket.packageSeq).toBeGreaterThan(0);
    expect((await house.store.feed("shop" as never, 0, 10)).map((row) => row.kind)).toContain("ticket.requested");
  });

  it("hears an agent, gives the agent facts back to the flow, and the flow goes on knowing them", async () => {
    await house.writes("RETURN");
    await house.idle();
    await house.writes("the sole came off");
    await house.idle();
    const ticket = await house.ticket();
    const claim = await house.desk(claimed(ticket.id, mei), { epoch: 1 });
    expect(claim).toMatchObject({ ok: true, epoch: 2, ticket: ticket.id });
    await house.desk(says(mei, "Hello, I am Mei."));
    await house.idle();
    expect(house.platform.taken.at(-1)).toMatchObject({ text: "Hello, I am Mei." });
    const back = await house.desk({ kind: "returned", agent: mei, facts: [{ key: "exception", value: true }] });
    expect(back).toMatchObject({ ok: true, epoch: 3 });
    await house.idle();
    expect(house.said().at(-1)).toBe("Your return is allowed.");
    expect(await house.conversation()).toMatchObject({ controller: "bot", ticket: null });
  });

  it("may leave the queue in their own words", async () => {
    await asksForPerson();
    await house.writes("never mind");
    await house.idle();
    expect(await house.conversation()).toMatchObject({ controller: "bot", ticket: null });
    await house.writes("MAGIC");
    await house.idle();
    expect(house.said().at(-1)).toBe("It works.");
  });

  it("hears an apology when the promised time passes, once, also when a claim came to nothing", async () => {
    await asksForPerson();
    await house.passes(119_000);
    expect(house.said()).toEqual(["A person will be with you."]);
    await house.passes(2_000);
    const apology = /^Sorry, this takes longer than I promised/;
    expect(house.said()).toEqual(["A person will be with you.", expect.stringMatching(apology)]);
    expect((await house.store.feed("shop" as never, 0, 50)).map((row) => row.kind)).toContain("ticket.late");
    await house.desk(claimed((await house.ticket()).id, mei));
    await house.passes(5 * 60_000); // Mei says nothing: taken back, and still late
    expect(await house.ticket()).toMatchObject({ state: "waiting" });
    expect(house.said().filter((text) => apology.test(text))).toHaveLength(1);
  });

  it("is not apologized to where the answer came in time", async () => {
    await asksForPerson();
    await house.desk(claimed((await house.ticket()).id, mei));
    await house.desk(says(mei, "Hi."));
    await house.passes(10 * 60_000);
    expect(house.said()).toEqual(["A person will be with you.", "Hi."]);
  });

  it("is not left waiting beyond the longest wait", async () => {
    await asksForPerson();
    await house.passes(15 * 60_000 + 1_000);
    const { controller, ticket } = await house.conversation();
    expect({ controller, ticket }).toEqual({ controller: "bot", ticket: null });
    expect(house.said().length).toBeGreaterThan(1);
  });
});

describe("while a person has the conversation", () => {
  it("the bot is silent, and the desk is shown what the customer writes", async () => {
    await asksForPerson();
    const before = await house.store.feedEnd("shop" as never);
    await house.desk(claimed((await house.ticket()).id, mei));
    await house.writes("MAGIC");
    await house.passes(60_000);
    expect(house.said()).not.toContain("It works.");
    expect((await house.store.feed("shop" as never, before, 20)).map((row) => row.kind)).toContain("heard");
  });

  it("replies of the bot that are under way are not said: those not yet begun are dropped", async () => {
    house.platform.fates = ["ok", "429"];
    await house.writes("THREE");
    await house.idle();
    expect(house.said()).toEqual(["one"]);
    const took = await house.desk({ kind: "took_over", agent: mei });
    expect(took.ok).toBe(true);
    await house.passes(60_000);
    expect(house.said()).toEqual(["one"]);
    const dropped = (await house.journal()).filter((row) => row.kind === "delivery" && row.skeleton.state === "dropped");
    expect(dropped).toHaveLength(2);
  });

  it("a reminder that comes due is kept, and said after the return", async () => {
    await house.writes("REMIND");
    await house.idle();
    await house.desk({ kind: "took_over", agent: mei });
    await house.desk(says(mei, "Hi."));
    await house.passes(22 * 3_600_000);
    expect(house.said()).toEqual(["I will come back to you.", "Hi."]);
    await house.desk({ kind: "returned", agent: mei, facts: [] });
    await house.passes(60_000);
    expect(house.said().slice(2)).toContain("Still interested?");
  });

  it("a person in the platform's own inbox takes the conversation like any agent", async () => {
    await house.writes("MAGIC");
    await house.idle();
    await house.posts({
      sender: { id: PAGE },
      recipient: { id: "1" },
      timestamp: house.clock.nowMs(),
      message: { is_echo: true, app_id: 263902037430900, mid: "m_inbox", text: "Hello from the inbox" },
    });
    await house.writes("THREE");
    await house.passes(60_000);
    expect(await house.conversation()).toMatchObject({ controller: "human", agent: null });
    expect(house.said()).toEqual(["It works."]);
  });

  describe("from the platform's own inbox", () => {
    let echoes = 0;
    const inboxSays = (text: string): Promise<number> =>
      house.posts({
        sender: { id: PAGE },
        recipient: { id: "1" },
        timestamp: house.clock.nowMs(),
        message: { is_echo: true, app_id: 263902037430900, mid: `m_inbox_${++echoes}`, text },
      });
    beforeEach(async () => {
      await house.writes("MAGIC");
      await house.idle();
      await inboxSays("Hello from the inbox");
      await house.passes(1_000);
    });

    it("a customer who then waits for an answer goes to the desk", async () => {
      await house.writes("and when does it arrive?");
      await house.passes(110_000);
      expect(await house.conversation()).toMatchObject({ controller: "human" });
      await house.passes(20_000);
      expect(await house.conversation()).toMatchObject({ controller: "queue" });
      expect(await house.ticket()).toMatchObject({ state: "waiting", queue: "care" });
    });

    it("a customer who is answered there stays there", async () => {
      for (let times = 0; times < 5; times++) {
        await house.writes("and then?");
        await house.passes(100_000);
        await inboxSays("Then this.");
        await house.passes(60_000);
      }
      await house.passes(3_600_000);
      expect(await house.conversation()).toMatchObject({ controller: "human", agent: null });
      expect(house.said()).toEqual(["It works."]);
    });

    it("after a day of silence the bot has its word back, and says nothing until it is asked", async () => {
      await house.passes(23 * 3_600_000);
      expect(await house.conversation()).toMatchObject({ controller: "human" });
      await house.passes(2 * 3_600_000);
      expect(await house.conversation()).toMatchObject({ controller: "bot", ticket: null });
      expect(house.said()).toEqual(["It works."]);
      await house.writes("MAGIC");
      await house.idle();
      expect(house.said()).toEqual(["It works.", "It works."]);
    });
  });

  it("whoever writes after it was resolved talks to the bot again", async () => {
    await asksForPerson();
    await house.desk(claimed((await house.ticket()).id, mei));
    await house.desk({ kind: "resolved", agent: mei, code: "done" });
    await house.idle();
    expect(await house.conversation()).toMatchObject({ controller: "none", ticket: null });
    await house.writes("MAGIC");
    await house.idle();
    expect(house.said().at(-1)).toBe("It works.");
    expect(await house.conversation()).toMatchObject({ controller: "bot", epoch: 4 });
  });
});

describe("a claim", () => {
  it("of an agent who was removed while nothing ran goes back to the queue with the next start", async () => {
    await house.close();
    const folder = mkdtempSync(join(tmpdir(), "baton-people-"));
    house = await createHouse({ path: join(folder, "store.db") });
    mei = await house.hires("ag_mei", { name: "Mei" });
    await asksForPerson();
    await house.desk(claimed((await house.ticket()).id, mei));
    await house.desk(says(mei, "One moment."));
    await house.idle();
    const theirs = (await house.store.agents("shop" as never)).find((one) => one.id === mei)!;
    await house.store.saveAgent({ ...theirs, disabled: true }, null);
    await house.restarts();
    await house.idle();
    expect(await house.conversation()).toMatchObject({ controller: "queue", agent: null });
    expect(await house.ticket()).toMatchObject({ state: "waiting", agent: null });
    rmSync(folder, { recursive: true, force: true });
  });

  it("is won by one of a hundred agents who press at once, and the others learn by whom", async () => {
    const agents = await Promise.all(Array.from({ length: 100 }, (_, i) => house.hires(`ag_${i}`, { name: `Agent ${i}` })));
    await asksForPerson();
    const ticket = await house.ticket();
    const outcomes = await Promise.all(agents.map((agent) => house.desk(claimed(ticket.id, agent))));
    const won = outcomes.filter((outcome) => outcome.ok);
    const lost = outcomes.filter((outcome) => !outcome.ok);
    expect(won).toHaveLength(1);
    expect(lost).toHaveLength(99);
    const winner = (await house.conversation()).agent;
    for (const outcome of lost) expect(outcome).toMatchObject({ refused: "already_claimed", status: 409, details: { agent: winner } });
  });

  it("that is not answered is taken back by a stored timer, also after a restart", async () => {
    await asksForPerson();
    await house.desk(claimed((await house.ticket()).id, mei));
    await house.passes(2 * 60_000 + 1_000);
    expect(await house.conversation()).toMatchObject({ controller: "queue", agent: null });
    expect(await house.ticket()).toMatchObject({ state: "waiting", agent: null });
    expect(house.counts.get("claims_taken_back")).toBe(1);
  });

  it("that is answered stays", async () => {
    await asksForPerson();
    await house.desk(claimed((await house.ticket()).id, mei));
    await house.desk(says(mei, "On it."));
    await house.passes(10 * 60_000);
    expect(await house.conversation()).toMatchObject({ controller: "human", agent: mei });
  });
});

describe("an agent's line", () => {
  beforeEach(async () => {
    await asksForPerson();
    await house.desk(claimed((await house.ticket()).id, mei));
  });

  it("is sent once however often a bad network repeats it; another text under the same id is refused", async () => {
    const first = await house.desk(says(mei, "Hello.", "c1"));
    const again = await Promise.all([1, 2, 3].map(() => house.desk(says(mei, "Hello.", "c1"))));
    const other = await house.desk(says(mei, "Good bye.", "c1"));
    await house.idle();
    expect(house.said().filter((text) => text === "Hello.")).toHaveLength(1);
    for (const one of again) expect(one).toMatchObject({ ok: true, replayed: true, line: first.ok ? first.line : "" });
    expect(other).toMatchObject({ ok: false, refused: "idempotency_mismatch", status: 422 });
    expect(house.said()).not.toContain("Good bye.");
  });

  it("written under an epoch that has passed is refused", async () => {
    const stale = await house.desk(says(mei, "Late."), { epoch: 1 });
    expect(stale).toMatchObject({ ok: false, refused: "stale_epoch", status: 409 });
  });

  it("still goes out when the conversation is given back before the platform took it", async () => {
    house.platform.fates = ["429"];
    await house.desk(says(mei, "One last thing."));
    await house.idle();
    await house.desk({ kind: "resolved", agent: mei });
    await house.passes(60_000);
    expect(house.said().at(-1)).toBe("One last thing.");
  });

  it("that may have arrived is shown to the agent, not doubled", async () => {
    house.platform.fates = ["reset_after"];
    const before = await house.store.feedEnd("shop" as never);
    await house.desk(says(mei, "Maybe."));
    await house.passes(60_000);
    expect(house.said().filter((text) => text === "Maybe.")).toHaveLength(1);
    const told = (await house.store.feed("shop" as never, before, 20)).find((row) => row.kind === "delivery");
    expect(told?.data).toMatchObject({ state: "failed", by: "agent" });
  });

  it("beyond every window is refused at once with the reason", async () => {
    await house.passes(8 * 24 * 3_600_000);
    const ticket = await house.conversation();
    if (ticket.controller === "queue") await house.desk(claimed((await house.ticket()).id, mei));
    const late = await house.desk(says(mei, "Are you still there?"));
    expect(late).toMatchObject({ ok: false });
  });
});

it("a ticket moves to the same queue again and is offered to somebody else by the router", async () => {
  await house.close();
  house = await createHouse({ settings: { offers: true } });
  const one = await house.hires("ag_one");
  const two = await house.hires("ag_two", { capacity: 4 });
  await asksForPerson();
  await house.passes(1_000);
  const offered = await house.ticket();
  expect(offered.state).toBe("offered");
  const first = offered.offer!.agent;
  await house.passes(46_000);
  const again = await house.ticket();
  expect(again.state).toBe("offered");
  expect(again.offer!.agent).toBe(first === one ? two : one);
  const claim = await house.desk({ kind: "claimed", ticket: again.id, agent: again.offer!.agent, lease: again.offer!.lease });
  expect(claim.ok).toBe(true);
});
