/** One speaker at a time: the whole matrix of who, when and what, each with what must come of it. */
import { describe, expect, it } from "vitest";
import { type Decided, isRefusal } from "../../handoff/decided.ts";
import { allowed, decideControl, decideLeave, decideReopen, decideRequest, decideWake, LAW } from "../../handoff/law.ts";
import { timerId } from "../../handoff/tickets.ts";
import type { Refusal } from "../../model/desk.ts";
import type { Control } from "../../model/event.ts";
import type { QueueName, TicketId } from "../../model/ids.ts";
import { NO_MARKS } from "../../model/limits.ts";
import type { Controller } from "../../model/store.ts";
import type { Agent } from "../../model/ticket.ts";
import { ADA, agent, EVERYBODY, GONE, lawAt, MEI, NOAH, NOON, OTTO, queue, REQUEST, SHOP, SUE, TICKET, talk, ticketOf } from "./desk.ts";

const CONTROLLERS: Controller[] = ["bot", "queue", "human", "none"];
type Kind = Control["kind"];

function control(kind: Kind, by: Agent): Control {
  const who = by.id;
  switch (kind) {
    case "claimed":
      return { kind, ticket: TICKET, agent: who };
    case "took_over":
      return { kind, agent: who };
    case "agent_said":
      return { kind, agent: who, message: { text: "Hi" }, clientId: "c1" };
    case "noted":
      return { kind, agent: who, text: "checked", clientId: "c1" };
    case "transferred":
      return { kind, agent: who, queue: "billing" as QueueName };
    case "requeued":
      return { kind, agent: who, why: "agent" };
    case "returned":
      return { kind, agent: who, facts: [] };
    case "resolved":
      return { kind, agent: who };
    case "snoozed":
      return { kind, agent: who, untilMs: NOON + 3_600_000 };
    case "woke":
      return { kind, agent: who };
    case "offered":
      return { kind, ticket: TICKET, agent: who, lease: "l1", untilMs: NOON + 105_000 };
    case "offer_ended":
      return { kind, ticket: TICKET, lease: "l1", why: "declined" };
    case "ticket_due":
      return { kind, ticket: TICKET, what: "max_wait" };
    case "person_spoke":
      return { kind, app: "263902037430900", message: { text: "Hi" }, messageId: "m1" };
    case "thread_taken":
    case "thread_wanted":
      return { kind, app: "other" };
    case "thread_given":
      return { kind, from: "other" };
    case "erased":
      return { kind, by: "agent:ada" };
  }
}

/**
 * What becomes of it: a controller (with a new epoch), `same` (decided, nobody else speaks), or a refusal's code.
 * Columns: while bot, queue, human (with Mei), none.
 */
