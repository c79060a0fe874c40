/** Where words lie in meaning: short vectors, so that `refund` is near `money back`. Data with its origin in data/README.md. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { hashOf } from "./tokens.ts";

/** Adding a word lays its vector, weighed by how telling the word is, on top of `into`. Unknown words add nothing. */
export type WordVectors = {
  size: number;
  add(word: string, into: Float32Array): void;
  /** A run of Chinese signs, simplified. */
  addHan(run: string, into: Float32Array): void;
};

export const NO_VECTORS: WordVectors = { size: 0, add() {}, addHan() {} };

let read: WordVectors | undefined;

/** The vectors that come with Baton, read at the first call and the same object from then on: nobody writes to them. */
export function wordVectors(): WordVectors {
  read ??= readVectors();
  return read;
}

/** They lie beside the sources; a build is somewhere below the same folder. */
function readVectors(): WordVectors {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    const path = join(folder, "answers", "data", "meanings.bin");
    if (existsSync(path)) return parseVectors(readFileSync(path));
    if (folder === dirname(folder)) return NO_VECTORS;
    folder = dirname(folder);
  }
}

/**
 * Layout, little-endian: words (u32), numbers a word (u32), then for all words in ascending order their hash (i32), how telling
 * each is (u8, 255 the most), and its numbers (i8, a word's together).
 */
export function parseVectors(file: Uint8Array): WordVectors {
  const bytes = new Uint8Array(file); // a copy of its own, aligned
  const [count = 0, size = 0] = new Uint32Array(bytes.buffer, 0, 2);
  const hashes = new Int32Array(bytes.buffer, 8, count);
  const telling = new Uint8Array(bytes.buffer, 8 + count * 4, count);
  const numbers = new Int8Array(bytes.buffer, 8 + count * 5, count * size);
  const find = (hash: number): number => {
    let low = 0;
    let high = count - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const there = hashes[middle]!;
      if (there === hash) return middle;
      if (there < hash) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  };
  const lay = (at: number, into: Float32Array): void => {
    const weight = telling[at]!;
    for (let k = 0, from = at * size; k < size; k++) into[k]! += weight * numbers[from + k]!;
  };
  return {
    size,
    add(word, into) {
      const at = find(hashOf(word));
      if (at >= 0) lay(at, into);
    },
    addHan(run, into) {
      for (let from = 0; from < run.length; ) {
        let length = Math.min(4, run.length - from);
        for (; length > 0; length--) {
          const at = find(hashOf(run.slice(from, from + length)));
          if (at < 0) continue;
          lay(at, into);
          break;
        }
        from += Math.max(1, length);
      }
    },
  };
}
