/** What a turn decided becomes rows: lines and calls for the outbox, a ticket with its package, fields, notes. */

import type { LawState } from "../handoff/decided.ts";
import { type Decided, isRefusal } from "../handoff/decided.ts";
import { decideLeave, decideRequest } from "../handoff/law.ts";
import { modelCall } from "../model/answerer.ts";
import type { CallId, QueueName, TicketId } from "../model/ids.ts";
import type { TurnSkeleton } from "../model/journal.ts";
import type { Json, JsonObject } from "../model/json.ts";
import type { Message } from "../model/message.ts";
import type { CallBody } from "../model/store.ts";
import type { Ticket } from "../model/ticket.ts";
import type { Effect, HandoffRequest, Ranking, Turn, View } from "../model/turn.ts";
import { addCall, addLine, apply, type Draft, note, windowOf } from "./draft.ts";
import { customerOf } from "./view.ts";

/** The turn's own entry: what was decided, and what it was decided from, so that a replay decides the same. */
export function writeTurn(draft: Draft, turn: Turn, view: View): void {
  const { session } = turn;
  const top = session.stack.at(-1);
  const skeleton: TurnSkeleton = {
    ends: turn.ends,
    program: draft.live.bot.newest.hash,
    flow: session.question?.flow ?? top?.flow ?? null,
    step: session.question?.step ?? top?.step ?? null,
  };
  const joined = draft.decision.decided.slice(1);
  if (joined.length > 0) skeleton.joined = joined;
  const answered = answeredIn(turn);
  if (answered.length > 0) skeleton.answered = answered;
  draft.turnEntry = note(draft, {
    kind: "turn",
    by: "bot",
    skeleton: skeleton as unknown as JsonObject,
    personal: { view: viewUsed(draft, view), trace: turn.trace } as unknown as Json,
  });
  draft.turnSkeleton = skeleton;
}

/** FAQ entries that this turn answered from: the engine says so in its trace. */
function answeredIn(turn: Turn): string[] {
  return turn.trace.flatMap(({ at, what }) => (what === "answered" && at.startsWith("faq/") ? [at.slice("faq/".length)] : []));
}

/** Of the queues only those that the turn looked at; the ranking as a list, since a map is not JSON. What the row says itself is left out. */
function viewUsed(draft: Draft, view: View): JsonObject {
  const queues: JsonObject = {};
  for (const name of draft.live.bot.queues?.read ?? []) queues[name] = view.queues[name] as unknown as Json;
  const { nowMs, customer, window, rankings, answerer } = view;
  const used = { nowMs, customer, window, queues } as unknown as JsonObject;
  if (answerer) used.answerer = answerer as unknown as Json;
  if (rankings) used.rankings = [...rankings].map(shortened) as unknown as Json;
  return used;
}

/** A turn acts upon the first few of a ranking, if upon any: the rest would only fill the journal. */
function shortened([text, ranking]: [string, Ranking]): [string, Ranking] {
  const { candidates } = ranking;
  return [text, candidates.length <= KEPT_CANDIDATES ? ranking : { ...ranking, candidates: candidates.slice(0, KEPT_CANDIDATES) }];
}

const KEPT_CANDIDATES = 5;

export function carryOut(draft: Draft, turn: Turn): void {
  let notice: Message | null = null;
  for (const effect of turn.effects) {
    if (effect.kind === "handoff") notice = handOver(draft, effect.request, turn) ?? notice;
    else carryOutOne(draft, effect, turn);
  }
  // The customer is told last, after everything the bot still had to say, and only because the ticket exists.
  if (notice) addLine(draft, { message: notice, by: "system", purpose: "reply", flow: null, step: null });
}

