/** Ranks what a brand can do and answer against what a customer wrote: flow phrases and FAQ questions in one list, offline. */
import { detectLanguage } from "../dialogue/language.ts";
import type { Program } from "../dialogue/program.ts";
import type { Candidate, Ranking } from "../model/turn.ts";
import { indexPhrases } from "./likeness.ts";
import { fold, TEXT_MAX } from "./tokens.ts";
import { createTongue } from "./tongue.ts";

/** Index once, rank often: the same text always gets the same ranking. Not for two threads at once. */
export type Ranker = (text: string) => Ranking;

/** What can be ranked; `phrases` in any mix of languages. */
export type Offer = { kind: "flow" | "faq"; name: string; phrases: string[]; description?: string };

/** Languages whose words this matcher knows; others are matched by letters alone. */
const LANGUAGES = ["en", "zh", "es"];
/** The language of a phrase that a text matches this well is the text's. The turn's own ear is finer. */
const SURE_OF_LANGUAGE = 0.8;
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
const FIT = { base: -10.2, root: 18.06, likeness: -4.65, nearest: 0.75, unknown: 2.08 };
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
  const rank = rankOffers(offers);
  const tongue = createTongue(program.bot.languages);
  return tongue === null ? rank : (text) => withLanguage(rank(text), tongue(text));
}

const withLanguage = (ranking: Ranking, heard: string | null): Ranking => (heard === null ? ranking : { ...ranking, language: heard });

type Group = { offer: number; described: boolean };

/** The ranking without a program around it. */
export function rankOffers(offers: Offer[]): Ranker {
  const exact = new Map<string, { offer: number; phrase: string }[]>();
  const groups: Group[] = [];
  const phrases: { group: number; text: string; language: string | null }[] = [];
  // Phrases of two languages have no middle in common, so each language of an offer is a group.
  offers.forEach((offer, at) => {
    const groupOf = new Map<string, number>();
    const add = (text: string, described: boolean): void => {
      const language = detectLanguage(text, LANGUAGES)?.language ?? null;
      const key = described ? "description" : (language ?? "latin");
      let group = groupOf.get(key);
      if (group === undefined) {
        group = groups.length;
        groupOf.set(key, group);
        groups.push({ offer: at, described });
      }
      phrases.push({ group, text, language });
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

  return (text) => {
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
      if (sure >= SURE_OF_LANGUAGE) nearestLanguage = phrases[found.phrase[groupOf[best[0]!]!]!]!.language;
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
      language: isChinese(text) ? "zh" : nearestLanguage,
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

/** Two Han signs near the beginning, and no kana. */
function isChinese(text: string): boolean {
  let han = 0;
  for (let i = 0; i < text.length && i < TEXT_MAX; i++) {
    const code = text.charCodeAt(i);
    if (code >= 0x3040 && code <= 0x30ff) return false;
    if (code >= 0x4e00 && code <= 0x9fff) han++;
  }
  return han >= 2;
}

/** Letters and digits alone: case, accents, spaces and marks do not make another phrase. */
function keyOf(text: string): string {
  return fold(text).replace(/[^\p{L}\p{N}]+/gu, "");
}
