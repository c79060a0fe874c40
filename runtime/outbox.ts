/** The way out: the lines of one conversation go to its channel strictly in order, each with one answer that decides what happens next. */
import type { Outbound } from "../model/adapter.ts";
import type { AccountId, Address } from "../model/address.ts";
import type { Delivery } from "../model/delivery.ts";
import type { LineId } from "../model/ids.ts";
import { type Marks, windowState } from "../model/limits.ts";
import type { Message } from "../model/message.ts";
import type { Conversation, LineBody, OutboxRow, Settlement } from "../model/store.ts";
import { control } from "./control.ts";
import { resolveDoubt } from "./doubt.ts";
import { saying } from "./log.ts";
import { bucket, takeToken, waitForToken } from "./rate.ts";
import { type Account, accountOf, type Live, type Road, track } from "./road.ts";
import { allSettled, settleSoon } from "./settle.ts";

const BACK_OFF_FIRST_MS = 250;
const BACK_OFF_MAX_MS = 30_000;
const PROBE_EVERY_MS = 15_000;
const STORE_AGAIN_MS = 1_000;

/** `next`: the head has left the lane. `again`: look at it once more. A time: hold the lane until then; null: until somebody wakes it. */
export type Step = "next" | "again" | { holdUntilMs: number | null };

/** Sends what may go. Does nothing when the lane is already being worked. */
export function pump(road: Road, live: Live): void {
  if (live.sending || (live.rows.length === 0 && !live.rowsStale)) return;
  live.sending = true;
  track(road, sendInOrder(road, live), (error) => {
    road.log("error", `The outbox of ${live.id} stopped: ${saying(error)}. It is tried again.`, { bot: live.bot.name });
    holdLane(road, live, road.clock.nowMs() + STORE_AGAIN_MS);
  });
}

async function sendInOrder(road: Road, live: Live): Promise<void> {
  try {
    for (;;) {
      if (live.rowsStale) await readRows(road, live);
      const row = live.rows[0];
      if (!row || road.stopping) return;
      const step = row.state === "in_doubt" ? await resolveDoubt(road, live, row) : await sendOne(road, live, row);
      if (step === "next") removeRow(live, row);
      else if (step !== "again") {
        holdLane(road, live, step.holdUntilMs);
        return;
      }
    }
  } finally {
    live.sending = false;
  }
}

async function readRows(road: Road, live: Live): Promise<void> {
  live.rowsStale = false;
  await allSettled(live);
  const rows = await road.store.outbox(live.bot.name, live.id);
  const lines = rows.filter((row) => row.lane === "line");
  // One that is `sending` and not marked so by us was left by somebody who may have sent it.
  live.rows = lines.map((row) => (row.state === "sending" && live.claimed !== row.id ? { ...row, state: "in_doubt" } : row));
}

export function removeRow(live: Live, row: OutboxRow): void {
  const at = live.rows.findIndex((other) => other.id === row.id);
  if (at >= 0) live.rows.splice(at, 1);
}

function holdLane(road: Road, live: Live, untilMs: number | null): void {
  if (live.pumpAt) road.agenda.cancel(live.pumpAt);
  live.pumpAt = null;
  if (untilMs === null || road.stopping) return;
  live.pumpAt = road.agenda.at(untilMs, () => {
    live.pumpAt = null;
    pump(road, live);
  });
}

async function sendOne(road: Road, live: Live, row: OutboxRow): Promise<Step> {
  const conversation = await known(road, live);
  if (!conversation) return "next"; // erased meanwhile
  const { account } = live;
  const { marks } = conversation;
  if (!account) return end(road, live, row, "failed", "no_account", "This bot no longer serves the account that the customer wrote to.");
  if (row.state === "ready") {
    const hold = mayGo(road, live, account, row);
    if (hold) return hold;
    const refusal = refusalOf(road, live, account, row, marks);
    if (refusal) return end(road, live, row, refusal.state, refusal.code, refusal.why);
    spendToken(live, account);
    const together = goTogether(road, live, account, row);
    road.strike("mark.before");
    const ids = together.map(({ id }) => id);
    const marked = await road.store.markSending(row.bot, ids, road.clock.nowMs());
    road.strike("mark.after");
    for (const mine of marked.sending) replaceRow(live, mine);
    const mine = marked.sending[0]?.id === row.id ? marked.sending : null;
    if (!mine) {
      if (marked.dropped.length > 0) dropped(road, live, row);
      if (together.length > 1) live.rowsStale = true; // those behind it are as the store says
      return "next"; // dropped by the epoch, or an echo has settled it meanwhile
    }
    live.claimed = row.id;
    return deliver(road, live, account, conversation.address, mine, marks);
  }
  return deliver(road, live, account, conversation.address, [row], marks);
}

