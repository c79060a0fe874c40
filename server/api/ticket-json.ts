/** A ticket as the API tells it. */
import type { AgentId } from "../../model/ids.ts";
import type { JsonObject } from "../../model/json.ts";
import { type Agent, orderKey, type Ticket } from "../../model/ticket.ts";

export function ticketJson(ticket: Ticket, agents: Agent[], reader: Agent): JsonObject {
  const named = (id: AgentId): JsonObject => ({ id, name: agents.find((agent) => agent.id === id)?.name ?? id });
  const { offer, request } = ticket;
  return {
    id: ticket.id,
    conversation_id: ticket.conversation,
    queue: ticket.queue,
    state: ticket.state,
    outcome: ticket.outcome,
    agent: ticket.agent === null ? null : named(ticket.agent),
    // The lease is the key to the offer: only whom it was made to gets it.
    offer: offer && { agent: named(offer.agent), until: iso(offer.untilMs), ...(offer.agent === reader.id ? { lease: offer.lease } : {}) },
    priority: ticket.priority,
    skills: ticket.skills,
    language: ticket.language,
    reason: { code: request.code, detail: request.detail, flow: request.flow, step: request.step },
    opened_at: iso(ticket.openedAtMs),
    claimed_at: iso(ticket.claimedAtMs),
    closed_at: iso(ticket.closedAtMs),
    promised_at: iso(ticket.promisedAtMs),
    expires_at: iso(ticket.expiresAtMs),
    window_closes_at: iso(ticket.windowClosesAtMs),
    snoozed_until: iso(ticket.snoozedUntilMs ?? null),
    answered: ticket.answered,
    wrap_up: ticket.wrapUp,
    note: ticket.note,
    order: orderKey(ticket),
  };
}

export function iso(atMs: number | null): string | null {
  return atMs === null ? null : new Date(atMs).toISOString();
}
