/** Whatever happens in whatever order: one controller, an epoch per change, and nobody waits without a timer and an owner. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Decided, isRefusal } from "../../handoff/decided.ts";
import { decideControl, decideLeave, decideReopen, decideRequest } from "../../handoff/law.ts";
import type { Refusal } from "../../model/desk.ts";
import type { Control } from "../../model/event.ts";
import type { QueueName, TicketId } from "../../model/ids.ts";
import type { Conversation, Timer } from "../../model/store.ts";
import type { Ticket } from "../../model/ticket.ts";
import { EVERYBODY, NOON, queue, REQUEST, talk } from "./desk.ts";

type Act =
  | { what: "control"; make: (ticket: TicketId, lease: string, nowMs: number) => Control }
  | { what: "requested" | "left" | "wrote" | "waits" };

const who = fc.constantFrom(...EVERYBODY.map((agent) => agent.id));
const act: fc.Arbitrary<{ act: Act; afterMs: number }> = fc.record({
  afterMs: fc.constantFrom(0, 1_000, 60_000, 1_000_000),
  act: fc.oneof(
    // Often enough: without them little would ever be asked for, or come back from its end.
    {
      weight: 3,
      arbitrary: fc.constantFrom<Act>({ what: "requested" }, { what: "left" }, { what: "wrote" }, { what: "wrote" }, { what: "waits" }),
    },
    who.map((agent): Act => ({ what: "control", make: (ticket) => ({ kind: "claimed", ticket, agent }) })),
    who.map((agent): Act => ({ what: "control", make: (ticket, lease) => ({ kind: "claimed", ticket, agent, lease }) })),
    who.map((agent): Act => ({ what: "control", make: () => ({ kind: "took_over", agent }) })),
    fc.tuple(who, who).map(([agent, by]): Act => ({ what: "control", make: () => ({ kind: "took_over", agent, by }) })),
    who.map((agent): Act => ({ what: "control", make: () => ({ kind: "agent_said", agent, message: { text: "Hi" }, clientId: "c" }) })),
    fc
      .tuple(who, fc.constantFrom("care", "billing", "moon"))
      .map(([agent, name]): Act => ({ what: "control", make: () => ({ kind: "transferred", agent, queue: name as QueueName }) })),
    fc.option(who).map((agent): Act => ({ what: "control", make: () => ({ kind: "requeued", agent, why: agent ? "agent" : "away" }) })),
    who.map(
      (agent): Act => ({ what: "control", make: (_ticket, _lease, nowMs) => ({ kind: "snoozed", agent, untilMs: nowMs + 120_000 }) }),
    ),
    who.map((agent): Act => ({ what: "control", make: () => ({ kind: "woke", agent }) })),
    who.map((agent): Act => ({ what: "control", make: () => ({ kind: "returned", agent, facts: [] }) })),
    { weight: 3, arbitrary: who.map((agent): Act => ({ what: "control", make: () => ({ kind: "resolved", agent }) })) },
    who.map(
      (agent): Act => ({
        what: "control",
        make: (ticket, lease, nowMs) => ({ kind: "offered", ticket, agent, lease, untilMs: nowMs + 45_000 }),
      }),
    ),
    fc.constant<Act>({ what: "control", make: (ticket, lease) => ({ kind: "offer_ended", ticket, lease, why: "declined" }) }),
    fc.constantFrom<Act>(
      { what: "control", make: () => ({ kind: "person_spoke", app: null, message: {}, messageId: "m" }) },
      { what: "control", make: () => ({ kind: "thread_taken", app: "x" }) },
      { what: "control", make: () => ({ kind: "thread_given", from: "x" }) },
    ),
  ),
});

/** What the runtime would do with decisions: apply them to the one conversation, its tickets and its timers. */
type World = { conversation: Conversation; tickets: Map<string, Ticket>; timers: Map<string, Timer>; nowMs: number; made: number };

function apply(world: World, outcome: Decided | Refusal): void {
  if (isRefusal(outcome)) return;
  const { conversation } = world;
  if (outcome.controller !== undefined) {
    world.conversation = {
      ...conversation,
      controller: outcome.controller,
      agent: outcome.agent,
      ticket: outcome.ticketOpen,
      epoch: conversation.epoch + 1,
    };
    expect(outcome.change?.epoch).toBe(world.conversation.epoch);
    expect(outcome.survive).toBeDefined();
  } else {
    expect(outcome.ticketOpen).toBe(conversation.ticket);
    expect(outcome.change).toBeNull();
  }
  if (outcome.ticket) world.tickets.set(outcome.ticket.id, outcome.ticket);
  for (const id of outcome.timers.cancel) world.timers.delete(id);
  for (const timer of outcome.timers.set) world.timers.set(timer.id, timer);
}

function stateOf(world: World) {
  const { conversation, tickets, nowMs } = world;
  return {
    conversation,
    ticket: conversation.ticket === null ? null : (tickets.get(conversation.ticket) ?? null),
    nowMs,
    agents: EVERYBODY,
    queues: new Map([queue("care"), queue("billing")].map((one) => [one.name, one])),
    defaultQueue: "care",
    newTicket: `ho_${++world.made}` as TicketId,
  };
}

