/** A customer on the desk: what is known of them, what there was before, and forgetting them. */
import { z } from "zod";
import type { PersonId } from "../../model/ids.ts";
import type { JsonObject } from "../../model/json.ts";
import type { Ticket } from "../../model/ticket.ts";
import type { DeskDeps } from "./deps.ts";
import { NOT_FOUND, ofRefusal } from "./errors.ts";
import { ADMINS, ok, PEOPLE, type Route, route } from "./route.ts";
import { conversationFor, seesTicket } from "./scope.ts";
import { iso, ticketJson } from "./ticket-json.ts";

const TICKETS_MAX = 100;

function summaryOf({ package: told }: Ticket): string | null {
  const summary = (told as { summary?: { text?: unknown } | null } | null)?.summary?.text;
  return typeof summary === "string" ? summary : null;
}

export const customerRoutes: Route[] = [
  route({
    method: "get",
    path: "/customers/:id",
    roles: PEOPLE,
    async answer(deps: DeskDeps, { agent, id }) {
      const { store } = deps;
      const all = await store.conversationsOf(agent.bot, id as PersonId);
      const sights = await Promise.all(all.map((one) => conversationFor(deps, agent, one.id)));
      const tickets = (await Promise.all(all.map((one) => store.ticketsOf(agent.bot, one.id)))).flat();
      const seen = tickets.filter((ticket) => seesTicket(agent, ticket)).sort((a, b) => b.openedAtMs - a.openedAtMs);
      const isKnown = sights.some((sight) => sight !== null) || seen.length > 0;
      if (!isKnown) return NOT_FOUND;
      const [agents, fields] = await Promise.all([store.agents(agent.bot), store.customer(agent.bot, id as PersonId)]);
      const conversations: JsonObject[] = all
        .filter((_, at) => sights[at] !== null)
        .map((one) => ({
          id: one.id,
          channel: one.address.channel,
          account: one.address.account,
          controller: one.controller,
          created_at: iso(one.createdAtMs),
        }))
        .reverse();
      return ok({
        id,
        fields,
        conversations,
        tickets: seen.slice(0, TICKETS_MAX).map((ticket) => ({ ...ticketJson(ticket, agents, agent), summary: summaryOf(ticket) })),
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
