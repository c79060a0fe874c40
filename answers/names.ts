/** What the name of an entry says: `card_arrival` is one more way to ask about it, `q17` and `faq_3` are not. */

/** A word that so large a part of the names has says nothing about any of them. */
const SHARED_MAX = 0.25;
const SHARED_MIN = 3;
const WORD = /\p{Script=Han}+|[\p{L}]{2,}/gu;

/** For each name its words, or "" when they say nothing. */
export function wordsOfNames(names: string[]): string[] {
  const words = names.map((name) => name.replace(/(\p{Ll})(\p{Lu})/gu, "$1 $2").match(WORD) ?? []);
  const usedBy = new Map<string, number>();
  for (const mine of words) for (const word of new Set(mine)) usedBy.set(word, (usedBy.get(word) ?? 0) + 1);
  const shared = Math.max(SHARED_MIN, names.length * SHARED_MAX);
  return words.map((mine) => mine.filter((word) => usedBy.get(word)! <= shared).join(" "));
}
