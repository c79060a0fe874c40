/** The stack of runs as such: putting one on top, taking one off, waking and laying to sleep the question of each. */
import type { Frame } from "../../model/session.ts";
import { clearTimer, closeQuestion, type Draft, note, REST, setTimer, topFrame, writable, writableTop } from "./draft.ts";
import { forgetScope } from "./scope.ts";

/** Interrupted runs that the stack may hold; a run that was called counts with its caller. */
const RUNS_MAX = 5;

export function newFrame(flow: string, program: string, via: Frame["via"]): Frame {
  return { flow, program, step: null, slots: {}, saves: {}, via };
}

/** Puts a run on top. An open question goes to sleep in the run it belongs to. */
export function pushFrame(draft: Draft, frame: Frame): void {
  const { session } = draft;
  sleepQuestion(draft);
  draft.owned.add(frame);
  session.stack.push(frame);
  forgetScope(draft);
  while (session.stack.filter((one) => one.via !== "call").length > RUNS_MAX) {
    const second = session.stack.findIndex((one, index) => index > 0 && one.via !== "call");
    note(draft, session.stack[0]!.flow, "dropped: too many interruptions");
    leave(draft, session.stack.splice(0, second));
  }
}

/** The open question waits in its run until nothing lies on top of it. What was offered to tap stays within reach. */
function sleepQuestion(draft: Draft): void {
  const { session } = draft;
  const { question, offered, timers } = session;
  if (question === undefined) return;
  const index = session.stack.findLastIndex((one) => one.flow === question.flow);
  if (index >= 0) writable(draft, index).question = question;
  closeQuestion(draft);
  if (offered !== undefined) session.offered = offered;
  if (timers?.window !== undefined) setTimer(draft, "window", timers.window);
}

/** Forgets what belongs to runs that are gone. */
export function leave(draft: Draft, gone: Frame[]): void {
  const { session } = draft;
  for (const frame of gone) {
    if (session.timers !== undefined) clearTimer(draft, `wait:${frame.flow}`);
    if (frame.call !== undefined) {
      clearTimer(draft, `call:${frame.call}`);
      if (session.awaiting?.call === frame.call) session.awaiting = undefined;
    }
    if (session.question?.flow === frame.flow) closeQuestion(draft);
  }
  forgetScope(draft);
}

/** Index of the lowest run of the segment that holds `index`: a run with all that called it. */
export function segmentStart(draft: Draft, index: number): number {
  const { stack } = draft.session;
  while (index > 0 && stack[index]!.via === "call") index--;
  return index;
}

export function segmentEnd(draft: Draft, index: number): number {
  const { stack } = draft.session;
  while (index + 1 < stack.length && stack[index + 1]!.via === "call") index++;
  return index;
}

/** Takes away the run on top and its callers; interrupted runs stay. */
export function dropSegment(draft: Draft, index = draft.session.stack.length - 1): void {
  const start = segmentStart(draft, index);
  const end = segmentEnd(draft, index);
  dropPatternAbout(draft, end);
  leave(draft, draft.session.stack.splice(start, end - start + 1));
}

/** A pattern that decides how the run below it goes on ends when that run is moved or dropped. */
function dropPatternAbout(draft: Draft, end: number): void {
  const above = draft.session.stack[end + 1];
  if (above?.after !== undefined && above.after !== "resume" && above.after !== "stay") dropSegment(draft, end + 1);
}

export function clearStack(draft: Draft): void {
  draft.closed ||= draft.session.stack.length > 0;
  leave(draft, draft.session.stack.splice(0));
  closeQuestion(draft);
  draft.at = REST;
}

/** Moves a run with its callers and callees to the top; its question wakes up, the other's goes to sleep. */
export function raise(draft: Draft, index: number): void {
  const { session } = draft;
  const start = segmentStart(draft, index);
  const end = segmentEnd(draft, index);
  dropPatternAbout(draft, end);
  if (end < session.stack.length - 1) {
    const segment = session.stack.splice(start, end - start + 1);
    sleepQuestion(draft);
    session.stack.push(...segment);
    forgetScope(draft);
  }
  wakeQuestion(draft);
}

/** The question that slept in the run on top is open again. */
export function wakeQuestion(draft: Draft): void {
  const frame = topFrame(draft);
  if (frame?.question === undefined) return;
  draft.session.question = frame.question;
  writableTop(draft).question = undefined;
}

/** The run at an index stands at one of its steps again; what it called or left open since is over. */
export function standAt(draft: Draft, index: number, stepId: string): void {
  const end = segmentEnd(draft, index);
  if (end > index) leave(draft, draft.session.stack.splice(index + 1, end - index));
  raise(draft, index);
  unrest(draft);
  const frame = writableTop(draft);
  frame.step = stepId;
  frame.back = undefined;
}

/** The run on top no longer stands where it stood: its question, wait and call are forgotten. */
export function unrest(draft: Draft): void {
  const frame = writableTop(draft);
  closeQuestion(draft);
  frame.question = undefined;
  frame.due = undefined;
  frame.handed = undefined;
  if (draft.session.timers !== undefined) clearTimer(draft, `wait:${frame.flow}`);
  if (frame.call !== undefined) {
    clearTimer(draft, `call:${frame.call}`);
    if (draft.session.awaiting?.call === frame.call) draft.session.awaiting = undefined;
    frame.call = undefined;
  }
}
