/** Ranks what a brand can do and answer against what a customer wrote: flow phrases and FAQ questions in one list, offline. */
import { detectLanguage } from "../dialogue/language.ts";
import type { Program } from "../dialogue/program.ts";
import type { Candidate, Ranking } from "../model/turn.ts";
import { chanceAboutUs, chanceRight, RIVAL } from "./chance.ts";
import { learnOffers, type Matcher, type Offer } from "./matcher.ts";
import { withPassages } from "./passages.ts";
import { keyOf, TEXT_MAX } from "./tokens.ts";
import { createTongue } from "./tongue.ts";

/** Learn once, rank often: the same text always gets the same ranking. Not for two threads at once. */
export type Ranker = (text: string) => Ranking;

/** Languages whose words this matcher knows; others are matched by letters alone. */
const LANGUAGES = ["en", "zh", "es"];
/** The language of a phrase that a text matches this well is the text's. The turn's own ear is finer. */
const SURE_OF_LANGUAGE = 0.8;
/** Only an exact phrase is beyond doubt, and nothing else comes near it. */
const ALIKE_MAX = 0.97;
const BESIDE_EXACT_MAX = 0.85;
/** Two words may be a whole question or lean on the last one: never sure enough to interrupt. */
const FRAGMENT_MAX = 0.85;
const SCORE_MIN = 0.01;

export function createRanker(program: Program): Ranker {
  const rank = withPassages(program, rankOffers(offersOf(program)));
  const tongue = createTongue(program.bot.languages);
  return tongue === null ? rank : (text) => withLanguage(rank(text), tongue(text));
}

const withLanguage = (ranking: Ranking, heard: string | null): Ranking => (heard === null ? ranking : { ...ranking, language: heard });

/** What a program has to rank: flows that start by a phrase, and every answer. */
export function offersOf(program: Program): Offer[] {
  const offers: Offer[] = [];
  for (const flow of program.flows.values()) {
    if (flow.pattern || flow.phrases.length === 0) continue;
    offers.push({ kind: "flow", name: flow.name, phrases: flow.phrases.map((phrase) => phrase.text), description: flow.description });
  }
  for (const entry of program.faq.values()) {
    if (entry.passage) continue; // found by what it says
    offers.push({ kind: "faq", name: entry.id, phrases: entry.questions.map((question) => question.text) });
  }
  return offers;
}

/** The ranking without a program around it. Learning waits for the first text, so that a start does not. */
export function rankOffers(offers: Offer[]): Ranker {
  const exact = phrasesByKey(offers);
  let matcher: Matcher | undefined;
  return (text) => {
    matcher ??= learnOffers(offers);
    const { found, size, phraseOf } = matcher.find(text);
    const same = exact.get(keyOf(text));
    const sure = Math.min(isFragment(text) ? FRAGMENT_MAX : ALIKE_MAX, chanceRight(found, size));
    const candidates: Candidate[] = [];
    for (let i = 0; i < found.count; i++) {
      const score = sure * Math.exp((found.score[i]! - found.score[0]!) / RIVAL);
      if (score < SCORE_MIN) break;
      const offer = offers[found.label[i]!]!;
      const phrase = phraseOf(found.example[i]!) ?? offer.phrases[0] ?? offer.name;
      candidates.push({ kind: offer.kind, name: offer.name, score: same ? Math.min(score, BESIDE_EXACT_MAX) : score, phrase });
    }
    const ranked = same === undefined ? candidates : exactFirst(offers, same, candidates);
    const best = ranked[0];
    return {
      candidates: ranked,
      none: same === undefined ? 1 - Math.max(chanceAboutUs(found, size), best?.score ?? 0) : 0,
      language: isChinese(text) ? "zh" : best !== undefined && best.score >= SURE_OF_LANGUAGE ? languageOf(best.phrase) : null,
    };
  };
}

type Same = { offer: number; phrase: string }[];

function phrasesByKey(offers: Offer[]): Map<string, Same> {
  const exact = new Map<string, Same>();
  offers.forEach((offer, at) => {
    for (const phrase of offer.phrases) {
      const key = keyOf(phrase);
      if (key === "") continue;
      const same = exact.get(key) ?? [];
      if (!same.some((known) => known.offer === at)) same.push({ offer: at, phrase });
      exact.set(key, same);
    }
  });
  return exact;
}

function exactFirst(offers: Offer[], same: Same, candidates: Candidate[]): Candidate[] {
  const ranked: Candidate[] = same.map(({ offer, phrase }) => ({ kind: offers[offer]!.kind, name: offers[offer]!.name, score: 1, phrase }));
  for (const candidate of candidates) {
    if (!ranked.some((known) => known.kind === candidate.kind && known.name === candidate.name)) ranked.push(candidate);
  }
  return ranked;
}

function languageOf(phrase: string): string | null {
  return detectLanguage(phrase, LANGUAGES)?.language ?? null;
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

/** One word or two; of Chinese up to three signs. Told by counting: a pattern would go over a long text again and again. */
function isFragment(text: string): boolean {
  let words = 0;
  let han = 0;
  for (const { 0: word } of text.slice(0, TEXT_MAX).matchAll(/[\p{L}\p{N}]+/gu)) {
    words++;
    for (const sign of word) if (sign >= "\u4e00" && sign <= "\u9fff") han++;
  }
  return words < 3 && han < 4;
}
