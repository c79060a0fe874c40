/** A commit in the making: what a turn or a control event decided, gathered into one `Decision` that is written whole or not at all. */
import type { Decided } from "../handoff/decided.ts";
import type { Passage } from "../model/adapter.ts";
import type { AccountId } from "../model/address.ts";
import { modelCall } from "../model/answerer.ts";
import type { AgentId, CallId, LineId, TicketId, TimerId } from "../model/ids.ts";
import type { ChangeSkeleton, JournalEntry, LineSkeleton, TurnSkeleton } from "../model/journal.ts";
import type { Json, JsonObject } from "../model/json.ts";
import { type WindowState, windowState } from "../model/limits.ts";
import type { Message, Purpose, Speaker } from "../model/message.ts";
import type { Session } from "../model/session.ts";
import type { CallBody, Committed, Conversation, Decision, FeedNotice, LineBody, NewOutboxRow, OutboxRow } from "../model/store.ts";
import type { Ticket } from "../model/ticket.ts";
import { startCalls } from "./calls.ts";
import { forgetFields } from "./link.ts";
import { mayGo, pump, refusalOf, spendToken } from "./outbox.ts";
import { pack } from "./pack.ts";
import { tellChannel } from "./passage.ts";
import type { Live, Road } from "./road.ts";
import { routeSoon } from "./router.ts";
import { staffChanged } from "./staff.ts";
import { armBot } from "./timers.ts";
import { showTyping } from "./typing.ts";

const RING_AGAIN_MS = 1_000;
const GIVE_UP_MS = 24 * 60 * 60_000;

export type Draft = {
  road: Road;
  live: Live;
  /** As it was when this began; `now` follows the changes decided so far. */
  before: Conversation;
  now: Conversation;
  nowMs: number;
  /** The journal number of the event that is decided; null: an act of the desk, which is journalled here. */
  cause: number | null;
  decision: Decision;
  /** Tickets of this commit by id, to be written once each. */
  tickets: Map<string, Ticket>;
  /** Index of the turn's own entry, and its body while it is still being filled. */
  turnEntry: number;
  turnSkeleton: TurnSkeleton | null;
  /** A ticket that begins with this commit, and the session its package tells of. */
  opened: { ticket: TicketId; session: Session } | null;
  /** The latest messages before a ticket that begins here, for a channel that wants to hear of it. */
  said: Passage["said"] | null;
  /** This decides a timer of the session: what is due afterwards still was not moved by it. */
  rang: boolean;
};

export function openDraft(road: Road, live: Live, conversation: Conversation, decided: number[], nowMs: number): Draft {
  return {
    road,
    live,
    before: conversation,
    now: conversation,
    nowMs,
    cause: decided[0] ?? null,
    decision: {
      bot: live.bot.name,
      conversation: live.id,
      began: conversation.version,
      atMs: nowMs,
      decided,
      journal: [],
      outbox: [],
      timers: { set: [], cancel: [] },
      tickets: [],
      feed: [],
    },
    tickets: new Map(),
    turnEntry: 0,
    turnSkeleton: null,
    opened: null,
    said: null,
    rang: false,
  };
}

export function windowOf(live: Live, conversation: Conversation, nowMs: number): WindowState {
  if (!live.account) return { open: false, closesAtMs: null, humanUntilMs: null, openedBy: null };
  return windowState(live.account.adapter.limits.windows, conversation.marks, nowMs);
}

export function note(draft: Draft, entry: Omit<JournalEntry, "v" | "atMs" | "cause">): number {
  const { journal } = draft.decision;
  return journal.push({ v: 1, atMs: draft.nowMs, cause: draft.cause, ...entry }) - 1;
}

export function notify(draft: Draft, kind: string, data: JsonObject): void {
  const { ticket } = draft.now;
  draft.decision.feed.push({ kind, conversation: draft.live.id, ticket, queue: ticketQueue(draft), data });
}

function ticketQueue(draft: Draft): FeedNotice["queue"] {
  const { ticket } = draft.now;
  return (ticket && draft.tickets.get(ticket)?.queue) ?? draft.live.ticket?.queue ?? null;
}

export type NewLine = {
  message: Message;
  by: Speaker;
  agent?: AgentId;
  purpose: Purpose;
  flow: string | null;
  step: string | null;
  clientId?: string;
};

