/** Reads a text into hashed features: words, stems, pairs of neighbours and letter groups; of Chinese the signs and groups of them. */
import { simplified } from "./traditional.ts";
import { stem } from "./words.ts";

/** Features of the text read last, in arrays that the next reading reuses. A feature may come twice. */
export type Reading = {
  count: number;
  hash: Int32Array;
  /** What its kind weighs; how rare it is among the examples comes later. */
  factor: Float32Array;
  /** The words of Latin and other alphabets, folded, in order; numbers are not among them. */
  words: string[];
  /** Chinese without the rest, simplified, runs of signs apart. */
  han: string[];
};
export type Reader = {
  /** `corrected` says what an unknown word probably was meant to be: that one is read as well. */
  read(text: string, corrected?: (word: string) => string | null): Reading;
};

export const FEATURES_MAX = 4096;
/** A text beyond this is a letter; its start says what it is about. */
export const TEXT_MAX = 600;

/** How much each kind of feature weighs beside a word, from trials on public data sets. */
const FACTOR = { word: 1, stem: 1, pair: 0.8, group: 0.9, sign: 2, signPair: 1.5, signGroup: 0.3, corrected: 0.8 };
const GROUP_MAX = 5;
/** Ids and long numbers name a thing, not a wish; `15` or `2` may be part of a question. */
const NUMBER_FACTOR = 0.6;
const LONG_NUMBER_FACTOR = 0.25;
const EDGE = 0x5f;

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

/** Letters and digits alone: case, accents, spaces and marks do not make another phrase. */
export function keyOf(text: string): string {
  return fold(text).replace(/[^\p{L}\p{N}]+/gu, "");
}

export function createReader(): Reader {
  const simplifiedOf = simplified();
  const reading: Reading = {
    count: 0,
    hash: new Int32Array(FEATURES_MAX),
    factor: new Float32Array(FEATURES_MAX),
    words: [],
    han: [],
  };

  function add(hash: number, factor: number): void {
    if (reading.count >= FEATURES_MAX) return;
    reading.hash[reading.count] = hash;
    reading.factor[reading.count++] = factor;
  }

  let previous = 0;

  function addPair(root: number): void {
    add(mix(previous, root, 0x27d4eb2f), FACTOR.pair);
    previous = root;
  }

  function addWord(word: string, share: number): number {
    const root = hashOf(stem(word));
    add(hashOf(word), FACTOR.word * share);
    add(mix(root, 0x51ed, 0x2545f491), FACTOR.stem * share);
    addGroups(word, FACTOR.group * share);
    return root;
  }

  /** Every run of two to five letters, the word's edges among them. */
  function addGroups(word: string, factor: number): void {
    const length = word.length + 2;
    for (let from = 0; from + 1 < length; from++) {
      let hash = 0x811c9dc5;
      for (let to = from; to < length && to - from < GROUP_MAX; to++) {
        const code = to === 0 || to === length - 1 ? EDGE : word.charCodeAt(to - 1);
        hash = Math.imul(hash ^ code, 0x01000193);
        if (to > from) add(mix(hash, to - from, 0x165667b1), factor);
      }
    }
  }

  function addSigns(run: string): void {
    reading.han.push(run);
    let before = 0;
    let twoBefore = 0;
    for (let i = 0; i < run.length; i++) {
      const sign = run.charCodeAt(i);
      add(mix(sign, 1, 0x3c6ef372), FACTOR.sign);
      add(mix(before, sign, 0x1b873593), FACTOR.signPair);
      if (i > 1) add(mix(mix(twoBefore, before, 0x1b873593), sign, 0x7ed55d16), FACTOR.signGroup);
      twoBefore = before;
      before = sign;
    }
    add(mix(before, 0, 0x1b873593), FACTOR.signPair);
  }

  return {
    read(text, corrected) {
      const folded = fold(text.length > TEXT_MAX ? text.slice(0, TEXT_MAX) : text);
      reading.count = 0;
      reading.words.length = 0;
      reading.han.length = 0;
      previous = 0;
      let start = -1;
      let digits = false;
      let run = "";
      let latin = false;
      for (let i = 0; i <= folded.length; i++) {
        const code = i < folded.length ? folded.charCodeAt(i) : 32;
        if (isHan(code)) {
          run += String.fromCharCode(simplifiedOf.get(code) ?? code);
        } else if (run !== "") {
          addSigns(run);
          run = "";
          previous = 0;
        }
        const digit = code >= 48 && code <= 57;
        if (digit || isLetter(code)) {
          if (start < 0) {
            start = i;
            digits = false;
          }
          digits ||= digit;
          continue;
        }
        if (start < 0) continue;
        // "don't" is dont; only inside a word
        if ((code === 39 || code === 0x2019) && isLetter(folded.charCodeAt(i + 1))) continue;
        let word = folded.slice(start, i);
        start = -1;
        if (digits) {
          add(hashOf(word), word.length > 4 ? LONG_NUMBER_FACTOR : NUMBER_FACTOR);
          continue;
        }
        if (word.includes("'") || word.includes("\u2019")) word = word.replace(/['\u2019]/g, "");
        latin = true;
        reading.words.push(word);
        let root = addWord(word, 1);
        const meant = corrected?.(word) ?? null;
        if (meant !== null) {
          root = addWord(meant, FACTOR.corrected);
          reading.words.push(meant);
        }
        addPair(root);
      }
      if (latin) addPair(0);
      return reading;
    },
  };
}

function isLetter(code: number): boolean {
  return (
    (code >= 97 && code <= 122) ||
    (code >= 0xdf && code <= 0x24f) ||
    (code >= 0x370 && code <= 0x1fff && code !== 0x37e) ||
    (code >= 0x3041 && code <= 0x30ff) ||
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

function mix(a: number, b: number, salt: number): number {
  let hash = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b) ^ salt;
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (hash ^ (hash >>> 13)) | 0;
}
