/** One lane per conversation: its events are decided one after the other, in the order of platform time and arrival; lanes do not wait for each other. */

import { eventOf } from "../model/entry.ts";
import type { Heard } from "../model/event.ts";
import type { Waiting } from "../model/store.ts";
import { decideWaitingControl } from "./control.ts";
import { saying } from "./log.ts";
import { known, pump } from "./outbox.ts";
import { type Live, type Road, track } from "./road.ts";
import { bury, decideHeard, THROWS_MAX } from "./turn.ts";

/** How an attempt to decide ended. `conflict`: somebody else decided meanwhile. `trouble`: the store could not write. */
export type Attempt = "decided" | "conflict" | { trouble: unknown };

const JOIN_REFERRAL_MS = 5_000;
const TROUBLE_FIRST_MS = 100;
const TROUBLE_MAX_MS = 5_000;

/** What to decide next: events that make one turn, or when to look again. */
type Choice = { events: Waiting[] } | { lookAtMs: number } | null;

/** Puts an undecided event at its place. An event that is there already is not doubled. */
export function insertWaiting(live: Live, event: Waiting): void {
  const { waiting } = live;
  let at = waiting.length;
  if (waiting.some((other) => other.seq === event.seq)) return;
  while (at > 0 && isBefore(event, waiting[at - 1]!)) at--;
  waiting.splice(at, 0, event);
  live.bot.depth++;
}

function isBefore(a: Waiting, b: Waiting): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.seq < b.seq);
}

/** Decides what waits. Does nothing when the lane is being worked already: it will see what came. */
export function wakeLane(road: Road, live: Live): void {
  if (live.deciding) return;
  live.deciding = true;
  track(road, decideInOrder(road, live), (error) => {
    road.log("error", `The lane of ${live.id} stopped: ${saying(error)}. It is tried again.`, { bot: live.bot.name });
    live.inboxStale = true;
    live.conversation = null;
    lookAgain(road, live, road.clock.nowMs() + TROUBLE_MAX_MS);
  });
}

async function decideInOrder(road: Road, live: Live): Promise<void> {
  let troubles = 0;
  try {
    for (;;) {
      if (live.inboxStale) await readInbox(road, live);
      if (live.waiting.length === 0 || road.stopping) return;
      if (!live.conversation && !(await known(road, live))) return forget(live); // erased with all that waited
      const choice = choose(live, road.clock.nowMs());
      if (choice === null) return;
      if ("lookAtMs" in choice) return lookAgain(road, live, choice.lookAtMs);
      const attempt = await decide(road, live, choice.events);
      if (attempt === "decided") {
        troubles = 0;
        removeWaiting(live, choice.events);
        if (live.rows.length > 0) pump(road, live);
      } else if (attempt === "conflict") {
        road.metrics.count("turn_conflicts", live.bot.labels);
        live.conversation = null;
        live.inboxStale = true;
        live.rowsStale = true;
      } else {
        troubles++;
        road.log("error", `A turn of ${live.id} could not be stored: ${saying(attempt.trouble)}. It is tried again.`, {
          bot: live.bot.name,
        });
        live.conversation = null;
        if (await storeWorks(road)) threw(live, choice.events[0]!.seq);
        return lookAgain(road, live, road.clock.nowMs() + Math.min(TROUBLE_MAX_MS, TROUBLE_FIRST_MS * 2 ** troubles));
      }
    }
  } finally {
    live.deciding = false;
  }
}

async function readInbox(road: Road, live: Live): Promise<void> {
  live.inboxStale = false;
  const before = new Set(live.waiting);
  const stored = await road.store.waiting(live.bot.name, live.id);
  const since = live.waiting.filter((event) => !before.has(event)); // arrived while we read
  live.bot.depth -= live.waiting.length;
  live.waiting = [];
  for (const event of stored) insertWaiting(live, event);
  for (const event of since) insertWaiting(live, event);
}

function removeWaiting(live: Live, events: Waiting[]): void {
  for (const event of events) {
    const at = live.waiting.indexOf(event);
    if (at < 0) continue;
    live.waiting.splice(at, 1);
    live.bot.depth--;
    live.throws?.delete(event.seq);
  }
  if (live.waiting.length === 0) live.throws = null;
}

function forget(live: Live): void {
  removeWaiting(live, [...live.waiting]);
}

function lookAgain(road: Road, live: Live, atMs: number): void {
  if (live.laneAt) road.agenda.cancel(live.laneAt);
  live.laneAt = road.agenda.at(atMs, () => {
    live.laneAt = null;
    wakeLane(road, live);
  });
}

