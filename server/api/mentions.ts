/** Who is named in a note (`@Mia`) is told, and finds it again until they have looked. */
import { z } from "zod";
import { transcript } from "../../handoff/transcript.ts";
import type { AgentId, ConversationId } from "../../model/ids.ts";
import type { JsonObject } from "../../model/json.ts";
import type { Agent, Ticket } from "../../model/ticket.ts";
import type { DeskDeps } from "./deps.ts";
import { Id, ok, PEOPLE, type Route, route } from "./route.ts";
import { conversationFor, seesAll, seesTicket } from "./scope.ts";
import { iso } from "./ticket-json.ts";
import { nameOf, shortened } from "./ticket-rows.ts";
import { LIMIT } from "./tickets.ts";

/** By the whole name, or by the first one where only one colleague has it; never oneself, nor whoever may not see the ticket. */
export function mentioned(text: string, by: Agent, agents: Agent[], ticket: Ticket | null): AgentId[] {
  const others = agents.filter(
    (one) => one.id !== by.id && !one.disabled && one.role !== "system" && (seesAll(one) || (ticket !== null && seesTicket(one, ticket))),
  );
  const named = new Set<AgentId>();
  for (const { index } of text.matchAll(/@/g)) {
    const rest = text.slice(index + 1).toLowerCase();
    const begins = (name: string) => rest.startsWith(name.toLowerCase()) && !/^[\p{L}\p{N}]/u.test(rest.slice(name.length));
    const whole = others.filter(({ name }) => begins(name)).sort((a, b) => b.name.length - a.name.length)[0];
    const first = others.filter(({ name }) => begins(name.split(/\s+/)[0]!));
    const one = whole ?? (first.length === 1 ? first[0] : undefined);
    if (one) named.add(one.id);
  }
  return [...named];
}

async function mentionJson(deps: DeskDeps, agent: Agent, agents: Agent[], id: ConversationId, seq: number): Promise<JsonObject | null> {
  const { store } = deps;
  const tickets = await store.ticketsOf(agent.bot, id);
  const last = tickets.filter((ticket) => seesTicket(agent, ticket)).at(-1);
  const sight = await conversationFor(deps, agent, id, last?.id);
  if (!sight) return null;
  const [row] = await store.journal(agent.bot, id, seq - 1, 1);
  const [entry] = row?.seq === seq ? transcript([row]) : [];
  const by = agents.find((one) => one.id === entry?.agent);
  return {
    conversation_id: id,
    ticket_id: last?.id ?? null,
    customer: { id: sight.conversation.person, name: nameOf(await store.customer(agent.bot, sight.conversation.person)) },
    seq,
    by: by ? { id: by.id, name: by.name } : null,
    text: shortened(entry?.text ?? null),
  };
}

export const mentionRoutes: Route[] = [
  route({
    method: "get",
    path: "/mentions",
    roles: PEOPLE,
    query: z.strictObject({ limit: LIMIT.default(50) }),
    async answer(deps, { agent, query }) {
      const [all, agents] = await Promise.all([deps.store.mentions(agent.bot, agent.id, query.limit), deps.store.agents(agent.bot)]);
      const mentions: JsonObject[] = [];
      for (const { conversation, seq, atMs, seenAtMs } of all) {
        const told = await mentionJson(deps, agent, agents, conversation, seq);
        if (told) mentions.push({ ...told, at: iso(atMs), seen_at: iso(seenAtMs) });
      }
      return ok({ mentions, unseen: mentions.filter(({ seen_at: seen }) => seen === null).length });
    },
  }),
  route({
    method: "post",
    path: "/mentions/seen",
    roles: PEOPLE,
    body: z.strictObject({ conversation: Id }),
    async answer(deps, { agent, body }) {
      await deps.store.seeMentions(agent.bot, agent.id, body.conversation as ConversationId, deps.clock.nowMs());
      return ok({});
    },
  }),
];
