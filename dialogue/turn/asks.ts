/** Where the bot is not sure it may ask the answerer, in a call; what that said counts as far as it can be checked here. */
import { type Ask, type AskedSlot, type AskKind, type MayDo, modelCall, type Offered, type Word } from "../../model/answerer.ts";
import type { CallOutcome, Heard } from "../../model/event.ts";
import type { Json } from "../../model/json.ts";
import type { Session } from "../../model/session.ts";
import type { Candidate, Turn, View } from "../../model/turn.ts";
import type { Slot } from "../program.ts";
import { candidatesFor, isOpen } from "./candidates.ts";
import { closeDraft, type Draft, note, openDraft, own, type Programs, setTimer, without } from "./draft.ts";
import { type CollectStep, optionsOf } from "./questions.ts";
import { readAnswer } from "./reading.ts";
import { languageOf, scopeOf } from "./scope.ts";

type SaidEvent = Extract<Heard, { kind: "said" }>;
type Understood = Extract<Word, { kind: "understand" }>;

/** What to do instead of the offline result. `asked`: this turn ends with a call, and the text is heard again with the word. */
export type Help =
  | { kind: "asked" }
  | { kind: "answer"; value: Json }
  | { kind: "follow"; candidate: Candidate }
  | { kind: "offer"; candidate: Candidate };

/** Beyond so many entries only those that the ranking knows are offered. */
const OFFERED_MAX = 150;
const ABOUT_MAX = 240;
/** A flow that the local ranking does not see at all is offered to tap, never started: the word of a model alone starts nothing. */
const SUPPORT = 0.1;
const GRACE_MS = 2_000;
/** Their forms are read by code, and their values are nobody else's business. */
const NOT_ASKED = new Set<Slot["type"]>(["attachment", "location", "email", "phone"]);

/** @param among what may be chosen now; null: the offline result stands */
export function helpWith(draft: Draft, text: string, step: CollectStep | undefined, among: Among): Help | null {
  const word = draft.words.find((one): one is Understood => one.kind === "understand");
  if (word !== undefined) return helpOf(draft, word, text, step, among);
  if (draft.words.length > 0 || !mayAsk(draft, "choose", "fill")) return null;
  const offered = may(draft, "choose") ? offers(draft, text, among) : [];
  const slots = may(draft, "fill") ? asked(draft, step) : [];
  if (offered.length === 0 && slots.length === 0) return null;
  const question = slots.length === 0 ? null : (step?.ask.texts[0]?.source ?? null);
  draft.asks = { kind: "understand", text, language: languageOf(draft), offered, slots, question };
  return { kind: "asked" };
}
export type Among = "all" | "answers" | "none";

/** An authored answer in other words; null: as it was written. `asked`: the answerer is asked for them first. */
export function reworded(draft: Draft, id: string, text: string): "asked" | string | null {
  const source = `faq/${id}`;
  const word = draft.words.find((one) => one.kind === "rephrase");
  if (word !== undefined) return word.kind === "rephrase" && word.source === source ? word.text : null;
  const heard = draft.heard.text;
  if (typeof heard !== "string" || heard === "" || !mayAsk(draft, "rephrase")) return null;
  draft.asks = { kind: "rephrase", text: heard, language: languageOf(draft), source: { id: source, text } };
  return "asked";
}

/** Only for what a customer said just now, and never while the answerer rests. */
function mayAsk(draft: Draft, ...what: MayDo[]): boolean {
  const { answerer } = draft.view;
  if (answerer === undefined || draft.event?.kind !== "said" || !what.some((one) => may(draft, one))) return false;
  if (answerer.resting === null) return true;
  note(draft, "model", "not asked", answerer.resting);
  return false;
}

function may(draft: Draft, what: MayDo): boolean {
  return draft.view.answerer?.may.includes(what) === true;
}

/** What is open here and now, in the order of the files: the same part of every ask, which providers then keep for us. */
function offers(draft: Draft, text: string, among: Among): Offered[] {
  if (among === "none") return [];
  const { newest } = draft.programs;
  const made: Offered[] = [];
  for (const flow of newest.flows.values()) {
    if (flow.phrases.length === 0 || !isOpen(draft, { kind: "flow", name: flow.name }, among)) continue;
    const phrases = flow.phrases.slice(0, 3).map((one) => one.text);
    made.push({ id: `flow/${flow.name}`, title: flow.name.replaceAll("_", " "), about: about([flow.description, ...phrases]) });
  }
  for (const entry of newest.faq.values()) {
    if (!isOpen(draft, { kind: "faq", name: entry.id }, among)) continue;
    const [title = entry.passage?.heading ?? entry.id, ...others] = entry.questions.map((one) => one.text);
    made.push({ id: `faq/${entry.id}`, title, about: about(entry.passage ? [entry.passage.text] : others.slice(0, 4)) });
  }
  if (made.length <= OFFERED_MAX) return made;
  const known = new Set(candidatesFor(draft, text, among)?.map(({ kind, name }) => `${kind}/${name}`));
  return made.filter((one) => known.has(one.id));
}

function about(parts: string[]): string {
  return [...parts.join(" | ")].slice(0, ABOUT_MAX).join("");
}