/** Control first; then what a call brought back; then, unless a call is out or texts are being gathered, the earliest event. */
export function choose(live: Live, nowMs: number): Choice {
  const { waiting } = live;
  const control = waiting.find((event) => event.row.kind === "control");
  if (control) return { events: [control] };
  const { session, controller } = live.conversation!;
  const speaks = controller === "bot" || controller === "none";
  if (speaks && session.awaiting && session.awaiting.untilMs > nowMs) {
    const back = waiting.find((event) => event.row.skeleton.kind === "called" || event.row.skeleton.kind === "due");
    return back ? { events: [back] } : { lookAtMs: session.awaiting.untilMs };
  }
  const first = waiting[0]!;
  if (!speaks || kindOf(first) !== "said") return { events: [first] };
  const settleMs = live.bot.newest.bot.defaults.settleMs;
  if (settleMs > 0 && !session.question) {
    const texts = leadingTexts(waiting);
    const settledMs = Math.max(...texts.map((event) => event.readyAtMs)) + settleMs;
    const latestMs = texts[0]!.readyAtMs + 10 * settleMs; // somebody who never stops typing is answered all the same
    const untilMs = Math.min(settledMs, latestMs);
    return untilMs > nowMs ? { lookAtMs: untilMs } : { events: withReferral(live, texts) };
  }
  return { events: withReferral(live, [first]) };
}

function leadingTexts(waiting: Waiting[]): Waiting[] {
  const end = waiting.findIndex((event) => kindOf(event) !== "said");
  return end < 0 ? [...waiting] : waiting.slice(0, end);
}

/** An advertisement's referral that came alone, at most 5 s after the conversation's first text, belongs to that text. LANGUAGE rule 30. */
function withReferral(live: Live, texts: Waiting[]): Waiting[] {
  if (live.conversation!.session.lastHeardAtMs !== undefined || live.waiting.length === texts.length) return texts;
  const first = texts[0]!;
  const referral = live.waiting.find((event) => kindOf(event) === "referred" && event.atMs - first.atMs <= JOIN_REFERRAL_MS);
  return referral ? [...texts, referral] : texts;
}

function kindOf(event: Waiting): unknown {
  return event.row.skeleton.kind;
}

async function decide(road: Road, live: Live, events: Waiting[]): Promise<Attempt> {
  const first = events[0]!;
  const began = live.conversation;
  try {
    const event = eventOf(first.row);
    if ((live.throws?.get(first.seq) ?? 0) >= THROWS_MAX) return await bury(road, live, first);
    if (first.row.kind === "control") return await decideWaitingControl(road, live, first);
    if (first.row.kind !== "heard" || event === null) return await bury(road, live, first, "nothing of it is left to decide");
    return await decideHeard(road, live, events, gathered(events, event as Heard));
  } catch (error) {
    road.metrics.count("turn_throws", live.bot.labels);
    road.log("error", `Event ${first.seq} of ${live.id} threw: ${saying(error)}`, { bot: live.bot.name, kind: String(kindOf(first)) });
    threw(live, first.seq);
    if (live.conversation !== began) live.conversation = null;
    return "conflict";
  }
}

function threw(live: Live, seq: number): void {
  live.throws ??= new Map();
  live.throws.set(seq, (live.throws.get(seq) ?? 0) + 1);
}

/** Several events that make one turn: the texts of a burst in their order, the referral beside them. */
function gathered(events: Waiting[], first: Heard): Heard {
  if (events.length === 1 || first.kind !== "said") return first;
  const joined = { ...first, attachments: [...first.attachments] };
  for (const { row } of events.slice(1)) {
    const event = eventOf(row);
    if (event?.kind === "referred") joined.referral ??= event.referral;
    if (event?.kind !== "said") continue;
    joined.text = [joined.text, event.text].filter((text) => text !== "").join("\n");
    joined.attachments.push(...event.attachments);
    if (event.messageId !== undefined) joined.messageId = event.messageId;
    if (event.payload !== undefined) joined.payload = event.payload;
    if (event.referral !== undefined) joined.referral ??= event.referral;
  }
  return joined;
}

/** Did the store refuse this one commit, or does it refuse everything (a full disk)? */
async function storeWorks(road: Road): Promise<boolean> {
  try {
    await road.store.beat(road.clock.nowMs());
    return true;
  } catch {
    return false;
  }
}