function carryOutOne(draft: Draft, effect: Exclude<Effect, { kind: "handoff" }>, turn: Turn): void {
  switch (effect.kind) {
    case "send":
      addLine(draft, effect);
      return;
    case "call":
      beginCall(draft, effect, turn);
      return;
    case "ask": {
      const input = { ask: effect.ask as unknown as Json };
      beginCall(draft, { ...effect, kind: "call", action: modelCall(effect.ask.kind), input, safe: false }, turn);
      return;
    }
    case "remember":
      draft.decision.customer = { ...draft.decision.customer, ...effect.fields };
      return;
    case "tag":
      tag(draft, effect);
      return;
    case "note":
      note(draft, { kind: "note", by: "bot", skeleton: {}, personal: { text: effect.text } });
      return;
    case "leave_queue": {
      const decided = decideLeave(lawState(draft, openTicket(draft)));
      if (!isRefusal(decided)) apply(draft, decided);
      return;
    }
  }
}

function beginCall(draft: Draft, effect: Extract<Effect, { kind: "call" }>, turn: Turn): void {
  const { road, live } = draft;
  const frame = turn.session.stack.find((one) => one.call === effect.key);
  const id = road.ids.next("ca") as CallId;
  const body: CallBody = {
    key: effect.key,
    action: effect.action,
    input: effect.input,
    timeoutMs: effect.timeoutMs,
    safe: effect.safe,
    program: frame?.program ?? live.bot.newest.hash,
  };
  addCall(draft, { id, entry: draft.turnEntry, timeoutMs: effect.timeoutMs, body });
  if (draft.turnSkeleton) {
    draft.turnSkeleton.calls ??= [];
    draft.turnSkeleton.calls.push({ key: effect.key, id, action: effect.action });
  }
}

function tag(draft: Draft, { add, remove }: Extract<Effect, { kind: "tag" }>): void {
  const fields = { ...draft.live.customer, ...draft.decision.customer };
  const tags = new Set(customerOf(draft.now, fields).tags);
  for (const one of remove) tags.delete(one);
  for (const one of add) tags.add(one);
  draft.decision.customer = { ...draft.decision.customer, tags: [...tags] };
}

/** A ticket in the same commit; what it tells people is filled in from the journal before that commit is written. */
function handOver(draft: Draft, request: HandoffRequest, turn: Turn): Message | null {
  const { live } = draft;
  const queues = live.bot.newest.bot.queues;
  const fallback = live.bot.newest.bot.defaults.queue ?? [...queues.keys()][0];
  const known = queues.has(request.queue) || fallback === undefined ? request : { ...request, queue: fallback as QueueName };
  const decided = decideRequest(lawState(draft, null), known);
  if (isRefusal(decided)) {
    draft.road.log("error", `${live.id} asked for a person and got no ticket: ${decided.message}`, { bot: live.bot.name });
    return null;
  }
  applyOpened(draft, decided, turn.session.stack.length > 0 ? turn.session : draft.before.session);
  if (draft.turnSkeleton && decided.ticket) draft.turnSkeleton.handoff = decided.ticket.id;
  return request.notice;
}

export function applyOpened(draft: Draft, decided: Decided, session: Draft["before"]["session"]): void {
  apply(draft, decided);
  if (!decided.opened || !decided.ticket) return;
  draft.opened = { ticket: decided.ticket.id, session };
}

/** The conversation's open ticket, as this commit leaves it so far. */
export function openTicket(draft: Draft): Ticket | null {
  const { ticket } = draft.now;
  return ticket === null ? null : (draft.tickets.get(ticket) ?? draft.live.ticket);
}

export function lawState(draft: Draft, ticket: Ticket | null): LawState {
  const { road, live, now, nowMs } = draft;
  const { bot } = live.bot.newest;
  return {
    conversation: now,
    ticket,
    nowMs,
    agents: live.bot.agents,
    queues: bot.queues,
    defaultQueue: bot.defaults.queue,
    newTicket: road.ids.next("ho") as TicketId,
    window: windowOf(live, now, nowMs),
    takesTemplates: live.account?.adapter.limits.templates,
    language: now.session.language ?? null,
  };
}
