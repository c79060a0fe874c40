/** Cuts texts into what Messenger takes, without tearing a sentence where it can help it, and never a character. */

const SENTENCE_END = /(?:[.!?…]+["'”’)\]]*(?=\s)|[。！？；]+[”’」』）]*|\n)/g;
const LEAST_PART = 1 / 3;

/**
 * Cuts a text into pieces Messenger will take, breaking at a sentence, else a space, else between two characters as a reader
 * sees them. A break nearer than a third of a piece to its start is not used: it would leave crumbs.
 *
 * @param max UTF-16 units of one piece (the strict reading of "characters")
 * @returns pieces in reading order, each 1 to `max` units, white space at the cuts left out; `[]` for a blank text
 */
export function cutText(text: string, max: number): string[] {
  if (text.length <= max) return text.trim() === "" ? [] : [text];
  const pieces: string[] = [];
  let rest = text.trim();
  while (rest.length > max) {
    const at = sentenceCut(rest, max) ?? spaceCut(rest, max) ?? characterCut(rest, max);
    const piece = rest.slice(0, at).trimEnd();
    if (piece !== "") pieces.push(piece);
    rest = rest.slice(at).trimStart();
  }
  if (rest !== "") pieces.push(rest);
  return pieces;
}

function sentenceCut(text: string, max: number): number | null {
  let at: number | null = null;
  for (const match of text.slice(0, max + 1).matchAll(SENTENCE_END)) {
    const end = match.index + match[0].length;
    if (end <= max && end >= max * LEAST_PART) at = end;
  }
  return at;
}

function spaceCut(text: string, max: number): number | null {
  const head = text.slice(0, max + 1);
  for (let at = max; at >= max * LEAST_PART; at -= 1) if (/\s/.test(head[at]!)) return at;
  return null;
}

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });
const GRAPHEME_REACH = 200;

/** Before the character that would be torn. One that alone is longer than a piece is torn, but no surrogate pair is. */
function characterCut(text: string, max: number): number {
  const from = Math.max(0, max - GRAPHEME_REACH);
  const start = isLowSurrogate(text, from) ? from + 1 : from;
  const torn = graphemes.segment(text.slice(start, max + GRAPHEME_REACH)).containing(max - start);
  const at = torn === undefined ? max : start + torn.index;
  if (at > start) return at;
  return isLowSurrogate(text, max) && max > 1 ? max - 1 : max;
}

/** Cuts a title that has no room, with a mark that something is missing. */
export function clip(text: string, max: number): string {
  if (text.length <= max) return text;
  return `${text.slice(0, characterCut(text, max - 1)).trimEnd()}…`;
}

function isLowSurrogate(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return unit >= 0xdc00 && unit <= 0xdfff;
}
