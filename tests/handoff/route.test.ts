/** Who is asked to help whom: rungs that relax, skills, languages, capacity, and what a queue may promise. */
import { describe, expect, it } from "vitest";
import type { Queue } from "../../dialogue/program.ts";
import { estimateMs, HANDLING_MS, PICKUP_MS, usualHandlingMs } from "../../handoff/estimate.ts";
import { loads, offers, queueView, rungAt } from "../../handoff/route.ts";
import { claimTicket } from "../../handoff/tickets.ts";
import type { AgentId, QueueName, TicketId } from "../../model/ids.ts";
import type { Agent, Ticket } from "../../model/ticket.ts";
import { agent, NOON, queue, ticketOf } from "./desk.ts";

const RETURNS: Queue = queue("care", {
  route: [
    { skills: ["returns"], sameLanguage: true, overflow: null, forMs: 60_000 },
    { skills: [], sameLanguage: true, overflow: null, forMs: 120_000 },
    { skills: [], sameLanguage: false, overflow: "anyone", forMs: null },
  ],
});
const id = (name: string) => name as TicketId;
const asked = (over: Partial<Ticket> = {}) => ticketOf(over);

function offered(over: { agents: Agent[]; tickets?: Ticket[]; queue?: Queue; atMs?: number; declined?: Map<TicketId, Set<AgentId>> }) {
  const one = over.queue ?? RETURNS;
  return offers({
    tickets: over.tickets ?? [asked()],
    agents: over.agents,
    queues: new Map([
      [one.name, one],
      ["billing", queue("billing")],
    ]),
    nowMs: NOON + (over.atMs ?? 0),
    ...(over.declined ? { declined: over.declined } : {}),
  }).map((offer) => `${offer.ticket} → ${offer.agent} @${offer.rung}`);
}

const EXPERT = agent("expert", "agent", { skills: ["returns"], languages: ["en"] });
const PLAIN = agent("plain", "agent", { languages: ["en"] });
const CHINESE = agent("chinese", "agent", { languages: ["zh"], skills: ["returns"] });
const BILLING = agent("billing", "agent", { queues: ["billing" as QueueName] });

describe("each rung asks for less than the one before", () => {
  const rows: [what: string, agents: Agent[], atMs: number, expected: string[]][] = [
    ["at first only who knows returns and speaks the language", [PLAIN, EXPERT, CHINESE], 0, ["ho_1 → expert @0"]],
    ["while the expert is full, nobody else is asked in the first minute", [PLAIN, { ...EXPERT, capacity: 1 }], 0, ["ho_0 → expert @0"]],
    ["after a minute anyone of the queue who speaks it", [PLAIN], 60_000, ["ho_1 → plain @1"]],
    ["a rung that nobody at work could answer is not waited for", [PLAIN], 0, ["ho_1 → plain @1"]],
    ["after three minutes anyone at all", [BILLING], 180_000, ["ho_1 → billing @2"]],
    ["and at once, when there is nobody else at work", [BILLING], 0, ["ho_1 → billing @2"]],
    [
      "nobody who is away, gone or full by nature",
      [
        { ...PLAIN, away: true },
        { ...EXPERT, disabled: true },
        { ...BILLING, capacity: 0 },
      ],
      999_999,
      [],
    ],
  ];
  for (const [what, agents, atMs, expected] of rows)
    it(what, () => {
      const first = expected[0]?.startsWith("ho_0") ? [asked({ id: id("ho_0") }), asked()] : [asked()];
      expect(offered({ agents, atMs, tickets: first })).toEqual(expected);
    });

  it("a rung changes at its time, not before", () => {
    expect(rungAt(RETURNS, asked(), NOON + 59_999)).toEqual({ rung: 0, nextAtMs: NOON + 60_000 });
    expect(rungAt(RETURNS, asked(), NOON + 60_000)).toEqual({ rung: 1, nextAtMs: NOON + 180_000 });
    expect(rungAt(RETURNS, asked(), NOON + 180_000)).toEqual({ rung: 2, nextAtMs: null });
    expect(rungAt(queue("care"), asked(), NOON)).toEqual({ rung: 0, nextAtMs: null });
  });

  it("a queue may name another queue to overflow to", () => {
    const over = queue("care", { route: [{ skills: [], sameLanguage: false, overflow: "billing", forMs: null }] });
    expect(offered({ agents: [BILLING], queue: over })).toEqual(["ho_1 → billing @0"]);
    expect(offered({ agents: [agent("far", "agent", { queues: ["sales" as QueueName] })], queue: over })).toEqual([]);
  });

  it("a customer in Taiwan is offered to who speaks Chinese", () => {
    expect(offered({ agents: [EXPERT, CHINESE], tickets: [asked({ language: "zh-TW" })] })).toEqual(["ho_1 → chinese @0"]);
  });

  it("a step's own skills are asked on all rungs but the last, where they only say who is better", () => {
    const refunds = asked({ skills: ["refunds"] });
    const able = agent("able", "agent", { skills: ["returns", "refunds"], languages: ["en"] });
    expect(offered({ agents: [EXPERT, able], tickets: [refunds] })).toEqual(["ho_1 → able @0"]);
    expect(offered({ agents: [EXPERT], tickets: [refunds] })).toEqual(["ho_1 → expert @2"]);
    expect(offered({ agents: [BILLING, { ...able, queues: ["billing" as QueueName] }], tickets: [refunds] })).toEqual(["ho_1 → able @2"]);
  });
});

