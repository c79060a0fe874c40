/** Examples as rows of numbers: which features each text has, how rare they are, and where its words lie in meaning. */

import { createSpeller, type Speller } from "./speller.ts";
import { createReader, FEATURES_MAX, type Reader } from "./tokens.ts";
import type { WordVectors } from "./vectors.ts";

/** Row r: features `id[start[r]]` to `id[start[r + 1]]`, each with its value; then `dense` numbers of meaning. The whole has length 1 and MEANING. */
export type Rows = { count: number; start: Int32Array; id: Int32Array; value: Float32Array; dense: Float32Array; denseSize: number };

/** One text in arrays that the next one reuses. */
export type Row = {
  count: number;
  id: Int32Array;
  value: Float32Array;
  dense: Float32Array;
  /** Share of the text's weight whose features some example has. */
  known: number;
  /** Whether the meaning of any word is known. */
  meant: boolean;
};

export type Vocabulary = {
  featureCount: number;
  /** Of a text among the examples of this vocabulary. */
  rowOf(text: string): Row;
};

/** How much meaning counts beside the features themselves. */
export const MEANING = 0.7;
/** Rarity is softened: with a handful of examples it is often chance. */
const RARITY_POWER = 0.5;

export function readExamples(texts: string[], vectors: WordVectors): { vocabulary: Vocabulary; rows: Rows } {
  const reader = createReader();
  const ids = createIds();
  const known = new Set<string>();
  const seenIn: number[] = [];
  const lastSeen: number[] = [];
  const mine = new Int32Array(FEATURES_MAX);
  let total = 0;
  const read: { id: Int32Array; factor: Float32Array }[] = [];
  const dense = new Float32Array(texts.length * vectors.size);
  const factorOf: number[] = [];
  for (let at = 0; at < texts.length; at++) {
    const reading = reader.read(texts[at]!);
    let count = 0;
    for (let i = 0; i < reading.count; i++) {
      const id = ids.add(reading.hash[i]!);
      if (id === seenIn.length) {
        seenIn.push(0);
        lastSeen.push(-1);
        factorOf.push(0);
      }
      const factor = reading.factor[i]!;
      if (lastSeen[id] !== at) {
        lastSeen[id] = at;
        seenIn[id]!++;
        factorOf[id] = factor;
        mine[count++] = id;
      } else if (factor > factorOf[id]!) factorOf[id] = factor;
    }
    for (const word of reading.words) known.add(word);
    meaningOf(reading, vectors, dense.subarray(at * vectors.size, (at + 1) * vectors.size));
    const id = mine.slice(0, count);
    const factor = new Float32Array(count);
    for (let i = 0; i < count; i++) factor[i] = factorOf[id[i]!]!;
    read.push({ id, factor });
    total += id.length;
  }
  const rarityOf = Float32Array.from(seenIn, (seen) => rarity(texts.length, seen));
  const rows: Rows = {
    count: texts.length,
    start: new Int32Array(texts.length + 1),
    id: new Int32Array(total),
    value: new Float32Array(total),
    dense,
    denseSize: vectors.size,
  };
  let free = 0;
  for (let at = 0; at < read.length; at++) {
    const { id, factor } = read[at]!;
    let squares = 0;
    for (let i = 0; i < id.length; i++) squares += (factor[i]! * rarityOf[id[i]!]!) ** 2;
    const length = Math.sqrt(squares) || 1;
    for (let i = 0; i < id.length; i++) {
      rows.id[free] = id[i]!;
      rows.value[free++] = (factor[i]! * rarityOf[id[i]!]!) / length;
    }
    rows.start[at + 1] = free;
  }
  return { vocabulary: vocabularyOf(reader, ids, rarityOf, known, texts.length, vectors), rows };
}

function rarity(count: number, seen: number): number {
  return Math.log(1 + (count + 1) / (seen + 0.5)) ** RARITY_POWER;
}

