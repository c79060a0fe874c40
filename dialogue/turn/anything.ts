/** What no rule of the talk explains: answered, started, asked back, soothed, or not understood. */
import type { Candidate } from "../../model/turn.ts";
import { cancels, neverMind, thanks } from "../slots/answers.ts";
import { abuses, complains, complainsOutright, type Danger, denies, insults, smallTalk } from "../slots/mood.ts";
import { type Among, helpWith } from "./asks.ts";
import { nearest, SURE, titleOf } from "./candidates.ts";
import { type Draft, note, topFrame } from "./draft.ts";
import { sayFaq } from "./faq.ts";
import { speaksUnknownLanguage } from "./languages.ts";
import { isSame, type Meaning, meaningOf } from "./meaning.ts";
import { runPattern } from "./patterns.ts";
import { faqPayload, linkPayload } from "./payloads.ts";
import { answer, askAgain, type CollectStep, fail, openCollect } from "./questions.ts";
import { fillExtras } from "./reading.ts";
import { startFlow } from "./runs.ts";

/** @param among what may interrupt the question that is open */
export function hearAnything(draft: Draft, text: string, step: CollectStep | undefined, among: Among): void {
  const meaning: Meaning | null = among === "none" ? { kind: "none", near: [] } : meaningOf(draft, text, among);
  if (meaning === null) return;
  const surely = meaning.kind === "several" || (meaning.kind === "one" && meaning.one.score >= SURE);
  if (!surely && (complainsOutright(text) || insults(text))) {
    soothe(draft, text);
    return;
  }
  if (!surely && chats(draft, text, step)) return;
  switch (meaning.kind) {
    case "one":
      follow(draft, [meaning.one], meaning.text);
      return;
    case "several":
      follow(draft, meaning.all, text);
      return;
    case "tie":
      if (!isHelped(draft, text, step, among)) clarify(draft, meaning.candidates);
      return;
    case "refused":
      refuse(draft, meaning);
      return;
    case "none":
      hearNothingKnown(draft, text, step, among, meaning.near);
  }
}

function hearNothingKnown(draft: Draft, text: string, step: CollectStep | undefined, among: Among, near: Candidate[]): void {
  if (complains(text) || (abuses(text) && near.length === 0)) {
    soothe(draft, text);
    return;
  }
  if (thanks(text)) {
    note(draft, "heard", "thanks");
    runPattern(draft, "thanks", {}, "resume");
    return;
  }
  if (isHelped(draft, text, step, among)) return;
  if (step !== undefined) {
    note(draft, "heard", "no answer to the question");
    fail(draft, step, "not_understood");
    return;
  }
  if (cancels(text)) {
    note(draft, "heard", "cancel");
    runPattern(draft, "cancel", {}, "resume");
    return;
  }
  if (speaksUnknownLanguage(draft, text)) return;
  misunderstood(draft, near);
}

/** What the answerer made of it, if there is one. What it cannot tell surely, the customer is asked. */
function isHelped(draft: Draft, text: string, step: CollectStep | undefined, among: Among): boolean {
  const help = helpWith(draft, text, step, among);
  switch (help?.kind) {
    case undefined:
      return false;
    case "asked":
      return true;
    case "answer":
      understood(draft);
      fillExtras(draft, text, step!);
      answer(draft, step!, help.value);
      return true;
    case "follow":
      follow(draft, [help.candidate], text);
      return true;
    case "offer":
      draft.session.engaged = true;
      runPattern(draft, "clarify", { candidates: named(draft, [help.candidate]) }, "stay");
      return true;
  }
}

