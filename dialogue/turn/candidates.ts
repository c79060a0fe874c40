/** What a text may mean among flows and FAQ: the ranking, without what is closed here and now. */
import type { Candidate } from "../../model/turn.ts";
import { hasHan } from "../slots/words.ts";
import { type Draft, note } from "./draft.ts";
import { answerOf } from "./faq.ts";
import { entrance } from "./runs.ts";
import { pickLanguage } from "./say.ts";
import { bareScope, languageOf } from "./scope.ts";

/** Scores are calibrated from 0 to 1. A sure match interrupts even a free text; an acceptable one is acted upon. */
export const SURE = 0.9;
export const ACCEPTABLE = 0.5;
/** Too uncertain to act upon; good enough to be offered as "is it one of these?". */
export const OFFERED = 0.25;
/** Two that lie nearer together are a tie, unless the first is as good as the phrase itself. */
export const TIE = 0.1;
export const EXACT = 0.97;

/** Best first; null: the text must be ranked before this turn can be decided (`draft.needs`). */
export function candidatesFor(draft: Draft, text: string, among: "all" | "answers"): Candidate[] | null {
  const ranking = draft.view.rankings?.get(text);
  if (ranking === undefined) {
    draft.needs = text;
    return null;
  }
  const seen = new Set<string>();
  const open: Candidate[] = [];
  for (const candidate of ranking.candidates) {
    const key = `${candidate.kind} ${candidate.name}`;
    if (seen.has(key) || candidate.score <= ranking.none * NONE_WEIGHT || !isOpen(draft, candidate, among)) continue;
    seen.add(key);
    open.push(candidate);
  }
  open.sort((a, b) => b.score - a.score);
  note(
    draft,
    "ranking",
    "candidates",
    open.slice(0, TRACED_MAX).map(({ kind, name, score }) => ({ kind, name, score })),
  );
  return open;
}

/** "None of these" has to outweigh a candidate clearly before it silences one. */
const NONE_WEIGHT = 1;
const TRACED_MAX = 5;

export function isOpen(draft: Draft, { kind, name }: Pick<Candidate, "kind" | "name">, among: "all" | "answers"): boolean {
  const { newest } = draft.programs;
  if (kind === "faq") {
    const entry = newest.faq.get(name);
    return entry !== undefined && answerOf(draft, entry) !== null;
  }
  const flow = newest.flows.get(name);
  return among === "all" && flow !== undefined && !flow.pattern && entrance(draft, flow) !== null;
}

export function isNearTie(candidates: Candidate[]): boolean {
  const [best, second] = candidates;
  if (best === undefined || second === undefined) return false;
  return best.score >= ACCEPTABLE && best.score < EXACT && best.score - second.score < TIE;
}

/** For `clarify`: those that were perhaps meant, in the words they were written in. */
export function nearest(candidates: Candidate[]): Candidate[] {
  const best = candidates[0]?.score ?? 0;
  return candidates.filter((one) => one.score >= OFFERED && best - one.score < TIE).slice(0, CLARIFY_MAX);
}

const CLARIFY_MAX = 3;

/** What a button calls it: its title, else a phrase of it in the customer's language. */
export function titleOf(draft: Draft, { kind, name, phrase }: Candidate): string {
  const { newest } = draft.programs;
  const flow = kind === "flow" ? newest.flows.get(name) : undefined;
  const entry = kind === "faq" ? newest.faq.get(name) : undefined;
  const title = flow?.title ?? entry?.title;
  const language = languageOf(draft);
  if (title !== undefined) return title.print(bareScope(draft), pickLanguage(title.languages, language));
  const chinese = language.startsWith("zh");
  if (hasHan(phrase) === chinese) return phrase;
  return (flow?.phrases ?? entry?.questions)?.find((one) => hasHan(one.text) === chinese)?.text ?? phrase;
}
