/**
 * The law of ownership: exactly one speaker at a time. A table says what may happen while whom has the conversation;
 * everything else is refused and changes nothing. No clock, no store: state in, decision out, the runtime commits it.
 */
import type { Refusal } from "../model/desk.ts";
import type { Control } from "../model/event.ts";
import type { AgentId, QueueName, TicketId } from "../model/ids.ts";
import type { Message } from "../model/message.ts";
import type { Controller, FeedNotice } from "../model/store.ts";
import type { Agent, Ticket } from "../model/ticket.ts";
import type { HandoffRequest } from "../model/turn.ts";
import { actorOf, alreadyClaimed, byPerson, mayAct } from "./actors.ts";
import {
  change,
  type Decided,
  holds,
  invalid,
  type LawState,
  nameOf,
  notice,
  notYours,
  now,
  refuse,
  unchanged,
  type Verb,
  withTicket,
} from "./decided.ts";
import { opensAtMs, queueOpen } from "./hours.ts";
import {
  ANSWER_WITHIN_MS,
  claimTicket,
  closeTicket,
  INBOX_QUIET_MS,
  moveTicket,
  openTicket,
  snoozeTicket,
  type TicketDeadline,
  ticketTimers,
  waitIn,
  wakeTicket,
} from "./tickets.ts";

/**
 * Who has the conversation afterwards. Missing: refused as `invalid_transition`. An entry that equals its row changes
 * no controller and no epoch. `took_over` while a person has it is a supervisor's, or from a person outside the desk.
 * Source: handoff-facts §0.1; that a person in the platform's inbox may also begin from `none`, DESIGN §4.
 */
export const LAW: Record<Controller, Partial<Record<Verb, Controller>>> = {
  bot: {
    requested: "queue",
    took_over: "human",
    person_spoke: "human",
    thread_taken: "human",
    thread_given: "bot",
    thread_wanted: "bot",
    noted: "bot",
    erased: "none",
  },
  queue: {
    claimed: "human",
    took_over: "human",
    person_spoke: "human",
    thread_taken: "human",
    thread_given: "queue",
    thread_wanted: "queue",
    offered: "queue",
    offer_ended: "queue",
    transferred: "queue",
    ticket_due: "queue",
    left_queue: "bot",
    noted: "queue",
    erased: "none",
  },
  human: {
    agent_said: "human",
    snoozed: "human",
    woke: "human",
    took_over: "human",
    transferred: "queue",
    requeued: "queue",
    ticket_due: "queue",
    returned: "bot",
    resolved: "none",
    person_spoke: "human",
    thread_taken: "human",
    thread_given: "bot",
    thread_wanted: "human",
    noted: "human",
    erased: "none",
  },
  none: {
    wrote: "bot",
    took_over: "human",
    person_spoke: "human",
    thread_taken: "human",
    thread_given: "none",
    thread_wanted: "none",
    noted: "none",
    erased: "none",
  },
};

export function allowed(controller: Controller, verb: Verb): boolean {
  return LAW[controller][verb] !== undefined;
}

