/** Asking until a slot is filled and valid: the question, its answer, the check, the confirmation, the limit. */
import type { Json } from "../../model/json.ts";
import type { Choice } from "../../model/message.ts";
import type { Scope, Slot, Step, Texts } from "../program.ts";
import { clearTimer, closeQuestion, type Draft, note, REST, setTimer, standingStep, topFrame, writableTop } from "./draft.ts";
import { runPattern } from "./patterns.ts";
import { answerPayload } from "./payloads.ts";
import { EACH_MAX, engineText, forChannel, pickLanguage, printLine, printMessage, say, sayMessage } from "./say.ts";
import { languageOf, scopeOf } from "./scope.ts";
import { filled, write } from "./values.ts";

export type CollectStep = Step & { kind: "collect" };
export type Option = { value: string; label: string };

/** The step whose question is open, if one is. */
export function openCollect(draft: Draft): CollectStep | undefined {
  const { question } = draft.session;
  const frame = topFrame(draft);
  if (question === undefined || frame === undefined || frame.flow !== question.flow) return undefined;
  const step = standingStep(draft, frame);
  return step?.kind === "collect" ? step : undefined;
}

/** Comes to a `collect`: passes what is filled and valid in silence, else asks. */
export function collect(draft: Draft, step: CollectStep): void {
  const scope = scopeOf(draft);
  if (step.when !== undefined && !step.when.holds(scope)) {
    note(draft, step.id, "not asked: when is false");
    draft.at = step.next;
    return;
  }
  if (!step.askAgain) {
    const value = filled(draft, step.target, step.slot);
    if (value !== undefined) {
      const failing = firstFailing(draft, step, value);
      if (failing === null) {
        note(draft, step.id, "already filled");
        pass(draft, step);
        return;
      }
      const ours = step.target.kind === "slot";
      if (ours) write(draft, step.target, null, "flow");
      openQuestion(draft, step);
      if (ours && failing !== "not_an_option") {
        fail(draft, step, failing);
        return;
      }
      sayQuestion(draft, step);
      return;
    }
  }
  openQuestion(draft, step);
  sayQuestion(draft, step);
}

export function openQuestion(draft: Draft, step: CollectStep): void {
  const frame = writableTop(draft);
  frame.step = step.id;
  frame.error = undefined;
  draft.session.question = { flow: frame.flow, step: step.id, attempts: 0, askedAtMs: draft.view.nowMs };
}

function sayQuestion(draft: Draft, step: CollectStep): void {
  const frame = topFrame(draft)!;
  draft.session.offered = undefined;
  const language = languageOfQuestion(draft, step);
  say(draft, step.ask, scopeOf(draft), { flow: frame.flow, step: step.id }, offersOf(draft, step, language), language);
  waitForAnswer(draft, step);
}

/**
 * The same question once more, after something came between; a confirmation is asked again as one. What came between may
 * have filled a slot they share (`keep`): then it is passed in silence, as if the run had just come to it.
 */
export function askAgain(draft: Draft): void {
  const step = openCollect(draft);
  if (step === undefined) {
    draft.at = REST;
    return;
  }
  const confirming = draft.session.question!.confirming;
  if (confirming === undefined && !step.askAgain) {
    const value = filled(draft, step.target, step.slot);
    if (value !== undefined && firstFailing(draft, step, value) === null) {
      note(draft, step.id, "already filled");
      closeQuestion(draft);
      pass(draft, step);
      return;
    }
  }
  draft.session.question = { ...draft.session.question!, askedAtMs: draft.view.nowMs };
  if (confirming !== undefined && step.confirm !== undefined) sayConfirm(draft, step, step.confirm, confirming);
  else sayQuestion(draft, step);
}

function waitForAnswer(draft: Draft, step: CollectStep): void {
  setTimer(draft, "idle", draft.view.nowMs + step.idleAfterMs);
  draft.at = REST;
}

/** Tries an answer that fits the slot's type: every check in turn, then the confirmation. */
export function answer(draft: Draft, step: CollectStep, value: Json): void {
  const failing = firstFailing(draft, step, value);
  if (failing !== null) {
    fail(draft, step, failing);
    return;
  }
  if (step.confirm !== undefined) {
    draft.session.question = { ...draft.session.question!, confirming: value };
    sayConfirm(draft, step, step.confirm, value);
    return;
  }
  accept(draft, step, value);
}

