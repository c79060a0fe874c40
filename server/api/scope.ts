/** What an agent may see: tickets of their queues, the conversations behind them, and nothing of another bot. */
import { worksOn } from "../../handoff/tickets.ts";
import type { ConversationId, TicketId } from "../../model/ids.ts";
import type { Conversation, FeedNotice } from "../../model/store.ts";
import type { Agent, Ticket } from "../../model/ticket.ts";
import type { DeskDeps } from "./deps.ts";

/** Does this agent work for the whole bot? Conversations that no queue has are theirs to see. */
export function seesAll(agent: Agent): boolean {
  return agent.role === "supervisor" || agent.role === "admin" || (agent.role === "agent" && agent.queues.length === 0);
}

export function seesTicket(agent: Agent, ticket: Ticket): boolean {
  if (ticket.bot !== agent.bot) return false;
  return worksOn(agent, ticket.queue) || ticket.agent === agent.id || ticket.offer?.agent === agent.id;
}

export async function ticketFor(deps: DeskDeps, agent: Agent, id: string): Promise<Ticket | null> {
  const ticket = await deps.store.ticket(agent.bot, id as TicketId);
  return ticket && seesTicket(agent, ticket) ? ticket : null;
}

export type Sight = { conversation: Conversation; ticket: Ticket | null; untilMs: number | null };

/**
 * A conversation as far as this agent may see it: through its open ticket, or through an earlier one they name
 * (`through`), then only up to that one's end.
 */
export async function conversationFor(deps: DeskDeps, agent: Agent, id: string, through?: string): Promise<Sight | null> {
  const conversation = await deps.store.load(agent.bot, id as ConversationId);
  if (!conversation) return null;
  const ticket = conversation.ticket === null ? null : await deps.store.ticket(agent.bot, conversation.ticket);
  if (seesAll(agent) || conversation.agent === agent.id || (ticket && seesTicket(agent, ticket)))
    return { conversation, ticket, untilMs: null };
  if (conversation.linked && (await worksWith(deps, agent, conversation))) return { conversation, ticket: null, untilMs: null };
  const earlier = through === undefined ? null : await ticketFor(deps, agent, through);
  return earlier?.conversation === id ? { conversation, ticket: earlier, untilMs: earlier.closedAtMs } : null;
}

/** Does this agent work with the same customer in another of their chats? Then this one is part of the story. */
async function worksWith(deps: DeskDeps, agent: Agent, { person, id }: Conversation): Promise<boolean> {
  for (const other of await deps.store.conversationsOf(agent.bot, person)) {
    if (other.id === id || other.ticket === null) continue;
    const ticket = await deps.store.ticket(agent.bot, other.ticket);
    if (other.agent === agent.id || (ticket && seesTicket(agent, ticket))) return true;
  }
  return false;
}

/** A notice without a queue belongs to its ticket's; one of no ticket at all to those who see everything. */
export async function seesNotice(deps: DeskDeps, agent: Agent, notice: FeedNotice): Promise<boolean> {
  if (seesAll(agent)) return true;
  if (notice.data.to === agent.id || notice.data.agent === agent.id) return true;
  if (notice.queue !== null && worksOn(agent, notice.queue)) return true;
  if (notice.ticket === null) return false;
  const ticket = await deps.store.ticket(agent.bot, notice.ticket);
  return ticket !== null && (notice.queue === null ? seesTicket(agent, ticket) : ticket.agent === agent.id);
}