/** Timers that are due ring first, in order, as the store would have it. */
function ring(world: World): void {
  for (;;) {
    const next = [...world.timers.values()].filter((timer) => timer.dueAtMs <= world.nowMs).sort((a, b) => a.dueAtMs - b.dueAtMs)[0];
    if (!next) return;
    world.timers.delete(next.id);
    if (next.event.kind !== "ticket_due") continue;
    const ticket = world.tickets.get(next.event.ticket) ?? null;
    apply(world, decideControl({ ...stateOf(world), ticket }, next.event));
    holds(world);
  }
}

/** The promises. */
function holds({ conversation, tickets, timers }: World): void {
  const open = [...tickets.values()].filter((ticket) => ticket.state !== "closed");
  const mine = conversation.ticket === null ? undefined : tickets.get(conversation.ticket);
  expect(open.map((ticket) => ticket.id)).toEqual(mine ? [mine.id] : []); // at most one open ticket, and the conversation knows it
  switch (conversation.controller) {
    case "bot":
    case "none":
      expect([conversation.agent, conversation.ticket]).toEqual([null, null]);
      break;
    case "queue":
      expect(conversation.agent).toBeNull();
      expect(["waiting", "offered"]).toContain(mine?.state);
      expect(mine?.queue).toBeTruthy(); // an owner
      expect(timers.has(`tm_${mine?.id}_max_wait`)).toBe(true); // and a timer
      expect(mine?.state === "offered").toBe(timers.has(`tm_${mine?.id}_offer`));
      break;
    case "human":
      expect(["claimed", "snoozed"]).toContain(mine?.state);
      expect(mine?.agent).toBe(conversation.agent);
      expect(mine?.state === "snoozed").toBe(timers.has(`tm_${mine?.id}_snooze`));
      if (mine?.state === "snoozed") break;
      expect((mine?.answered && mine.agent !== null) || timers.has(`tm_${mine?.id}_unanswered`)).toBe(true); // an unanswered claim is taken back
      break;
  }
  for (const timer of timers.values())
    if (timer.event.kind === "ticket_due") expect(tickets.get(timer.event.ticket)?.state).not.toBe("closed");
}

/** Lives through the acts, holding the promises after each; what came of them. */
function play(acts: { act: Act; afterMs: number }[]): Set<string> {
  const seen = new Set<string>();
  const world: World = { conversation: talk(), tickets: new Map(), timers: new Map(), nowMs: NOON, made: 0 };
  for (const { act: one, afterMs } of acts) {
    world.nowMs += afterMs;
    ring(world);
    const state = stateOf(world);
    const before = structuredClone(state);
    const lease = state.ticket?.offer?.lease ?? `l${world.made}`;
    const outcome =
      one.what === "control"
        ? decideControl(state, one.make(state.conversation.ticket ?? ("ho_0" as TicketId), lease, world.nowMs))
        : one.what === "requested"
          ? decideRequest(state, REQUEST)
          : one.what === "left"
            ? decideLeave(state)
            : one.what === "wrote"
              ? decideReopen(state)
              : null;
    expect(state).toEqual(before);
    if (outcome) {
      seen.add(isRefusal(outcome) ? outcome.refused : `${state.conversation.controller}>${outcome.controller ?? "same"}`);
      apply(world, outcome);
    }
    holds(world);
  }
  return seen;
}

describe("whatever happens, in whatever order", () => {
  it("one controller, one epoch a change, no ticket without owner and timer, and refusals change nothing", () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 40 }), (acts) => void play(acts)),
      { numRuns: 300 },
    );
  });

  it("the acts are varied enough to mean something: every change of hands and every refusal is among them", () => {
    const seen = new Set<string>();
    for (const acts of fc.sample(fc.array(act, { maxLength: 40 }), { numRuns: 500, seed: 7 }))
      for (const what of play(acts)) seen.add(what);
    for (const change of [
      "bot>queue",
      "bot>human",
      "queue>human",
      "queue>bot",
      "human>queue",
      "human>bot",
      "human>none",
      "human>human",
      "none>bot",
    ])
      expect(seen).toContain(change);
    for (const refused of ["already_claimed", "invalid_transition", "not_allowed", "not_controller", "no_such_queue"])
      expect(seen).toContain(refused);
  });

  it("nobody waits for ever: when nothing more happens, every open ticket comes to an end or is with a person who answered", () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 25 }), (acts) => {
        const world: World = { conversation: talk(), tickets: new Map(), timers: new Map(), nowMs: NOON, made: 0 };
        for (const { act: one, afterMs } of acts) {
          world.nowMs += afterMs;
          ring(world);
          const state = stateOf(world);
          if (one.what === "control")
            apply(world, decideControl(state, one.make(state.conversation.ticket ?? ("ho_0" as TicketId), "l", world.nowMs)));
          if (one.what === "requested") apply(world, decideRequest(state, REQUEST));
        }
        for (let step = 0; step < 6; step++) {
          world.nowMs += 24 * 3_600_000;
          ring(world);
        }
        const open = [...world.tickets.values()].find((ticket) => ticket.state !== "closed");
        if (open) expect([open.state, open.answered]).toEqual(["claimed", true]);
        expect([...world.timers.values()]).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });
});