function asked(draft: Draft, step: CollectStep | undefined): AskedSlot[] {
  if (step === undefined || step.slot.personal || NOT_ASKED.has(step.slot.type) || draft.session.question?.confirming !== undefined)
    return [];
  const { name, type, label } = step.slot;
  const options = type === "choice" || type === "choices" ? optionsOf(draft, step) : [];
  return [{ name, type, label: label?.print(scopeOf(draft), label.languages[0] ?? "en") ?? name.replaceAll("_", " "), options }];
}

function helpOf(draft: Draft, word: Understood, text: string, step: CollectStep | undefined, among: Among): Help | null {
  if (step !== undefined) {
    for (const read of word.slots) {
      const value = valueRead(draft, step, read, text);
      if (value === undefined) continue;
      note(draft, "model", "read the answer", { slot: read.name, evidence: read.evidence });
      return { kind: "answer", value };
    }
  }
  const chosen = word.choice === null ? null : candidateOf(word.choice);
  if (chosen === null) return null;
  if (among === "none" || !isOpen(draft, chosen, among)) {
    note(draft, "model", "chose what is not open", word.choice);
    return null;
  }
  const ranked = candidatesFor(draft, text, among)?.find((one) => one.kind === chosen.kind && one.name === chosen.name);
  note(draft, "model", "chose", word.choice);
  const { newest } = draft.programs;
  const phrases = chosen.kind === "faq" ? newest.faq.get(chosen.name)?.questions : newest.flows.get(chosen.name)?.phrases;
  const candidate = ranked ?? { ...chosen, score: 0, phrase: phrases?.[0]?.text ?? chosen.name };
  const supported = chosen.kind === "faq" || (ranked !== undefined && ranked.score >= SUPPORT);
  return { kind: supported ? "follow" : "offer", candidate };
}

function candidateOf(id: string): Pick<Candidate, "kind" | "name"> | null {
  const [kind, name] = [id.slice(0, id.indexOf("/")), id.slice(id.indexOf("/") + 1)];
  return kind === "flow" || kind === "faq" ? { kind, name } : null;
}

/** The value is made by our own reading of the customer's words; the answerer only says which words, or which option they mean. */
function valueRead(draft: Draft, step: CollectStep, read: Understood["slots"][number], text: string): Json | undefined {
  const { slot } = step;
  const evidence = read.evidence.trim();
  if (read.name !== slot.name || evidence === "" || !text.includes(evidence)) return undefined;
  switch (slot.type) {
    case "choice":
    case "choices": {
      const values = new Set(optionsOf(draft, step).map((one) => one.value));
      const chosen = Array.isArray(read.value) ? read.value : [read.value];
      if (chosen.length === 0 || !chosen.every((one) => typeof one === "string" && values.has(one))) return undefined;
      return slot.type === "choices" ? chosen : chosen.length === 1 ? chosen[0] : undefined;
    }
    case "yes_no":
      return typeof read.value === "boolean" ? read.value : undefined;
    default:
      return NOT_ASKED.has(slot.type) ? undefined : readAnswer(draft, slot, { text: evidence, attachments: [] }, []);
  }
}

/** The turn that only asks: nothing else of it has happened, so that the text can be heard again with the answer. */
export function askTurn(programs: Programs, session: Session, event: SaidEvent, view: View, words: readonly Word[], asks: Ask): Turn {
  const draft = openDraft(programs, session, event, view);
  const { answers } = programs.newest.bot;
  const timeoutMs = answers.from === "local-only" ? 0 : answers.timeoutMs;
  const number = (session.calls ?? 0) + 1;
  const key = `c${number}`;
  const untilMs = view.nowMs + timeoutMs + GRACE_MS;
  draft.session.calls = number;
  draft.session.asking = { call: key, kind: asks.kind, seq: view.seq, event, words: [...words] };
  draft.session.awaiting = { call: key, flow: "", step: "", untilMs };
  setTimer(draft, `call:${key}`, untilMs);
  draft.effects.push({ kind: "ask", key, ask: asks, timeoutMs });
  note(draft, "model", "asked", modelCall(asks.kind));
  return closeDraft(draft);
}

/** Nobody waits for the answerer any more. */
export function withoutAsking(session: Session): Session {
  const { asking } = session;
  if (asking === undefined) return session;
  const rest: Session = { ...session, asking: undefined, timers: without(session.timers, `call:${asking.call}`) };
  if (rest.awaiting?.call === asking.call) rest.awaiting = undefined;
  return rest;
}

/** What a call brought back; whatever went wrong, the offline result stands. */
export function wordOf(asked: AskKind, outcome: CallOutcome): Word {
  if (!outcome.ok) return noWord(asked, outcome.error.code);
  const { value } = outcome;
  const kind = typeof value === "object" && value !== null && !Array.isArray(value) ? own(value, "kind") : undefined;
  return kind === asked ? (value as Word) : noWord(asked, "bad_answer");
}

export function noWord(asked: AskKind, why: string): Word {
  if (asked === "rephrase") return { kind: "rephrase", source: "", text: null, dropped: [why] };
  return { kind: "understand", choice: null, slots: [], dropped: [why] };
}
