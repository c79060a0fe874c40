/** What leaves this house about a customer is the least that serves: addresses, numbers and links become marks, hidden signs go. */

export type Redacted = {
  text: string;
  /** A piece of `text` as the customer wrote it. */
  restore(piece: string): string;
};

const KINDS: [kind: string, form: RegExp][] = [
  ["link", /\b(?:https?:\/\/|www\.)[^\s<>"'，。！？]+/giu],
  ["e-mail", /[\p{L}\p{N}._%+-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/giu],
  // Long numbers of any kind: cards, accounts, phones, orders. Dates and prices are shorter.
  ["number", /\+?\p{N}(?:[\s().-]?\p{N}){5,}/gu],
];

/** Signs that nobody sees: controls, zero-width, directions, tags. Joiners and the mark of a coloured picture stay: scripts need them. */
const HIDDEN = /(?!\t|\n|\u200c|\u200d|\ufe0f)[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;

export function withoutHidden(text: string): string {
  return text.replace(HIDDEN, "");
}

export function hasHidden(text: string): boolean {
  return text.search(HIDDEN) >= 0;
}

/** One pass over several texts of the same ask, so that the same number is the same mark in all of them. */
export function redactor(): (text: string) => Redacted {
  const marks = new Map<string, string>(); // what was written, by its mark
  const known = new Map<string, string>();
  const counts = new Map<string, number>();
  const markOf = (kind: string, written: string): string => {
    const before = known.get(written);
    if (before !== undefined) return before;
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    const mark = `[${kind} ${count}]`;
    marks.set(mark, written);
    known.set(written, mark);
    return mark;
  };
  return (written) => {
    let text = withoutHidden(written);
    for (const [kind, form] of KINDS) text = text.replace(form, (piece) => markOf(kind, piece));
    return {
      text,
      restore: (piece) => piece.replace(/\[(?:link|e-mail|number) \d+\]/g, (mark) => marks.get(mark) ?? mark),
    };
  };
}