/** Decides one control event. A refusal changes nothing; a refused timer or offer concerns nobody and is only dropped. */
export function decideControl(state: LawState, control: Control): Decided | Refusal {
  const { conversation, ticket } = state;
  const actor = actorOf(state, control);
  if (byPerson(control)) {
    const refusal = mayAct(state, control, actor);
    if (refusal) return refusal;
  }
  const won = alreadyClaimed(state, control, actor);
  if (won) return won;
  if (!allowed(conversation.controller, control.kind)) return invalid(state, control.kind);
  if (state.epoch !== undefined && state.epoch !== conversation.epoch)
    return refuse("stale_epoch", 409, "The conversation has changed hands since.", now(conversation));

  switch (control.kind) {
    case "claimed":
      return claim(state, control.agent, control.ticket, control.lease, actor);
    case "took_over":
      return takeOver(state, control.agent, actor!);
    case "person_spoke":
    case "thread_taken":
      return conversation.controller === "human" ? spokeOutside(state) : personOutside(state, control.kind);
    case "thread_given":
      // Only what the platform's own inbox held comes back by it; an agent of ours gives back in words of their own.
      if (conversation.controller !== "human" || conversation.agent !== null) return unchanged(state, []);
      return end(state, "returned", "thread_given", null, "return");
    case "thread_wanted":
      return unchanged(state, ticket ? [notice(ticket, "thread_wanted", { app: control.app })] : []);
    case "agent_said":
      return say(state, control.agent, control.message);
    case "noted":
      return unchanged(state, [
        ...(ticket && ticket.state !== "closed" ? [notice(ticket, "noted", { by: control.agent })] : []),
        ...(control.mentions ?? []).map((to) => mentionOf(state, to, control.agent)),
      ]);
    case "transferred":
      return transfer(state, control.queue, control.note, actor!);
    case "snoozed":
      return snooze(state, control.untilMs, actor!);
    case "woke":
      return holds(state, actor) ? wake(state, "agent") : notYours(state);
    case "requeued":
      return conversation.agent !== control.agent && actor?.role === "agent" ? notYours(state) : requeue(state, control.why, control.agent);
    case "returned":
      if (!holds(state, actor)) return notYours(state);
      return end(state, "returned", "returned", control.agent, "return", control.note);
    case "resolved":
      if (!holds(state, actor)) return notYours(state);
      return end(state, "resolved", "resolved", control.agent, "resolve", control.note, control.code);
    case "offered":
      return offer(state, control);
    case "offer_ended":
      return endOffer(state, control.lease, control.why);
    case "ticket_due":
      return due(state, control.what);
    case "erased":
      return end(state, "erased", "erased", null, "nothing");
  }
}

/** The flow asked for a person: a waiting ticket, in the same commit as the turn. Hours were asked before. */
export function decideRequest(state: LawState, request: HandoffRequest): Decided | Refusal {
  if (!allowed(state.conversation.controller, "requested")) return invalid(state, "requested");
  const queue = state.queues.get(request.queue);
  if (!queue) return refuse("no_such_queue", 404, `There is no queue ${request.queue}.`, { queue: request.queue });
  const ticket = openTicket(
    {
      id: state.newTicket,
      bot: state.conversation.bot,
      conversation: state.conversation.id,
      request,
      language: state.language ?? null,
      windowClosesAtMs: state.window?.humanUntilMs ?? state.window?.closesAtMs ?? null,
      nowMs: state.nowMs,
    },
    queue,
  );
  return { ...change(state, "requested", "queue", null, ticket, null), opened: true };
}

/** The customer left the queue by their own words. Counts as giving back. */
export function decideLeave(state: LawState): Decided | Refusal {
  if (!allowed(state.conversation.controller, "left_queue")) return invalid(state, "left_queue");
  return end(state, "cancelled", "left_queue", null, "left");
}

/** The customer wrote into a closed conversation: the bot has it again, and the turn follows. */
export function decideReopen(state: LawState): Decided | Refusal {
  if (!allowed(state.conversation.controller, "wrote")) return invalid(state, "wrote");
  return change(state, "wrote", "bot", null, null, null);
}

/** For the one who was named alone: whether or not the conversation has a ticket now. */
function mentionOf({ conversation }: LawState, to: AgentId, by: AgentId): FeedNotice {
  return { kind: "mentioned", conversation: conversation.id, ticket: null, queue: null, data: { to, by } };
}

