/** Control events are decided where they arrive, in the commit that stores them, and the caller gets the outcome. */
import { createHash } from "node:crypto";
import { leaveQueue, resolveByPerson, returnFromPerson, stillWaiting, ticketExpired } from "../dialogue/turn/returns.ts";
import { type Decided, isRefusal, refuse } from "../handoff/decided.ts";
import { decideControl } from "../handoff/law.ts";
import type { ControlOutcome, ControlRequest, Refusal } from "../model/desk.ts";
import { eventOf } from "../model/entry.ts";
import type { Control } from "../model/event.ts";
import type { LineId, TicketId } from "../model/ids.ts";
import { eventRow } from "../model/journal.ts";
import type { Json, JsonObject } from "../model/json.ts";
import type { Waiting } from "../model/store.ts";
import type { Ticket } from "../model/ticket.ts";
import { explains } from "./doubt.ts";
import { addLine, commit, type Draft, note, notify, openDraft, windowOf } from "./draft.ts";
import { applyOpened, lawState } from "./effects.ts";
import { eraseCustomer } from "./erase.ts";
import { saying } from "./log.ts";
import { begin, end, type Live, liveOf, type Road, type RunningBot } from "./road.ts";
import { readStaff } from "./staff.ts";
import { take } from "./turn.ts";
import { readFirst } from "./view.ts";
import { type Attempt, wakeLane } from "./worker.ts";

const TRIES = 5;
const TEXT_MAX = 20_000;

export async function control(road: Road, request: ControlRequest): Promise<ControlOutcome> {
  const beganMs = road.clock.monotonicMs();
  begin(road);
  try {
    const outcome = await decideRequest(road, request).catch((error: unknown) => {
      road.log("error", `A ${request.control.kind} could not be decided: ${saying(error)}`, { bot: request.bot });
      return refused(refuse("busy", 503, "This could not be stored; try again."));
    });
    const labels = { bot: request.bot, kind: request.control.kind };
    road.metrics.count(outcome.ok ? "controls" : "controls_refused", labels);
    road.metrics.observe("control_ms", road.clock.monotonicMs() - beganMs, labels);
    return outcome;
  } finally {
    end(road);
  }
}

async function decideRequest(road: Road, request: ControlRequest): Promise<ControlOutcome> {
  const bot = road.bots.get(request.bot);
  if (!bot) return refused(refuse("not_found", 404, `There is no bot ${request.bot}.`));
  if (road.stopping) return refused(refuse("busy", 503, "This process is stopping; try again."));
  if (request.control.kind === "erased") return eraseCustomer(road, bot, request.conversation, request.control.by);
  const key = keyOf(request);
  const digest = key === null ? "" : digestOf(request);
  if (key !== null) {
    const before = await road.store.answered(bot.name, key);
    if (before) return before.digest === digest ? replay(road, bot, before.answer) : mismatch();
  }
  for (let tries = 0; tries < TRIES; tries++) {
    const live = await found(road, bot, request);
    if (!live) return refused(refuse("not_found", 404, `There is no conversation ${request.conversation}.`));
    live.held++;
    const outcome = await tryOnce(road, live, request, key === null ? null : { key, digest }).finally(() => live.held--);
    if (outcome !== "conflict") return outcome;
    road.metrics.count("turn_conflicts", bot.labels);
    live.conversation = null;
    live.ticket = null;
  }
  return refused(refuse("busy", 503, "This conversation changes faster than this could be decided; try again."));
}

async function found(road: Road, bot: RunningBot, { conversation: id }: ControlRequest): Promise<Live | null> {
  const known = road.live.get(id);
  if (known?.conversation) return known;
  const conversation = await road.store.load(bot.name, id);
  if (!conversation) return null;
  const live = liveOf(road, bot, id);
  live.conversation ??= conversation;
  return live;
}

