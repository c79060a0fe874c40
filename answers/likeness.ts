/** An inverted index over phrases: how alike a text is to each group of them, from 0 (nothing shared) to 1 (the same). */
import { createSpeller, type Speller } from "./speller.ts";
import { createReader, hashOf, NUMBER, PAIR, WORD } from "./tokens.ts";

/** Phrases of one group say the same thing in one language. Groups are numbered from 0. */
export type IndexedPhrase = { group: number; text: string };

/** What `search` found, unordered. The arrays hold `count` values and are reused by the next search. */
export type Found = {
  count: number;
  group: Int32Array;
  /** Of the group: its nearest phrase and its middle, half and half. */
  likeness: Float32Array;
  /** Of its nearest phrase alone, and which one that is. */
  nearest: Float32Array;
  phrase: Int32Array;
  /** Share of the text's weight that stands for words no phrase has. */
  unknown: number;
};
export type PhraseIndex = { search(text: string): Found };

/** What no phrase has speaks against all of them as much as a rare word speaks for one; a number hardly. */
const UNKNOWN_NUMBER_WEIGHT = 0.1;
/** A word that had to be spelled right first. */
const MISSPELLED_FACTOR = 0.8;
/** Keeps words that most groups share from weighing nothing: with few phrases, sharing is often chance. */
const COMMON_WORD_FLOOR = 3;

export function indexPhrases(phrases: IndexedPhrase[], groupCount: number): PhraseIndex {
  const reader = createReader();
  const ids = new Map<number, number>();
  const groupsWith: number[] = [];
  const lastGroupWith: number[] = [];
  const words = new Set<string>();
  const factorsOf: Map<number, number>[] = [];
  // In order of group, so that the last group seen is enough to count groups.
  const inOrder = phrases.map((_, at) => at).sort((a, b) => phrases[a]!.group - phrases[b]!.group || a - b);
  for (const at of inOrder) {
    const { text, group } = phrases[at]!;
    const reading = reader.read(text);
    const factors = new Map<number, number>();
    for (let i = 0; i < reading.count; i++) {
      const hash = reading.hash[i]!;
      let id = ids.get(hash);
      if (id === undefined) {
        id = groupsWith.length;
        ids.set(hash, id);
        groupsWith.push(0);
        lastGroupWith.push(-1);
      }
      if (lastGroupWith[id] !== group) {
        lastGroupWith[id] = group;
        groupsWith[id]!++;
      }
      factors.set(id, Math.max(factors.get(id) ?? 0, reading.factor[i]!));
    }
    for (const word of reading.words) words.add(word);
    factorsOf[at] = factors;
  }

  const featureCount = groupsWith.length;
  const rarity = (groups: number) => Math.log(COMMON_WORD_FLOOR + (groupCount + 2) / (groups + 0.5));
  const rarityOf = Float32Array.from(groupsWith, rarity);
  const unknownWeight = rarity(0);

  // Postings of feature f: starts[f] to starts[f + 1].
  const starts = new Int32Array(featureCount + 1);
  for (const factors of factorsOf) for (const id of factors.keys()) starts[id + 1]!++;
  for (let id = 0; id < featureCount; id++) starts[id + 1]! += starts[id]!;
  const free = starts.slice(0, featureCount);
  const posted = new Int32Array(starts[featureCount]!);
  const postedWeight = new Float32Array(posted.length);
  const middleLength = new Float32Array(groupCount).fill(1);
  const middle = new Map<number, number>();
  inOrder.forEach((at, nth) => {
    const factors = factorsOf[at]!;
    const group = phrases[at]!.group;
    let squares = 0;
    for (const [id, factor] of factors) squares += (factor * rarityOf[id]!) ** 2;
    const length = Math.sqrt(squares) || 1;
    for (const [id, factor] of factors) {
      const slot = free[id]!++;
      const weight = (factor * rarityOf[id]!) / length;
      posted[slot] = at;
      postedWeight[slot] = weight;
      middle.set(id, (middle.get(id) ?? 0) + weight);
    }
    const next = inOrder[nth + 1];
    if (next === undefined || phrases[next]!.group !== group) {
      let sum = 0;
      for (const weight of middle.values()) sum += weight * weight;
      middleLength[group] = Math.sqrt(sum) || 1;
      middle.clear();
    }
  });

  // Made at the first word that nobody knows: a start should not wait for it.
  let speller: Speller | null = null;
  const groupOf = Int32Array.from(phrases, (phrase) => phrase.group);
  const sums = new Float32Array(phrases.length);
  const touched = new Int32Array(phrases.length);
  const seenAt = new Int32Array(featureCount);
  const nearestOf = new Float32Array(groupCount);
  const sumOf = new Float32Array(groupCount);
  const phraseOf = new Int32Array(groupCount);
  const found: Found = {
    count: 0,
    group: new Int32Array(groupCount),
    likeness: new Float32Array(groupCount),
    nearest: new Float32Array(groupCount),
    phrase: new Int32Array(groupCount),
    unknown: 0,
  };
  let searches = 0;

  return {
    search(text) {
      const reading = reader.read(text);
      searches = (searches + 1) | 0;
      let squares = 0;
      let unknown = 0;
      let touchedCount = 0;
      let wordAt = 0;
      for (let i = 0; i < reading.count; i++) {
        const kind = reading.kind[i]!;
        let factor = reading.factor[i]!;
        let id = ids.get(reading.hash[i]!);
        if (kind === WORD) {
          const word = reading.words[wordAt++]!;
          if (id === undefined) {
            speller ??= createSpeller(words);
            const meant = speller.nearest(word);
            if (meant !== null) {
              id = ids.get(hashOf(meant));
              factor *= MISSPELLED_FACTOR;
            }
          }
        }
        if (id === undefined) {
          if (kind !== PAIR) {
            const weight = kind === NUMBER ? UNKNOWN_NUMBER_WEIGHT : factor * unknownWeight;
            squares += weight * weight;
            unknown += weight * weight;
          }
          continue;
        }
        if (seenAt[id] === searches) continue;
        seenAt[id] = searches;
        const weight = factor * rarityOf[id]!;
        squares += weight * weight;
        for (let slot = starts[id]!, end = starts[id + 1]!; slot < end; slot++) {
          const at = posted[slot]!;
          if (sums[at] === 0) touched[touchedCount++] = at;
          sums[at]! += weight * postedWeight[slot]!;
        }
      }
      const length = Math.sqrt(squares) || 1;
      found.count = 0;
      found.unknown = squares === 0 ? 1 : unknown / squares;
      for (let i = 0; i < touchedCount; i++) {
        const at = touched[i]!;
        const likeness = sums[at]! / length;
        sums[at] = 0;
        const group = groupOf[at]!;
        if (sumOf[group] === 0) found.group[found.count++] = group;
        sumOf[group]! += likeness;
        if (likeness > nearestOf[group]!) {
          nearestOf[group] = likeness;
          phraseOf[group] = at;
        }
      }
      for (let i = 0; i < found.count; i++) {
        const group = found.group[i]!;
        found.nearest[i] = nearestOf[group]!;
        found.likeness[i] = (nearestOf[group]! + sumOf[group]! / middleLength[group]!) / 2;
        found.phrase[i] = phraseOf[group]!;
        nearestOf[group] = 0;
        sumOf[group] = 0;
      }
      return found;
    },
  };
}