const MATRIX: Record<string, Partial<Record<Kind, [bot: string, queue: string, human: string, none: string]>>> = {
  mei: {
    claimed: ["invalid_transition", "human", "already_claimed", "invalid_transition"],
    took_over: ["human", "human", "already_claimed", "human"],
    agent_said: ["invalid_transition", "invalid_transition", "same", "invalid_transition"],
    noted: ["same", "same", "same", "same"],
    transferred: ["invalid_transition", "not_controller", "queue", "invalid_transition"],
    requeued: ["invalid_transition", "invalid_transition", "queue", "invalid_transition"],
    returned: ["invalid_transition", "invalid_transition", "bot", "invalid_transition"],
    resolved: ["invalid_transition", "invalid_transition", "none", "invalid_transition"],
    snoozed: ["invalid_transition", "invalid_transition", "same", "invalid_transition"],
    woke: ["invalid_transition", "invalid_transition", "invalid_transition", "invalid_transition"],
  },
  noah: {
    claimed: ["invalid_transition", "human", "already_claimed", "invalid_transition"],
    took_over: ["human", "human", "already_claimed", "human"],
    agent_said: ["invalid_transition", "invalid_transition", "not_controller", "invalid_transition"],
    noted: ["same", "same", "same", "same"],
    transferred: ["invalid_transition", "not_controller", "not_controller", "invalid_transition"],
    requeued: ["invalid_transition", "invalid_transition", "not_controller", "invalid_transition"],
    returned: ["invalid_transition", "invalid_transition", "not_controller", "invalid_transition"],
    resolved: ["invalid_transition", "invalid_transition", "not_controller", "invalid_transition"],
    snoozed: ["invalid_transition", "invalid_transition", "not_controller", "invalid_transition"],
    woke: ["invalid_transition", "invalid_transition", "not_controller", "invalid_transition"],
  },
  otto: {
    claimed: ["invalid_transition", "not_allowed", "not_allowed", "invalid_transition"],
    took_over: ["human", "not_allowed", "not_allowed", "human"],
    agent_said: ["invalid_transition", "not_allowed", "not_allowed", "invalid_transition"],
    noted: ["same", "not_allowed", "not_allowed", "same"],
    transferred: ["invalid_transition", "not_allowed", "not_allowed", "invalid_transition"],
    requeued: ["invalid_transition", "not_allowed", "not_allowed", "invalid_transition"],
    returned: ["invalid_transition", "not_allowed", "not_allowed", "invalid_transition"],
    resolved: ["invalid_transition", "not_allowed", "not_allowed", "invalid_transition"],
    snoozed: ["invalid_transition", "not_allowed", "not_allowed", "invalid_transition"],
    woke: ["invalid_transition", "not_allowed", "not_allowed", "invalid_transition"],
  },
  sue: {
    claimed: ["invalid_transition", "human", "already_claimed", "invalid_transition"],
    took_over: ["human", "human", "human", "human"],
    agent_said: ["invalid_transition", "invalid_transition", "not_controller", "invalid_transition"],
    noted: ["same", "same", "same", "same"],
    transferred: ["invalid_transition", "queue", "queue", "invalid_transition"],
    requeued: ["invalid_transition", "invalid_transition", "queue", "invalid_transition"],
    returned: ["invalid_transition", "invalid_transition", "bot", "invalid_transition"],
    resolved: ["invalid_transition", "invalid_transition", "none", "invalid_transition"],
    snoozed: ["invalid_transition", "invalid_transition", "same", "invalid_transition"],
    woke: ["invalid_transition", "invalid_transition", "invalid_transition", "invalid_transition"],
  },
  platform: {
    offered: ["invalid_transition", "same", "invalid_transition", "invalid_transition"],
    offer_ended: ["invalid_transition", "invalid_transition", "invalid_transition", "invalid_transition"],
    ticket_due: ["invalid_transition", "bot", "invalid_transition", "invalid_transition"],
    person_spoke: ["human", "human", "same", "human"],
    thread_taken: ["human", "human", "same", "human"],
    thread_given: ["same", "same", "same", "same"],
    thread_wanted: ["same", "same", "same", "same"],
    erased: ["none", "none", "none", "none"],
  },
};
MATRIX.ada = MATRIX.sue!;
for (const outcast of ["gone", "shop"]) {
  const nowhere = ["not_allowed", "not_allowed", "not_allowed", "not_allowed"] as [string, string, string, string];
  MATRIX[outcast] = Object.fromEntries(Object.keys(MATRIX.mei!).map((kind) => [kind, nowhere]));
}
MATRIX.gone!.requeued = MATRIX.shop!.requeued;

function outcomeOf(decided: Decided | Refusal): string {
  return isRefusal(decided) ? decided.refused : (decided.controller ?? "same");
}

