/** Reads a text into weighted features: word stems, pairs of words, letter groups within words, Han signs and their pairs. */
import { simplified } from "./traditional.ts";
import { factorsOfHan, factorsOfWords, stem } from "./words.ts";

/** Features of the text read last, in arrays that the next reading reuses. */
export type Reading = {
  count: number;
  hash: Int32Array;
  factor: Float32Array;
  /** One of the kinds below. */
  kind: Uint8Array;
  /** Words in order, stemmed: one for each feature of kind WORD. */
  words: string[];
};
export const WORD = 0;
export const PAIR = 1;
export const GRAM = 2;
export const HAN = 3;
export const HAN_PAIR = 4;
export const NUMBER = 5;

export const FEATURES_MAX = 1024;
/** A text beyond this is a letter; its start says what it is about. */
export const TEXT_MAX = 600;

/** How much each kind of feature weighs beside a whole word, from trials on public data sets. */
const PAIR_FACTOR = 0.5;
/** Two fillers side by side say nothing. */
const PAIR_FACTOR_MIN = 0.12;
const GRAM_FACTOR = 0.35;
const HAN_FACTOR = 0.9;
const HAN_PAIR_FACTOR = 0.9;
/** A lone letter is mostly a slip or a list's. */
const LETTER_FACTOR = 0.3;
/** Ids and long numbers name a thing, not a wish; `15` or `2` may be part of a question. */
const NUMBER_FACTOR = 0.6;
const LONG_NUMBER_FACTOR = 0.25;

export type Reader = { read(text: string): Reading };

/** Compatibility forms, case and accents fold away: `Ａ`, `a` and `Á` are one letter. */
export function fold(text: string): string {
  let plain = true;
  for (let i = 0; i < text.length; i++) {
    if (text.charCodeAt(i) > 126) {
      plain = false;
      break;
    }
  }
  if (plain) return text.toLowerCase();
  return text
    .normalize("NFKC")
    .toLowerCase()
    .normalize("NFD")
    .replace(/[\u0300-\u036f]/g, "")
    .normalize("NFC");
}

export function createReader(): Reader {
  const wordFactors = factorsOfWords();
  const hanFactors = factorsOfHan();
  const simplifiedOf = simplified();
  const reading: Reading = {
    count: 0,
    hash: new Int32Array(FEATURES_MAX),
    factor: new Float32Array(FEATURES_MAX),
    kind: new Uint8Array(FEATURES_MAX),
    words: [],
  };

  function add(hash: number, factor: number, kind: number): void {
    if (reading.count >= FEATURES_MAX) return;
    const at = reading.count++;
    reading.hash[at] = hash;
    reading.factor[at] = factor;
    reading.kind[at] = kind;
  }

  let previousHash = 0;
  let previousFactor = 0;

  function addWord(word: string): void {
    const known = wordFactors.get(word);
    const root = known === undefined ? stem(word) : word;
    const factor = known ?? (root.length < 2 ? LETTER_FACTOR : 1);
    const hash = hashOf(root);
    reading.words.push(root);
    add(hash, factor, WORD);
    if (previousHash !== 0) {
      const both = PAIR_FACTOR * Math.sqrt(previousFactor * factor);
      if (both > PAIR_FACTOR_MIN) add(mix(previousHash, hash), both, PAIR);
    }
    previousHash = hash;
    previousFactor = factor;
    if (known === undefined && root.length > 3) {
      let a = 1;
      let b = root.charCodeAt(0);
      for (let i = 1; i <= root.length; i++) {
        const c = i < root.length ? root.charCodeAt(i) : 2;
        add(Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b) ^ Math.imul(c, 0xc2b2ae35) ^ 0x5bd1, factor * GRAM_FACTOR, GRAM);
        a = b;
        b = c;
      }
    }
  }

  return {
    read(text) {
      const folded = fold(text.length > TEXT_MAX ? text.slice(0, TEXT_MAX) : text);
      reading.count = 0;
      reading.words.length = 0;
      previousHash = 0;
      previousFactor = 0;
      let start = -1;
      let digits = false;
      let lastHan = 0;
      let lastHanFactor = 0;
      for (let i = 0; i <= folded.length; i++) {
        const code = i < folded.length ? folded.charCodeAt(i) : 32;
        const letter = isLetter(code);
        const digit = code >= 48 && code <= 57;
        if (letter || digit) {
          if (start < 0) {
            start = i;
            digits = false;
          }
          digits ||= digit;
          continue;
        }
        if (start >= 0) {
          if (code === 39 || code === 0x2019) {
            // "don't" is dont; only inside a word
            const next = folded.charCodeAt(i + 1);
            if (isLetter(next)) continue;
          }
          const word = folded.slice(start, i);
          if (digits) {
            add(hashOf(word), word.length > 4 ? LONG_NUMBER_FACTOR : NUMBER_FACTOR, NUMBER);
          } else addWord(word.includes("'") || word.includes("\u2019") ? word.replace(/['\u2019]/g, "") : word);
          start = -1;
          lastHan = 0;
        }
        if (isHan(code)) {
          const sign = simplifiedOf.get(code) ?? code;
          const factor = hanFactors.get(sign) ?? 1;
          add(sign, HAN_FACTOR * factor, HAN);
          if (lastHan !== 0) add(mix(lastHan, sign), HAN_PAIR_FACTOR * Math.max(0.1, (factor + lastHanFactor) / 2), HAN_PAIR);
          lastHan = sign;
          lastHanFactor = factor;
          previousHash = 0;
        } else {
          if (code !== 32) {
            lastHan = 0;
            if (code !== 45 && code !== 47) previousHash = 0;
          }
        }
      }
      return reading;
    },
  };
}

function isLetter(code: number): boolean {
  return (
    (code >= 97 && code <= 122) ||
    (code >= 0xdf && code <= 0x24f) ||
    (code >= 0x370 && code <= 0x1fff && code !== 0x37e) ||
    (code >= 0xac00 && code <= 0xd7a3)
  );
}

function isHan(code: number): boolean {
  return (code >= 0x4e00 && code <= 0x9fff) || (code >= 0x3400 && code <= 0x4dbf);
}

export function hashOf(word: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < word.length; i++) hash = Math.imul(hash ^ word.charCodeAt(i), 0x01000193);
  return hash | 0;
}

function mix(a: number, b: number): number {
  return (Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b) ^ 0x27d4eb2f) | 0;
}
