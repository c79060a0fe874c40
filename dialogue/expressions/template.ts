/** Cuts a text into what is printed as it stands and the `{{ }}` in between. */
import { stringEnd } from "./parse.ts";
import type { ExpressionProblem } from "./types.ts";

/** `offset`: of `code` within the whole text. */
export type Piece = { kind: "plain"; text: string } | { kind: "hole"; code: string; offset: number };

/** @returns pieces in reading order; a text without `{{` is one plain piece, an empty one none */
export function cutTemplate(source: string): { pieces: Piece[]; problems: ExpressionProblem[] } {
  const pieces: Piece[] = [];
  let at = 0;
  for (;;) {
    const open = source.indexOf("{{", at);
    if (open < 0) break;
    const end = holeEnd(source, open + 2);
    if (end === null) {
      const message = "`{{` is opened here and never closed by `}}`.";
      const help = 'To print the braces themselves, write `{{ "{{" }}`.';
      return { pieces, problems: [{ code: "bad-expression", message, near: [], help, offset: open, length: 2 }] };
    }
    if (open > at) pieces.push({ kind: "plain", text: source.slice(at, open) });
    pieces.push({ kind: "hole", code: source.slice(open + 2, end), offset: open + 2 });
    at = end + 2;
  }
  if (at < source.length) pieces.push({ kind: "plain", text: source.slice(at) });
  return { pieces, problems: [] };
}

/** Where the `}}` stands that closes: not one inside a CEL string, nor one that closes a map. */
function holeEnd(source: string, from: number): number | null {
  let depth = 0;
  for (let at = from; at < source.length; at++) {
    const end = stringEnd(source, at);
    if (end !== null) at = end - 1;
    else if (source[at] === "{") depth++;
    else if (source[at] === "}" && depth > 0) depth--;
    else if (source.startsWith("}}", at)) return at;
  }
  return null;
}