export function accept(draft: Draft, step: CollectStep, value: Json): void {
  note(draft, step.id, "answered");
  closeQuestion(draft);
  write(draft, step.target, value, "customer");
  pass(draft, step);
}

/** "No" to a confirmation: asked again, and it counts as no failure. */
export function refuse(draft: Draft, step: CollectStep): void {
  const { confirming: _refused, ...question } = draft.session.question!;
  draft.session.question = question;
  sayQuestion(draft, step);
}

/** Leaves a question without an answer. */
export function leaveEmpty(draft: Draft, step: CollectStep): void {
  note(draft, step.id, "skipped");
  closeQuestion(draft);
  draft.at = step.next;
}

function pass(draft: Draft, step: CollectStep): void {
  const frame = writableTop(draft);
  const before = frame.passed ?? [];
  const index = before.indexOf(step.id);
  if (index < 0) frame.passed = [...before, step.id];
  else {
    // Asked and answered anew: it lies behind nothing that happened since its first time.
    frame.passed = [...before.slice(0, index), ...before.slice(index + 1), step.id];
    if (frame.sealed !== undefined && index < frame.sealed) frame.sealed--;
  }
  draft.at = step.next;
}

export type Failing = { invalid: Texts | undefined; line: string } | "not_an_option";

/** The first check that fails speaks. Null: the value is good. */
export function firstFailing(draft: Draft, step: CollectStep, value: Json): Failing | null {
  if (step.options !== undefined) {
    const values = new Set(optionsOf(draft, step).map((option) => option.value));
    const chosen = Array.isArray(value) ? value : [value];
    if (!chosen.every((one) => typeof one === "string" && values.has(one))) return "not_an_option";
  }
  if (step.validate.length === 0) return null;
  const scope: Scope = { ...scopeOf(draft), value };
  for (const check of step.validate) {
    const holds = check.must.holds(scope);
    note(draft, step.id, check.must.source, holds);
    if (!holds) return { invalid: check.invalid ?? step.invalid, line: check.invalid ? step.slot.type : "value" };
  }
  return null;
}

/** A failed answer: the designer's words, else the engine's and the question; after the last attempt, the way out. */
export function fail(draft: Draft, step: CollectStep, failing: Failing | "not_understood"): void {
  const frame = topFrame(draft)!;
  const { confirming: _given, ...question } = draft.session.question!;
  const attempts = question.attempts + 1;
  draft.session.question = { ...question, attempts };
  note(draft, step.id, "not accepted", attempts);
  if (attempts >= step.maxAttempts) {
    giveUp(draft, step);
    return;
  }
  const scope = scopeOf(draft);
  const invalid = typeof failing === "string" ? step.invalid : failing.invalid;
  const where = { flow: frame.flow, step: step.id };
  if (invalid !== undefined && invalid.length > 0) {
    const message = { text: printLine(draft, invalid, scope, `${frame.flow}/${step.id}/invalid`) };
    draft.session.offered = undefined;
    const language = pickLanguage(invalid[0]!.languages, languageOf(draft));
    const asked = printMessage(draft, { ...step.ask, texts: [] }, scope, where, language);
    sayMessage(draft, { ...choicesOf(asked, offersOf(draft, step, language)), ...message }, where, "bot");
    waitForAnswer(draft, step);
    return;
  }
  const line = typeof failing === "string" ? step.slot.type : failing.line;
  sayMessage(draft, { text: engineText(draft, `invalid_${line}`, scope) }, where, "bot");
  sayQuestion(draft, step);
}

function choicesOf(asked: { choices?: Choice[]; buttons?: unknown[] }, offers: Choice[]): { choices?: Choice[] } {
  if (asked.choices !== undefined) return { choices: asked.choices };
  return asked.buttons === undefined && offers.length > 0 ? { choices: offers } : {};
}

function giveUp(draft: Draft, step: CollectStep): void {
  closeQuestion(draft);
  if (step.otherwise !== undefined) {
    draft.at = step.otherwise;
    return;
  }
  runPattern(draft, "too_many_attempts", { slot: labelOf(draft, step.slot) }, "next");
}