function claim(state: LawState, agent: AgentId, named: TicketId, lease: string | undefined, actor: Agent | undefined): Decided | Refusal {
  const { ticket, conversation } = state;
  if (!ticket || ticket.id !== named) return refuse("not_found", 404, `There is no ticket ${named} here.`);
  if (conversation.ticket !== named || ticket.state === "closed" || ticket.state === "claimed") return invalid(state, "claimed");
  if (lease !== undefined && ticket.offer?.lease !== lease)
    return refuse("invalid_transition", 409, "That offer is over.", now(conversation));
  if (ticket.offer && ticket.offer.agent !== agent && actor?.role === "agent")
    return refuse("invalid_transition", 409, `This ticket is being offered to ${nameOf(state, ticket.offer.agent)}.`, {
      offered_to: nameOf(state, ticket.offer.agent),
      until: new Date(ticket.offer.untilMs).toISOString(),
    });
  return change(state, "claimed", "human", agent, claimTicket(ticket, agent, state.nowMs), actor?.id ?? agent);
}

function takeOver(state: LawState, agent: AgentId, actor: Agent): Decided | Refusal {
  const { conversation, ticket, nowMs } = state;
  if (conversation.controller === "queue" && ticket) return claim(state, agent, ticket.id, undefined, actor);
  if (conversation.controller === "human" && ticket && conversation.ticket === ticket.id)
    return change(state, "took_over", "human", agent, claimTicket(ticket, agent, nowMs), actor.id);
  const queue = actor.queues.find((name) => state.queues.has(name)) ?? state.defaultQueue ?? [...state.queues.keys()][0];
  if (queue === undefined) return refuse("no_such_queue", 404, "This bot has no queue, so nobody can take a conversation over.");
  const taken = claimTicket(takenOver(state, queue as QueueName), agent, nowMs);
  return { ...change(state, "took_over", "human", agent, taken, actor.id), opened: true };
}

/** Someone answers in the platform's own inbox, or another app holds the thread: the bot is silent, and the desk sees a ticket with nobody's name. */
function personOutside(state: LawState, what: "person_spoke" | "thread_taken"): Decided {
  const { ticket, conversation, nowMs } = state;
  if (conversation.controller === "queue" && ticket) return change(state, what, "human", null, claimTicket(ticket, null, nowMs), null);
  const queue = state.defaultQueue ?? [...state.queues.keys()][0] ?? NO_QUEUE;
  const taken = claimTicket(takenOver(state, queue as QueueName), null, nowMs);
  return { ...change(state, what, "human", null, taken, null), opened: true };
}

/** The ticket of a bot without queues, which only the platform's own inbox can open: it carries the timer that ends it. */
const NO_QUEUE = "inbox";

function spokeOutside(state: LawState): Decided {
  const { ticket, conversation, nowMs } = state;
  if (conversation.agent !== null || ticket?.state !== "claimed") return unchanged(state, []);
  const spoke = { ...ticket, spokeAtMs: nowMs };
  return { ...unchanged(state, []), ticket: spoke, timers: ticketTimers(spoke, state.queues.get(ticket.queue)) };
}

function takenOver(state: LawState, queue: QueueName): Ticket {
  const { conversation } = state;
  const top = conversation.session.stack.at(-1);
  const step = conversation.session.question?.step ?? top?.step ?? null;
  return openTicket(
    {
      id: state.newTicket,
      bot: conversation.bot,
      conversation: conversation.id,
      request: {
        queue,
        code: "agent_takeover",
        detail: "",
        flow: top?.flow ?? null,
        step,
        priority: "normal",
        skills: [],
        askAgent: [],
        returnTo: step,
        notice: null,
      },
      language: state.language ?? conversation.session.language ?? null,
      windowClosesAtMs: state.window?.humanUntilMs ?? state.window?.closesAtMs ?? null,
      nowMs: state.nowMs,
    },
    state.queues.get(queue),
  );
}

