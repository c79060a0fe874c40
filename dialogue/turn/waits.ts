/** Durable waits: a moment to go on at, and what comes due. */
import { DateTime } from "luxon";
import type { Step, UntilPlan } from "../program.ts";
import { callOverdue } from "./calls.ts";
import { clearTimer, type Draft, note, REST, setTimer, standingStep, writable, writableTop } from "./draft.ts";
import { runPattern } from "./patterns.ts";
import { noReply } from "./questions.ts";
import { scopeOf, timezoneOf } from "./scope.ts";
import { raise, unrest } from "./stack.ts";

type WaitStep = Step & { kind: "wait" };

export function wait(draft: Draft, step: WaitStep): void {
  const atMs = step.until === undefined ? draft.view.nowMs + (step.forMs ?? 0) : moment(draft, step.until);
  const frame = writableTop(draft);
  if (atMs === null || atMs <= draft.view.nowMs) {
    note(draft, `${frame.flow}/${step.id}`, "nothing to wait for");
    draft.at = step.next;
    return;
  }
  frame.step = step.id;
  setTimer(draft, `wait:${frame.flow}`, atMs);
  note(draft, `${frame.flow}/${step.id}`, "waits until", atMs);
  draft.at = REST;
}

const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/** A day and hour in the customer's zone, or a moment. `mon 09:00` is the next one that lies ahead. */
function moment(draft: Draft, until: UntilPlan): number | null {
  if (until.kind === "moment") {
    const value = until.value.read(scopeOf(draft));
    if (typeof value === "number") return value;
    if (typeof value !== "string") return null;
    const read = DateTime.fromISO(value, { zone: timezoneOf(draft) });
    return read.isValid ? read.toMillis() : null;
  }
  const local = DateTime.fromMillis(draft.view.nowMs, { zone: timezoneOf(draft) });
  const now = local.isValid ? local : DateTime.fromMillis(draft.view.nowMs, { zone: draft.programs.newest.bot.timezone });
  const clock = { hour: until.hour, minute: until.minute, second: 0, millisecond: 0 };
  if (until.day === "today") return now.set(clock).toMillis();
  if (until.day === "tomorrow") return now.plus({ days: 1 }).set(clock).toMillis();
  const ahead = (WEEKDAYS.indexOf(until.day) + 1 - now.weekday + 7) % 7;
  const at = now.plus({ days: ahead }).set(clock);
  return at > now ? at.toMillis() : at.plus({ days: 7 }).toMillis();
}

/** The earliest timer that is due, taken off the session; null: none. */
export function nextDue(draft: Draft): string | null {
  const { timers } = draft.session;
  let earliest: string | null = null;
  for (const key in timers) {
    const atMs = timers[key]!;
    if (atMs > draft.view.nowMs) continue;
    if (earliest === null || atMs < timers[earliest]! || (atMs === timers[earliest]! && key < earliest)) earliest = key;
  }
  if (earliest !== null) clearTimer(draft, earliest);
  return earliest;
}

export function runDue(draft: Draft, key: string): void {
  note(draft, key, "due");
  if (key === "idle") {
    noReply(draft);
    return;
  }
  if (key === "window") {
    windowCloses(draft);
    return;
  }
  if (key.startsWith("call:")) {
    callOverdue(draft, key.slice("call:".length));
    return;
  }
  if (key.startsWith("wait:")) {
    waitOver(draft, key.slice("wait:".length));
    return;
  }
}

/** While a question is open elsewhere the run only notes that its time has come. */
function waitOver(draft: Draft, flow: string): void {
  const index = draft.session.stack.findIndex((frame) => frame.flow === flow);
  const frame = draft.session.stack[index];
  const step = frame && standingStep(draft, frame);
  if (step?.kind !== "wait") return;
  const callee = draft.session.stack[index + 1];
  if (draft.session.question !== undefined || draft.session.awaiting !== undefined || callee?.via === "call") {
    writable(draft, index).due = true;
    return;
  }
  raise(draft, index);
  unrest(draft);
  draft.at = step.next;
}

function windowCloses(draft: Draft): void {
  const { closesAtMs } = draft.view.window;
  if (draft.session.question === undefined || closesAtMs === null || closesAtMs <= draft.view.nowMs) return;
  runPattern(draft, "window_closing", { left: closesAtMs - draft.view.nowMs }, "stay");
}
