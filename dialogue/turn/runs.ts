/** Runs of flows: how one starts, calls another, gives way, ends, and where the run below it goes on. */
import type { Json } from "../../model/json.ts";
import type { Afterwards, Frame, SlotValue } from "../../model/session.ts";
import { END, type Flow, type Step, type Value } from "../program.ts";
import { type Draft, flowOf, note, own, programOf, REST, standingStep, topFrame, writableTop } from "./draft.ts";
import { runPattern } from "./patterns.ts";
import { armIdle, askAgain } from "./questions.ts";
import { bareScope, scopeOf } from "./scope.ts";
import {
  clearStack,
  dropSegment,
  leave,
  newFrame,
  pushFrame,
  raise,
  segmentEnd,
  segmentStart,
  standAt,
  unrest,
  wakeQuestion,
} from "./stack.ts";
import { fillDefaults, writeSave, writeSlot } from "./values.ts";

export type Start = { why: string; with?: Map<string, Json>; from?: "referral" | "flow" };

/** Starts a flow of the newest program as a trigger, tap or ad does. False: there is none, or its guard holds it back. */
export function startFlow(draft: Draft, name: string, start: Start): boolean {
  const program = draft.programs.newest;
  const flow = program.flows.get(name);
  if (flow === undefined) return false;
  const index = draft.session.stack.findIndex((frame) => frame.flow === name);
  if (index >= 0 && returnToRun(draft, index)) return true;
  const at = entrance(draft, flow);
  if (at === null) return false;
  if (index >= 0) dropSegment(draft, index);
  const frame = newFrame(name, program.hash, flow.pattern ? "pattern" : "start");
  note(draft, name, "started", start.why);
  if (!flow.pattern) draft.session.topic = `flow/${name}`;
  fillDefaults(draft, flow, frame);
  pushFrame(draft, frame);
  if (start.with) fill(draft, flow, start.with, start.from ?? "flow");
  draft.at = at;
  return true;
}

/** May this flow be started here (its guard, its channels)? Null: no. `otherwise` runs instead where there is one. */
export function entrance(draft: Draft, flow: Flow): number | null {
  if (flow.onlyOn !== null && !flow.onlyOn.has(draft.view.address.channel)) return null;
  if (flow.guard === undefined || flow.guard.holds(bareScope(draft))) return flow.start;
  note(draft, flow.name, "guard is false");
  return flow.otherwise;
}

/**
 * A flow is at most once on the stack: starting it again returns to its open step. One that only waits for its hour is
 * started afresh instead, so that whoever asks for it gets an answer.
 */
function returnToRun(draft: Draft, index: number): boolean {
  const end = segmentEnd(draft, index);
  const frame = draft.session.stack[end]!;
  const step = standingStep(draft, frame);
  const asks = step?.kind === "collect" && (frame.question !== undefined || draft.session.question?.flow === frame.flow);
  if (!asks && frame.call === undefined) return false;
  note(draft, frame.flow, "returned to its open step");
  raise(draft, index);
  if (asks) askAgain(draft);
  else draft.at = REST;
  return true;
}

/** `goto` of a button, while its flow's run is on the stack; callees above it end. */
export function jumpTo(draft: Draft, flowName: string, stepId: string): boolean {
  const index = draft.session.stack.findIndex((frame) => frame.flow === flowName);
  if (index < 0) return false;
  const at = flowOf(draft, draft.session.stack[index]!)?.byId.get(stepId);
  if (at === undefined) return false;
  standAt(draft, index, stepId);
  draft.at = at;
  return true;
}

/** Values of `with` for another flow's slots; a missing one is left out. */
export function readWith(draft: Draft, values: Map<string, Value>): Map<string, Json> {
  const read = new Map<string, Json>();
  if (values.size === 0) return read;
  const scope = scopeOf(draft);
  for (const [name, value] of values) {
    const one = value.read(scope);
    if (one !== undefined && one !== null) read.set(name, one);
  }
  return read;
}

function fill(draft: Draft, flow: Flow, values: Map<string, Json>, from: SlotValue["from"]): void {
  for (const [name, value] of values) {
    const slot = flow.slots.get(name);
    if (slot !== undefined) writeSlot(draft, draft.session.stack.length - 1, slot, value, from);
  }
}

/** A call that cannot be made is passed; what it would have saved is missing. */
function missCall(draft: Draft, step: Step & { kind: "call" }): void {
  note(draft, step.id, "call not made", step.flow);
  if (step.save !== undefined) writeSave(draft, step.save, undefined);
  draft.at = step.next;
}

export function call(draft: Draft, step: Step & { kind: "call" }): void {
  const caller = writableTop(draft);
  const program = programOf(draft, caller);
  const flow = program.flows.get(step.flow);
  const at = flow && entrance(draft, flow);
  if (flow === undefined || at === undefined || at === null) {
    missCall(draft, step);
    return;
  }
  const values = readWith(draft, step.with);
  const index = draft.session.stack.findIndex((frame) => frame.flow === step.flow);
  if (index >= 0) {
    // An interrupted run of the same flow gives way; one that called us cannot be called again.
    if (segmentStart(draft, index) === segmentStart(draft, draft.session.stack.length - 1)) {
      missCall(draft, step);
      return;
    }
    dropSegment(draft, index);
  }
  caller.step = step.id;
  const frame = newFrame(step.flow, caller.program, "call");
  if (step.save !== undefined) frame.save = step.save;
  fillDefaults(draft, flow, frame);
  pushFrame(draft, frame);
  fill(draft, flow, values, "flow");
  draft.at = at;
}