describe("whoever does whatever, whenever: exactly what the law says comes of it", () => {
  const late = NOON + 900_000;
  for (const [name, verbs] of Object.entries(MATRIX))
    for (const [kind, row] of Object.entries(verbs))
      for (const [at, controller] of CONTROLLERS.entries())
        it(`${name}: ${kind} while ${controller} → ${row[at]}`, () => {
          const by = EVERYBODY.find((one) => one.id === name) ?? NOAH;
          const state = lawAt(controller, kind === "ticket_due" ? { nowMs: late } : {});
          const before = structuredClone(state);
          const decided = decideControl(state, control(kind as Kind, by));
          expect(outcomeOf(decided)).toBe(row[at]);
          expect(state).toEqual(before); // nothing was changed in place
        });

  it("has a row for every control event", () => {
    const kinds = new Set(Object.values(MATRIX).flatMap((verbs) => Object.keys(verbs)));
    const inLaw = new Set(CONTROLLERS.flatMap((controller) => Object.keys(LAW[controller])));
    for (const verb of ["requested", "left_queue", "wrote"]) inLaw.delete(verb);
    expect(kinds).toEqual(inLaw);
  });
});

describe("the talk itself changes hands", () => {
  it("only a bot asks for a person, only a queue is left, only a closed conversation reopens by a text", () => {
    const table = CONTROLLERS.map((controller) => [
      outcomeOf(decideRequest(lawAt(controller), REQUEST)),
      outcomeOf(decideLeave(lawAt(controller))),
      outcomeOf(decideReopen(lawAt(controller))),
    ]);
    expect(table).toEqual([
      ["queue", "invalid_transition", "invalid_transition"],
      ["invalid_transition", "bot", "invalid_transition"],
      ["invalid_transition", "invalid_transition", "invalid_transition"],
      ["invalid_transition", "invalid_transition", "bot"],
    ]);
    expect(allowed("bot", "requested")).toBe(true);
    expect(allowed("human", "requested")).toBe(false);
  });

  it("a request for a queue that does not exist is refused by its name", () => {
    expect(decideRequest(lawAt("bot"), { ...REQUEST, queue: "moon" as QueueName })).toMatchObject({
      refused: "no_such_queue",
      status: 404,
    });
  });

  it("a request opens a waiting ticket with its promise, its patience and timers for both", () => {
    const decided = decided_(decideRequest(lawAt("bot"), REQUEST));
    const nowMs = NOON + 60_000;
    expect(decided.ticket).toMatchObject({ id: "ho_2", state: "waiting", promisedAtMs: nowMs + 120_000, expiresAtMs: nowMs + 900_000 });
    expect(decided.opened).toBe(true);
    expect(decided.timers.set.map((timer) => [timer.id, timer.dueAtMs])).toEqual([
      ["tm_ho_2_max_wait", nowMs + 900_000],
      ["tm_ho_2_promise", nowMs + 120_000],
    ]);
    expect(decided.survive).toEqual(["bot", "agent", "system"]);
    expect(decided.change).toMatchObject({ what: "requested", from: "bot", to: "queue", epoch: 8, ticket: "ho_2" });
  });

  it("a queue without any limit still has a timer, so that nobody waits for ever", () => {
    const queues = new Map([["care", queue("care", { maxWaitMs: null, answerWithinMs: null })]]);
    const decided = decided_(decideRequest(lawAt("bot", { queues }), REQUEST));
    expect(decided.timers.set.map((timer) => timer.id)).toEqual(["tm_ho_2_max_wait"]);
    expect(decided.ticket?.promisedAtMs).toBeNull();
  });

  it("the customer who leaves the queue cancels the ticket and the flow goes on", () => {
    const decided = decided_(decideLeave(lawAt("queue")));
    expect(decided).toMatchObject({ controller: "bot", next: "left", ticketOpen: null, ticket: { state: "closed", outcome: "cancelled" } });
    expect(decided.timers.set).toEqual([]);
    expect(decided.timers.cancel).toHaveLength(5);
  });
});

