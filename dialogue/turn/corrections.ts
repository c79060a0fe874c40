/** "No, it's AL-654321": goes back to that question, checks anew, and runs on from there. */
import type { Json } from "../../model/json.ts";
import type { Frame } from "../../model/session.ts";
import type { Slot } from "../program.ts";
import { corrects, namesSlot } from "../slots/corrections.ts";
import { type Draft, flowOf, note, topFrame, writableTop } from "./draft.ts";
import { runPattern } from "./patterns.ts";
import { answer, type CollectStep, firstFailing, labelOf, openQuestion, optionsOf, ownOptions } from "./questions.ts";
import { readAnswer } from "./reading.ts";
import { segmentStart, standAt } from "./stack.ts";
import { filled, heldSlot, write } from "./values.ts";

type Correction = { index: number; step: CollectStep; value: Json | undefined; tooLate: boolean };

/** False: nothing that was answered before is being corrected. */
export function correct(draft: Draft, text: string): boolean {
  const found = find(draft, text);
  if (found === null) return false;
  const { index, step, value, tooLate } = found;
  const frame = draft.session.stack[index]!;
  const old = heldValue(draft, frame, step);
  note(draft, `${frame.flow}/${step.id}`, tooLate ? "correction comes too late" : "corrected");
  const facts: Record<string, Json> = {
    slot: labelOf(draft, step.slot),
    too_late: tooLate,
  };
  if (old !== undefined) facts.old = shown(draft, step.slot, old);
  if (value !== undefined) facts.new = shown(draft, step.slot, value);
  if (tooLate) {
    runPattern(draft, "correction", facts, "resume");
    return true;
  }
  standAt(draft, index, step.id);
  if (value === undefined) {
    write(draft, step.target, null, "customer");
    draft.at = step.at;
    return true;
  }
  if (step.confirm !== undefined || firstFailing(draft, step, value) !== null) {
    openQuestion(draft, step);
    answer(draft, step, value);
    return true;
  }
  write(draft, step.target, value, "customer");
  writableTop(draft).step = step.id;
  runPattern(draft, "correction", facts, step.askAgain ? "next" : "again");
  return true;
}

/**
 * The answer that is meant: the one named, else the latest that the new value fits, else the last one given. Without
 * "no, I meant" only a message that as a whole has the form of an earlier answer, such as an e-mail address.
 */
function find(draft: Draft, text: string): Correction | null {
  const earlier = answersGiven(draft);
  if (earlier.length === 0) return null;
  const said = corrects(text);
  if (said === null) {
    if (/\s/.test(text)) return null;
    return firstFit(
      draft,
      earlier.filter(({ step }) => hasStrictForm(step.slot)),
      text,
    );
  }
  if (said.about !== null) {
    const named = earlier.find(({ step }) => namesSlot(said.about!, [step.slot.name, labelOf(draft, step.slot)]));
    if (named !== undefined) return { ...named, value: newValue(draft, named, said.rest) };
    if (said.rest === "") return null;
  }
  if (said.rest !== "") {
    const fit = firstFit(
      draft,
      earlier.filter(({ step }) => !isFreeText(step.slot)),
      said.rest,
    );
    if (fit !== null || !said.sure) return fit;
    const last = earlier[0]!;
    return isFreeText(last.step.slot) ? { ...last, value: said.rest } : null;
  }
  return said.sure ? { ...earlier[0]!, value: undefined } : null;
}

type Given = { index: number; frame: Frame; step: CollectStep; tooLate: boolean };

/** Questions answered in the run on top and its callers, the latest first. What an agent set, agents correct. */
function answersGiven(draft: Draft): Given[] {
  const { stack } = draft.session;
  const given: Given[] = [];
  if (stack.length === 0) return given;
  const start = segmentStart(draft, stack.length - 1);
  let sealedAbove = false;
  for (let index = stack.length - 1; index >= start; index--) {
    const frame = stack[index]!;
    const flow = flowOf(draft, frame);
    const passed = frame.passed ?? [];
    for (let n = passed.length - 1; flow !== undefined && n >= 0; n--) {
      const at = flow.byId.get(passed[n]!);
      const step = at === undefined ? undefined : flow.steps[at];
      if (step?.kind !== "collect" || heldSlot(draft, frame, step.slot)?.from === "agent") continue;
      if (heldValue(draft, frame, step) !== undefined) given.push({ index, frame, step, tooLate: sealedAbove || n < (frame.sealed ?? 0) });
    }
    sealedAbove ||= frame.sealed !== undefined;
  }
  return given;
}

function firstFit(draft: Draft, given: Given[], text: string): Correction | null {
  for (const one of given) {
    const value = newValue(draft, one, text);
    if (value !== undefined) return { ...one, value };
  }
  return null;
}

function newValue(draft: Draft, { frame, step }: Given, text: string): Json | undefined {
  if (text === "") return undefined;
  const options = step.options !== undefined && frame === topFrame(draft) ? optionsOf(draft, step) : ownOptions(draft, step.slot);
  const value = readAnswer(draft, step.slot, { text, attachments: [] }, options);
  return value === undefined || JSON.stringify(value) === JSON.stringify(heldValue(draft, frame, step)) ? undefined : value;
}

function heldValue(draft: Draft, frame: Frame, step: CollectStep): Json | undefined {
  if (step.target.kind === "customer") return filled(draft, step.target, step.slot);
  return heldSlot(draft, frame, step.slot)?.value ?? undefined;
}

const isFreeText = (slot: Slot) => slot.type === "text" && slot.pattern === undefined;
const hasStrictForm = (slot: Slot) => slot.pattern !== undefined || slot.type === "email" || slot.type === "phone";

function shown(draft: Draft, slot: Slot, value: Json): Json {
  if (slot.type === "choice") return ownOptions(draft, slot).find((option) => option.value === value)?.label ?? value;
  return value;
}