/** The head of the lane, and those behind it that leave in the same message: of one speaker, for one purpose, and due. */
function goTogether(road: Road, live: Live, { adapter, account }: Account, head: OutboxRow): OutboxRow[] {
  if (!adapter.joins || live.rows.length < 2) return [head];
  const nowMs = road.clock.nowMs();
  const { purpose } = head.body as LineBody;
  const end = live.rows.findIndex(
    (row) =>
      row.by !== head.by ||
      row.agent !== head.agent ||
      row.epoch !== head.epoch ||
      row.giveUpAtMs <= nowMs ||
      (row.body as LineBody).purpose !== purpose ||
      (row !== head && (row.state !== "ready" || row.nextAtMs > nowMs)),
  );
  const due = live.rows.slice(0, end < 0 ? undefined : end);
  if (due[0] !== head) return [head];
  return due.slice(0, Math.max(1, adapter.joins.howMany(account as AccountId, due.map(messageOf))));
}

function messageOf(row: OutboxRow): Message {
  return (row.body as LineBody).message;
}

function replaceRow(live: Live, row: OutboxRow): void {
  const at = live.rows.findIndex((other) => other.id === row.id);
  if (at >= 0) live.rows[at] = row;
}

/** The conversation and its account; read where this process does not hold them (any more). */
export async function known(road: Road, live: Live): Promise<Conversation | null> {
  if (!live.conversation) {
    const read = await road.store.load(live.bot.name, live.id);
    live.conversation ??= read; // what was decided while we read is newer
  }
  if (live.conversation) live.account ??= accountOf(live.bot, live.conversation.address);
  if (live.conversation?.linked) live.customer ??= await road.store.customer(live.bot.name, live.conversation.person); // an opt-out elsewhere
  return live.conversation;
}

/** Is it this line's turn on its account? A hold, or nothing when it may go now. */
export function mayGo(road: Road, live: Live, account: Account, row: { nextAtMs: number }): Step | null {
  const nowMs = road.clock.nowMs();
  if (account.stopped && account.stopped.probing !== live) {
    standBehind(road, live, account);
    return { holdUntilMs: null };
  }
  if (row.nextAtMs > nowMs) return { holdUntilMs: row.nextAtMs };
  if (account.heldUntilMs > nowMs) return { holdUntilMs: account.heldUntilMs };
  const perThread = account.adapter.limits.rate.perThreadPerSecond;
  if (perThread !== null) live.thread ??= bucket(perThread, nowMs);
  const threadMs = live.thread ? waitForToken(live.thread, nowMs) : 0;
  if (threadMs > 0) return { holdUntilMs: nowMs + threadMs };
  if (live.hasToken || (account.queue.size === 0 && waitForToken(account.bucket, nowMs) === 0)) return null;
  account.queue.add(live);
  serveQueue(road, account);
  return { holdUntilMs: null };
}

/** A line goes out: its token is spent, from the queue's hand or the bucket's. */
export function spendToken(live: Live, account: Account): void {
  if (live.hasToken) live.hasToken = false;
  else takeToken(account.bucket);
  if (live.thread) takeToken(live.thread);
}

/** One appointment for all who wait for the rate: were each to wake for every token, a crowd would do nothing else. */
function serveQueue(road: Road, account: Account): void {
  account.queueAt ??= road.agenda.at(road.clock.nowMs() + waitForToken(account.bucket, road.clock.nowMs()), () => {
    account.queueAt = null;
    for (const live of account.queue) {
      if (waitForToken(account.bucket, road.clock.nowMs()) > 0) break;
      account.queue.delete(live);
      if (live.rows.length === 0 && !live.rowsStale) continue;
      takeToken(account.bucket);
      live.hasToken = true;
      pump(road, live);
    }
    if (account.queue.size > 0) serveQueue(road, account);
  });
}

export type Refused = { state: "refused" | "failed"; code: string; why: string };

/** Why this line may not go out at all any more: too late, outside the window, or the customer opted out. */
export function refusalOf(
  road: Road,
  live: Live,
  account: Account,
  row: { giveUpAtMs: number; by: string; body: OutboxRow["body"] },
  marks: Marks,
): Refused | null {
  const nowMs = road.clock.nowMs();
  const window = windowState(account.adapter.limits.windows, marks, nowMs);
  const open = window.open || (row.by === "agent" && window.humanUntilMs !== null && window.humanUntilMs > nowMs);
  const { templates } = account.adapter.limits;
  if (!open && !(templates && (row.body as LineBody).message.outside))
    return { state: "refused", code: "window", why: `The window of ${account.channel} has closed; nothing may be sent until they write.` };
  if (nowMs >= row.giveUpAtMs) return { state: "failed", code: "gave_up", why: `It could not be sent in time and was given up.` };
  const purpose = (row.body as LineBody).purpose;
  if ((live.conversation?.session.optedOut || live.customer?.opted_out === true) && purpose === "followup")
    return { state: "refused", code: "opted_out", why: "The customer has opted out of messages that they did not ask for." };
  return null;
}

