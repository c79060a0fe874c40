/** "No, it's AL-654321": goes back to that question, checks anew, and runs on from there. */
import type { Json } from "../../model/json.ts";
import type { Frame } from "../../model/session.ts";
import type { Slot } from "../program.ts";
import { type Draft, flowOf, note, topFrame, writableTop } from "./draft.ts";
import { runPattern } from "./patterns.ts";
import { answer, type CollectStep, firstFailing, labelOf, openQuestion, optionsOf, ownOptions } from "./questions.ts";
import { corrects, readAnswer, unmistakable } from "./reading.ts";
import { segmentStart, standAt } from "./stack.ts";
import { plain } from "./triggers.ts";
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

/** The answer that is meant: named by its label, or the only kind that the new value fits; the latest first. */
function find(draft: Draft, text: string): Correction | null {
  const marked = corrects(text);
  const { stack } = draft.session;
  if (stack.length === 0) return null;
  const start = segmentStart(draft, stack.length - 1);
  let sealedAbove = false;
  let latest: Correction | null = null;
  for (let index = stack.length - 1; index >= start; index--) {
    const frame = stack[index]!;
    const flow = flowOf(draft, frame);
    const passed = frame.passed ?? [];
    for (let n = passed.length - 1; flow !== undefined && n >= 0; n--) {
      const at = flow.byId.get(passed[n]!);
      const step = at === undefined ? undefined : flow.steps[at];
      if (step?.kind !== "collect" || !mayCorrect(draft, frame, step.slot)) continue;
      const tooLate = sealedAbove || n < (frame.sealed ?? 0);
      const value = newValue(draft, frame, step, text, marked);
      if (value !== undefined) return { index, step, value, tooLate };
      if (marked && names(draft, step.slot, text)) return { index, step, value: undefined, tooLate };
      latest ??= { index, step, value: undefined, tooLate };
    }
    sealedAbove ||= frame.sealed !== undefined;
  }
  return marked && isBare(text) ? latest : null;
}

/** What an agent set is corrected by agents. */
function mayCorrect(draft: Draft, frame: Frame, slot: Slot): boolean {
  return heldSlot(draft, frame, slot)?.from !== "agent";
}

function heldValue(draft: Draft, frame: Frame, step: CollectStep): Json | undefined {
  if (step.target.kind === "customer") return filled(draft, step.target, step.slot);
  return heldSlot(draft, frame, step.slot)?.value;
}

function newValue(draft: Draft, frame: Frame, step: CollectStep, text: string, marked: boolean): Json | undefined {
  const { slot } = step;
  const old = heldValue(draft, frame, step);
  if (old === undefined) return undefined;
  const named = marked && names(draft, slot, text);
  const free = slot.type === "text" && slot.pattern === undefined;
  if (free && !named) return undefined;
  if (!marked && !isWhole(slot, text)) return undefined;
  const options = step.options !== undefined && frame === topFrame(draft) ? optionsOf(draft, step) : ownOptions(draft, slot);
  const value = free ? afterIs(text) : readAnswer(draft, slot, { text, attachments: [] }, options);
  if (value === undefined || JSON.stringify(value) === JSON.stringify(old)) return undefined;
  return value;
}

/** Without "no, I meant": only where the whole message has the form of an answer given before, such as an e-mail address. */
function isWhole(slot: Slot, text: string): boolean {
  return unmistakable(slot) && slot.type !== "date" && slot.type !== "choice" && !/\s/.test(text.trim());
}

function names(draft: Draft, slot: Slot, text: string): boolean {
  const said = plain(text);
  return [labelOf(draft, slot), slot.name.replaceAll("_", " ")].some((name) => name.length > 1 && said.includes(plain(name)));
}

/** "my name is actually Ann", 名字是小李: what stands behind the verb. */
function afterIs(text: string): string | undefined {
  const match = /(?:\bis\b|\bto\b|\bshould be\b|:|：|是|改成|es\b)\s*(?:actually\s+)?(.+)$/iu.exec(text.trim());
  return match?.[1]?.replace(/[.。!！]+$/u, "").trim() || undefined;
}

/** Says only that something is wrong. */
const isBare = (text: string) => plain(text).split(" ").length <= 4 && plain(text).length <= 24;

function shown(draft: Draft, slot: Slot, value: Json): Json {
  if (slot.type === "choice") return ownOptions(draft, slot).find((option) => option.value === value)?.label ?? value;
  return value;
}