describe("a claim has one winner", () => {
  it("the loser learns who won, even under the epoch they saw", () => {
    const lost = decideControl(lawAt("human", { epoch: 6 }), control("claimed", NOAH));
    expect(lost).toMatchObject({ refused: "already_claimed", status: 409, details: { by: "mei", agent: "mei", epoch: 7 } });
  });

  it("the winner's own second claim is told so, too", () => {
    expect(decideControl(lawAt("human"), control("claimed", MEI))).toMatchObject({ refused: "already_claimed", details: { agent: "mei" } });
  });

  it("silences the bot, keeps what an agent was told is accepted, and starts the clock for an answer", () => {
    const decided = decided_(decideControl(lawAt("queue"), control("claimed", NOAH)));
    expect(decided).toMatchObject({ controller: "human", agent: "noah", ticketOpen: TICKET, survive: ["agent", "system"] });
    expect(decided.timers.set).toMatchObject([{ id: timerId(TICKET, "unanswered"), dueAtMs: NOON + 60_000 + 120_000 }]);
    expect(decided.timers.cancel).toContain(timerId(TICKET, "max_wait"));
  });

  it("of a closed ticket, or of another conversation's, is refused", () => {
    const closed = lawAt("queue", { ticket: ticketOf({ state: "closed", outcome: "cancelled" }) });
    expect(decideControl(closed, control("claimed", NOAH))).toMatchObject({ refused: "invalid_transition" });
    const other: Control = { kind: "claimed", ticket: "ho_9" as TicketId, agent: NOAH.id };
    expect(decideControl(lawAt("queue"), other)).toMatchObject({ refused: "not_found", status: 404 });
  });
});

describe("an offer is a lease", () => {
  const offered = lawAt("queue", {
    ticket: ticketOf({ state: "offered", offer: { agent: NOAH.id, lease: "l1", untilMs: NOON + 105_000 } }),
  });
  const accept = (by: Agent, lease?: string): Control => ({ kind: "claimed", ticket: TICKET, agent: by.id, ...(lease ? { lease } : {}) });

  it("is accepted by whom it was made to", () => {
    expect(decideControl(offered, accept(NOAH, "l1"))).toMatchObject({ controller: "human", agent: "noah" });
    expect(decideControl(offered, accept(NOAH))).toMatchObject({ controller: "human", agent: "noah" });
  });
  it("is not accepted under another lease", () => {
    expect(decideControl(offered, accept(NOAH, "l0"))).toMatchObject({ refused: "invalid_transition", status: 409 });
  });
  it("holds others off until it ends, but not a supervisor", () => {
    expect(decideControl(offered, accept(MEI))).toMatchObject({ refused: "invalid_transition", details: { offered_to: "noah" } });
    expect(decideControl(offered, accept(SUE))).toMatchObject({ controller: "human", agent: "sue" });
  });
  it("that overflowed to an agent of another queue is theirs to accept", () => {
    const overflow = lawAt("queue", { ticket: ticketOf({ state: "offered", offer: { agent: OTTO.id, lease: "l2", untilMs: NOON } }) });
    expect(decideControl(overflow, accept(OTTO, "l2"))).toMatchObject({ controller: "human", agent: "otto" });
  });
  it("ends by its lease and leaves the ticket waiting; a late ending of an earlier lease does nothing", () => {
    const end = (lease: string): Control => ({ kind: "offer_ended", ticket: TICKET, lease, why: "declined" });
    expect(decideControl(offered, end("l1"))).toMatchObject({ ticket: { state: "waiting", offer: null } });
    expect(decideControl(offered, end("l0"))).toMatchObject({ refused: "invalid_transition" });
  });
  it("sets a timer, and the timer ends it", () => {
    const made = decided_(decideControl(lawAt("queue"), control("offered", NOAH)));
    expect(made.timers.set.map((timer) => timer.id)).toContain(timerId(TICKET, "offer"));
    const due: Control = { kind: "ticket_due", ticket: TICKET, what: "offer" };
    expect(decideControl({ ...offered, nowMs: NOON + 105_000 }, due)).toMatchObject({ ticket: { state: "waiting", offer: null } });
    expect(decideControl({ ...offered, nowMs: NOON + 104_999 }, due)).toMatchObject({ refused: "invalid_transition" });
  });
});