function say(state: LawState, agent: AgentId, { outside }: Message): Decided | Refusal {
  const { conversation, ticket, window, takesTemplates, nowMs } = state;
  if (conversation.agent !== agent) return notYours(state);
  if (!(outside && takesTemplates) && window && !window.open && !(window.humanUntilMs !== null && window.humanUntilMs > nowMs)) {
    const closedAtMs = window.humanUntilMs ?? window.closesAtMs;
    return refuse("window_closed", 422, "The channel no longer lets us write to this customer; they have to write first.", {
      closes_at: closedAtMs === null ? null : new Date(closedAtMs).toISOString(),
    });
  }
  const isSnoozed = ticket?.state === "snoozed";
  if (!ticket || (ticket.answered && !isSnoozed) || (ticket.state !== "claimed" && !isSnoozed)) return unchanged(state, []);
  const answered = { ...(isSnoozed ? wakeTicket(ticket, nowMs) : ticket), answered: true, answeredAtMs: ticket.answeredAtMs ?? nowMs };
  return {
    ...unchanged(state, []),
    ticket: answered,
    feed: [...(isSnoozed ? [notice(answered, "woke", { why: "answered" })] : []), notice(answered, "answered", { by: agent })],
    timers: ticketTimers(answered, state.queues.get(ticket.queue)),
  };
}

function transfer(state: LawState, name: QueueName, note: string | undefined, actor: Agent): Decided | Refusal {
  const { ticket, conversation, nowMs } = state;
  if (!ticket || conversation.ticket !== ticket.id) return invalid(state, "transferred");
  if (conversation.controller === "queue" ? actor.role === "agent" : !holds(state, actor)) return notYours(state);
  const queue = state.queues.get(name);
  if (!queue) return refuse("no_such_queue", 404, `There is no queue ${name}.`, { queue: name, queues: [...state.queues.keys()] });
  if (!queueOpen(queue.hours, nowMs)) {
    const openMs = opensAtMs(queue.hours, nowMs);
    const details = { queue: name, opens_at: openMs === null ? null : new Date(openMs).toISOString() };
    return refuse("not_allowed", 409, `The queue ${name} is closed now: nobody there would answer.`, details);
  }
  const moved = { ...moveTicket(ticket, name, queue, nowMs), note: note ?? ticket.note };
  const decided = change(state, "transferred", "queue", null, moved, actor.id);
  // Those who watch the old queue must see it go.
  if (name !== ticket.queue) decided.feed.unshift(notice(ticket, "left", { to: name, by: actor.id }));
  return decided;
}

function requeue(state: LawState, why: string, by: AgentId | null): Decided | Refusal {
  const { ticket, conversation } = state;
  if (!ticket || conversation.ticket !== ticket.id) return invalid(state, "requeued");
  const back = waitIn(ticket, state.queues.get(ticket.queue), state.nowMs);
  return change(state, "requeued", "queue", null, back, by, why);
}

function snooze(state: LawState, untilMs: number, actor: Agent): Decided | Refusal {
  const { ticket, conversation, nowMs } = state;
  if (!holds(state, actor)) return notYours(state);
  if (!ticket || conversation.ticket !== ticket.id || ticket.agent === null) return invalid(state, "snoozed");
  if (untilMs <= nowMs) return refuse("invalid_transition", 409, "That time has passed.", now(conversation));
  return withTicket(state, snoozeTicket(ticket, untilMs), "snoozed", { by: actor.id, until: new Date(untilMs).toISOString() });
}

function wake(state: LawState, why: "agent" | "time" | "customer"): Decided | Refusal {
  const { ticket, conversation, nowMs } = state;
  if (ticket?.state !== "snoozed" || conversation.ticket !== ticket.id) return invalid(state, "woke");
  return withTicket(state, wakeTicket(ticket, nowMs), "woke", { why, agent: ticket.agent });
}

/** The customer wrote while their ticket was put aside. A refusal: it was not. */
export function decideWake(state: LawState): Decided | Refusal {
  return wake(state, "customer");
}