async function tryOnce(
  road: Road,
  live: Live,
  request: ControlRequest,
  seen: { key: string; digest: string } | null,
): Promise<ControlOutcome | "conflict"> {
  const { control } = request;
  const conversation = live.conversation!;
  await readFor(road, live, control);
  const draft = openDraft(road, live, conversation, [], road.clock.nowMs());
  const event = eventRow(control);
  const entry = note(draft, { ...event, by: "agent" in control && control.agent ? `agent:${control.agent}` : "system" });
  const refusal = await decideInto(draft, control, request.epoch);
  if (refusal) return refused(refusal);
  const line = control.kind === "agent_said" ? sayAsAgent(draft, control) : null;
  const ticket = ticketNamed(draft, control);
  if (seen) draft.decision.seen = { ...seen, answer: { epoch: epochAfter(draft), ticket, line } };
  const committed = await commit(draft, "control");
  switch (committed.kind) {
    case "committed":
      if (draft.decision.controller !== undefined) wakeLane(road, live);
      return { ok: true, epoch: committed.epoch, ticket, seq: committed.seqs[entry]!, line, underWay: committed.underWay, replayed: false };
    case "conflict":
      return "conflict";
    case "repeated":
      return replay(road, live.bot, committed.answer);
    case "mismatch":
      return mismatch();
  }
}

/** What the law asks of: the ticket named, and the agent, who may have been added a moment ago. */
async function readFor(road: Road, live: Live, control: Control): Promise<void> {
  const reading = readFirst(road, live, live.conversation!);
  if (reading) await reading;
  const agent = "agent" in control ? control.agent : null;
  if (agent !== null && !live.bot.agents.some((one) => one.id === agent)) await readStaff(road, live.bot);
}

/** Decides by the law and lets the engine speak where it is its turn; nothing is written yet. */
async function decideInto(draft: Draft, control: Control, epoch: number | undefined): Promise<Refusal | null> {
  const tooLong = control.kind === "agent_said" && (control.message.text?.length ?? 0) > TEXT_MAX;
  if (tooLong) return refuse("too_long", 413, `At most ${TEXT_MAX} characters in one message.`);
  const state = { ...lawState(draft, await ticketFor(draft, control)), epoch };
  const decided = decideControl(state, control);
  if (isRefusal(decided)) return decided;
  if (control.kind === "offer_ended" || (control.kind === "ticket_due" && control.what === "offer")) letPass(draft, state.ticket);
  applyOpened(draft, decided, draft.before.session);
  const words = wordsFor(control);
  if (words) {
    const { text, ...skeleton } = words;
    const entry = note(draft, { kind: "note", by: `agent:${skeleton.agent}`, skeleton, personal: { text } });
    if (control.kind === "noted" && control.mentions) draft.decision.mentions = { entry, agents: control.mentions };
  }
  return speak(draft, control, decided);
}

/** A note, or what an agent writes to colleagues as they pass a ticket on: it stands in the talk, where it was written. */
function wordsFor(control: Control): { agent: string; text: string; clientId?: string } | null {
  if (control.kind === "noted") return { agent: control.agent, text: control.text, clientId: control.clientId };
  if (control.kind !== "transferred" && control.kind !== "returned" && control.kind !== "resolved") return null;
  return control.note === undefined ? null : { agent: control.agent, text: control.note };
}

/** Who let an offer pass is not asked again while somebody else can be. */
function letPass({ live }: Draft, ticket: Ticket | null): void {
  if (!ticket?.offer) return;
  const passed = live.bot.declined.get(ticket.id) ?? new Set();
  live.bot.declined.set(ticket.id, passed.add(ticket.offer.agent));
}

async function ticketFor(draft: Draft, control: Control): Promise<Ticket | null> {
  const { road, live, before } = draft;
  const named = "ticket" in control ? control.ticket : before.ticket;
  if (named === null) return null;
  if (live.ticket?.id === named) return live.ticket;
  const ticket = await road.store.ticket(live.bot.name, named);
  return ticket?.conversation === live.id ? ticket : null;
}

