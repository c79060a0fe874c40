/** Conversations over HTTP: the talk as it was, an agent's lines and notes into it, taking one over, forgetting a customer. */
import { z } from "zod";
import type { AgentId, ConversationId } from "../../model/ids.ts";
import type { JournalKind } from "../../model/journal.ts";
import type { Json, JsonObject } from "../../model/json.ts";
import type { Message } from "../../model/message.ts";
import type { Conversation } from "../../model/store.ts";
import type { Agent } from "../../model/ticket.ts";
import type { DeskDeps } from "./deps.ts";
import { type Fault, fault, NOT_FOUND } from "./errors.ts";
import { linesJson, messageAgain, retryId } from "./lines.ts";
import { mentioned } from "./mentions.ts";
import { type Call, Id, ok, PEOPLE, type Route, route } from "./route.ts";
import { conversationFor, type Sight, seesAll } from "./scope.ts";
import { iso, ticketJson } from "./ticket-json.ts";
import { windowJson } from "./ticket-rows.ts";
import { act, LIMIT, Note } from "./tickets.ts";

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
const Attachment = z.union([
  z.strictObject({ kind: z.enum(["image", "video", "audio", "file"]), url: Link, name: z.string().min(1).max(200).optional() }),
  /** One that was uploaded for this conversation. */
  z.strictObject({ upload: Id }),
]);
const Seq = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

const Values = z.union([z.array(z.string().max(1_024)).max(50), z.record(z.string().regex(/^[a-z][a-z0-9_]*$/), z.string().max(1_024))]);
/** An approved template, which goes out instead of the text once the window is closed, where the channel takes one. */
const TemplateSaid = z.strictObject({
  name: z.string().regex(/^[a-z0-9_]{1,512}$/),
  language: z.string().regex(/^[a-z]{2,3}(_[A-Z]{2})?$/),
  values: Values.optional(),
});

const Said = z
  .strictObject({
    /** The epoch the agent saw: a line written under another one is not sent. */
    epoch: z.int().min(0),
    client_id: ClientId,
    text: Text.optional(),
    attachments: z.array(Attachment).max(4).default([]),
    /** The text says the same, for the desk. */
    template: TemplateSaid.optional(),
  })
  .refine(({ text, template }) => template === undefined || text !== undefined, "a template needs the text that it stands for")
  .refine(({ text, attachments }) => text !== undefined || attachments.length > 0, "text or attachments must be given");

async function messageOf(deps: DeskDeps, call: Call<z.infer<typeof Said>>): Promise<Message | Fault> {
  const { text, attachments, template } = call.body;
  const message: Message = {};
  if (text !== undefined) message.text = text;
  if (template !== undefined) {
    const { values, ...named } = template;
    message.outside = values === undefined ? named : { ...named, values };
  }
  for (const one of attachments) {
    const file = "url" in one ? one : await uploaded(deps, call, one.upload);
    if (!file) return fault(404, "not_found", "This upload is not one of yours for this conversation.");
    if (message[file.kind]) return fault(400, "bad_request", "One attachment of each kind.");
    message[file.kind] = { url: file.url, ...(file.name === undefined ? {} : { name: file.name }) };
  }
  return message;
}

async function uploaded(deps: DeskDeps, { agent, id }: Call, upload: string) {
  const found = await deps.store.upload(agent.bot, upload);
  if (found?.agent !== agent.id || found.conversation !== id) return null;
  return { kind: found.kind, url: deps.files.link(found), name: found.name };
}

/** What was sent is no draft any more. */
async function sentDraft(deps: DeskDeps, { agent, id }: Call, part: "reply" | "note"): Promise<void> {
  const conversation = id as ConversationId;
  const draft = await deps.store.draft(agent.bot, agent.id, conversation);
  if (!draft) return;
  const left = part === "reply" ? { ...draft, reply: "", attachments: [] } : { ...draft, note: "" };
  const isEmpty = left.reply === "" && left.note === "" && left.attachments.length === 0;
  await deps.store.saveDraft(agent.bot, agent.id, conversation, isEmpty ? null : left);
}

function conversationJson(deps: DeskDeps, conversation: Conversation, agents: Agent[], customer: JsonObject): JsonObject {
  const { address, session, agent } = conversation;
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
    window: windowJson(deps, conversation),
    created_at: iso(conversation.createdAtMs),
  };
}