/** Goes to another flow for good: it takes the place of the run and its callers. */
export function link(draft: Draft, step: Step & { kind: "link" }): void {
  linkTo(draft, step.flow, readWith(draft, step.with));
}

export function linkTo(draft: Draft, name: string, values: Map<string, Json>): void {
  const { newest } = draft.programs;
  const ours = programOf(draft, topFrame(draft)!);
  const program = newest.flows.has(name) ? newest : ours;
  const flow = program.flows.get(name);
  dropSegment(draft);
  draft.closed = true;
  const index = draft.session.stack.findIndex((frame) => frame.flow === name);
  if (index >= 0 && returnToRun(draft, index)) return;
  const at = flow && entrance(draft, flow);
  if (flow === undefined || at === undefined || at === null) {
    note(draft, name, "link not taken");
    uncover(draft, "resume");
    return;
  }
  if (index >= 0) dropSegment(draft, index);
  const frame = newFrame(name, program.hash, flow.pattern ? "pattern" : "start");
  fillDefaults(draft, flow, frame);
  pushFrame(draft, frame);
  fill(draft, flow, values, "flow");
  draft.at = at;
}

/** The run on top came to its end. */
export function endRun(draft: Draft): void {
  const top = topFrame(draft)!;
  const flow = flowOf(draft, top);
  const outputs = top.via === "call" && top.save !== undefined ? outputsOf(draft, flow, top) : undefined;
  leave(draft, [draft.session.stack.pop()!]);
  draft.closed ||= top.via !== "pattern";
  note(draft, top.flow, "ended");
  if (top.via === "call") {
    const caller = writableTop(draft);
    if (top.sealed !== undefined) caller.sealed = caller.passed?.length ?? 0;
    if (top.save !== undefined) writeSave(draft, top.save, outputs);
    draft.at = standingStep(draft, caller)?.next ?? END;
    return;
  }
  if (draft.session.stack.length > 0) {
    uncover(draft, top.after ?? "resume", top.flow);
    return;
  }
  draft.at = REST;
  if (top.via === "start") runPattern(draft, "completed", {}, "stay");
}

function outputsOf(draft: Draft, flow: Flow | undefined, frame: Frame): Json {
  const outputs: Record<string, Json> = {};
  for (const name of flow?.outputs ?? []) {
    const slot = flow!.slots.get(name);
    const held = slot?.keep ? own(draft.session.kept, name) : own(frame.slots, name);
    if (held !== undefined && held.value !== null) outputs[name] = held.value;
  }
  return outputs;
}

/** What lay on top is gone: the run below goes on, as it was told to or from where it stands. */
export function uncover(draft: Draft, how: Afterwards, after?: string): void {
  const frame = topFrame(draft);
  draft.at = REST;
  if (frame === undefined) return;
  const flow = flowOf(draft, frame);
  const step = standingStep(draft, frame);
  if (flow === undefined) {
    note(draft, frame.flow, "gone: no program has this flow");
    dropSegment(draft);
    uncover(draft, "resume", after);
    return;
  }
  switch (how) {
    case "stay":
      wakeQuestion(draft);
      armIdle(draft);
      return;
    case "next":
      unrest(draft);
      draft.at = step?.next ?? END;
      return;
    case "again":
      unrest(draft);
      draft.at = step?.at ?? flow.start;
      return;
    case "drop":
      dropSegment(draft);
      uncover(draft, "resume", after);
      return;
    case "nobody":
      goOnWithoutPerson(draft, step);
      return;
    case "ask":
    case "resume":
      goOn(draft, flow, step, how, after);
      return;
  }
}

function goOn(draft: Draft, flow: Flow, step: Step | undefined, how: "ask" | "resume", after: string | undefined): void {
  const frame = topFrame(draft)!;
  if (step === undefined) {
    draft.at = flow.start; // it was put below another before its first step
    return;
  }
  switch (step.kind) {
    case "collect":
      if (frame.question === undefined) {
        draft.at = step.at;
        return;
      }
      if (how === "resume" && draft.programs.newest.flows.has("resume")) {
        runPattern(draft, "resume", { flow: flow.name, after: after ?? "" }, "ask");
        return;
      }
      wakeQuestion(draft);
      askAgain(draft);
      return;
    case "wait":
      if (frame.due) {
        unrest(draft);
        draft.at = step.next;
      }
      return;
    case "action":
      if (frame.due) {
        const failed = frame.error !== undefined;
        unrest(draft);
        draft.at = failed && step.onError !== undefined ? step.onError : step.next;
      }
      return;
    case "handoff":
      if (!frame.handed) draft.at = END;
      return;
    case "call":
      draft.at = step.next;
      return;
    default:
      draft.at = step.at;
  }
}

/** A handoff's blocks for "nobody can be promised" went on: at `return_to`, else the whole stack ends. */
export function goOnWithoutPerson(draft: Draft, step: Step | undefined): void {
  if (step?.kind === "handoff" && step.returnTo !== undefined) {
    unrest(draft);
    draft.at = step.returnTo;
  } else clearStack(draft);
}
