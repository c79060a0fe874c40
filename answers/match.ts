/** Ranks what a brand can do and answer against what a customer wrote: flow phrases and FAQ questions in one list, offline. */
import type { Program } from "../dialogue/program.ts";
import type { Candidate, Ranking } from "../model/turn.ts";
import { languageOf } from "./language.ts";
import { indexPhrases } from "./likeness.ts";
import { createReader, fold } from "./tokens.ts";

/** Index once, rank often: the same text always gets the same ranking. Not for two threads at once. */
export type Ranker = (text: string, language?: string) => Ranking;

/** What can be ranked; `phrases` in any mix of languages. */
export type Offer = { kind: "flow" | "faq"; name: string; phrases: string[]; description?: string };

const CANDIDATES_MAX = 10;
/** Only an exact phrase is beyond doubt, and nothing else comes near it. */
const ALIKE_MAX = 0.97;
const BESIDE_EXACT_MAX = 0.85;
/** A description speaks about customers, not like one. */
const DESCRIPTION_SHARE = 0.85;
/**
 * Chance that the right answer is the best candidate or as good as tied with it, by logistic regression on likeness:
 * fitted on public sets of customers' questions in English and Chinese, 5 to 100 phrases an answer, a third of the texts about something else.
 */
const FIT = { base: -8.679, root: 13.277, likeness: -2.273, nearest: 1.694, unknown: 0.809 };
/** The same sets: how fast the chance of a lesser candidate falls with its likeness. */
const ODDS_POWER = 8;

export function createRanker(program: Program): Ranker {
  const offers: Offer[] = [];
  for (const flow of program.flows.values()) {
    if (flow.pattern || flow.phrases.length === 0) continue;
    offers.push({ kind: "flow", name: flow.name, phrases: flow.phrases.map((phrase) => phrase.text), description: flow.description });
  }
  for (const entry of program.faq.values()) {
    offers.push({ kind: "faq", name: entry.id, phrases: entry.questions.map((question) => question.text) });
  }
  return rankOffers(offers);
}

type Group = { offer: number; language: string | null; described: boolean };

/** The ranking without a program around it. */
export function rankOffers(offers: Offer[]): Ranker {
  const exact = new Map<string, { offer: number; phrase: string }[]>();
  const groups: Group[] = [];
  const phrases: { group: number; text: string }[] = [];
  // Phrases of two languages have no middle in common, so each language of an offer is a group.
  const reader = createReader();
  offers.forEach((offer, at) => {
    const groupOf = new Map<string | null, number>();
    const add = (text: string, described: boolean): void => {
      const language = languageOf(reader.read(text), null, null);
      const key = described ? "description" : language;
      let group = groupOf.get(key);
      if (group === undefined) {
        group = groups.length;
        groupOf.set(key, group);
        groups.push({ offer: at, language, described });
      }
      phrases.push({ group, text });
    };
    for (const text of offer.phrases) {
      add(text, false);
      const key = keyOf(text);
      const same = exact.get(key) ?? [];
      if (!same.some((known) => known.offer === at)) same.push({ offer: at, phrase: text });
      exact.set(key, same);
    }
    if (offer.description) add(offer.description, true);
  });
  const index = indexPhrases(phrases, groups.length);
  const likenessOf = new Float32Array(offers.length);
  const groupOf = new Int32Array(offers.length);
  const touched = new Int32Array(offers.length);

  return (text, language) => {
    const same = exact.get(keyOf(text));
    const found = index.search(text);
    let touchedCount = 0;
    for (let i = 0; i < found.count; i++) {
      const group = groups[found.group[i]!]!;
      const likeness = found.likeness[i]! * (group.described ? DESCRIPTION_SHARE : 1);
      if (likenessOf[group.offer] === 0) touched[touchedCount++] = group.offer;
      if (likeness > likenessOf[group.offer]!) {
        likenessOf[group.offer] = likeness;
        groupOf[group.offer] = i;
      }
    }
    const best = nearestOffers(likenessOf, touched, touchedCount);
    const candidates: Candidate[] = [];
    let nearestLanguage: string | null = null;
    if (best.length > 0) {
      const top = likenessOf[best[0]!]!;
      const nearest = found.nearest[groupOf[best[0]!]!]!;
      const sure = Math.min(ALIKE_MAX, chanceOf(top, nearest, found.unknown));
      if (sure >= 0.8) nearestLanguage = groups[found.group[groupOf[best[0]!]!]!]!.language;
      for (const at of best) {
        const offer = offers[at]!;
        const score = sure * (likenessOf[at]! / top) ** ODDS_POWER;
        if (score < 0.01) break;
        const group = groups[found.group[groupOf[at]!]!]!;
        const phrase = group.described ? offer.phrases[0]! : phrases[found.phrase[groupOf[at]!]!]!.text;
        candidates.push({ kind: offer.kind, name: offer.name, score: same ? Math.min(score, BESIDE_EXACT_MAX) : score, phrase });
      }
    }
    for (let i = 0; i < touchedCount; i++) likenessOf[touched[i]!] = 0;
    const ranked = same === undefined ? candidates : exactFirst(offers, same, candidates);
    return {
      candidates: ranked,
      none: ranked.length === 0 ? 1 : 1 - ranked[0]!.score,
      language: languageOf(found.reading, nearestLanguage, language ?? null),
    };
  };
}

/** The few best, best first, ties by order of the files. */
function nearestOffers(likenessOf: Float32Array, touched: Int32Array, touchedCount: number): number[] {
  const best: number[] = [];
  for (let i = 0; i < touchedCount; i++) {
    const at = touched[i]!;
    const likeness = likenessOf[at]!;
    let place = best.length;
    while (place > 0) {
      const other = best[place - 1]!;
      if (likenessOf[other]! > likeness || (likenessOf[other] === likeness && other < at)) break;
      place--;
    }
    if (place >= CANDIDATES_MAX) continue;
    best.splice(place, 0, at);
    if (best.length > CANDIDATES_MAX) best.pop();
  }
  return best;
}

function chanceOf(likeness: number, nearest: number, unknown: number): number {
  const z = FIT.base + FIT.root * Math.sqrt(likeness) + FIT.likeness * likeness + FIT.nearest * nearest + FIT.unknown * unknown;
  return 1 / (1 + Math.exp(-z));
}

function exactFirst(offers: Offer[], same: { offer: number; phrase: string }[], candidates: Candidate[]): Candidate[] {
  const ranked: Candidate[] = same.map(({ offer, phrase }) => ({ kind: offers[offer]!.kind, name: offers[offer]!.name, score: 1, phrase }));
  for (const candidate of candidates) {
    if (!ranked.some((known) => known.kind === candidate.kind && known.name === candidate.name)) ranked.push(candidate);
  }
  return ranked;
}

/** Letters and digits alone: case, accents, spaces and marks do not make another phrase. */
function keyOf(text: string): string {
  return fold(text).replace(/[^\p{L}\p{N}]+/gu, "");
}
