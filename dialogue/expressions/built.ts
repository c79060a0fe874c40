/** What an expression becomes on its way from a parsed tree to a function: its type, and what is known of its values. */
import type { Json } from "../../model/json.ts";
import type { Scope } from "../program.ts";
import type { Node } from "./parse.ts";
import type { ExpressionProblem, ExprType, Names, Read } from "./types.ts";

/** `language`: of the text being printed. `locals`: what macros and `each` within the expression bound. */
export type Run = (scope: Scope, language: string, locals: unknown[]) => unknown;

/** Paths known to be present where a part of an expression is evaluated. */
export type Facts = ReadonlySet<string>;

export type Built = {
  type: ExprType;
  run: Run;
  /** The part of it that is a path, for `has` and `??`. */
  path: string | null;
  /** A literal's value. */
  literal?: Json;
  /** Present whenever the value is true, or false; for other than yes_no: whenever there is a value, in both. */
  whenTrue: Facts;
  whenFalse: Facts;
};

export type Building = {
  names: Names;
  isDefault(node: Node): boolean;
  /** `build` of `build.ts`, for the parts of an operator or call. */
  build(building: Building, node: Node, facts: Facts): Built;
  problems: ExpressionProblem[];
  reads: Read[];
  locals: Map<string, { type: ExprType; index: number; path: string | null }>;
  localCount: number;
  /** Reads are served by a default (`??`). */
  served: boolean;
};

export const NO_FACTS: Facts = new Set();
export const ANY: ExprType = { kind: "any" };
export const TEXT: ExprType = { kind: "text" };
export const YES_NO: ExprType = { kind: "yes_no" };
export const INTEGER: ExprType = { kind: "integer" };
export const NUMBER: ExprType = { kind: "number" };
export const NULL: ExprType = { kind: "null" };
export const missing: Run = () => undefined;

export function built(type: ExprType, run: Run, present: Facts = NO_FACTS): Built {
  return { type, run, path: null, whenTrue: present, whenFalse: present };
}

export function union(...all: Facts[]): Facts {
  const filled = all.filter((facts) => facts.size > 0);
  if (filled.length <= 1) return filled[0] ?? NO_FACTS;
  return new Set(filled.flatMap((facts) => [...facts]));
}

export function shared(a: Facts, b: Facts): Facts {
  return new Set([...a].filter((path) => b.has(path)));
}

/** Notes a mistake at a node and goes on with a value that fits everywhere, so that one mistake is told once. */
export function mistake(building: Building, node: Node, code: string, message: string, more?: { near?: string[]; help?: string }): Built {
  building.problems.push({
    code,
    message,
    near: more?.near ?? [],
    help: more?.help ?? null,
    offset: node.start,
    length: Math.max(1, node.end - node.start),
  });
  return built(ANY, missing);
}

export function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