function speak(draft: Draft, control: Control, decided: Decided): Refusal | null {
  const programs = draft.live.bot;
  const { session } = draft.now;
  switch (decided.next) {
    case "return": {
      const { facts, toStep } = control.kind === "returned" ? control : { facts: [], toStep: undefined };
      let refusal: Refusal | null = null;
      take(draft, (view) => {
        const turn = returnFromPerson(programs, session, facts, toStep, view);
        if (!("refused" in turn)) return turn;
        refusal = refuse(turn.refused, 422, turn.message);
        return null;
      });
      return refusal;
    }
    case "resolve":
      take(draft, (view) => resolveByPerson(programs, session, view));
      return null;
    case "expired":
      take(draft, (view) => ticketExpired(programs, session, view));
      return null;
    case "left":
      take(draft, (view) => leaveQueue(programs, session, view));
      return null;
    case "late":
      if (windowOf(draft.live, draft.now, draft.nowMs).open) take(draft, (view) => stillWaiting(programs, session, view));
      return null;
    case "nothing":
      return null;
  }
}

function sayAsAgent(draft: Draft, control: Extract<Control, { kind: "agent_said" }>): LineId {
  const { agent, message, clientId } = control;
  const line = addLine(draft, { message, by: "agent", agent, purpose: "reply", flow: null, step: null, clientId });
  notify(draft, "line", { line, by: agent });
  return line;
}

function ticketNamed(draft: Draft, control: Control): TicketId | null {
  if ("ticket" in control) return control.ticket;
  return draft.now.ticket ?? draft.before.ticket;
}

function epochAfter(draft: Draft): number {
  return draft.decision.controller === undefined ? draft.before.epoch : draft.before.epoch + 1;
}

/** A control event that came by a webhook or a timer: it is stored already, and nobody waits for its outcome. */
export async function decideWaitingControl(road: Road, live: Live, waiting: Waiting): Promise<Attempt> {
  const event = eventOf(waiting.row) as Control | null;
  const conversation = live.conversation!;
  const reading = readFirst(road, live, conversation);
  if (reading) await reading;
  const draft = openDraft(road, live, conversation, [waiting.seq], road.clock.nowMs());
  if (event && !(await isOurs(road, live, event))) {
    const refusal = await decideInto(draft, event, undefined);
    if (refusal) {
      // A timer of a ticket that has moved on, an offer that is over: it concerns nobody any more and only leaves the inbox.
      road.log("debug", `A ${event.kind} of ${live.id} came to nothing: ${refusal.message}`, { bot: live.bot.name });
      return committing(openDraft(road, live, conversation, [waiting.seq], road.clock.nowMs()));
    }
    if (event.kind === "ticket_due" && event.what === "unanswered") road.metrics.count("claims_taken_back", live.bot.labels);
    if (event.kind === "person_spoke") notify(draft, "line", { seq: waiting.seq, by: "platform" });
  }
  return committing(draft);
}

/** An echo of a line of ours that lost its mark on the way is no person. */
async function isOurs(road: Road, live: Live, event: Control): Promise<boolean> {
  return event.kind === "person_spoke" && (await explains(road, live, event));
}

async function committing(draft: Draft): Promise<Attempt> {
  try {
    return (await commit(draft, "control")).kind === "committed" ? "decided" : "conflict";
  } catch (error) {
    return { trouble: error };
  }
}

function keyOf({ control, idempotencyKey, conversation }: ControlRequest): string | null {
  const own = idempotencyKey ?? ("clientId" in control ? control.clientId : undefined);
  if (own === undefined) return null;
  const agent = "agent" in control ? (control.agent ?? "") : "";
  return `client ${conversation} ${agent} ${own}`;
}

function digestOf({ control, conversation }: ControlRequest): string {
  return createHash("sha256")
    .update(JSON.stringify([conversation, control]))
    .digest("base64url");
}

async function replay(road: Road, bot: RunningBot, answer: Json): Promise<ControlOutcome> {
  const { epoch, ticket, line } = answer as JsonObject as { epoch: number; ticket: TicketId | null; line: LineId | null };
  const row = line === null ? null : await road.store.outboxRow(bot.name, line);
  return { ok: true, epoch, ticket, seq: row?.seq ?? 0, line, underWay: [], replayed: true };
}

function mismatch(): ControlOutcome {
  return refused(refuse("idempotency_mismatch", 422, "The same id came before with another body."));
}

function refused(refusal: Refusal): ControlOutcome {
  return { ok: false, ...refusal };
}
