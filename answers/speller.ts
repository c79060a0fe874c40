/** Finds the known word a mistyped one stands for: one letter missing, too many, wrong, or two exchanged. */

export type Speller = { nearest(word: string): string | null };

const WORD_MIN = 4;
const WORD_MAX = 24;

/** Indexes every known word under itself with one letter taken out, so that a look-up needs no search. */
export function createSpeller(known: Iterable<string>): Speller {
  const words = new Set<string>();
  for (const word of known) if (word.length >= WORD_MIN && word.length <= WORD_MAX) words.add(word);
  const shorter = new Map<string, string>();
  for (const word of words) {
    for (let i = 0; i < word.length; i++) {
      const cut = word.slice(0, i) + word.slice(i + 1);
      const other = shorter.get(cut);
      if (other === undefined || word < other) shorter.set(cut, word); // two words claim it: the same one on every machine
    }
  }
  return {
    nearest(word) {
      if (word.length < WORD_MIN || word.length > WORD_MAX) return null;
      const longer = shorter.get(word);
      if (longer !== undefined) return longer;
      for (let i = 0; i < word.length; i++) {
        const cut = word.slice(0, i) + word.slice(i + 1);
        if (words.has(cut)) return cut;
      }
      for (let i = 1; i < word.length; i++) {
        // the first letter is seldom mistyped, and "boots" is not "roots"
        const cut = word.slice(0, i) + word.slice(i + 1);
        const near = shorter.get(cut);
        if (near !== undefined && near.charCodeAt(0) === word.charCodeAt(0) && oneApart(word, near)) return near;
      }
      return null;
    },
  };
}

/** Same length: one letter differs, or two neighbours are exchanged. */
function oneApart(a: string, b: string): boolean {
  if (a.length !== b.length) return false;
  let first = -1;
  let last = -1;
  for (let i = 0; i < a.length; i++) {
    if (a.charCodeAt(i) !== b.charCodeAt(i)) {
      if (first < 0) first = i;
      last = i;
    }
  }
  if (first === last) return true;
  return last === first + 1 && a.charCodeAt(first) === b.charCodeAt(last) && a.charCodeAt(last) === b.charCodeAt(first);
}
