/** A customer on the desk: what is known of them, what there was before, and forgetting them. */
import { z } from "zod";
import type { PersonId } from "../../model/ids.ts";
import type { JsonObject } from "../../model/json.ts";
import type { Conversation } from "../../model/store.ts";
import type { Agent, Ticket } from "../../model/ticket.ts";
import type { DeskDeps } from "./deps.ts";
import { NOT_FOUND, ofRefusal } from "./errors.ts";
import { ADMINS, ok, PEOPLE, type Route, route } from "./route.ts";
import { conversationFor, seesTicket } from "./scope.ts";
import { iso, ticketJson } from "./ticket-json.ts";

const TICKETS_MAX = 100;

export function summaryOf({ package: told }: Ticket): string | null {
  const summary = (told as { summary?: { text?: unknown } | null } | null)?.summary?.text;
  return typeof summary === "string" ? summary : null;
}

export type CustomerSight = { conversations: Conversation[]; tickets: Ticket[] };

/** A customer as far as this agent may see them: their conversations, oldest first, and tickets, newest first; null for nothing of them. */
export async function seesCustomer(deps: DeskDeps, agent: Agent, id: PersonId): Promise<CustomerSight | null> {
  const all = await deps.store.conversationsOf(agent.bot, id);
  const sights = await Promise.all(all.map((one) => conversationFor(deps, agent, one.id)));
  const theirs = (await Promise.all(all.map((one) => deps.store.ticketsOf(agent.bot, one.id)))).flat();
  const tickets = theirs.filter((ticket) => seesTicket(agent, ticket)).sort((a, b) => b.openedAtMs - a.openedAtMs);
  const conversations = all.filter((_, at) => sights[at] !== null);
  return conversations.length === 0 && tickets.length === 0 ? null : { conversations, tickets };
}

export const customerRoutes: Route[] = [
  route({
    method: "get",
    path: "/customers/:id",
    roles: PEOPLE,
    async answer(deps: DeskDeps, { agent, id }) {
      const { store } = deps;
      const sight = await seesCustomer(deps, agent, id as PersonId);
      if (!sight) return NOT_FOUND;
      const [agents, fields] = await Promise.all([store.agents(agent.bot), store.customer(agent.bot, id as PersonId)]);
      const conversations: JsonObject[] = sight.conversations
        .map((one) => ({
          id: one.id,
          channel: one.address.channel,
          account: one.address.account,
          controller: one.controller,
          ticket_id: one.ticket,
          created_at: iso(one.createdAtMs),
        }))
        .reverse();
      return ok({
        id,
        fields,
        conversations,
        tickets: sight.tickets
          .slice(0, TICKETS_MAX)
          .map((ticket) => ({ ...ticketJson(ticket, agents, agent), summary: summaryOf(ticket) })),
      });
    },
  }),
  route({
    method: "post",
    path: "/customers/:id/erase",
    roles: ADMINS,
    body: z.strictObject({}),
    async answer(deps, { agent, id }) {
      const known = await deps.store.conversationsOf(agent.bot, id as PersonId);
      const first = known[0];
      if (!first) return NOT_FOUND;
      const erased = await deps.road.control({
        bot: agent.bot,
        conversation: first.id,
        control: { kind: "erased", by: `agent:${agent.id}` },
      });
      if (!erased.ok) return ofRefusal(erased);
      await deps.files.sweep(); // what agents had sent them
      return ok({ erased: id, conversations: known.length });
    },
  }),
];