/** Small talk as the whole message. A nod answers no question; "no thanks" ends what is under way. */
function chats(draft: Draft, text: string, step: CollectStep | undefined): boolean {
  if (step === undefined && denies(text)) {
    note(draft, "heard", "refuses", "that");
    draft.session.engaged = true;
    runPattern(draft, "refused", { candidates: [] }, "resume");
    return true;
  }
  const about = smallTalk(text) ?? (step === undefined && !cancels(text) && neverMind(text) ? "nothing_else" : null);
  if (about === null || (step !== undefined && (about === "nod" || about === "bye"))) return false;
  if (about === "nothing_else" && step !== undefined) {
    if (/^\W*no\W*$/iu.test(text)) return false;
    note(draft, "heard", "cancel");
    runPattern(draft, "cancel", {}, "resume");
    return true;
  }
  note(draft, "heard", "small talk", about);
  understood(draft);
  runPattern(draft, "small_talk", { about }, "resume");
  return true;
}

/** A complaint is answered with an apology and a person, rudeness calmly; both are counted. */
function soothe(draft: Draft, text: string): void {
  const pattern = complains(text) ? "complaint" : "abuse";
  const times = (draft.session.upset ?? 0) + 1;
  draft.session.upset = times;
  draft.session.engaged = true;
  note(draft, "heard", pattern === "complaint" ? "a complaint" : "abuse", times);
  runPattern(draft, pattern, { times }, "resume");
}

export function hearDanger(draft: Draft, kind: Danger): void {
  note(draft, "heard", "danger", kind);
  draft.session.engaged = true;
  runPattern(draft, "unsafe", { kind }, "resume");
}

/**
 * Answers in the order of the questions; then the flow that was asked for. A second one begins when the first has ended:
 * it is put below it before its first step.
 */
export function follow(draft: Draft, all: Candidate[], text: string): void {
  understood(draft);
  for (const { kind, name } of all) note(draft, "heard", `matches ${kind}`, name);
  for (const one of all) if (one.kind === "faq") sayFaq(draft, one.name);
  const flows = all.filter((one) => one.kind === "flow");
  if (flows.length === 0) {
    if (openCollect(draft)) askAgain(draft);
    return;
  }
  for (const { name } of flows.slice(0, STARTED_MAX).reverse()) {
    const before = draft.session.stack.length;
    if (!startFlow(draft, name, { why: "phrase" })) {
      if (flows.length === 1) misunderstood(draft);
      continue;
    }
    if (draft.session.stack.length > before || topFrame(draft)?.step === null) fillExtras(draft, text, null);
  }
}

const STARTED_MAX = 2;

function clarify(draft: Draft, candidates: Candidate[]): void {
  note(draft, "heard", "a near tie");
  draft.session.engaged = true;
  runPattern(draft, "clarify", { candidates: named(draft, nearest(candidates)) }, "stay");
}

function refuse(draft: Draft, { refused, others }: Meaning & { kind: "refused" }): void {
  note(draft, "heard", "refuses", refused.name);
  draft.session.engaged = true;
  if (draft.session.stack.some((frame) => frame.flow === refused.name)) {
    runPattern(draft, "cancel", {}, "resume"); // that is what is under way
    return;
  }
  const candidates = named(draft, others.filter((one) => !isSame(one, refused) || refused.kind === "faq").slice(0, OFFERED_MAX));
  runPattern(draft, "refused", { candidates }, openCollect(draft) === undefined || candidates.length === 0 ? "resume" : "stay");
}

const OFFERED_MAX = 3;

/** For buttons: by title, with what a tap on each sends. */
function named(draft: Draft, candidates: Candidate[]) {
  return candidates.map((one) => ({
    title: titleOf(draft, one),
    [one.kind]: one.name,
    payload: one.kind === "faq" ? faqPayload(one.name) : linkPayload(one.name),
  }));
}

/** @param near what was perhaps meant: offered, not acted upon */
export function misunderstood(draft: Draft, near: Candidate[] = []): void {
  const times = (draft.session.misunderstood ?? 0) + 1;
  draft.session.misunderstood = times;
  note(draft, "heard", "not understood", times);
  runPattern(draft, "cannot_understand", { times, candidates: named(draft, near.slice(0, OFFERED_MAX)) }, "resume");
}

/** Something was understood: misunderstandings count anew, and a late referral no longer takes over. */
export function understood(draft: Draft): void {
  if (draft.needs !== null) return;
  draft.session.misunderstood = undefined;
  draft.session.engaged = true;
}
