/** Customers' words in the one form in which they are compared: width, case, accents and decoration taken off. */

// Controls, zero-width spaces and bidi marks show nothing and would hide a match. Joiners stay: emoji and scripts need them.
const INVISIBLE = /[\p{Cc}\u00ad\u200b\u200e\u200f\u2028-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/gu;
const JOINERS = /\u200c|\u200d|\ufe0e|\ufe0f/g;

// Most texts are plain ASCII, and for those all that the rest does is nothing.
const PLAIN = /^[\x20-\x7e]*$/;

/** NFKC, without what cannot be seen: ＡＬ－１２３ is AL-123. */
export function clean(text: string): string {
  if (PLAIN.test(text)) return text.trim();
  return text
    .normalize("NFKC")
    .replace(INVISIBLE, (character) => (/\s/.test(character) ? character : ""))
    .trim();
}

/** Lower case, no accents, straight apostrophes, single spaces, no punctuation or emoji at either end. */
export function fold(text: string): string {
  if (PLAIN.test(text)) {
    const lower = text.replaceAll("`", "'").toLowerCase();
    return (lower.includes("  ") ? lower.replace(/ +/g, " ") : lower).replace(/^[^a-z0-9]+/, "").replace(/[^a-z0-9]+$/, "");
  }
  return clean(text)
    .toLowerCase()
    .normalize("NFD")
    .replace(/\p{M}+/gu, "")
    .normalize("NFC")
    .replace(JOINERS, "")
    .replace(/[’‘`´]/g, "'")
    .replace(/\s+/g, " ")
    .replace(/^[\p{P}\p{S}\s]+/u, "")
    .replace(/[\p{P}\p{S}\s]+$/u, "");
}

/** Written without spaces between words. */
export function hasHan(text: string): boolean {
  return /\p{Script=Han}/u.test(text);
}

/** Where a folded phrase stands in a folded text as words of its own (Chinese: anywhere); -1 for nowhere. */
export function findPhrase(text: string, phrase: string, from = 0): number {
  if (phrase === "") return -1;
  for (let at = text.indexOf(phrase, from); at >= 0; at = text.indexOf(phrase, at + 1)) {
    const end = at + phrase.length;
    if (!joins(text[at - 1], phrase[0]) && !joins(phrase.at(-1), text[end])) return at;
  }
  return -1;
}

/** Do two neighbouring characters belong to one word? */
function joins(a: string | undefined, b: string | undefined): boolean {
  return a !== undefined && b !== undefined && isWordPart(a) && isWordPart(b);
}

function isWordPart(character: string): boolean {
  return /[\p{L}\p{N}]/u.test(character) && !/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u.test(character);
}

/** What a word list says, one phrase per comma, folded. */
export function phrases(list: string): Set<string> {
  return new Set(
    list
      .split(/[,\n]/)
      .map(fold)
      .filter((phrase) => phrase !== ""),
  );
}
