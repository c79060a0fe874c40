/** What a ticket becomes when it is opened, offered, claimed, sent on and closed. No clock, no store: the runtime brings both. */
import type { Queue } from "../dialogue/program.ts";
import type { AgentId, BotName, ConversationId, QueueName, TicketId, TimerId } from "../model/ids.ts";
import type { Timer } from "../model/store.ts";
import type { Agent, Ticket, TicketOutcome } from "../model/ticket.ts";
import type { HandoffRequest } from "../model/turn.ts";

/** No ticket waits without a timer: where a queue names no `max_wait`, and a claim no `answer_within`, these hold. */
export const MAX_WAIT_MS = 24 * 3_600_000;
export const ANSWER_WITHIN_MS = 10 * 60_000;
/** Who answers in the platform's own inbox never says that they are done: after this silence the bot has the conversation again. */
export const INBOX_QUIET_MS = 24 * 3_600_000;

export type TicketDeadline = "max_wait" | "promise" | "unanswered" | "offer" | "snooze";
export type Timers = { set: Timer[]; cancel: TimerId[] };

export type Opening = {
  id: TicketId;
  bot: BotName;
  conversation: ConversationId;
  request: HandoffRequest;
  language: string | null;
  windowClosesAtMs: number | null;
  nowMs: number;
};

/** A ticket that waits. Its package is filled in by the caller, in the same commit. `queue`: undefined when the newest program lost it. */
export function openTicket(opening: Opening, queue: Queue | undefined): Ticket {
  const { request, nowMs } = opening;
  return waitIn(
    {
      id: opening.id,
      bot: opening.bot,
      conversation: opening.conversation,
      queue: request.queue,
      state: "waiting",
      outcome: null,
      agent: null,
      offer: null,
      priority: request.priority,
      skills: request.skills,
      language: opening.language,
      openedAtMs: nowMs,
      claimedAtMs: null,
      closedAtMs: null,
      promisedAtMs: queue?.answerWithinMs == null ? null : nowMs + queue.answerWithinMs,
      expiresAtMs: null,
      windowClosesAtMs: opening.windowClosesAtMs,
      answered: false,
      request,
      package: null,
      packageSeq: 0,
      rung: 0,
      wrapUp: null,
      note: null,
    },
    queue,
    nowMs,
  );
}

/** Back to waiting, with its age kept: what was promised earlier stays promised, the longest wait counts from now. */
export function waitIn(ticket: Ticket, queue: Queue | undefined, nowMs: number): Ticket {
  return {
    ...ticket,
    state: "waiting",
    agent: null,
    offer: null,
    claimedAtMs: null,
    snoozedUntilMs: null,
    answered: false,
    rung: 0,
    expiresAtMs: nowMs + (queue?.maxWaitMs ?? MAX_WAIT_MS),
  };
}

/** To another queue: its promise and its patience count from now, the age stays. */
export function moveTicket(ticket: Ticket, name: QueueName, queue: Queue, nowMs: number): Ticket {
  const promisedAtMs = queue.answerWithinMs === null ? null : nowMs + queue.answerWithinMs;
  return waitIn({ ...ticket, queue: name, promisedAtMs }, queue, nowMs);
}

export function claimTicket(ticket: Ticket, agent: AgentId | null, nowMs: number): Ticket {
  const claimed: Ticket = {
    ...ticket,
    state: "claimed",
    agent,
    offer: null,
    claimedAtMs: nowMs,
    snoozedUntilMs: null,
    answered: agent === null,
  };
  return agent === null ? { ...claimed, spokeAtMs: nowMs } : claimed;
}

export function snoozeTicket(ticket: Ticket, untilMs: number): Ticket {
  return { ...ticket, state: "snoozed", snoozedUntilMs: untilMs };
}

/** With the one who put it aside; the time they have to answer begins anew. */
export function wakeTicket(ticket: Ticket, nowMs: number): Ticket {
  return { ...ticket, state: "claimed", snoozedUntilMs: null, claimedAtMs: nowMs };
}

export function closeTicket(ticket: Ticket, outcome: TicketOutcome, nowMs: number): Ticket {
  return { ...ticket, state: "closed", outcome, offer: null, snoozedUntilMs: null, closedAtMs: nowMs };
}

/** The timer of one deadline of one ticket always has the same id: setting replaces it, cancelling needs no look-up. */
export function timerId(ticket: TicketId, what: TicketDeadline): TimerId {
  return `tm_${ticket}_${what}` as TimerId;
}

/** The timers that a ticket in its present state must have; those it must not have are cancelled. */
export function ticketTimers(ticket: Ticket, queue: Queue | undefined): Timers {
  const due = new Map<TicketDeadline, number>();
  if (ticket.state === "waiting" || ticket.state === "offered") {
    due.set("max_wait", ticket.expiresAtMs ?? ticket.openedAtMs + MAX_WAIT_MS);
    if (ticket.promisedAtMs !== null) due.set("promise", ticket.promisedAtMs);
    if (ticket.offer) due.set("offer", ticket.offer.untilMs);
  } else if (ticket.state === "claimed" && ticket.claimedAtMs !== null) {
    const answerMs = queue?.answerWithinMs ?? ANSWER_WITHIN_MS;
    if (ticket.agent === null) due.set("unanswered", (ticket.spokeAtMs ?? ticket.claimedAtMs) + answerMs);
    else if (!ticket.answered) due.set("unanswered", ticket.claimedAtMs + answerMs);
  }
  if (ticket.state === "snoozed" && ticket.snoozedUntilMs != null) due.set("snooze", ticket.snoozedUntilMs);
  const timers: Timers = { set: [], cancel: [] };
  for (const what of ["max_wait", "promise", "unanswered", "offer", "snooze"] as const) {
    const dueAtMs = due.get(what);
    if (dueAtMs === undefined) timers.cancel.push(timerId(ticket.id, what));
    else
      timers.set.push({
        id: timerId(ticket.id, what),
        bot: ticket.bot,
        conversation: ticket.conversation,
        dueAtMs,
        event: { kind: "ticket_due", ticket: ticket.id, what },
      });
  }
  return timers;
}

/** May this agent work on tickets of this queue? Supervisors and admins on all, agents on theirs; `[]` means every queue. */
export function worksOn(agent: Agent, queue: QueueName): boolean {
  if (agent.role === "system") return false;
  return agent.role !== "agent" || agent.queues.length === 0 || agent.queues.includes(queue);
}
