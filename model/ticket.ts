/** A ticket: what people work on, one per handoff, in one queue. Data only; `handoff/` has the rules. */
import type { AgentId, BotName, ConversationId, QueueName, TicketId } from "./ids.ts";
import type { Json } from "./json.ts";
import type { HandoffRequest, Priority } from "./turn.ts";

export type TicketState = "waiting" | "offered" | "claimed" | "snoozed" | "closed";
export type TicketOutcome = "resolved" | "returned" | "cancelled" | "expired" | "erased";

export type Ticket = {
  id: TicketId;
  bot: BotName;
  conversation: ConversationId;
  queue: QueueName;
  state: TicketState;
  outcome: TicketOutcome | null;
  agent: AgentId | null; // who has it (claimed)
  offer: { agent: AgentId; lease: string; untilMs: number } | null;
  priority: Priority;
  skills: string[];
  language: string | null;
  openedAtMs: number;
  claimedAtMs: number | null;
  closedAtMs: number | null;
  /** When an answer was promised for (`answer_within`), and when the waiting ends (`max_wait`). */
  promisedAtMs: number | null;
  expiresAtMs: number | null;
  windowClosesAtMs: number | null;
  /** Put aside until then (`snoozed`); tickets of earlier releases lack it. */
  snoozedUntilMs?: number | null;
  /** Has the agent who claimed answered since? */
  answered: boolean;
  /** When an agent first answered; tickets of earlier releases lack it. */
  answeredAtMs?: number;
  /** Was the customer told that the promised time has passed? Once per ticket. */
  apologized?: boolean;
  /** When a person outside the desk (the platform's own inbox) last spoke. */
  spokeAtMs?: number;
  /** What the flow asked for, kept so that a return knows the step and the facts. */
  request: HandoffRequest;
  /** handoff.v1, see `model/package.ts`; its transcript ends at this journal number. */
  package: Json;
  packageSeq: number;
  /** The rung of the queue's `route` that is being tried. */
  rung: number;
  wrapUp: string | null;
  note: string | null;
};

/** Smaller comes first: priority, then the nearer of promise and window, then age; ties by id. Source: handoff-facts §0.3. */
export function orderKey(ticket: Ticket): [priority: number, dueMs: number, openedAtMs: number, id: string] {
  const rank: Record<Priority, number> = { urgent: 0, high: 1, normal: 2, low: 3 };
  const due = Math.min(ticket.promisedAtMs ?? Number.MAX_SAFE_INTEGER, ticket.windowClosesAtMs ?? Number.MAX_SAFE_INTEGER);
  return [rank[ticket.priority], due, ticket.openedAtMs, ticket.id];
}

/** `system` is no person: one of the brand's own systems, whose token may only tell events. */
export type AgentRole = "agent" | "supervisor" | "admin" | "system";
export type Agent = {
  id: AgentId;
  bot: BotName;
  name: string;
  role: AgentRole;
  queues: QueueName[]; // [] means every queue
  skills: string[];
  languages: string[];
  away: boolean;
  capacity: number;
  disabled: boolean;
};
