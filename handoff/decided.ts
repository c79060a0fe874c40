/** What the law is given and what it answers, and the parts that all its decisions share. */
import type { Queue } from "../dialogue/program.ts";
import type { Refusal, RefusalCode } from "../model/desk.ts";
import type { Control } from "../model/event.ts";
import type { AgentId, TicketId, TimerId } from "../model/ids.ts";
import type { ChangeSkeleton } from "../model/journal.ts";
import type { Json, JsonObject } from "../model/json.ts";
import type { WindowState } from "../model/limits.ts";
import type { Speaker } from "../model/message.ts";
import type { Controller, Conversation, FeedNotice, Timer } from "../model/store.ts";
import type { Agent, Ticket } from "../model/ticket.ts";
import { ticketTimers } from "./tickets.ts";

/** Besides the control events: the flow asked for a person, the customer left the queue, the customer wrote again. */
export type Verb = Control["kind"] | "requested" | "left_queue" | "wrote";

/** What is known when a control event is decided; all of it as the store holds it now. */
export type LawState = {
  conversation: Conversation;
  /** The ticket the event names, else the conversation's open one. */
  ticket: Ticket | null;
  nowMs: number;
  /** Everybody on this bot's desk: roles are checked and names told from it. */
  agents: Agent[];
  /** The newest program's queues. */
  queues: Map<string, Queue>;
  /** Whose ticket a take-over becomes when the agent has no queue of their own. */
  defaultQueue: string | null;
  /** The id that a take-over's ticket gets. */
  newTicket: TicketId;
  /** The epoch the caller last saw; undefined: not checked. */
  epoch?: number | undefined;
  /** The customer's window, where a line is to be said. */
  window?: WindowState | undefined;
  /** Does the channel take approved templates when that window is closed? */
  takesTemplates?: boolean | undefined;
  /** The customer's language, for a take-over's ticket. */
  language?: string | null | undefined;
};

export type Decided = {
  /** Who has the conversation afterwards; undefined: unchanged, and so is the epoch. */
  controller?: Controller;
  /** The person who has it afterwards; null for none on our desk. Only with `controller`. */
  agent: AgentId | null;
  /** To be written whole; null: no ticket changes. */
  ticket: Ticket | null;
  /** The ticket is new: the caller fills `package` and `packageSeq` before it commits. */
  opened: boolean;
  /** The conversation's open ticket afterwards. */
  ticketOpen: TicketId | null;
  /** Whose unsent lines go out under the new epoch; undefined with an unchanged controller. */
  survive?: Speaker[];
  /** Body of a `change` row; null when nothing changed hands. */
  change: ChangeSkeleton | null;
  feed: FeedNotice[];
  timers: { set: Timer[]; cancel: TimerId[] };
  /** What the engine does next, in the same commit. `expired`: the queue's `when_too_long`. `left`: as a return, by the customer. `late`: an apology. */
  next: "return" | "resolve" | "expired" | "left" | "late" | "nothing";
};

export function refuse(refused: RefusalCode, status: Refusal["status"], message: string, details?: Json): Refusal {
  return details === undefined ? { refused, status, message } : { refused, status, message, details };
}
export function isRefusal(value: Decided | Refusal): value is Refusal {
  return "refused" in value;
}

export function change(
  state: LawState,
  what: Verb,
  to: Controller,
  agent: AgentId | null,
  ticket: Ticket | null,
  by: AgentId | null,
  why?: string,
): Decided {
  const { conversation } = state;
  const from = conversation.controller;
  const skeleton: ChangeSkeleton = {
    what,
    from,
    to,
    epoch: conversation.epoch + 1,
    ticket: ticket?.id ?? null,
    queue: ticket?.queue ?? null,
    agent,
    by,
    ticketState: ticket?.state ?? null,
    outcome: ticket?.outcome ?? null,
    ...(why === undefined ? {} : { why }),
  };
  return {
    controller: to,
    agent,
    ticket,
    opened: false,
    ticketOpen: ticket && ticket.state !== "closed" ? ticket.id : null,
    survive: survivors(from, to),
    change: skeleton,
    feed: ticket ? [notice(ticket, what, { controller: to, epoch: conversation.epoch + 1, agent, by, ...(why ? { why } : {}) })] : [],
    timers: ticket ? ticketTimers(ticket, state.queues.get(ticket.queue)) : { set: [], cancel: [] },
    next: "nothing",
  };
}

/** The bot's own lines are not said once a person has the conversation; what an agent was told is accepted goes out. DESIGN §4. */
export function survivors(from: Controller, to: Controller): Speaker[] {
  return from === "human" || to === "human" ? ["agent", "system"] : ["bot", "agent", "system"];
}

export function withTicket(state: LawState, ticket: Ticket, what: string, data: JsonObject): Decided {
  return {
    ...unchanged(state, [notice(ticket, what, data)]),
    ticket,
    timers: ticketTimers(ticket, state.queues.get(ticket.queue)),
  };
}

export function unchanged(state: LawState, feed: FeedNotice[]): Decided {
  const { agent, ticket } = state.conversation;
  return { agent, ticket: null, opened: false, ticketOpen: ticket, change: null, feed, timers: { set: [], cancel: [] }, next: "nothing" };
}

/** Numbered notices hold ids and states only: the words are read where the reader's rights are checked. */
export function notice(ticket: Ticket, what: string, data: JsonObject): FeedNotice {
  return {
    kind: `ticket.${what}`,
    conversation: ticket.conversation,
    ticket: ticket.id,
    queue: ticket.queue,
    data: { state: ticket.state, outcome: ticket.outcome, ...data },
  };
}

/** The one who has it, or someone set over them. A person outside the desk can be relieved by anybody of the queue. */
export function holds(state: LawState, actor: Agent | undefined): boolean {
  const { agent } = state.conversation;
  return agent === null || actor?.id === agent || actor?.role === "supervisor" || actor?.role === "admin";
}

export function notYours(state: LawState): Refusal {
  const { agent } = state.conversation;
  const who = agent === null ? "nobody of this desk" : nameOf(state, agent);
  return refuse("not_controller", 403, `The conversation is with ${who}.`, now(state.conversation));
}

export function invalid(state: LawState, verb: Verb): Refusal {
  const { controller } = state.conversation;
  return refuse("invalid_transition", 409, `\`${verb}\` is not possible while the conversation is with \`${controller}\`.`, {
    ...now(state.conversation),
    ticket_state: state.ticket?.state ?? null,
  });
}

export function now(conversation: Conversation): JsonObject {
  return { epoch: conversation.epoch, controller: conversation.controller };
}
export function nameOf(state: LawState, agent: AgentId): string {
  return state.agents.find((one) => one.id === agent)?.name ?? agent;
}