/** @param rows the line, and those that go out in the same message */
async function deliver(road: Road, live: Live, account: Account, address: Address, rows: OutboxRow[], marks: Marks): Promise<Step> {
  const row = rows[0]!;
  const others = rows.slice(1);
  const outbound: Outbound = {
    line: row.id as LineId,
    address,
    message: others.length > 0 ? account.adapter.joins!.join(rows.map(messageOf)) : messageOf(row),
    by: row.by,
    purpose: (row.body as LineBody).purpose,
    marks,
    nowMs: road.clock.nowMs(),
  };
  if (others.length > 0) outbound.alongside = others.map(({ id }) => id as LineId);
  const beganMs = road.clock.monotonicMs();
  road.strike("send.before");
  live.claimed = null; // from here on it may be out
  const delivery = await account.adapter.send(outbound).catch(brokenPromise);
  road.strike("send.after-accepted");
  road.metrics.observe("send_ms", road.clock.monotonicMs() - beganMs, account.labels);
  for (const other of others) if (answered(road, live, account, other, delivery, true) === "next") removeRow(live, other);
  const step = answered(road, live, account, row, delivery);
  if (delivery.kind === "never" && delivery.because === "not_owner" && row.by !== "agent") await fallSilent(road, live);
  return step;
}

/** An adapter never throws; one that does may have sent all the same. */
function brokenPromise(error: unknown): Delivery {
  return { kind: "unknown", why: `The adapter broke off: ${saying(error)}` };
}

/** @param alongside it went out in another line's message, which has paid for both */
function answered(road: Road, live: Live, account: Account, row: OutboxRow, delivery: Delivery, alongside = false): Step {
  const nowMs = road.clock.nowMs();
  if (delivery.kind !== "stopped" && account.stopped) resume(road, account);
  switch (delivery.kind) {
    case "sent":
      return sent(road, live, account, row, delivery.channelMessageId, alongside);
    case "later": {
      road.metrics.count("lines_later", account.labels);
      const backOffMs = Math.min(BACK_OFF_MAX_MS, BACK_OFF_FIRST_MS * 2 ** Math.min(row.attempts - 1, 16));
      const nextAtMs = nowMs + Math.max(delivery.retryAfterMs, backOffMs);
      if (delivery.holds === "account") account.heldUntilMs = Math.max(account.heldUntilMs, nextAtMs);
      const held = { ...row, state: "ready" as const, nextAtMs };
      replaceRow(live, held);
      settleSoon(road, live, settlement(held, delivery.why));
      return "again";
    }
    case "never": {
      if (delivery.because === "window") closeWindow(live, nowMs);
      return end(road, live, row, "refused", delivery.because, delivery.why);
    }
    case "stopped": {
      const waiting = { ...row, state: "ready" as const, attempts: row.attempts - 1 };
      replaceRow(live, waiting);
      settleSoon(road, live, settlement(waiting, delivery.why));
      if (account.stopped) account.stopped.probing = null;
      stopAccount(road, account, delivery.why);
      standBehind(road, live, account);
      return { holdUntilMs: null };
    }
    case "unknown": {
      road.metrics.count("lines_in_doubt", account.labels);
      const doubtful = { ...row, state: "in_doubt" as const, nextAtMs: nowMs, why: delivery.why };
      replaceRow(live, doubtful);
      settleSoon(road, live, settlement(doubtful, delivery.why));
      return "again";
    }
  }
}

export function sent(road: Road, live: Live, account: Account, row: OutboxRow, channelMessageId: string | null, alongside = false): Step {
  live.cameBack?.delete(row.id);
  road.metrics.count("lines_sent", account.labels);
  if (live.heardAtMs !== null && row.by === "bot") {
    road.metrics.observe("reply_ms", road.clock.nowMs() - live.heardAtMs, account.labels);
    live.heardAtMs = null;
  }
  const done: Settlement = { ...settlement({ ...row, state: "sent" }, null), channelMessageId };
  const spent = alongside ? null : spend(live, account);
  if (spent) done.marks = spent;
  const ticket = live.conversation?.ticket ?? null;
  if (ticket !== null) {
    const data = { line: row.id, state: "sent", by: row.by }; // people are watching
    done.feed = { kind: "delivery", conversation: live.id, ticket, queue: live.ticket?.queue ?? null, data };
  }
  settleSoon(road, live, done);
  return "next";
}

