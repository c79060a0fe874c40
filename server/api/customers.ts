/** A customer on the desk: what is known of them, what there was before, and forgetting them. */
import { z } from "zod";
import { address } from "../../model/address.ts";
import type { ConversationId, PersonId } from "../../model/ids.ts";
import type { JsonObject } from "../../model/json.ts";
import type { Conversation } from "../../model/store.ts";
import type { Agent, Ticket } from "../../model/ticket.ts";
import { WHY } from "../../runtime/link.ts";
import type { DeskDeps } from "./deps.ts";
import { fault, NOT_FOUND, ofRefusal } from "./errors.ts";
import { ADMINS, Id, ok, PEOPLE, type Route, route } from "./route.ts";
import { conversationFor, seesTicket } from "./scope.ts";
import { iso, ticketJson } from "./ticket-json.ts";

const TICKETS_MAX = 100;

const Part = z.string().regex(/^[^\p{Cc}\s]{1,200}$/u);
const Linking = z
  .strictObject({
    conversation: Id.optional(),
    customer: z.strictObject({ channel: Part, account: Part, id: Part }).optional(),
    /** What the brand's own systems signed of who is logged in. */
    token: z.string().min(1).max(2048),
  })
  .refine(
    ({ conversation, customer }) => (conversation === undefined) !== (customer === undefined),
    "either conversation or customer must be given",
  );

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
      const person = (await store.personOf(agent.bot, id as PersonId)) ?? (id as PersonId); // linking may have given them another id
      const sight = await seesCustomer(deps, agent, person);
      if (!sight) return NOT_FOUND;
      const [agents, fields, addresses] = await Promise.all([
        store.agents(agent.bot),
        store.customer(agent.bot, person),
        store.addressesOf(agent.bot, person),
      ]);
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
        id: person,
        fields,
        addresses: addresses.map((one) => ({
          conversation_id: one.conversation,
          channel: one.address.channel,
          account: one.address.account,
          proof: one.proof,
          linked_at: iso(one.linkedAtMs),
        })),
        conversations,
        tickets: sight.tickets
          .slice(0, TICKETS_MAX)
          .map((ticket) => ({ ...ticketJson(ticket, agents, agent), summary: summaryOf(ticket) })),
      });
    },
  }),
  route({
    method: "post",
    path: "/customers/:id/unlink",
    roles: [...PEOPLE, "system"],
    body: z.strictObject({ conversation: Id }),
    async answer(deps, { agent, id, body }) {
      const conversation = await deps.store.load(agent.bot, body.conversation as ConversationId);
      const person = await deps.store.personOf(agent.bot, id as PersonId);
      if (!conversation || conversation.person !== person) return NOT_FOUND;
      if (agent.role !== "system" && !(await conversationFor(deps, agent, conversation.id))) return NOT_FOUND;
      const outcome = await deps.links.unlink(agent.bot, conversation.id, `agent:${agent.id}`);
      if (outcome.kind === "not_linked") return fault(409, "not_linked", "This chat is not linked with another one.");
      return ok({ conversation_id: conversation.id, customer_id: outcome.person });
    },
  }),
  route({
    method: "post",
    path: "/links",
    roles: ["system", "admin"],
    body: Linking,
    async answer(deps, { agent, body }) {
      const { customer: who } = body;
      const id = who
        ? await deps.store.find(agent.bot, address(who.channel, who.account, who.id))
        : ((await deps.store.load(agent.bot, body.conversation as ConversationId))?.id ?? null);
      if (id === null) return NOT_FOUND;
      const outcome = await deps.links.link(agent.bot, id, body.token, `agent:${agent.id}`);
      if ("wrong" in outcome) return fault(422, "not_proven", outcome.wrong);
      if (outcome.kind === "refused") return fault(422, "not_proven", WHY[outcome.because]);
      return ok({ conversation_id: id, customer_id: outcome.person, linked: outcome.kind !== "noted" });
    },
  }),
  route({
    method: "post",
    path: "/customers/:id/erase",
    roles: ADMINS,
    body: z.strictObject({}),
    async answer(deps, { agent, id }) {
      const person = (await deps.store.personOf(agent.bot, id as PersonId)) ?? (id as PersonId);
      const known = await deps.store.conversationsOf(agent.bot, person);
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
