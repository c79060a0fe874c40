/** Tickets over HTTP: list and read them, and every act on one; the law decides, the answer is its outcome. */
import { z } from "zod";
import { transcript, transcriptJson } from "../../handoff/transcript.ts";
import type { Refusal } from "../../model/desk.ts";
import type { Control, Fact } from "../../model/event.ts";
import type { AgentId, QueueName, TicketId } from "../../model/ids.ts";
import type { JournalRow } from "../../model/journal.ts";
import type { JsonObject } from "../../model/json.ts";
import type { Conversation } from "../../model/store.ts";
import type { Ticket } from "../../model/ticket.ts";
import type { DeskDeps } from "./deps.ts";
import { type Fault, fault, NOT_FOUND, ofRefusal } from "./errors.ts";
import { type Call, Id, OVERSEERS, ok, PEOPLE, type Reply, type Route, route } from "./route.ts";
import { seesAll, seesTicket, ticketFor } from "./scope.ts";
import { ticketRow } from "./ticket-rows.ts";

export const LIMIT = z.coerce.number().int().min(1).max(200);
const Epoch = z.int().min(0).optional();
export const Note = z.string().min(1).max(4000);
const SNOOZE_MAX_MS = 30 * 24 * 3_600_000;
const STATES = ["waiting", "offered", "claimed", "snoozed", "closed"] as const;

/** `a,b` or a parameter given twice. */
function listOf<T extends z.ZodType<string>>(one: T) {
  return z.preprocess(
    (given) => (Array.isArray(given) ? given : typeof given === "string" ? given.split(",") : given),
    z.array(one).min(1).max(50),
  );
}

/**
 * Sends one control event down the road. Without an epoch from the caller, the conversation as it was read for this
 * request is what they saw: whatever happens in between refuses the act.
 */
export async function act(
  deps: DeskDeps,
  call: Call,
  conversation: Conversation,
  control: Control,
  epoch?: number,
  status = 200,
): Promise<Reply | Fault> {
  const claims = control.kind === "claimed" || control.kind === "took_over";
  const seen = epoch ?? (claims || control.kind === "noted" || call.key !== undefined ? undefined : conversation.epoch);
  const outcome = await deps.road.control({
    bot: conversation.bot,
    conversation: conversation.id,
    control,
    ...(seen === undefined ? {} : { epoch: seen }),
    ...(call.key === undefined ? {} : { idempotencyKey: call.key }),
  });
  if (!outcome.ok) return outcome.refused === "stale_epoch" ? withLatest(deps, conversation, outcome) : ofRefusal(outcome);
  const body: JsonObject = { seq: outcome.seq || null, epoch: outcome.epoch, ticket_id: outcome.ticket, under_way: outcome.underWay };
  if (outcome.line !== null) body.id = outcome.line;
  return { status, body, ...(outcome.replayed ? { headers: { "Idempotent-Replayed": "true" } } : {}) };
}

const LATEST = 10;
const PAGE = 500;

/** Whoever saw an old state reads in the refusal what was said last, and need not ask again before they decide anew. */
async function withLatest(deps: DeskDeps, { bot, id, ticket: open }: Conversation, refusal: Refusal): Promise<Fault> {
  const ticket = open === null ? null : await deps.store.ticket(bot, open);
  let after = Math.max(0, (ticket?.packageSeq ?? 0) - 3 * LATEST);
  let rows: JournalRow[] = [];
  for (;;) {
    const page = await deps.store.journal(bot, id, after, PAGE);
    rows = [...rows.slice(-PAGE), ...page];
    if (page.length < PAGE) break;
    after = page.at(-1)!.seq;
  }
  const messages = transcript(rows).filter((entry) => entry.kind === "message");
  const details = { ...(refusal.details as JsonObject), messages: messages.slice(-LATEST).map(transcriptJson) };
  return ofRefusal({ ...refusal, details });
}

/** An act on a ticket. A ticket that the conversation no longer has open is not acted on by way of its successor. */
function ticketAct<B extends z.ZodType<{ epoch?: number | undefined }>>(
  verb: string,
  body: B,
  control: (ticket: Ticket, call: Call<z.infer<B>>, deps: DeskDeps) => Control | Fault,
  roles = PEOPLE,
): Route {
  return route({
    method: "post",
    path: `/tickets/:id/${verb}`,
    roles,
    body,
    async answer(deps, call) {
      const ticket = await ticketFor(deps, call.agent, call.id);
      if (!ticket) return NOT_FOUND;
      const conversation = await deps.store.load(ticket.bot, ticket.conversation);
      if (!conversation) return NOT_FOUND;
      const event = control(ticket, call, deps);
      if ("status" in event) return event;
      if (conversation.ticket === ticket.id) return act(deps, call, conversation, event, call.body.epoch);
      // Closed by now: only a repeated request still has its answer. No epoch is -1, so nothing new can be decided by it.
      const replayed = call.key === undefined ? null : await act(deps, call, conversation, event, -1);
      if (replayed && !("code" in replayed)) return replayed;
      return fault(409, "invalid_transition", "This ticket is closed.", {
        epoch: conversation.epoch,
        controller: conversation.controller,
        ticket_state: ticket.state,
        outcome: ticket.outcome,
      });
    },
  });
}

const Lease = z.strictObject({ lease: z.string().min(1).max(100), epoch: Epoch });
const OnlyEpoch = z.strictObject({ epoch: Epoch });

