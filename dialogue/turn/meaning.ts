/** What a text means among all that a bot knows: one thing, several, one of a few, what it refuses, or nothing. */
import type { Candidate } from "../../model/turn.ts";
import { greets, thanks } from "../slots/answers.ts";
import { followsUp, partsOf, type Refusal, refuses } from "../slots/parts.ts";
import { hasHan } from "../slots/words.ts";
import { ACCEPTABLE, candidatesFor, EXACT, isNearTie, OFFERED, SURE } from "./candidates.ts";
import { type Draft, flowOf, note } from "./draft.ts";
import { readExtras } from "./reading.ts";
import { plain } from "./triggers.ts";

/** `text`: the words that were understood so; slots are filled from them. */
export type Meaning =
  | { kind: "one"; one: Candidate; text: string }
  | { kind: "several"; all: Candidate[] }
  | { kind: "tie"; candidates: Candidate[] }
  | { kind: "refused"; refused: Candidate; others: Candidate[] }
  | { kind: "none"; near: Candidate[] };

type Among = "all" | "answers";

/** null: something must be ranked first (`draft.needs`). */
export function meaningOf(draft: Draft, text: string, among: Among): Meaning | null {
  const whole = candidatesFor(draft, text, among);
  if (whole === null) return null;
  const [best] = whole;
  if (best !== undefined && best.score >= EXACT && plain(best.phrase) === plain(text)) return { kind: "one", one: best, text };
  const refusal = refuses(text);
  if (refusal !== null) {
    const meant = refusedOf(draft, refusal, whole, among);
    if (meant !== undefined) return meant;
  }
  const parts = partsOf(text).filter((part) => !greets(part) && !thanks(part));
  if (parts.length > 1) return ofParts(draft, parts, whole, text, among);
  const only = parts[0] ?? text;
  const leaning = leaningOn(draft, only, among);
  if (leaning !== undefined) return leaning;
  if (only === text) return ofWhole(whole, text);
  const without = candidatesFor(draft, only, among); // "Hi! How long does it take?" asks only one thing
  return without && ofWhole((without[0]?.score ?? 0) >= (best?.score ?? 0) ? without : whole, only);
}

function ofWhole(candidates: Candidate[], text: string): Meaning {
  const [best] = candidates;
  if (best === undefined || best.score < ACCEPTABLE) return { kind: "none", near: candidates.filter(({ score }) => score >= OFFERED) };
  return isNearTie(candidates) ? { kind: "tie", candidates } : { kind: "one", one: best, text };
}

/** Each part that surely means something, in order; one and the same thing said in two sentences is one. */
function ofParts(draft: Draft, parts: string[], whole: Candidate[], text: string, among: Among): Meaning | null {
  const found: { one: Candidate; text: string }[] = [];
  let tie: Candidate[] | null = null;
  let near: Candidate[] = [];
  for (const part of parts) {
    const candidates = candidatesFor(draft, part, among);
    if (candidates === null) return null;
    const meant = ofWhole(candidates, part);
    if (meant.kind === "tie") tie ??= candidates;
    if (meant.kind === "none" && near.length === 0) near = meant.near;
    if (meant.kind === "one" && !found.some(({ one }) => isSame(one, meant.one))) found.push(meant);
  }
  if (found.length > 1) return { kind: "several", all: found.map(({ one }) => one) };
  const whole1 = ofWhole(whole, text);
  const [first] = found;
  if (first === undefined) {
    if (whole1.kind !== "none") return whole1;
    if (tie !== null) return { kind: "tie", candidates: tie };
    return whole1.near.length > 0 ? whole1 : { kind: "none", near };
  }
  return whole1.kind === "one" && whole1.one.score > first.one.score ? whole1 : { kind: "one", one: first.one, text };
}

