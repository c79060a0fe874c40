/** Conversations over HTTP: the talk as it was, an agent's lines and notes into it, taking one over, forgetting a customer. */
import { z } from "zod";
import { transcript, transcriptJson } from "../../handoff/transcript.ts";
import type { AgentId, ConversationId, LineId, PersonId } from "../../model/ids.ts";
import type { JournalRow } from "../../model/journal.ts";
import type { Json, JsonObject } from "../../model/json.ts";
import { windowState } from "../../model/limits.ts";
import type { Message } from "../../model/message.ts";
import type { Conversation } from "../../model/store.ts";
import type { Agent } from "../../model/ticket.ts";
import type { DeskDeps } from "./deps.ts";
import { fault, NOT_FOUND, ofRefusal } from "./errors.ts";
import { ADMINS, Id, ok, PEOPLE, type Route, route } from "./route.ts";
import { conversationFor, seesAll } from "./scope.ts";
import { act, iso, LIMIT, Note, ticketJson } from "./tickets.ts";

const Text = z
  .string()
  .max(8000)
  .refine((text) => text.trim() !== "", "is empty")
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is refused
  .refine((text) => !/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/.test(text), "has control characters");
const Link = z
  .string()
  .max(2000)
  .regex(/^https:\/\/[^\s"<>\\^`{|}]+$/, "is not an https link");
const ClientId = z.string().regex(/^[\x21-\x7e]{1,100}$/);
const Attachment = z.strictObject({
  kind: z.enum(["image", "video", "audio", "file"]),
  url: Link,
  name: z.string().min(1).max(200).optional(),
});
const Seq = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

const Said = z
  .strictObject({
    /** The epoch the agent saw: a line written under another one is not sent. */
    epoch: z.int().min(0),
    client_id: ClientId,
    text: Text.optional(),
    attachments: z.array(Attachment).max(4).default([]),
  })
  .refine(({ text, attachments }) => text !== undefined || attachments.length > 0, "text or attachments must be given")
  .refine(({ attachments }) => new Set(attachments.map((one) => one.kind)).size === attachments.length, "one attachment of each kind");

function messageOf({ text, attachments }: z.infer<typeof Said>): Message {
  const message: Message = {};
  if (text !== undefined) message.text = text;
  for (const { kind, url, name } of attachments) message[kind] = { url, ...(name === undefined ? {} : { name }) };
  return message;
}

function conversationJson(deps: DeskDeps, conversation: Conversation, agents: Agent[], customer: JsonObject): JsonObject {
  const { address, marks, session, agent } = conversation;
  const program = deps.program(conversation.bot);
  const limits = program?.limits.get(address.channel);
  const window = limits ? windowState(limits.windows, marks, deps.clock.nowMs()) : null;
  const top = session.stack.at(-1);
  return {
    id: conversation.id,
    controller: conversation.controller,
    epoch: conversation.epoch,
    agent: agent === null ? null : { id: agent, name: agents.find((one) => one.id === agent)?.name ?? agent },
    channel: address.channel,
    account: address.account,
    customer: { id: conversation.person, fields: customer },
    language: session.language ?? null,
    flow: top ? { name: top.flow, step: session.question?.step ?? top.step } : null,
    steps: stepsOf(deps, conversation),
    window: window && { open: window.open, closes_at: iso(window.closesAtMs), human_agent_until: iso(window.humanUntilMs) },
    created_at: iso(conversation.createdAtMs),
  };
}

/** The steps that a return may name, and the slots it may bring. */
function stepsOf(deps: DeskDeps, { bot, session }: Conversation): Json {
  const top = session.stack.at(-1);
  const flow = top && deps.program(bot)?.flows.get(top.flow);
  return flow
    ? { flow: flow.name, steps: [...flow.byId.keys()], slots: [...flow.slots.values()].map(({ name, type }) => ({ name, type })) }
    : null;
}

/** What became of the agent's and the bot's lines: the rows tell of refusals, the outbox of what is still under way. */
async function withStates(deps: DeskDeps, conversation: Conversation, rows: JournalRow[]): Promise<JsonObject[]> {
  const entries = transcript(rows);
  return Promise.all(
    entries.map(async (entry) => {
      if (entry.direction !== "out" || entry.by === "person" || entry.state !== undefined) return transcriptJson(entry);
      const line = await deps.store.outboxRow(conversation.bot, entry.id as LineId);
      return transcriptJson({ ...entry, state: line?.state ?? "sent", why: line?.why ?? null });
    }),
  );
}

export const conversationRoutes: Route[] = [
  route({
    method: "get",
    path: "/conversations",
    roles: PEOPLE,
    query: z.strictObject({ limit: LIMIT.default(50), before: Id.optional() }),
    async answer(deps, { agent, query }) {
      if (!seesAll(agent)) return ok({ conversations: [] });
      const [agents, found] = await Promise.all([
        deps.store.agents(agent.bot),
        deps.store.conversations(agent.bot, query.limit, query.before as ConversationId | undefined),
      ]);
      return ok({ conversations: found.map((one) => conversationJson(deps, one, agents, {})) });
    },
  }),
  route({
    method: "get",
    path: "/conversations/:id",
    roles: PEOPLE,
    query: z.strictObject({ ticket: Id.optional() }),
    async answer(deps, { agent, id, query }) {
      const sight = await conversationFor(deps, agent, id, query.ticket);
      if (!sight) return NOT_FOUND;
      const { conversation, ticket } = sight;
      const [agents, customer] = await Promise.all([deps.store.agents(agent.bot), deps.store.customer(agent.bot, conversation.person)]);
      return ok({ ...conversationJson(deps, conversation, agents, customer), ticket: ticket && ticketJson(ticket, agents, agent) });
    },
  }),
  route({
    method: "get",
    path: "/conversations/:id/messages",
    roles: PEOPLE,
    query: z.strictObject({ after_seq: Seq.default(0), until_seq: Seq.optional(), limit: LIMIT.default(100), ticket: Id.optional() }),
    async answer(deps, { agent, id, query }) {
      const sight = await conversationFor(deps, agent, id, query.ticket);
      if (!sight) return NOT_FOUND;
      const read = await deps.store.journal(agent.bot, sight.conversation.id, query.after_seq, query.limit);
      const rows = read.filter((row) => row.seq <= (query.until_seq ?? row.seq) && row.atMs <= (sight.untilMs ?? row.atMs));
      return ok({
        messages: await withStates(deps, sight.conversation, rows),
        next_after_seq: read.at(-1)?.seq ?? query.after_seq,
        more: read.length === query.limit && rows.length === read.length,
      });
    },
  }),
  route({
    method: "post",
    path: "/conversations/:id/messages",
    roles: PEOPLE,
    body: Said,
    async answer(deps, call) {
      const { agent, body } = call;
      const sight = await conversationFor(deps, agent, call.id);
      if (!sight) return NOT_FOUND;
      // The client's id alone makes a line one line; a header is not needed for it.
      const once = { ...call, key: call.key ?? `${agent.id}:line:${body.client_id}` };
      const control = { kind: "agent_said", agent: agent.id, message: messageOf(body), clientId: body.client_id } as const;
      return act(deps, once, sight.conversation, control, body.epoch, 202);
    },
  }),
  route({
    method: "post",
    path: "/conversations/:id/typing",
    roles: PEOPLE,
    body: z.strictObject({ on: z.boolean() }),
    async answer(deps, { agent, id, body }) {
      const sight = await conversationFor(deps, agent, id);
      if (!sight) return NOT_FOUND;
      const { conversation } = sight;
      if (conversation.controller !== "human" || conversation.agent !== agent.id)
        return fault(403, "not_controller", "Only whoever has the conversation is seen typing.", {
          epoch: conversation.epoch,
          controller: conversation.controller,
        });
      if (body.on) deps.typing(agent.bot, conversation.id); // it fades by itself
      return ok({}, 202);
    },
  }),
  route({
    method: "post",
    path: "/conversations/:id/notes",
    roles: PEOPLE,
    body: z.strictObject({ text: Note, client_id: ClientId.optional() }),
    async answer(deps, call) {
      const { agent, body } = call;
      const sight = await conversationFor(deps, agent, call.id);
      if (!sight) return NOT_FOUND;
      const key = call.key ?? (body.client_id === undefined ? undefined : `${agent.id}:note:${body.client_id}`);
      const clientId = body.client_id ?? key ?? deps.ids.next("ms");
      return act(deps, { ...call, key }, sight.conversation, { kind: "noted", agent: agent.id, text: body.text, clientId }, undefined, 201);
    },
  }),
  route({
    method: "post",
    path: "/conversations/:id/take-over",
    roles: PEOPLE,
    body: z.strictObject({ epoch: z.int().min(0).optional(), agent: Id.optional() }),
    async answer(deps, call) {
      const sight = await conversationFor(deps, call.agent, call.id);
      if (!sight) return NOT_FOUND;
      const forOther = call.body.agent !== undefined && call.body.agent !== call.agent.id;
      if (forOther && call.agent.role === "agent")
        return fault(403, "not_allowed", "Only a supervisor gives a conversation to somebody else.");
      const control = {
        kind: "took_over",
        agent: (call.body.agent ?? call.agent.id) as AgentId,
        ...(forOther ? { by: call.agent.id } : {}),
      } as const;
      return act(deps, call, sight.conversation, control, call.body.epoch);
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
      return erased.ok ? ok({ erased: id, conversations: known.length }) : ofRefusal(erased);
    },
  }),
];
