/** A small desk to test the law on: one conversation, two queues, and everybody who may come near it. */
import type { Hours, Queue } from "../../dialogue/program.ts";
import type { LawState } from "../../handoff/decided.ts";
import { claimTicket, openTicket } from "../../handoff/tickets.ts";
import { address } from "../../model/address.ts";
import type { AgentId, BotName, ConversationId, PersonId, QueueName, TicketId } from "../../model/ids.ts";
import { NO_MARKS } from "../../model/limits.ts";
import { EMPTY_SESSION } from "../../model/session.ts";
import type { Controller, Conversation } from "../../model/store.ts";
import type { Agent, AgentRole, Ticket } from "../../model/ticket.ts";
import type { HandoffRequest } from "../../model/turn.ts";

export const BOT = "alder" as BotName;
export const TALK = "cv_1" as ConversationId;
export const TICKET = "ho_1" as TicketId;
export const NOON = Date.UTC(2026, 2, 2, 20); // a Monday noon in Los Angeles

export const ALWAYS: Hours = { timezone: "America/Los_Angeles", days: null, holidays: [] };

export function queue(name: string, over: Partial<Queue> = {}): Queue {
  return {
    name,
    hours: ALWAYS,
    answerWithinMs: 120_000,
    maxWaitMs: 900_000,
    route: [],
    whenClosed: null,
    whenTooLong: null,
    ...over,
  };
}

export function agent(id: string, role: AgentRole = "agent", over: Partial<Agent> = {}): Agent {
  return {
    id: id as AgentId,
    bot: BOT,
    name: id,
    role,
    queues: ["care" as QueueName],
    skills: [],
    languages: [],
    away: false,
    capacity: 3,
    disabled: false,
    ...over,
  };
}

export const MEI = agent("mei"); // has the conversation, where a person has it
export const NOAH = agent("noah"); // the same queue
export const OTTO = agent("otto", "agent", { queues: ["billing" as QueueName] });
export const SUE = agent("sue", "supervisor", { queues: [] });
export const ADA = agent("ada", "admin", { queues: [] });
export const GONE = agent("gone", "agent", { disabled: true });
export const SHOP = agent("shop", "system");
export const EVERYBODY = [MEI, NOAH, OTTO, SUE, ADA, GONE, SHOP];

export const REQUEST: HandoffRequest = {
  queue: "care" as QueueName,
  code: "customer_asked",
  detail: "a person please",
  flow: "returns",
  step: "order",
  priority: "normal",
  skills: [],
  askAgent: [],
  returnTo: "order",
  notice: null,
};

export function ticketOf(over: Partial<Ticket> = {}): Ticket {
  const opening = { id: TICKET, bot: BOT, conversation: TALK, request: REQUEST, language: "en", windowClosesAtMs: null, nowMs: NOON };
  return { ...openTicket(opening, queue("care")), ...over };
}

export function talk(over: Partial<Conversation> = {}): Conversation {
  return {
    id: TALK,
    bot: BOT,
    address: address("messenger", "page_1", "psid_1"),
    person: "cu_1" as PersonId,
    version: 4,
    epoch: 7,
    controller: "bot",
    agent: null,
    ticket: null,
    session: EMPTY_SESSION,
    marks: NO_MARKS,
    createdAtMs: NOON,
    ...over,
  };
}

/** The conversation with this controller, and the ticket it then has. */
export function lawAt(controller: Controller, over: Partial<LawState> = {}): LawState {
  const waiting = ticketOf();
  const ticket = controller === "queue" ? waiting : controller === "human" ? claimTicket(waiting, MEI.id, NOON) : null;
  return {
    conversation: talk({ controller, ticket: ticket?.id ?? null, agent: controller === "human" ? MEI.id : null }),
    ticket,
    nowMs: NOON + 60_000,
    agents: EVERYBODY,
    queues: new Map([queue("care"), queue("billing")].map((one) => [one.name, one])),
    defaultQueue: "care",
    newTicket: "ho_2" as TicketId,
    ...over,
  };
}