/** The steps that a return may name, and the slots it may bring. */
function stepsOf(deps: DeskDeps, { bot, session }: Conversation): Json {
  const top = session.stack.at(-1);
  const flow = top && deps.program(bot)?.flows.get(top.flow);
  return flow
    ? {
        flow: flow.name,
        steps: [...flow.byId.keys()],
        slots: [...flow.slots.values()].map(({ name, type, of }) => ({ name, type, ...(of ? { of: of.map(({ value }) => value) } : {}) })),
      }
    : null;
}

/** A page towards the beginning, in order. Rows that say nothing to a reader (turns, receipts) count only where they are read. */
async function readBack(
  deps: DeskDeps,
  { agent, query }: Call<unknown, { limit: number }>,
  { conversation, untilMs }: Sight,
  beforeSeq: number,
): Promise<JsonObject> {
  const read = await deps.store.tail(agent.bot, conversation.id, query.limit, beforeSeq, READ_BACK);
  const first = read[0];
  const deliveries = first ? await deps.store.deliveries(agent.bot, conversation.id, first.seq, beforeSeq) : [];
  const rows = [...read, ...deliveries].sort((a, b) => a.seq - b.seq).filter((row) => row.atMs <= (untilMs ?? row.atMs));
  return {
    messages: await linesJson(deps, agent, conversation, rows),
    next_before_seq: first?.seq ?? 1,
    more: read.length === query.limit,
  };
}

const READ_BACK: JournalKind[] = ["heard", "line", "note", "change", "control"];

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
    query: z
      .strictObject({
        after_seq: Seq.optional(),
        before_seq: Seq.optional(),
        until_seq: Seq.optional(),
        limit: LIMIT.default(100),
        ticket: Id.optional(),
      })
      .refine(({ after_seq, before_seq }) => after_seq === undefined || before_seq === undefined, "read in one direction"),
    async answer(deps, call) {
      const { agent, id, query } = call;
      const sight = await conversationFor(deps, agent, id, query.ticket);
      if (!sight) return NOT_FOUND;
      if (query.before_seq !== undefined) return ok(await readBack(deps, call, sight, query.before_seq));
      const afterSeq = query.after_seq ?? 0;
      const read = await deps.store.journal(agent.bot, sight.conversation.id, afterSeq, query.limit);
      const rows = read.filter((row) => row.seq <= (query.until_seq ?? row.seq) && row.atMs <= (sight.untilMs ?? row.atMs));
      return ok({
        messages: await linesJson(deps, agent, sight.conversation, rows),
        next_after_seq: read.at(-1)?.seq ?? afterSeq,
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
      const message = await messageOf(deps, call);
      if ("code" in message) return message;
      const control = { kind: "agent_said", agent: agent.id, message, clientId: body.client_id } as const;
      const reply = await act(deps, once, sight.conversation, control, body.epoch, 202);
      if (!("code" in reply)) await sentDraft(deps, call, "reply");
      return reply;
    },
  }),
  route({
    method: "post",
    path: "/conversations/:id/retry",
    roles: PEOPLE,
    body: z.strictObject({ epoch: z.int().min(0), line: Id }),
    async answer(deps, call) {
      const sight = await conversationFor(deps, call.agent, call.id);
      const again = sight && (await messageAgain(deps, sight.conversation, call.body.line));
      if (!again) return NOT_FOUND;
      if ("code" in again) return again;
      const clientId = retryId(call.body.line);
      const once = { ...call, key: `${call.agent.id}:line:${clientId}` };
      return act(
        deps,
        once,
        sight.conversation,
        { kind: "agent_said", agent: call.agent.id, message: again, clientId },
        call.body.epoch,
        202,
      );
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
      const mentions = mentioned(body.text, agent, await deps.store.agents(agent.bot), sight.ticket);
      const control = {
        kind: "noted",
        agent: agent.id,
        text: body.text,
        clientId,
        ...(mentions.length === 0 ? {} : { mentions }),
      } as const;
      const reply = await act(deps, { ...call, key }, sight.conversation, control, undefined, 201);
      if (!("code" in reply)) await sentDraft(deps, call, "note");
      return reply;
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
];