/** "I don't want to return it": never the thing that is refused. undefined: it refuses nothing that the bot knows. */
function refusedOf(draft: Draft, { what, topic, rest }: Refusal, whole: Candidate[], among: Among): Meaning | null | undefined {
  const of = candidatesFor(draft, what, among);
  if (of === null) return null;
  const refused = of[0];
  if (refused === undefined || refused.score < OFFERED) {
    // It refuses something else: then only what is beyond doubt is acted upon.
    const sure = (whole[0]?.score ?? 0) >= SURE;
    return sure || rest !== "" ? undefined : { kind: "none", near: whole.filter(({ score }) => score >= OFFERED) };
  }
  if (rest !== "") {
    const instead = candidatesFor(draft, rest, among);
    if (instead === null) return null;
    const meant = ofWhole(instead, rest);
    if (meant.kind === "one" || meant.kind === "tie") {
      note(draft, "heard", "refuses", refused.name);
      return meant;
    }
  }
  // Who does not want to pay for something asks about it: what was not denied as the matter itself may still be offered.
  const others = whole.filter((one) => one.score >= OFFERED && !(isSame(one, refused) && (topic || refused.kind === "flow")));
  return { kind: "refused", refused, others };
}

/** "And to Canada?" after an answer. undefined: it leans on nothing. */
function leaningOn(draft: Draft, text: string, among: Among): Meaning | null | undefined {
  const lead = topicOf(draft, text);
  if (lead === null) return undefined;
  const follow = followsUp(text);
  if (follow === null) return undefined;
  const own = candidatesFor(draft, follow.rest, among);
  if (own === null) return null;
  const ownBest = own[0]?.score ?? 0;
  if (own[0] !== undefined && ownBest >= (follow.narrows ? SURE : ACCEPTABLE) && !isNearTie(own))
    return { kind: "one", one: own[0], text: follow.rest };
  const { kind, name } = lead;
  if (kind === "flow") return among === "all" && fills(draft, name, follow.rest) ? leansOn(draft, lead, follow.rest) : undefined;
  if (!follow.narrows && ownBest < FAMILIAR) return undefined;
  const joined = candidatesFor(draft, `${lead.phrase} ${follow.rest}`, among);
  if (joined === null) return null;
  const [best] = joined;
  return best !== undefined && best.score >= ACCEPTABLE ? leansOn(draft, best, follow.rest) : undefined;
}

/** Below this nothing that the bot knows has even a word in common with a text. */
const FAMILIAR = 0.05;
/** After this silence nobody leans on what was said before. */
const TOPIC_MS = 30 * 60_000;

function leansOn(draft: Draft, one: Candidate, text: string): Meaning {
  note(draft, "heard", "leans on", draft.session.topic);
  return { kind: "one", one, text };
}

/** What the conversation is about, in words of the brand's own. */
function topicOf(draft: Draft, text: string): Candidate | null {
  const { topic, lastHeardAtMs } = draft.session;
  if (topic === undefined || lastHeardAtMs === undefined || draft.view.nowMs - lastHeardAtMs > TOPIC_MS) return null;
  const { newest } = draft.programs;
  const name = topic.slice(topic.indexOf("/") + 1);
  const isFaq = topic.startsWith("faq/");
  const phrases = isFaq ? newest.faq.get(name)?.questions : newest.flows.get(name)?.phrases;
  if (phrases === undefined) return null;
  const han = hasHan(text);
  const phrase = phrases.find((one) => hasHan(one.text) === han) ?? phrases[0];
  return phrase === undefined && isFaq ? null : { kind: isFaq ? "faq" : "flow", name, score: ACCEPTABLE, phrase: phrase?.text ?? name };
}

/** Does a text answer one of the flow's own questions, as "Seattle" does for a shop finder? */
function fills(draft: Draft, name: string, text: string): boolean {
  const flow = draft.programs.newest.flows.get(name);
  if (flow === undefined || draft.session.stack.some((frame) => flowOf(draft, frame) === flow)) return false;
  return readExtras(draft, flow, text, null).length > 0;
}

export const isSame = (a: Candidate, b: Candidate) => a.kind === b.kind && a.name === b.name;
