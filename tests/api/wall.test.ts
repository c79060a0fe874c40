/** The wall, the list and the customer's history: what a supervisor sees at a glance, and what a row of the list says. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Referral } from "../../model/event.ts";
import { createHouse, type House, queues } from "./house.ts";

let house: House;
let mei: string;
let otto: string;
let sue: string;
beforeAll(async () => {
  house = await createHouse();
  mei = (await house.hires("mei", { queues: queues("care") })).token;
  otto = (await house.hires("otto", { queues: queues("billing") })).token;
  sue = (await house.hires("sue", { role: "supervisor" })).token;
});
afterAll(() => house.close());

type Row = Record<string, unknown> & { last: { by: string; text: string }; window: Record<string, unknown> };
const row = async (ticket: string, token = mei) => (await house.call("GET", `/tickets/${ticket}`, token)).body as unknown as Row;

describe("a row of the list", () => {
  it("tells who, where, from which ad, what was said last, since when nobody has answered, and how long we may write", async () => {
    const referral: Referral = { source: "ADS", ref: "boots_spring", adTitle: "Spring boots", adId: "1" };
    await house.writes("hi", { from: "r1", referral });
    await house.writes("these boots don't fit", { from: "r1" });
    const { ticket } = await house.asks("r1");
    const waiting = await row(ticket);
    expect(waiting).toMatchObject({
      channel: "messenger",
      ad: { title: "Spring boots", ref: "boots_spring" },
      window: { open: true, opened_at: expect.any(String), closes_at: expect.any(String), left: null },
      last: { text: expect.any(String) },
      unanswered_since: expect.any(String),
    });
    const { epoch } = (await house.call("POST", `/tickets/${ticket}/claim`, mei, {})).body;
    const { conversation_id: conversation } = waiting;
    await house.call("POST", `/conversations/${conversation}/messages`, mei, { epoch, client_id: "r1", text: "Hello!" });
    expect(await row(ticket)).toMatchObject({ last: { by: "agent", text: "Hello!" }, unanswered_since: null });
    await house.writes("x".repeat(5_000), { from: "r1" });
    const after = await row(ticket);
    expect(after.last.by).toBe("customer");
    expect(after.last.text.length).toBeLessThanOrEqual(281);
    expect(after.unanswered_since).not.toBeNull();
    const { body } = await house.call("GET", "/tickets?limit=50", mei);
    expect(body.tickets.find((one) => one.id === ticket)).toMatchObject({ last: after.last, channel: "messenger" });
  });
});

describe("the wall", () => {
  it("counts what waits, what is at risk and who is busy, and names what to do first", async () => {
    const first = await house.asks("w1");
    const second = await house.asks("w2");
    await house.call("POST", `/tickets/${second.ticket}/claim`, mei, {});
    await house.asks("w3");
    const wall = async () =>
      (await house.call("GET", "/wall", sue)).body as unknown as {
        total: Record<string, number>;
        queues: Record<string, unknown>[];
        agents: Record<string, unknown>[];
        tickets: { id: string; risk: string; due_at: string | null }[];
      };
    const before = await wall();
    const care = before.queues.find((one) => one.name === "care")!;
    expect(care.waiting).toBeGreaterThanOrEqual(2);
    expect(before.total.waiting).toBe(before.queues.reduce((sum, one) => sum + (one.waiting as number), 0));
    expect(before.agents.find((one) => one.id === "ag_mei")).toMatchObject({ online: false, unanswered: expect.any(Number) });
    expect(before.tickets.find((one) => one.id === first.ticket)).toMatchObject({ risk: "fine", due_at: expect.any(String) });
    // Its promise has passed: the clock began at the handoff.
    const ticket = (await house.store.ticket("alder" as never, first.ticket as never))!;
    await aged(ticket.id, { promisedAtMs: Date.now() - 1_000 });
    const after = await wall();
    expect(after.tickets.find((one) => one.id === first.ticket)).toMatchObject({ risk: "late" });
    expect(after.total.late).toBe((before.total.late ?? 0) + 1);
    expect(after.tickets[0]!.id).toBe(first.ticket); // what falls due first is helped first
    await aged(ticket.id, { promisedAtMs: Date.now() + 1_000, openedAtMs: Date.now() - 100_000 });
    expect((await wall()).tickets.find((one) => one.id === first.ticket)).toMatchObject({ risk: "at_risk" });
  });

  async function aged(id: string, change: object): Promise<void> {
    const ticket = (await house.store.ticket("alder" as never, id as never))!;
    const conversation = (await house.store.load("alder" as never, ticket.conversation))!;
    const committed = await house.store.commit({
      bot: ticket.bot,
      conversation: conversation.id,
      began: conversation.version,
      atMs: Date.now(),
      decided: [],
      journal: [],
      outbox: [],
      timers: { set: [], cancel: [] },
      tickets: [{ ...ticket, ...change }],
      feed: [],
    });
    expect(committed.kind).toBe("committed");
  }
});

describe("what there was before", () => {
  it("is told of a customer: earlier tickets with how they ended, of queues one works on", async () => {
    const { ticket } = await house.asks("h1");
    await house.call("POST", `/tickets/${ticket}/claim`, mei, {});
    await house.call("POST", `/tickets/${ticket}/resolve`, mei, { code: "refunded", note: "paid back" });
    const again = await house.asks("h1");
    const { person } = await house.conversation({ from: "h1" });
    const { body } = await house.call("GET", `/customers/${person}`, mei);
    expect(body).toMatchObject({ id: person, conversations: [{ id: again.conversation, channel: "messenger" }] });
    expect(body.tickets).toMatchObject([
      { id: again.ticket, state: "waiting" },
      { id: ticket, outcome: "resolved", wrap_up: "refunded", note: "paid back", agent: { name: "Mei" }, summary: expect.any(String) },
    ]);
    expect((await house.call("GET", `/customers/${person}`, otto)).status).toBe(404);
    expect((await house.call("GET", "/customers/cu_nobody", mei)).status).toBe(404);
  });
});