export const ticketRoutes: Route[] = [
  route({
    method: "get",
    path: "/tickets",
    roles: PEOPLE,
    query: z.strictObject({
      state: listOf(z.enum(STATES)).optional(),
      queue: listOf(Id).optional(),
      agent: Id.optional(),
      after: Id.optional(),
      limit: LIMIT.default(50),
    }),
    async answer(deps, { agent, query }) {
      const asked = query.queue as QueueName[] | undefined;
      const mine = seesAll(agent) ? null : agent.queues;
      const who = query.agent === "me" ? agent.id : (query.agent as AgentId | undefined);
      // One's own tickets count wherever they lie: an overflow brings tickets of other queues.
      const queues = who === agent.id ? asked : mine === null ? asked : (asked?.filter((name) => mine.includes(name)) ?? mine);
      if (queues && queues.length === 0) return ok({ tickets: [], next: null });
      const [agents, tickets] = await Promise.all([
        deps.store.agents(agent.bot),
        deps.store.tickets({
          bot: agent.bot,
          states: query.state ?? ["waiting", "offered", "claimed", "snoozed"],
          ...(queues ? { queues } : {}),
          ...(who === undefined ? {} : { agent: who }),
          ...(query.after === undefined ? {} : { after: query.after as TicketId }),
          limit: query.limit,
        }),
      ]);
      const seen = tickets.filter((ticket) => seesTicket(agent, ticket));
      return ok({
        tickets: await Promise.all(seen.map(async (ticket) => (await ticketRow(deps, ticket, agents, agent)).json)),
        next: tickets.length === query.limit ? (tickets.at(-1)?.id ?? null) : null,
      });
    },
  }),
  route({
    method: "get",
    path: "/tickets/:id",
    roles: PEOPLE,
    async answer(deps, { agent, id }) {
      const ticket = await ticketFor(deps, agent, id);
      if (!ticket) return NOT_FOUND;
      const [agents, conversation] = await Promise.all([deps.store.agents(agent.bot), deps.store.load(agent.bot, ticket.conversation)]);
      return ok({
        ...(await ticketRow(deps, ticket, agents, agent)).json,
        conversation: conversation && {
          id: conversation.id,
          controller: conversation.controller,
          epoch: conversation.epoch,
          is_open_ticket: conversation.ticket === ticket.id,
        },
        package: ticket.package,
      });
    },
  }),
  ticketAct("claim", OnlyEpoch, (ticket, { agent }) => ({ kind: "claimed", ticket: ticket.id, agent: agent.id })),
  ticketAct("accept", Lease, (ticket, { agent, body }) => ({ kind: "claimed", ticket: ticket.id, agent: agent.id, lease: body.lease })),
  ticketAct("decline", Lease, (ticket, { agent, body }) =>
    ticket.offer?.agent === agent.id && ticket.offer.lease === body.lease
      ? { kind: "offer_ended", ticket: ticket.id, lease: body.lease, why: "declined" }
      : fault(409, "invalid_transition", "That offer is over, or was not made to you."),
  ),
  ticketAct("transfer", z.strictObject({ queue: Id, note: Note.optional(), epoch: Epoch }), (_ticket, { agent, body }) => ({
    kind: "transferred",
    agent: agent.id,
    queue: body.queue as QueueName,
    ...(body.note === undefined ? {} : { note: body.note }),
  })),
  ticketAct("requeue", OnlyEpoch, (_ticket, { agent }) => ({ kind: "requeued", agent: agent.id, why: "agent" })),
  ticketAct("snooze", z.strictObject({ until: z.iso.datetime(), epoch: Epoch }), (_ticket, { agent, body }, deps) => {
    const untilMs = Date.parse(body.until);
    return untilMs > deps.clock.nowMs() + SNOOZE_MAX_MS
      ? fault(400, "bad_request", "At most 30 days.")
      : { kind: "snoozed", agent: agent.id, untilMs };
  }),
  ticketAct("wake", OnlyEpoch, (_ticket, { agent }) => ({ kind: "woke", agent: agent.id })),
  ticketAct(
    "return",
    z.strictObject({
      to_step: z
        .string()
        .regex(/^[a-z][a-z0-9_]{0,63}$/)
        .optional(),
      facts: z
        .array(z.strictObject({ key: z.string().regex(/^[a-z][a-z0-9_]{0,63}$/), value: z.json() }))
        .max(50)
        .default([]),
      note: Note.optional(),
      epoch: Epoch,
    }),
    (_ticket, { agent, body }) => ({
      kind: "returned",
      agent: agent.id,
      facts: body.facts as Fact[],
      ...(body.to_step === undefined ? {} : { toStep: body.to_step }),
      ...(body.note === undefined ? {} : { note: body.note }),
    }),
  ),
  ticketAct(
    "resolve",
    z.strictObject({
      code: z
        .string()
        .regex(/^[a-z0-9_.-]{1,64}$/)
        .optional(),
      note: Note.optional(),
      epoch: Epoch,
    }),
    (_ticket, { agent, body }) => ({
      kind: "resolved",
      agent: agent.id,
      ...(body.code === undefined ? {} : { code: body.code }),
      ...(body.note === undefined ? {} : { note: body.note }),
    }),
  ),
  ticketAct(
    "assign",
    z.strictObject({ agent: Id, epoch: Epoch }),
    (_ticket, { agent, body }) => ({ kind: "took_over", agent: body.agent as AgentId, by: agent.id }),
    OVERSEERS,
  ),
];
