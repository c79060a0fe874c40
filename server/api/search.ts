/** Finding: customers, tickets and what was said, by words, as far as the one who asks may see them. */
import { z } from "zod";
import { transcript } from "../../handoff/transcript.ts";
import type { ConversationId, PersonId } from "../../model/ids.ts";
import type { JournalRow } from "../../model/journal.ts";
import type { JsonObject } from "../../model/json.ts";
import type { Agent, Ticket } from "../../model/ticket.ts";
import { seesCustomer, summaryOf } from "./customers.ts";
import type { DeskDeps } from "./deps.ts";
import { ok, PEOPLE, type Route, route } from "./route.ts";
import { conversationFor, seesTicket } from "./scope.ts";
import { iso } from "./ticket-json.ts";
import { nameOf, shortened } from "./ticket-rows.ts";

const LOOKED_AT_MAX = 100;
const RESULTS_MAX = 50;

export const searchRoutes: Route[] = [
  route({
    method: "get",
    path: "/search",
    roles: PEOPLE,
    query: z.strictObject({ q: z.string().max(200), limit: z.coerce.number().int().min(1).max(RESULTS_MAX).default(20) }),
    async answer(deps, { agent, query }) {
      const words = query.q.split(/\s+/).filter(Boolean);
      const found = await deps.store.search(agent.bot, words, LOOKED_AT_MAX);
      const customers = await gather(found.customers, query.limit, ({ person, fields }) => customerFound(deps, agent, person, fields));
      const tickets = await gather(found.tickets, query.limit, (ticket) => ticketFound(deps, agent, ticket));
      const said = await gather(found.said, query.limit, (row) => lineFound(deps, agent, row));
      return ok({ customers, tickets, said });
    },
  }),
];

/** The first ones that may be seen; the rest is not looked at. */
async function gather<T>(all: T[], limit: number, seen: (one: T) => Promise<JsonObject | null>): Promise<JsonObject[]> {
  const shown: JsonObject[] = [];
  for (const one of all) {
    if (shown.length >= limit) break;
    const told = await seen(one);
    if (told) shown.push(told);
  }
  return shown;
}

async function customerFound(deps: DeskDeps, agent: Agent, person: PersonId, fields: JsonObject): Promise<JsonObject | null> {
  const sight = await seesCustomer(deps, agent, person);
  const last = sight?.conversations.at(-1);
  if (!sight) return null;
  return {
    customer: { id: person, name: nameOf(fields) },
    conversation_id: last?.id ?? null,
    ticket_id: last?.ticket ?? sight.tickets[0]?.id ?? null,
    at: iso(last?.createdAtMs ?? null),
  };
}

async function ticketFound(deps: DeskDeps, agent: Agent, ticket: Ticket): Promise<JsonObject | null> {
  if (!seesTicket(agent, ticket)) return null;
  return {
    ...(await aboutConversation(deps, agent, ticket.conversation)),
    ticket_id: ticket.id,
    queue: ticket.queue,
    state: ticket.state,
    text: summaryOf(ticket),
    at: iso(ticket.openedAtMs),
  };
}

async function lineFound(deps: DeskDeps, agent: Agent, row: JournalRow): Promise<JsonObject | null> {
  const sight = await conversationFor(deps, agent, row.conversation);
  const [entry] = transcript([row]);
  if (!sight || !entry) return null;
  return {
    ...(await aboutConversation(deps, agent, row.conversation)),
    ticket_id: sight.conversation.ticket,
    seq: row.seq,
    by: entry.by,
    kind: entry.kind,
    text: shortened(entry.text),
    at: iso(row.atMs),
  };
}

async function aboutConversation({ store }: DeskDeps, { bot }: Agent, id: ConversationId): Promise<JsonObject> {
  const conversation = await store.load(bot, id);
  if (!conversation) return { conversation_id: id, customer: null };
  return { conversation_id: id, customer: { id: conversation.person, name: nameOf(await store.customer(bot, conversation.person)) } };
}