/** One message to the customer: one entry as it was written, and a row for each piece that the channel takes. */
export function addLine(draft: Draft, line: NewLine): LineId {
  const { road, nowMs } = draft;
  const id = road.ids.next("ms") as LineId;
  const skeleton: LineSkeleton = { line: id, by: line.by, purpose: line.purpose, flow: line.flow, step: line.step };
  if (line.agent !== undefined) skeleton.agent = line.agent;
  if (line.clientId !== undefined) skeleton.clientId = line.clientId;
  const entry = note(draft, {
    kind: "line",
    by: line.by === "agent" ? `agent:${line.agent ?? ""}` : line.by,
    skeleton,
    personal: { message: line.message as unknown as Json },
  });
  const pieces = piecesOf(draft, line.message);
  const giveUpAtMs = giveUpAt(draft, line.by);
  for (const [at, message] of pieces.entries()) {
    const body: LineBody = { message, purpose: line.purpose, flow: line.flow, step: line.step };
    if (line.clientId !== undefined) body.clientId = line.clientId;
    draft.decision.outbox.push({
      id: at === 0 ? id : (road.ids.next("ms") as LineId),
      lane: "line",
      epoch: 0, // stamped when the draft closes
      by: line.by,
      agent: line.agent ?? null,
      state: "ready",
      nextAtMs: nowMs,
      giveUpAtMs,
      body,
      entry,
    });
  }
  return id;
}

/** Once the window is closed an approved template goes out in the message's stead, and is one piece. */
function piecesOf({ live, now, nowMs }: Draft, message: Message): Message[] {
  const adapter = live.account?.adapter;
  if (!adapter) return [message];
  const { outside } = message;
  if (outside && adapter.limits.templates && !windowState(adapter.limits.windows, now.marks, nowMs).open)
    return [{ ...(message.text === undefined ? {} : { text: message.text }), outside }];
  return adapter.pieces(message, now.address);
}

/** A line is worth sending until its window ends; where there is none, for a day. */
export function giveUpAt(draft: Draft, by: Speaker): number {
  const window = windowOf(draft.live, draft.now, draft.nowMs);
  const endMs = by === "agent" ? (window.humanUntilMs ?? window.closesAtMs) : window.closesAtMs;
  return endMs !== null && endMs > draft.nowMs ? endMs : draft.nowMs + GIVE_UP_MS;
}

export function addCall(draft: Draft, call: { id: CallId; entry: number; timeoutMs: number; body: NewOutboxRow["body"] }): void {
  draft.decision.outbox.push({
    id: call.id,
    lane: "call",
    epoch: 0,
    by: "bot",
    agent: null,
    state: "sending", // a call is this process's own from the start: after a crash it is in doubt
    nextAtMs: draft.nowMs,
    giveUpAtMs: draft.nowMs + call.timeoutMs,
    body: call.body,
    entry: call.entry,
  });
}

/** What the law decided becomes part of the commit: who speaks, the ticket, its timers, who is told. */
export function apply(draft: Draft, decided: Decided): void {
  const { decision } = draft;
  if (decided.controller !== undefined) {
    decision.controller = decided.controller;
    decision.agent = decided.agent;
    const survive = decided.survive ?? [];
    decision.survive = decision.survive?.filter((speaker) => survive.includes(speaker)) ?? survive;
    decision.ticketOpen = decided.ticketOpen;
    draft.now = { ...draft.now, controller: decided.controller, agent: decided.agent, ticket: decided.ticketOpen };
  }
  if (decided.change) {
    const skeleton: ChangeSkeleton = { ...decided.change, epoch: draft.before.epoch + 1 };
    note(draft, { kind: "change", by: skeleton.by === null ? "system" : `agent:${skeleton.by}`, skeleton, personal: null });
  }
  if (decided.ticket) draft.tickets.set(decided.ticket.id, decided.ticket);
  for (const timer of decided.timers.set) decision.timers.set.push(timer);
  for (const id of decided.timers.cancel) decision.timers.cancel.push(id);
  for (const notice of decided.feed) decision.feed.push(notice);
}

/** The session as it will be; the store's timer is touched only when it would ring too late. */
export function setSession(draft: Draft, session: Session): void {
  draft.decision.session = session;
  draft.now = { ...draft.now, session };
}

export function sessionTimer(live: Live): TimerId {
  return `tm_${live.id}` as TimerId;
}

export function earliestTimer(session: Session): number | null {
  let earliest: number | null = null;
  for (const key in session.timers) {
    const atMs = session.timers[key]!;
    if (earliest === null || atMs < earliest) earliest = atMs;
  }
  return earliest;
}

function armSession(draft: Draft): void {
  const { live, decision } = draft;
  if (draft.now.controller !== "bot") return; // what comes due with people is kept for the return
  const earliestMs = earliestTimer(draft.now.session);
  if (earliestMs === null) return;
  const dueAtMs = draft.rang ? Math.max(earliestMs, draft.nowMs + RING_AGAIN_MS) : earliestMs;
  if (live.armedAtMs !== null && live.armedAtMs <= dueAtMs) return;
  decision.timers.set.push({ id: sessionTimer(live), bot: live.bot.name, conversation: live.id, dueAtMs, event: { kind: "due" } });
}