describe("deadlines", () => {
  const due = (what: "max_wait" | "promise" | "unanswered" | "offer"): Control => ({ kind: "ticket_due", ticket: TICKET, what });

  it("the end of patience withdraws the ticket and the flow speaks", () => {
    const decided = decided_(decideControl(lawAt("queue", { nowMs: NOON + 900_000 }), due("max_wait")));
    expect(decided).toMatchObject({
      controller: "bot",
      next: "expired",
      ticket: { state: "closed", outcome: "expired" },
      ticketOpen: null,
    });
  });
  it("a deadline that was put off does nothing at its old time", () => {
    expect(decideControl(lawAt("queue", { nowMs: NOON + 899_999 }), due("max_wait"))).toMatchObject({ refused: "invalid_transition" });
  });
  it("a promise that is due tells the desk, and the customer once", () => {
    const decided = decided_(decideControl(lawAt("queue", { nowMs: NOON + 120_000 }), due("promise")));
    expect(decided.controller).toBeUndefined();
    expect(decided.feed).toMatchObject([{ kind: "ticket.late", ticket: TICKET, queue: "care" }]);
  });
  it("a claim without an answer goes back to the front of the queue with its age", () => {
    const decided = decided_(decideControl(lawAt("human", { nowMs: NOON + 200_000 }), due("unanswered")));
    expect(decided).toMatchObject({
      controller: "queue",
      agent: null,
      ticket: { state: "waiting", agent: null, openedAtMs: NOON, promisedAtMs: NOON + 120_000, expiresAtMs: NOON + 1_100_000 },
      change: { what: "requeued", why: "unanswered" },
    });
    expect(decided.timers.set.map((timer) => timer.id)).toContain(timerId(TICKET, "max_wait"));
  });
  it("a conversation that somebody outside has, of a bot without queues, comes back to the bot when the customer waits there", () => {
    const none = { queues: new Map(), defaultQueue: null };
    const taken = decided_(decideControl(lawAt("bot", none), { kind: "person_spoke", app: null, message: {}, messageId: "m" }));
    expect(taken.timers.set.map((timer) => timer.id)).toContain(timerId(taken.ticket!.id, "unanswered"));
    const nowMs = NOON + 3_600_000;
    const conversation = talk({ controller: "human", ticket: taken.ticket!.id, marks: { ...NO_MARKS, heardAtMs: NOON + 1_800_000 } });
    const waits = lawAt("human", { ...none, conversation, ticket: taken.ticket, nowMs });
    const back = decided_(decideControl(waits, { kind: "ticket_due", ticket: taken.ticket!.id, what: "unanswered" }));
    expect(back).toMatchObject({ controller: "bot", ticketOpen: null, next: "return" });
  });
  it("a claim with an answer is left alone", () => {
    const state = lawAt("human", { ticket: { ...lawAt("human").ticket!, answered: true } });
    expect(decideControl(state, due("unanswered"))).toMatchObject({ refused: "invalid_transition" });
  });
  it("a deadline of an earlier ticket does not touch the one that is open", () => {
    const earlier: Control = { kind: "ticket_due", ticket: "ho_0" as TicketId, what: "max_wait" };
    const state = lawAt("queue", { ticket: ticketOf({ id: "ho_0" as TicketId }), nowMs: NOON + 900_000 });
    expect(decideControl(state, earlier)).toMatchObject({ refused: "invalid_transition" });
  });
});

