/** Walks the run on top, step by step, until something rests: a question, a wait, a call, a person, the end. */
import type { Json } from "../../model/json.ts";
import { END, type Flow, STAY, type Step } from "../program.ts";
import { callAction } from "./calls.ts";
import { closeQuestion, type Draft, flowOf, note, own, REST, STEPS_MAX, topFrame, writableTop } from "./draft.ts";
import { answerFromFaq } from "./faq.ts";
import { handOff } from "./handoff.ts";
import { collect } from "./questions.ts";
import { call, endRun, link, uncover } from "./runs.ts";
import { say } from "./say.ts";
import { scopeOf } from "./scope.ts";
import { clearStack } from "./stack.ts";
import { breakDown } from "./trouble.ts";
import { write } from "./values.ts";
import { wait } from "./waits.ts";

export function walk(draft: Draft): void {
  while (draft.at !== REST && draft.needs === null && draft.asks === null) {
    const frame = topFrame(draft);
    if (frame === undefined) {
      draft.at = REST;
      return;
    }
    if (++draft.steps > STEPS_MAX) {
      breakDown(draft, `More than ${STEPS_MAX} steps in one turn.`);
      continue;
    }
    const flow = flowOf(draft, frame);
    if (flow === undefined) uncover(draft, "drop");
    else if (draft.at === STAY) stay(draft, flow);
    else {
      const step = flow.steps[draft.at];
      if (step === undefined) endRun(draft);
      else take(draft, flow, step);
    }
  }
}

/** A `no_reply` branch went on: the question is still open, or is asked anew where the branch asked something itself. */
function stay(draft: Draft, flow: Flow): void {
  draft.at = REST;
  if (draft.session.question !== undefined) return;
  const frame = writableTop(draft);
  const back = frame.back ?? [];
  const step = back.at(-1) ?? frame.step;
  if (back.length > 1) frame.back = back.slice(0, -1);
  else frame.back = undefined;
  draft.at = (step === null ? undefined : flow.byId.get(step)) ?? END;
}

function take(draft: Draft, flow: Flow, step: Step): void {
  const { session } = draft;
  if (!TELLS[step.kind]) note(draft, `${flow.name}/${step.id}`, step.kind);
  switch (step.kind) {
    case "send":
      say(draft, step.message, scopeOf(draft), { flow: flow.name, step: step.id });
      draft.at = step.next;
      return;
    case "set":
      for (const { target, value } of step.sets) write(draft, target, value === null ? null : (value.read(scopeOf(draft)) ?? null), "flow");
      draft.at = step.next;
      return;
    case "if": {
      const holds = step.test.holds(scopeOf(draft));
      note(draft, `${flow.name}/${step.id}`, step.test.source, holds);
      draft.at = holds ? step.then : step.else;
      return;
    }
    case "switch": {
      const on = step.on.read(scopeOf(draft));
      note(draft, `${flow.name}/${step.id}`, step.on.source, on ?? null);
      draft.at = (on === undefined || on === null ? undefined : step.cases.get(String(on))) ?? step.else;
      return;
    }
    case "goto":
      draft.at = step.to;
      return;
    case "link":
      link(draft, step);
      return;
    case "end":
      if (step.what === "flow") endRun(draft);
      else {
        note(draft, `${flow.name}/${step.id}`, "end: all");
        clearStack(draft);
      }
      return;
    case "tag":
      tag(draft, step);
      draft.at = step.next;
      return;
    case "note":
      draft.effects.push({ kind: "note", text: step.text.print(scopeOf(draft), step.text.languages[0] ?? flow.language) });
      draft.at = step.next;
      return;
    case "collect":
    case "call":
    case "action":
    case "answer":
    case "wait":
    case "handoff":
      // A `no_reply` branch leaves its question for another place to stand on.
      if (session.question !== undefined) {
        const frame = writableTop(draft);
        frame.back = [...(frame.back ?? []), session.question.step];
        closeQuestion(draft);
      }
      stand(draft, step);
      return;
  }
}

/** Kinds that note more than that they were walked. */
const TELLS: Partial<Record<Step["kind"], true>> = {
  if: true,
  switch: true,
  goto: true,
  end: true,
  action: true,
  answer: true,
  wait: true,
  handoff: true,
};

function stand(draft: Draft, step: Step): void {
  switch (step.kind) {
    case "collect":
      collect(draft, step);
      return;
    case "call":
      call(draft, step);
      return;
    case "action":
      callAction(draft, step);
      return;
    case "answer":
      answerFromFaq(draft, step);
      return;
    case "wait":
      wait(draft, step);
      return;
    case "handoff":
      handOff(draft, step);
      return;
    default:
      throw new Error(`A conversation cannot stand on ${step.kind}.`);
  }
}

function tag(draft: Draft, step: Step & { kind: "tag" }): void {
  const scope = scopeOf(draft);
  const add = step.add.flatMap((value) => words(value.read(scope)));
  const remove = step.remove.flatMap((value) => words(value.read(scope)));
  if (add.length + remove.length === 0) return;
  draft.effects.push({ kind: "tag", add, remove });
  const before = own(draft.customer, "tags");
  const tags = new Set(Array.isArray(before) ? before : []);
  for (const one of add) tags.add(one);
  for (const one of remove) tags.delete(one);
  draft.customer = { ...draft.customer, tags: [...tags] };
  draft.scope = null;
}

function words(value: Json | undefined): string[] {
  if (Array.isArray(value)) return value.flatMap(words);
  return typeof value === "string" && value !== "" ? [value] : typeof value === "number" ? [String(value)] : [];
}