/** Writes it. After a commit the copies in memory follow, lines go out and calls begin. Rejects when the store cannot write. */
export async function commit(draft: Draft, where: "turn" | "control"): Promise<Committed> {
  const { road } = draft;
  if (draft.opened) await pack(draft, draft.opened, epochOf(draft));
  const decision = seal(draft);
  road.strike(where === "turn" ? "turn.before-commit" : "control.before-commit");
  const committed = await road.store.commit(decision);
  if (committed.kind !== "committed") return committed;
  road.strike(where === "turn" ? "turn.after-commit" : "control.after-commit");
  follow(draft, committed);
  return committed;
}

function epochOf({ decision, before }: Draft): number {
  return decision.controller === undefined ? before.epoch : before.epoch + 1;
}

/** Nothing is added from here on: what was gathered becomes the decision as the store writes it. */
export function seal(draft: Draft): Decision {
  const { live, decision } = draft;
  tellChannel(draft);
  const epoch = epochOf(draft);
  for (const row of decision.outbox) row.epoch = epoch;
  for (const ticket of draft.tickets.values()) decision.tickets.push(ticket);
  if (live.unsaved) decision.customer = { ...live.unsaved, ...decision.customer };
  armSession(draft);
  claimLane(draft);
  return decision;
}

/** The first line of an empty lane, within the rate and the window, is written as `sending` at once: no second commit before the send. */
function claimLane(draft: Draft): void {
  const { road, live, decision, now } = draft;
  const { account } = live;
  if (!account || live.rows.length > 0 || live.rowsStale || live.sending || road.stopping) return;
  const lines = decision.outbox.filter((row) => row.lane === "line");
  const [first] = lines;
  if (!first || account.stopped) return;
  const { joins } = account.adapter;
  const messages = () => lines.map((row) => (row.body as LineBody).message);
  if (joins && lines.length > 1 && joins.howMany(account.account as AccountId, messages()) > 1) return; // the lane joins them
  if (mayGo(road, live, account, first) || refusalOf(road, live, account, first, now.marks)) return;
  spendToken(live, account);
  first.state = "sending";
}

/** The copies in memory follow what is on disk now; lines go out and calls begin. */
export function follow(draft: Draft, committed: Extract<Committed, { kind: "committed" }>): void {
  const { road, live, decision } = draft;
  const marks = live.conversation?.marks ?? draft.now.marks; // a receive may have moved them while this was written
  live.conversation = { ...draft.now, version: committed.version, epoch: committed.epoch, marks };
  if (decision.controller !== undefined) live.rowsStale = true; // some were dropped, others restamped
  const opened = draft.opened && draft.tickets.get(draft.opened.ticket);
  if (opened) road.metrics.count("tickets_opened", { ...live.bot.labels, kind: opened.request.code }); // a draft may be thrown away
  if (draft.tickets.size > 0) {
    staffChanged(live.bot);
    routeSoon(road, live.bot);
    for (const ticket of draft.tickets.values()) if (ticket.id === draft.now.ticket) live.ticket = ticket;
  }
  if (draft.now.ticket === null) live.ticket = null;
  live.unsaved = null;
  if (decision.customer && live.customer) live.customer = merged(live.customer, decision.customer);
  if (decision.customer && draft.now.linked) forgetFields(road, draft.now);
  for (const timer of decision.timers.set) {
    if (timer.event.kind === "due") live.armedAtMs = timer.dueAtMs;
    armBot(road, live.bot, timer.dueAtMs);
  }
  const calls: OutboxRow[] = [];
  for (const fresh of decision.outbox) {
    const row: OutboxRow = {
      id: fresh.id,
      bot: live.bot.name,
      conversation: live.id,
      seq: committed.seqs[fresh.entry]!,
      lane: fresh.lane,
      epoch: fresh.epoch,
      by: fresh.by,
      agent: fresh.agent,
      state: fresh.state,
      attempts: fresh.state === "sending" ? 1 : 0,
      nextAtMs: fresh.nextAtMs,
      giveUpAtMs: fresh.giveUpAtMs,
      body: fresh.body,
      channelMessageId: null,
      why: null,
    };
    if (row.lane === "line" && row.state === "sending") live.claimed = row.id;
    if (row.lane === "call") calls.push(row);
    else if (row.lane === "line" && !live.rowsStale) live.rows.push(row);
  }
  if (calls.length > 0) {
    startCalls(road, live, calls);
    if (calls.some((row) => !isForPeople(row))) showTyping(road, live);
  }
  pump(road, live);
}

/** A summary for the desk is nothing the customer waits for. */
function isForPeople(row: OutboxRow): boolean {
  return (row.body as CallBody).action === modelCall("summarize");
}

function merged(fields: JsonObject, news: JsonObject): JsonObject {
  const all: JsonObject = { ...fields };
  for (const key of Object.keys(news)) {
    if (news[key] === null) delete all[key];
    else all[key] = news[key]!;
  }
  return all;
}