function vocabularyOf(
  reader: Reader,
  ids: Ids,
  rarityOf: Float32Array,
  words: Set<string>,
  count: number,
  vectors: WordVectors,
): Vocabulary {
  const unknownRarity = rarity(count, 0);
  const row: Row = {
    count: 0,
    id: new Int32Array(rarityOf.length),
    value: new Float32Array(rarityOf.length),
    dense: new Float32Array(vectors.size),
    known: 0,
    meant: false,
  };
  const placeOf = new Int32Array(rarityOf.length).fill(-1);
  // Made at the first word that nobody knows: a start should not wait for it.
  let speller: Speller | null = null;
  const corrected = (word: string): string | null => {
    if (words.has(word)) return null;
    speller ??= createSpeller(words);
    return speller.nearest(word);
  };
  return {
    featureCount: rarityOf.length,
    rowOf(text) {
      const reading = reader.read(text, corrected);
      row.count = 0;
      let unknown = 0;
      for (let i = 0; i < reading.count; i++) {
        const id = ids.find(reading.hash[i]!);
        const factor = reading.factor[i]!;
        if (id < 0) {
          unknown += (factor * unknownRarity) ** 2;
          continue;
        }
        const place = placeOf[id]!;
        const value = factor * rarityOf[id]!;
        if (place < 0) {
          placeOf[id] = row.count;
          row.id[row.count] = id;
          row.value[row.count++] = value;
        } else if (value > row.value[place]!) row.value[place] = value;
      }
      let squares = 0;
      for (let i = 0; i < row.count; i++) {
        placeOf[row.id[i]!] = -1;
        squares += row.value[i]! ** 2;
      }
      const length = Math.sqrt(squares) || 1;
      for (let i = 0; i < row.count; i++) row.value[i]! /= length;
      row.known = squares === 0 ? 0 : squares / (squares + unknown);
      row.meant = meaningOf(reading, vectors, row.dense);
      return row;
    },
  };
}

/** The weighted middle of what the words mean, of length MEANING; nothing of it known: zeros. */
function meaningOf(reading: { words: string[]; han: string[] }, vectors: WordVectors, into: Float32Array): boolean {
  into.fill(0);
  for (const word of reading.words) vectors.add(word, into);
  for (const run of reading.han) vectors.addHan(run, into);
  let squares = 0;
  for (let i = 0; i < into.length; i++) squares += into[i]! ** 2;
  if (squares === 0) return false;
  const scale = MEANING / Math.sqrt(squares);
  for (let i = 0; i < into.length; i++) into[i]! *= scale;
  return true;
}

type Ids = { add(hash: number): number; find(hash: number): number };

/** Numbers hashes from 0 in the order they come: open addressing in two flat arrays, since a query looks up hundreds. */
export function createIds(): Ids {
  let mask = 1023;
  let keys = new Int32Array(mask + 1);
  let values = new Int32Array(mask + 1).fill(-1);
  let count = 0;
  const place = (hash: number): number => {
    let at = Math.imul(hash, 0x9e3779b1) >>> 8;
    at &= mask;
    while (values[at]! >= 0 && keys[at] !== hash) at = (at + 1) & mask;
    return at;
  };
  const grow = (): void => {
    const before = { keys, values };
    mask = mask * 2 + 1;
    keys = new Int32Array(mask + 1);
    values = new Int32Array(mask + 1).fill(-1);
    for (let i = 0; i < before.keys.length; i++) {
      if (before.values[i]! < 0) continue;
      const at = place(before.keys[i]!);
      keys[at] = before.keys[i]!;
      values[at] = before.values[i]!;
    }
  };
  return {
    add(hash) {
      const at = place(hash);
      if (values[at]! >= 0) return values[at]!;
      keys[at] = hash;
      values[at] = count++;
      if (count * 2 > mask) grow();
      return count - 1;
    },
    find(hash) {
      return values[place(hash)]!;
    },
  };
}
