/** Reads CEL, and the one operator that texts add to it: `path ?? value`. */
import { type ASTNode, Environment, ParseError } from "@marcbachmann/cel-js";
import type { ExpressionProblem } from "./types.ts";

export type Node = ASTNode;
export type Parsed = { root: Node; isDefault(node: Node): boolean } | { problem: ExpressionProblem };

// Only its grammar is used: names, types and values are ours to judge (`build.ts`).
const grammar = new Environment({ limits: { maxAstNodes: 2000, maxDepth: 60, maxCallArguments: 16 } });

/** @param texts whether `??` may stand in it, as in `{{ }}` */
export function parseExpression(source: string, texts: boolean): Parsed {
  if (source.trim() === "") return bad("There is no expression here.", 0, source.length, null);
  const marks = defaultMarks(source);
  const first = marks[0];
  if (first !== undefined && !texts) {
    return bad("`??` works only inside `{{ }}`.", first, 2, "Here, ask `has(x) ? x : value` instead.");
  }
  // `??` binds like `||`, weaker than all but `? :`. Written as one it can be parsed, and its place tells it from the others.
  let spelled = source;
  for (const at of marks) spelled = `${spelled.slice(0, at)}||${spelled.slice(at + 2)}`;
  try {
    const root = grammar.parse(spelled).ast;
    const isDefault = (node: Node): boolean => {
      if (node.op !== "||") return false;
      const [left, right] = node.args;
      return marks.some((at) => at >= left.end && at < right.start);
    };
    return { root, isDefault };
  } catch (error) {
    if (!(error instanceof ParseError)) return bad("This expression is too long or too deeply nested.", 0, source.length, null);
    return refused(source, error);
  }
}

/** Where `??` stands in a source, outside of strings. */
function defaultMarks(source: string): number[] {
  const marks: number[] = [];
  for (let at = 0; at < source.length; at++) {
    const end = stringEnd(source, at);
    if (end !== null) at = end - 1;
    else if (source.startsWith("??", at)) marks.push(at++);
  }
  return marks;
}

/** If a CEL string begins at `at`, the index after it (the source's end when it is never closed); else null. */
export function stringEnd(source: string, at: number): number | null {
  const quote = source[at];
  if (quote !== '"' && quote !== "'") return null;
  const raw = /(^|[^A-Za-z0-9_])[bB]?[rR][bB]?$/.test(source.slice(Math.max(0, at - 3), at));
  const close = source.startsWith(quote.repeat(3), at) ? quote.repeat(3) : quote;
  for (let i = at + close.length; i < source.length; i++) {
    if (source[i] === "\\" && !raw) i++;
    else if (source.startsWith(close, i)) return i + close.length;
  }
  return source.length;
}

function refused(source: string, error: ParseError): Parsed {
  const start = Math.min(error.range?.start ?? 0, source.length);
  const end = Math.max(start + 1, error.range?.end ?? start + 1);
  const length = Math.max(1, Math.min(end, source.length) - start);
  const found = source.slice(start, end);
  if (error.code === "limit_exceeded") return bad("This expression is too long or too deeply nested.", start, length, null);
  if (error.code.startsWith("unterminated")) return bad("A text in quotes is opened here and never closed.", start, length, null);
  if (error.code === "reserved_identifier") return bad(`\`${found}\` is a word of CEL and cannot be a name.`, start, length, null);
  if (source[start] === "=" || (source[start - 1] === "=" && source[start - 2] !== "=")) {
    return bad("A single `=` sets nothing here.", start, length, "To compare, write `==`.");
  }
  const word = /[A-Za-z]+/.exec(source.slice(start))?.[0] ?? "";
  const spelled: Record<string, string> = { and: "&&", or: "||", not: "!", is: "==" };
  if (error.code === "unexpected_character" && Object.hasOwn(spelled, word.toLowerCase())) {
    return bad(`CEL does not know the word \`${word}\`.`, start, word.length, `Write \`${spelled[word.toLowerCase()]}\`.`);
  }
  if (start >= source.trimEnd().length) return bad("The expression ends too early.", Math.max(0, source.length - 1), 1, null);
  return bad(`This is not CEL: ${lowerFirst(error.summary)}.`, start, length, null);
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function bad(message: string, offset: number, length: number, help: string | null): Parsed {
  return { problem: { code: "bad-expression", message, near: [], help, offset, length } };
}