/** The ticket ends, and with it the part that people had. */
function end(
  state: LawState,
  outcome: NonNullable<Ticket["outcome"]>,
  what: Verb,
  by: AgentId | null,
  next: Decided["next"],
  note?: string,
  code?: string,
): Decided {
  const { ticket, conversation, nowMs } = state;
  const to = what === "ticket_due" ? "bot" : LAW[conversation.controller][what]!;
  const open = ticket && ticket.state !== "closed" && conversation.ticket === ticket.id ? ticket : null;
  const closed = open && { ...closeTicket(open, outcome, nowMs), note: note ?? open.note, wrapUp: code ?? open.wrapUp };
  return { ...change(state, what, to, null, closed, by), next };
}

function offer(state: LawState, control: Extract<Control, { kind: "offered" }>): Decided | Refusal {
  const { ticket } = state;
  if (!ticket || ticket.id !== control.ticket || ticket.state !== "waiting" || state.conversation.ticket !== ticket.id)
    return invalid(state, "offered");
  const offered: Ticket = {
    ...ticket,
    state: "offered",
    offer: { agent: control.agent, lease: control.lease, untilMs: control.untilMs },
  };
  return withTicket(state, offered, "offered", { to: control.agent, lease: control.lease, until: new Date(control.untilMs).toISOString() });
}

function endOffer(state: LawState, lease: string, why: string): Decided | Refusal {
  const { ticket } = state;
  if (!ticket?.offer || ticket.offer.lease !== lease) return invalid(state, "offer_ended");
  return withTicket(state, { ...ticket, state: "waiting", offer: null }, "offer_ended", { from: ticket.offer.agent, why });
}

function due(state: LawState, what: TicketDeadline): Decided | Refusal {
  const { ticket, conversation, nowMs } = state;
  if (!ticket || ticket.state === "closed" || conversation.ticket !== ticket.id) return invalid(state, "ticket_due");
  const waits = conversation.controller === "queue";
  if (what === "max_wait" && waits && (ticket.expiresAtMs ?? 0) <= nowMs) return end(state, "expired", "ticket_due", null, "expired");
  if (what === "promise" && waits)
    return {
      ...unchanged(state, [notice(ticket, "late", {})]),
      ticket: { ...ticket, apologized: true },
      next: ticket.apologized ? "nothing" : "late",
    };
  if (what === "offer" && ticket.offer && ticket.offer.untilMs <= nowMs) return endOffer(state, ticket.offer.lease, "expired");
  if (what === "snooze" && (ticket.snoozedUntilMs ?? 0) <= nowMs) return wake(state, "time");
  if (what === "unanswered" && conversation.controller === "human" && ticket.state === "claimed") {
    if (conversation.agent === null) return dueOutside(state, ticket);
    if (!ticket.answered) return requeue(state, "unanswered", null);
  }
  return invalid(state, "ticket_due");
}

/** Somebody of the platform's own inbox has it: a customer who waits there goes to the desk, and long silence gives the bot its word back. */
function dueOutside(state: LawState, ticket: Ticket): Decided | Refusal {
  const { conversation, nowMs } = state;
  const queue = state.queues.get(ticket.queue);
  const answerMs = queue?.answerWithinMs ?? ANSWER_WITHIN_MS;
  const spokeAtMs = ticket.spokeAtMs ?? ticket.claimedAtMs ?? ticket.openedAtMs;
  const heardAtMs = conversation.marks.heardAtMs ?? 0;
  const waits = heardAtMs > spokeAtMs;
  if (waits && heardAtMs + answerMs <= nowMs)
    return queue ? requeue(state, "unanswered", null) : end(state, "expired", "ticket_due", null, "return");
  if (!waits && spokeAtMs + INBOX_QUIET_MS <= nowMs) return end(state, "expired", "ticket_due", null, "nothing");
  const dueAtMs = waits ? heardAtMs + answerMs : Math.min(nowMs + answerMs, spokeAtMs + INBOX_QUIET_MS);
  const timers = ticketTimers(ticket, queue);
  return { ...unchanged(state, []), timers: { ...timers, set: timers.set.map((timer) => ({ ...timer, dueAtMs })) } };
}