describe("the oldest that can be helped comes first", () => {
  const two = [
    asked({ id: id("ho_b"), openedAtMs: NOON - 2, promisedAtMs: null }),
    asked({ id: id("ho_a"), openedAtMs: NOON - 1, promisedAtMs: null }),
  ];
  it("one place: the older ticket", () => {
    expect(offered({ agents: [{ ...EXPERT, capacity: 1 }], tickets: two })).toEqual(["ho_b → expert @0"]);
  });
  it("urgent before old, and the nearer promise before the older request", () => {
    const urgent = asked({ id: id("ho_u"), priority: "urgent", openedAtMs: NOON });
    const near = asked({ id: id("ho_n"), promisedAtMs: NOON + 1 });
    expect(offered({ agents: [{ ...EXPERT, capacity: 9 }], tickets: [...two, near, urgent] }).map((line) => line.slice(0, 4))).toEqual([
      "ho_u",
      "ho_n",
      "ho_b",
      "ho_a",
    ]);
  });
  it("work is spread: who holds less is asked first, and what is held counts", () => {
    const busy = { ...EXPERT, id: "a_busy" as AgentId };
    const held = claimTicket(asked({ id: id("ho_h") }), busy.id, NOON);
    expect(offered({ agents: [busy, EXPERT], tickets: [held, asked()] })).toEqual(["ho_1 → expert @0"]);
    expect(
      loads([held, asked({ id: id("ho_o"), state: "offered", offer: { agent: busy.id, lease: "l", untilMs: NOON } }), asked()]),
    ).toEqual(new Map([["a_busy", 2]]));
  });
  it("who let an offer pass is asked again only when there is nobody else", () => {
    const twin = { ...EXPERT, id: "z_twin" as AgentId };
    const declined = new Map([[id("ho_1"), new Set([EXPERT.id])]]);
    expect(offered({ agents: [EXPERT, twin], declined })).toEqual(["ho_1 → z_twin @0"]);
    expect(offered({ agents: [EXPERT], declined })).toEqual(["ho_1 → expert @0"]);
  });
  it("nothing is offered while the queue is closed, or twice", () => {
    const closed = {
      ...RETURNS,
      hours: { timezone: "UTC", days: { mon: [], tue: [], wed: [], thu: [], fri: [], sat: [], sun: [] }, holidays: [] },
    };
    expect(offered({ agents: [EXPERT], queue: closed })).toEqual([]);
    const out = asked({ state: "offered", offer: { agent: EXPERT.id, lease: "l", untilMs: NOON + 1 } });
    expect(offered({ agents: [EXPERT], tickets: [out] })).toEqual([]);
  });
});

describe("what a queue can promise", () => {
  const rows: [what: string, agents: Agent[], waiting: number, staffed: boolean, estimateMs: number | null][] = [
    ["nobody at work: no estimate at all", [{ ...PLAIN, away: true }], 0, false, null],
    ["a free agent: as long as it takes to look", [PLAIN], 0, true, PICKUP_MS],
    ["three places, two waiting: still one free", [PLAIN], 2, true, PICKUP_MS],
    ["three places, three waiting: one round", [PLAIN], 3, true, PICKUP_MS + HANDLING_MS],
    ["three places, six waiting: two rounds", [PLAIN], 6, true, PICKUP_MS + 2 * HANDLING_MS],
    ["people of another queue do not staff this one", [BILLING], 0, false, null],
    ["a brand's own system is no person", [agent("shop", "system", { queues: [] })], 0, false, null],
  ];
  for (const [what, agents, waiting, staffed, estimate] of rows)
    it(what, () => {
      expect(queueView(queue("care"), { agents, waiting, nowMs: NOON })).toEqual({
        open: true,
        staffed,
        waiting,
        estimateMs: estimate,
        opensAtMs: NOON,
      });
    });
  it("who may be reached by an overflow staffs the queue, too", () => {
    expect(queueView(RETURNS, { agents: [BILLING], waiting: 0, nowMs: NOON }).staffed).toBe(true);
  });
  it("places that are taken are not counted as free", () => {
    expect(queueView(queue("care"), { agents: [PLAIN], waiting: 0, loads: new Map([[PLAIN.id, 3]]), nowMs: NOON }).estimateMs).toBe(
      PICKUP_MS + HANDLING_MS,
    );
  });
  it("the usual handling time is the median: one ticket left open over night frightens nobody", () => {
    expect(usualHandlingMs([60_000, 120_000, 40_000_000])).toBe(120_000);
    expect(usualHandlingMs([60_000, 120_000])).toBe(90_000);
    expect(usualHandlingMs([])).toBe(HANDLING_MS);
    expect(estimateMs(0, 0, 0, 1)).toBeNull();
  });
});
