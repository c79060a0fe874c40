/** Actions: the turn ends with the call, and its outcome is an event of its own. */
import type { CallOutcome } from "../../model/event.ts";
import type { JsonObject } from "../../model/json.ts";
import type { Step } from "../program.ts";
import { clearTimer, type Draft, flowOf, note, programOf, REST, setTimer, standingStep, topFrame, writable, writableTop } from "./draft.ts";
import { readWith } from "./runs.ts";
import { forgetScope } from "./scope.ts";
import { breakDown } from "./trouble.ts";
import { writeSave } from "./values.ts";

type ActionStep = Step & { kind: "action" };

/** The caller's own time-out answers first; this one is for a caller that died with the process. */
const GRACE_MS = 2_000;

export function callAction(draft: Draft, step: ActionStep): void {
  const frame = writableTop(draft);
  const action = programOf(draft, frame).actions.get(step.action);
  const input: JsonObject = Object.fromEntries(readWith(draft, step.with));
  const number = (draft.session.calls ?? 0) + 1;
  const key = `c${number}`;
  const untilMs = draft.view.nowMs + step.timeoutMs + GRACE_MS;
  draft.session.calls = number;
  frame.step = step.id;
  frame.call = key;
  frame.error = undefined;
  if (step.save !== undefined) writeSave(draft, step.save, undefined);
  if (action?.safe !== true) frame.sealed = frame.passed?.length ?? 0;
  draft.session.awaiting = { call: key, flow: frame.flow, step: step.id, untilMs };
  setTimer(draft, `call:${key}`, untilMs);
  draft.effects.push({ kind: "call", key, action: step.action, input, timeoutMs: step.timeoutMs, safe: action?.safe === true });
  note(draft, `${frame.flow}/${step.id}`, "called", step.action);
  draft.at = REST;
}

/** An outcome for a call that nobody waits for any more does nothing. */
export function hearOutcome(draft: Draft, key: string, outcome: CallOutcome): void {
  const { stack } = draft.session;
  const index = stack.findIndex((frame) => frame.call === key);
  if (index < 0) {
    note(draft, key, "nobody waits for this call");
    return;
  }
  const frame = writable(draft, index);
  const step = standingStep(draft, frame);
  clearTimer(draft, `call:${key}`);
  frame.call = undefined;
  if (draft.session.awaiting?.call === key) draft.session.awaiting = undefined;
  const waiting = stack.findLast((one) => one.call !== undefined);
  if (waiting !== undefined && draft.session.awaiting === undefined) {
    const untilMs = draft.session.timers?.[`call:${waiting.call}`] ?? draft.view.nowMs;
    draft.session.awaiting = { call: waiting.call!, flow: waiting.flow, step: waiting.step ?? "", untilMs };
  }
  if (step?.kind !== "action") return; // the version it runs on has moved the step
  if (outcome.ok) {
    if (step.save !== undefined) frame.saves = { ...frame.saves, [step.save]: outcome.value };
    note(draft, `${frame.flow}/${step.id}`, "call answered");
  } else {
    frame.error = { code: outcome.error.code, message: outcome.error.message };
    note(draft, `${frame.flow}/${step.id}`, "call failed", outcome.error.code);
  }
  forgetScope(draft);
  if (index < stack.length - 1) {
    frame.due = true;
    return;
  }
  if (outcome.ok) draft.at = step.next;
  else if (step.onError !== undefined) draft.at = step.onError;
  else breakDown(draft, `${step.action}: ${outcome.error.code}`);
}

/** The time of a call is over and nothing came: a safe one failed, what another did is unknown. */
export function callOverdue(draft: Draft, key: string): void {
  const frame = draft.session.stack.find((one) => one.call === key);
  const step = frame && standingStep(draft, frame);
  const safe = step?.kind === "action" && programOf(draft, frame!).actions.get(step.action)?.safe === true;
  if (frame === undefined) clearTimer(draft, `call:${key}`);
  hearOutcome(draft, key, { ok: false, error: { code: safe ? "timeout" : "in_doubt", message: "No answer came in time." } });
}

/** Is the run on top waiting for work outside? */
export function isCalling(draft: Draft): boolean {
  const frame = topFrame(draft);
  return frame?.call !== undefined && flowOf(draft, frame) !== undefined;
}