describe("an agent speaks", () => {
  it("and is answered for once: the first line stops the clock, the second changes nothing", () => {
    const first = decided_(decideControl(lawAt("human"), control("agent_said", MEI)));
    expect(first.ticket?.answered).toBe(true);
    expect(first.timers.cancel).toContain(timerId(TICKET, "unanswered"));
    const second = decided_(decideControl(lawAt("human", { ticket: first.ticket }), control("agent_said", MEI)));
    expect(second.ticket).toBeNull();
  });
  it("not under an epoch that has passed", () => {
    const stale = decideControl(lawAt("human", { epoch: 6 }), control("agent_said", MEI));
    expect(stale).toMatchObject({ refused: "stale_epoch", status: 409, details: { epoch: 7, controller: "human" } });
  });
  it("not when the channel no longer lets a person write, and is told since when", () => {
    const window = { open: false, closesAtMs: NOON - 2, humanUntilMs: NOON - 1, openedBy: null };
    const refused = decideControl(lawAt("human", { window }), control("agent_said", MEI));
    expect(refused).toMatchObject({ refused: "window_closed", status: 422, details: { closes_at: new Date(NOON - 1).toISOString() } });
    const human = { open: false, closesAtMs: NOON, humanUntilMs: NOON + 3_600_000, openedBy: "message" };
    expect(isRefusal(decideControl(lawAt("human", { window: human }), control("agent_said", MEI)))).toBe(false);
  });
});

describe("a ticket goes elsewhere", () => {
  it("to another queue, whose promise and patience count from now, and both queues are told", () => {
    const decided = decided_(decideControl(lawAt("human"), { ...control("transferred", MEI), note: "needs a refund" } as Control));
    expect(decided.ticket).toMatchObject({ queue: "billing", state: "waiting", note: "needs a refund", openedAtMs: NOON });
    expect(decided.ticket?.promisedAtMs).toBe(NOON + 180_000);
    expect(decided.feed.map((notice) => [notice.kind, notice.queue])).toEqual([
      ["ticket.left", "care"],
      ["ticket.transferred", "billing"],
    ]);
  });
  it("not to a queue that does not exist, nor to one that is closed now", () => {
    const shut = queue("night", {
      hours: { timezone: "UTC", days: { mon: [], tue: [], wed: [], thu: [], fri: [], sat: [], sun: [] }, holidays: [] },
    });
    const state = lawAt("human", { queues: new Map([queue("care"), shut].map((one) => [one.name, one])) });
    const to = (name: string): Control => ({ kind: "transferred", agent: MEI.id, queue: name as QueueName });
    expect(decideControl(state, to("moon"))).toMatchObject({ refused: "no_such_queue", details: { queues: ["care", "night"] } });
    expect(decideControl(state, to("night"))).toMatchObject({ refused: "not_allowed", status: 409 });
  });
  it("to an agent whom a supervisor names, and to nobody by an agent's word", () => {
    const give = (by: Agent, to: Agent): Control => ({ kind: "took_over", agent: to.id, by: by.id });
    expect(decideControl(lawAt("human"), give(SUE, NOAH))).toMatchObject({
      controller: "human",
      agent: "noah",
      change: { by: "sue", agent: "noah" },
    });
    expect(decideControl(lawAt("queue"), give(ADA, OTTO))).toMatchObject({ controller: "human", agent: "otto" });
    expect(decideControl(lawAt("human"), give(MEI, NOAH))).toMatchObject({ refused: "not_allowed", status: 403 });
    for (const nobody of [GONE, SHOP, agent("nobody")])
      expect(decideControl(lawAt("human"), give(SUE, nobody))).toMatchObject({ refused: "not_found" });
  });
});

