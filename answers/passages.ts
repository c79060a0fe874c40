/** Ranks passages of documents beside the FAQ: by how much of a question's weight their own words carry. Below that nothing is quoted. */
import type { Program } from "../dialogue/program.ts";
import type { Candidate, Ranking } from "../model/turn.ts";
import { fold, TEXT_MAX } from "./tokens.ts";
import { stem } from "./words.ts";

type Rank = (text: string) => Ranking;
type Passage = { name: string; heading: string; terms: Map<string, number>; signs: ReadonlySet<string> };
type Index = { passages: Passage[]; rarity: (term: string) => number };

/** A passage never comes as sure as a question that somebody wrote down for its answer. */
const SCORE_MAX = 0.86;
/** Of the weight of a question's words, so much must stand in a passage to be quoted as likely as not. */
const COVERED = 0.72;
const STEEPNESS = 11;
/** One word in common is an accident. */
const TERMS_MIN = 2;
const CANDIDATES_MAX = 3;
/** Only one of several passages that say it is quoted: the others stay behind it. */
const BEHIND = 0.75;
/** A word of the heading says what the whole passage is about. */
const HEADING_WEIGHT = 1.25;
const LOOSE_PAIR = 0.5;

const FILLERS = new Set(
  (
    "a an the of to in on at by for with from as is are was were be been am do does did done have has had i im me my we our us you your it its they them their " +
    "this that these those there here and or but so if can could would should will shall may might must just please about into some any get got want need like " +
    "know tell let say what when where who which why how much many long not no yes hi hello thanks ok " +
    "el la los las un una de del al en con por para y o que se me mi es son hay como cuando donde cual"
  )
    .split(" ")
    .map((word) => stem(word)),
);
const HAN_FILLERS = new Set([..."的了吗呢啊吧呀我你您他她它们这那在有和与跟是也都就还请问要想能会可以个一下得什么怎么样哪谁几多少为不"]);

/** Where a program has no documents, the ranking is the one that was given. */
export function withPassages(program: Program, rank: Rank): Rank {
  const entries = [...program.faq.values()].filter((one) => one.passage);
  if (entries.length === 0) return rank;
  let index: Index | undefined;
  return (text) => {
    const ranking = rank(text);
    index ??= indexOf(entries.map((one) => ({ name: one.id, ...one.passage! })));
    const found = search(index, text);
    if (found.length === 0) return ranking;
    const candidates = [...ranking.candidates, ...found].sort((a, b) => b.score - a.score);
    return { ...ranking, candidates, none: Math.min(ranking.none, 1 - found[0]!.score) };
  };
}

function indexOf(given: { name: string; heading: string; text: string }[]): Index {
  const passages = given.map(({ name, heading, text }): Passage => {
    const terms = new Map<string, number>();
    for (const term of termsOf(text)) terms.set(term, 1);
    for (const term of termsOf(heading)) terms.set(term, HEADING_WEIGHT);
    return { name, heading, terms, signs: new Set((heading + text).match(/\p{Script=Han}/gu)) };
  });
  const holding = new Map<string, number>();
  for (const { terms } of passages) for (const term of terms.keys()) holding.set(term, (holding.get(term) ?? 0) + 1);
  const rarity = (term: string) => Math.log(2 + (passages.length + 1) / ((holding.get(term) ?? 0) + 0.5));
  return { passages, rarity };
}

function search({ passages, rarity }: Index, text: string): Candidate[] {
  const asked = [...new Set(termsOf(text))];
  if (asked.length < TERMS_MIN) return [];
  const whole = asked.reduce((sum, term) => sum + rarity(term), 0);
  const found: Candidate[] = [];
  for (const { name, heading, terms, signs } of passages) {
    let shared = 0;
    let weight = 0;
    for (const term of asked) {
      const factor = terms.get(term) ?? (isPairOf(signs, term) ? LOOSE_PAIR : undefined);
      if (factor === undefined) continue;
      shared++;
      weight += rarity(term) * factor;
    }
    if (shared < TERMS_MIN) continue;
    const covered = Math.min(1, weight / whole);
    const score = SCORE_MAX / (1 + Math.exp(-STEEPNESS * (covered - COVERED)));
    if (score >= 0.05) found.push({ kind: "faq", name, score, phrase: heading });
  }
  found.sort((a, b) => b.score - a.score || (a.name < b.name ? -1 : 1));
  const [best, ...others] = found.slice(0, CANDIDATES_MAX);
  if (best === undefined) return [];
  return [best, ...others.map((one) => ({ ...one, score: Math.min(one.score, best.score * BEHIND) }))];
}

/** Chinese says the same in another order: two signs that stand apart in the passage count for less than side by side. */
function isPairOf(signs: ReadonlySet<string>, term: string): boolean {
  const [first, second, ...more] = term;
  return more.length === 0 && first !== undefined && second !== undefined && signs.has(first) && signs.has(second);
}

/** Stems of words, pairs of Han signs; what everybody says in every question is left out. */
function termsOf(text: string): string[] {
  const terms: string[] = [];
  const folded = fold(text.slice(0, Math.max(TEXT_MAX, 2_000)));
  for (const [run] of folded.matchAll(/\p{Script=Han}+|[\p{L}\p{N}]+(?:['’][\p{L}]+)?/gu)) {
    if (/^\p{Script=Han}/u.test(run)) {
      const signs = [...run].filter((sign) => !HAN_FILLERS.has(sign));
      for (let i = 0; i + 1 < signs.length; i++) terms.push(signs[i]! + signs[i + 1]!);
      continue;
    }
    const term = stem(run.replace(/['’].*$/, ""));
    if (!FILLERS.has(term) && (term.length > 1 || /\p{N}/u.test(term))) terms.push(term);
  }
  return terms;
}