/** Only where the channel counts the messages of a window is there anything to mark. */
function spend(live: Live, account: Account): Marks | null {
  const { openings } = account.adapter.limits.windows;
  if (!live.conversation || !Object.values(openings).some((opening) => opening.messages !== null)) return null;
  const marks = { ...live.conversation.marks, spent: live.conversation.marks.spent + 1 };
  live.conversation = { ...live.conversation, marks };
  return marks;
}

/** Another app holds the thread: whoever sits there has the conversation, and the bot says nothing more until it is given back. */
async function fallSilent(road: Road, live: Live): Promise<void> {
  await control(road, { bot: live.bot.name, conversation: live.id, control: { kind: "thread_taken", app: null } });
}

function closeWindow(live: Live, nowMs: number): void {
  if (live.conversation) live.conversation = { ...live.conversation, marks: { ...live.conversation.marks, closedByChannelAtMs: nowMs } };
}

/** The line will never go out: journalled, shown on the ticket, and the lane goes on. */
export function end(road: Road, live: Live, row: OutboxRow, state: "refused" | "failed", code: string, why: string): Step {
  road.metrics.count(state === "refused" ? "lines_refused" : "lines_failed", { ...live.bot.labels, kind: code });
  const who = row.by === "agent" ? "the agent sees it on the ticket" : "the conversation goes on";
  const sentence = /[.!?]$/.test(why) ? why : `${why}.`;
  road.log("warn", `Line ${row.id} to ${live.id} was not sent (${code}). ${sentence} Not retried; ${who}.`, { bot: row.bot });
  const nowMs = road.clock.nowMs();
  const ticket = live.conversation?.ticket ?? null;
  const queue = live.ticket?.queue ?? null;
  const done: Settlement = {
    ...settlement({ ...row, state }, `${code}: ${why}`),
    journal: {
      kind: "delivery",
      v: 1,
      atMs: nowMs,
      by: "platform",
      cause: row.seq,
      skeleton: { line: row.id, state, attempts: row.attempts, code, why, by: row.by },
      personal: null,
    },
    feed: { kind: "delivery", conversation: live.id, ticket, queue, data: { line: row.id, state, code, why, by: row.by } },
  };
  if (code === "window" && live.conversation) done.marks = live.conversation.marks;
  settleSoon(road, live, done);
  return "next";
}

function dropped(road: Road, live: Live, row: OutboxRow): void {
  road.metrics.count("lines_dropped", live.bot.labels);
  road.log("info", `Line ${row.id} to ${live.id} was dropped: somebody else has the word now.`, { bot: row.bot });
}

export function settlement(row: OutboxRow, why: string | null): Settlement {
  return {
    bot: row.bot,
    id: row.id,
    conversation: row.conversation,
    state: row.state,
    attempts: row.attempts,
    nextAtMs: row.nextAtMs,
    channelMessageId: row.channelMessageId,
    why,
  };
}

function stopAccount(road: Road, account: Account, why: string): void {
  if (account.stopped) return;
  account.stopped = { why, sinceMs: road.clock.nowMs(), probing: null };
  road.metrics.count("accounts_stopped", account.labels);
  road.log("error", `${account.channel} ${account.account} refuses everything we send: ${why} Lines wait; it is tried every 15 s.`, {
    bot: account.labels.bot,
  });
}

function standBehind(road: Road, live: Live, account: Account): void {
  account.behind.add(live);
  account.probeAt ??= road.agenda.at(road.clock.nowMs() + PROBE_EVERY_MS, () => probe(road, account));
}

/** Lets one conversation try. What it is answered decides for all of them. */
function probe(road: Road, account: Account): void {
  account.probeAt = null;
  if (!account.stopped) return;
  for (const live of account.behind) {
    account.behind.delete(live);
    if (live.rows.length === 0 && !live.rowsStale) continue;
    account.stopped.probing = live;
    pump(road, live);
    break;
  }
  if (account.behind.size > 0) account.probeAt ??= road.agenda.at(road.clock.nowMs() + PROBE_EVERY_MS, () => probe(road, account));
}

function resume(road: Road, account: Account): void {
  account.stopped = null;
  road.log("info", `${account.channel} ${account.account} takes messages again.`, { bot: account.labels.bot });
  const behind = [...account.behind];
  account.behind.clear();
  for (const live of behind) pump(road, live);
}