/** What a slot is called before the customer. */
export function labelOf(draft: Draft, slot: Slot): string {
  return slot.label ? printLine(draft, [slot.label], scopeOf(draft), "label") : slot.name.replaceAll("_", " ");
}

function sayConfirm(draft: Draft, step: CollectStep, confirm: Texts, value: Json): void {
  const frame = topFrame(draft)!;
  const scope: Scope = { ...scopeOf(draft), value };
  const text = printLine(draft, confirm, scope, `${frame.flow}/${step.id}/confirm`);
  draft.session.offered = undefined;
  sayMessage(draft, { text, choices: yesNo(draft, step) }, { flow: frame.flow, step: step.id }, "bot");
  waitForAnswer(draft, step);
}

/** Answers to tap: a choice shows its labels by itself, a yes or no its two words. */
function offersOf(draft: Draft, step: CollectStep, language: string): Choice[] {
  const { type } = step.slot;
  if (type === "yes_no") return yesNo(draft, step);
  if (type !== "choice" && type !== "choices") return [];
  const flow = topFrame(draft)!.flow;
  return optionsOf(draft, step, language).map(({ value, label }) => ({ title: label, payload: answerPayload(flow, step.id, value) }));
}

/** A question and the answers it offers go out in one language: the customer's, if all of it exists in that. */
function languageOfQuestion(draft: Draft, step: CollectStep): string {
  const { languages } = forChannel(draft, step.ask);
  const labels = step.options?.map((option) => option.label) ?? step.slot.of?.map((option) => option.label);
  if (labels === undefined || languages.length < 2) return languageOf(draft);
  const whole = languages.filter((language, at) => at === 0 || labels.every((label) => label.languages.includes(language)));
  return pickLanguage(whole, languageOf(draft));
}

function yesNo(draft: Draft, step: CollectStep): Choice[] {
  const flow = topFrame(draft)!.flow;
  const scope = scopeOf(draft);
  return [
    { title: engineText(draft, "yes", scope), payload: answerPayload(flow, step.id, "yes") },
    { title: engineText(draft, "no", scope), payload: answerPayload(flow, step.id, "no") },
  ];
}

/** What a choice may be, in the customer's language: made at the question, else the slot's own. */
export function optionsOf(draft: Draft, step: CollectStep, language = languageOf(draft)): Option[] {
  if (step.options === undefined) return ownOptions(draft, step.slot, language);
  const scope: Scope = { ...scopeOf(draft) };
  const options: Option[] = [];
  for (const plan of step.options) {
    const items = plan.each === undefined ? [null] : plan.each.read(scope);
    if (!Array.isArray(items)) continue;
    for (const item of items.slice(0, EACH_MAX)) {
      if (plan.each !== undefined) scope.item = item;
      const value = plan.value.read(scope);
      scope.language = pickLanguage(plan.label.languages, language);
      const label = plan.label.print(scope, scope.language);
      if ((typeof value === "string" || typeof value === "number") && label !== "") options.push({ value: String(value), label });
    }
  }
  return options;
}

export function ownOptions(draft: Draft, slot: Slot, language = languageOf(draft)): Option[] {
  if (slot.of === undefined) return [];
  const scope = scopeOf(draft);
  return slot.of.map(({ value, label }) => {
    const picked = pickLanguage(label.languages, language);
    scope.language = picked;
    return { value, label: label.print(scope, picked) };
  });
}

/** The customer says nothing: the step's own way, else the pattern. */
export function noReply(draft: Draft): void {
  const step = openCollect(draft);
  clearTimer(draft, "idle");
  if (step === undefined) return;
  const silences = (draft.session.question!.silences ?? 0) + 1;
  draft.session.question = { ...draft.session.question!, silences };
  note(draft, step.id, "no reply", silences);
  if (step.noReply !== undefined) {
    draft.at = step.noReply;
    return;
  }
  runPattern(draft, "no_reply", { times: silences }, "stay");
}

/** The question stays open without being asked again: silence counts from here. */
export function armIdle(draft: Draft): void {
  const step = openCollect(draft);
  const silences = draft.session.question?.silences ?? 0;
  if (step !== undefined && (silences === 0 || (step.noReply === undefined && silences < SILENCES_MAX))) waitForAnswer(draft, step);
}

/** The pattern hears of so many silences after one question; then nobody nags any more. */
const SILENCES_MAX = 3;
