/** Names and ids as distinct types, so that a queue can never be passed where a flow is meant. All are opaque strings. */
import { z } from "zod";

export const BotName = z.string().brand("BotName");
export type BotName = z.infer<typeof BotName>;
export const ConversationId = z.string().brand("ConversationId"); // cv_…
export type ConversationId = z.infer<typeof ConversationId>;
export const LineId = z.string().brand("LineId"); // ms_…: one message to the customer
export type LineId = z.infer<typeof LineId>;
export const TicketId = z.string().brand("TicketId"); // ho_…
export type TicketId = z.infer<typeof TicketId>;
export const PersonId = z.string().brand("PersonId"); // cu_…: a customer, with one or more addresses
export type PersonId = z.infer<typeof PersonId>;
export const AgentId = z.string().brand("AgentId"); // ag_…: always a person on the desk
export type AgentId = z.infer<typeof AgentId>;
export const TimerId = z.string().brand("TimerId"); // tm_…
export type TimerId = z.infer<typeof TimerId>;
export const CallId = z.string().brand("CallId"); // ca_…: work outside; also its idempotency key
export type CallId = z.infer<typeof CallId>;
export const QueueName = z.string().brand("QueueName");
export type QueueName = z.infer<typeof QueueName>;

export type IdPrefix = "cv" | "ms" | "ho" | "cu" | "ag" | "tm" | "ca" | "pr" | "ls" | "up" | "cr" | "mv";

/** Makes ids: the prefix, `_`, a ULID that grows with time. The only source of randomness besides the clock's file. */
export interface Ids {
  next(prefix: IdPrefix): string;
}