describe("a ticket is put aside", () => {
  const aside = () => decided_(decideControl(lawAt("human"), control("snoozed", MEI)));
  const later = (more: object = {}) => lawAt("human", { ticket: aside().ticket, nowMs: NOON + 3_600_000, ...more });

  it("with its agent, until its time or the customer's next word, and neither is missed", () => {
    const decided = aside();
    expect(decided.ticket).toMatchObject({ state: "snoozed", agent: "mei", snoozedUntilMs: NOON + 3_600_000 });
    expect(decided.timers.set.map((timer) => [timer.id, timer.dueAtMs])).toEqual([[timerId(TICKET, "snooze"), NOON + 3_600_000]]);
    expect(decided.timers.cancel).toContain(timerId(TICKET, "unanswered")); // it is not taken back meanwhile
    expect(decided.feed[0]).toMatchObject({ kind: "ticket.snoozed", data: { by: "mei", until: new Date(NOON + 3_600_000).toISOString() } });
    for (const woken of [
      decideControl(later(), { kind: "ticket_due", ticket: TICKET, what: "snooze" }),
      decideWake(later({ nowMs: NOON + 5 })),
      decideControl(later({ nowMs: NOON + 5 }), control("woke", MEI)),
      decideControl(later({ nowMs: NOON + 5 }), control("woke", SUE)),
    ]) {
      const awake = decided_(woken);
      expect(awake.ticket).toMatchObject({ state: "claimed", agent: "mei", snoozedUntilMs: null });
      expect(awake.feed[0]).toMatchObject({ kind: "ticket.woke" });
      expect(awake.timers.set.map((timer) => timer.id)).toEqual([timerId(TICKET, "unanswered")]); // from now on they are waited for again
    }
  });
  it("not until a time that has passed, and its timer does nothing once it is awake or was put off", () => {
    expect(decideControl(lawAt("human"), { kind: "snoozed", agent: MEI.id, untilMs: NOON })).toMatchObject({
      refused: "invalid_transition",
    });
    const early = decideControl(later({ nowMs: NOON + 5 }), { kind: "ticket_due", ticket: TICKET, what: "snooze" });
    expect(early).toMatchObject({ refused: "invalid_transition" });
    const awake = lawAt("human", { nowMs: NOON + 3_600_000 });
    expect(isRefusal(decideControl(awake, { kind: "ticket_due", ticket: TICKET, what: "snooze" }))).toBe(true);
  });
  it("and whoever answers meanwhile has it in their hands again", () => {
    const said = decided_(decideControl(later({ nowMs: NOON + 5 }), control("agent_said", MEI)));
    expect(said.ticket).toMatchObject({ state: "claimed", answered: true });
    expect(said.feed.map((notice) => notice.kind)).toEqual(["ticket.woke", "ticket.answered"]);
  });
  it("and it can be ended, given back and sent on all the same", () => {
    for (const verb of ["resolved", "returned", "requeued", "transferred"] as const) {
      const decided = decided_(decideControl(later({ nowMs: NOON + 5 }), control(verb, MEI)));
      expect(decided.ticket).toMatchObject({ snoozedUntilMs: null });
      expect(decided.timers.cancel).toContain(timerId(TICKET, "snooze"));
    }
  });
});

describe("a person outside the desk", () => {
  it("takes the conversation from the bot, and the desk gets a ticket without a name", () => {
    const decided = decided_(decideControl(lawAt("bot"), control("person_spoke", MEI)));
    expect(decided).toMatchObject({
      controller: "human",
      agent: null,
      opened: true,
      ticket: { agent: null, state: "claimed", answered: true },
    });
    expect(decided.ticket?.request.code).toBe("agent_takeover");
  });
  it("takes a waiting ticket with it", () => {
    expect(decideControl(lawAt("queue"), control("person_spoke", MEI))).toMatchObject({
      controller: "human",
      ticket: { id: TICKET, agent: null },
    });
  });
  it("gives the conversation back when the other app gives the thread back, but what an agent of ours has stays theirs", () => {
    const outside = lawAt("human");
    outside.conversation = { ...outside.conversation, agent: null };
    expect(decideControl(outside, control("thread_given", MEI))).toMatchObject({ controller: "bot", next: "return" });
    expect(outcomeOf(decideControl(lawAt("human"), control("thread_given", MEI)))).toBe("same");
  });
  it("is relieved by any agent of the queue", () => {
    const outside = lawAt("human");
    outside.conversation = { ...outside.conversation, agent: null };
    expect(decideControl(outside, control("took_over", NOAH))).toMatchObject({ controller: "human", agent: "noah" });
    expect(decideControl(outside, control("returned", NOAH))).toMatchObject({ controller: "bot" });
  });
});

function decided_(outcome: Decided | Refusal): Decided {
  if (isRefusal(outcome)) throw new Error(`refused: ${outcome.refused}: ${outcome.message}`);
  return outcome;
}
