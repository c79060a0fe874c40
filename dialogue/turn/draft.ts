/** A turn in the making: the session as it will be, what is to be done, and where the running flow goes on. */
import type { Ask, Word } from "../../model/answerer.ts";
import type { Heard } from "../../model/event.ts";
import type { Json, JsonObject } from "../../model/json.ts";
import type { Frame, Session } from "../../model/session.ts";
import type { Effect, Trace, Turn, View } from "../../model/turn.ts";
import type { Flow, Program, Scope, Step } from "../program.ts";

/** The newest program serves triggers, patterns, FAQ and ads; a run stays on the one its frame names. */
export type Programs = { newest: Program; named(hash: string): Program | null | undefined };

/** Nothing runs: the turn ends here unless something is started. Beside END and STAY of a program. */
export const REST = -3;
export const STEPS_MAX = 200;

export type Draft = {
  readonly programs: Programs;
  readonly view: View;
  readonly event: Heard | null; // null: an agent or a ticket's deadline speaks
  /** A copy; what it holds is replaced, never changed, except frames in `owned`. */
  readonly session: Session;
  readonly owned: Set<Frame>;
  readonly effects: Effect[];
  readonly trace: Trace[];
  /** Index of the step that the top run takes next, or REST. */
  at: number;
  steps: number;
  /** A text that must be ranked before this turn can be decided. */
  needs: string | null;
  /** What the answerer must be asked before this turn can be decided; and what it has said about this event already. */
  asks: Ask | null;
  words: readonly Word[];
  /** `event.text` and so on, as expressions read them. */
  heard: JsonObject;
  customer: JsonObject;
  remembered: JsonObject | null;
  scope: { frame: Frame | null; scope: Scope } | null;
  /** Said in this turn; `asked`: a question was among it or stays open. */
  lines: string[];
  closed: boolean; // a run came to its end, or the stack was emptied
  handed: boolean;
  /** Silence before this event, for `disclose_again_after`; null: never heard before. */
  quietSinceMs: number | null;
  tired: boolean; // the step budget ran out once already
  followup: boolean; // nobody asked for what is said in this turn
};

export function openDraft(programs: Programs, session: Session, event: Heard | null, view: View): Draft {
  return {
    programs,
    view,
    event,
    session: copySession(session),
    owned: new Set(),
    effects: [],
    trace: [],
    at: REST,
    steps: 0,
    needs: null,
    asks: null,
    words: [],
    heard: NOTHING_HEARD,
    customer: view.customer,
    remembered: null,
    scope: null,
    lines: [],
    closed: false,
    handed: false,
    quietSinceMs: session.lastHeardAtMs ?? null,
    tired: false,
    followup: event?.kind === "due",
  };
}

/** Every key in its place, absent ones as undefined: one shape for the machine, and JSON leaves them out. */
function copySession(session: Session): Session {
  return {
    shape: 1,
    stack: session.stack.slice(),
    question: session.question,
    offered: session.offered,
    language: session.language,
    kept: session.kept,
    variants: session.variants,
    timers: session.timers,
    calls: session.calls,
    awaiting: session.awaiting,
    asking: session.asking,
    referral: session.referral,
    ad: session.ad,
    disclosedAtMs: session.disclosedAtMs,
    lastHeardAtMs: session.lastHeardAtMs,
    misunderstood: session.misunderstood,
    upset: session.upset,
    topic: session.topic,
    engaged: session.engaged,
    optedOut: session.optedOut,
    lastLines: session.lastLines,
    marks: session.marks,
  };
}

function copyFrame(frame: Frame): Frame {
  return {
    flow: frame.flow,
    program: frame.program,
    step: frame.step,
    slots: frame.slots,
    saves: frame.saves,
    via: frame.via,
    save: frame.save,
    after: frame.after,
    pattern: frame.pattern,
    question: frame.question,
    passed: frame.passed,
    sealed: frame.sealed,
    error: frame.error,
    call: frame.call,
    due: frame.due,
    back: frame.back,
    handed: frame.handed,
  };
}

const NOTHING_HEARD: JsonObject = { text: "", attachments: [] };

export function closeDraft(draft: Draft): Turn {
  if (draft.remembered !== null) draft.effects.push({ kind: "remember", fields: draft.remembered });
  if (draft.lines.length > 0) {
    if (draft.session.question) draft.session.lastLines = undefined;
    else draft.session.lastLines = draft.lines.slice(-REPEATED_LINES_MAX);
  }
  return { session: draft.session, effects: draft.effects, trace: draft.trace, ends: endOf(draft) };
}

const REPEATED_LINES_MAX = 3;

function endOf(draft: Draft): Turn["ends"] {
  if (draft.handed) return "person";
  if (draft.session.question) return "question";
  if (draft.session.awaiting) return "wait";
  if (draft.session.stack.length > 0) return "wait";
  if (draft.closed && draft.lines.length > 0) return "goodbye";
  if (draft.lines.length > 0) return "answer";
  return draft.closed ? "goodbye" : "silence";
}

export function note(draft: Draft, at: string, what: string, data?: Json): void {
  draft.trace.push(data === undefined ? { at, what } : { at, what, data });
}

export function topFrame(draft: Draft): Frame | undefined {
  return draft.session.stack[draft.session.stack.length - 1];
}

/** The frame at an index, ours to write. */
export function writable(draft: Draft, index: number): Frame {
  const stack = draft.session.stack;
  const frame = stack[index]!;
  if (draft.owned.has(frame)) return frame;
  const copy = copyFrame(frame);
  draft.owned.add(copy);
  stack[index] = copy;
  if (draft.scope?.frame === frame) draft.scope.frame = copy;
  return copy;
}

export function writableTop(draft: Draft): Frame {
  return writable(draft, draft.session.stack.length - 1);
}

/** The program a run stands on; a version nobody keeps any more gives way to the newest. */
export function programOf(draft: Draft, frame: Frame): Program {
  const { newest } = draft.programs;
  return frame.program === newest.hash ? newest : (draft.programs.named(frame.program) ?? newest);
}

export function flowOf(draft: Draft, frame: Frame): Flow | undefined {
  return programOf(draft, frame).flows.get(frame.flow);
}

/** The step a run stands on. */
export function standingStep(draft: Draft, frame: Frame): Step | undefined {
  if (frame.step === null) return undefined;
  const flow = flowOf(draft, frame);
  const at = flow?.byId.get(frame.step);
  return at === undefined ? undefined : flow!.steps[at];
}

/** A record's own value: names such as `constructor` must find nothing. */
export function own<T>(record: Record<string, T> | undefined, key: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined;
}

export function without<T>(record: Record<string, T> | undefined, key: string): Record<string, T> | undefined {
  if (record === undefined || !Object.hasOwn(record, key)) return record;
  let rest: Record<string, T> | undefined;
  for (const name in record) {
    if (name === key) continue;
    rest ??= {};
    rest[name] = record[name]!;
  }
  return rest;
}

export function setTimer(draft: Draft, key: string, atMs: number): void {
  if (draft.session.timers === undefined) {
    draft.session.timers = { [key]: atMs };
    return;
  }
  draft.session.timers = { ...draft.session.timers, [key]: atMs };
}

export function clearTimer(draft: Draft, key: string): void {
  draft.session.timers = without(draft.session.timers, key);
}

/** Forgets the open question together with its timers. */
export function closeQuestion(draft: Draft): void {
  if (draft.session.question === undefined) return;
  draft.session.question = undefined;
  draft.session.offered = undefined;
  clearTimer(draft, "idle");
  if (draft.session.timers?.window !== undefined) clearTimer(draft, "window");
}
