/** The contract between expressions and the checker: what names mean, what an expression reads, what is wrong with it. */
import type { Place } from "../program.ts";

export type ExprType =
  | { kind: "text" | "integer" | "number" | "yes_no" | "money" | "date" | "time" | "datetime" | "location" | "attachment" | "url" | "duration" | "null" }
  /** A choice: text in CEL, printed as its label. */
  | { kind: "choice"; values: string[] | null }
  | { kind: "list"; of: ExprType }
  /** `open`: keys that are not listed may be read too (an HTTP body), as `any`. */
  | { kind: "map"; fields: Map<string, { type: ExprType; optional: boolean }>; open: boolean }
  | { kind: "any" };

/** Root names in reach (`slots`, `customer`, `event`, what `save` named ...) and their types. */
export type Names = Map<string, ExprType>;

/** `offset` and `length` are UTF-16 units within the source text given. `code` is one of docs/problems.md. */
export type ExpressionProblem = { code: string; message: string; near: string[]; help: string | null; offset: number; length: number };

/** One path that an expression reads (`slots.reason`, `order.age_days`); guarded by `has`, `??` or an optional step before. */
export type Read = { path: string; offset: number; length: number; guarded: boolean };

export type Compiled<T> = {
  value: T | null; // null when there are problems
  type: ExprType;
  reads: Read[];
  /** Paths that are surely present when the condition holds (`has(x) && ...`). */
  impliesPresent: string[];
  problems: ExpressionProblem[];
};

/** Translations of one text: by language, with the place of the translation. */
export type Translations = Map<string, { text: string; place: Place }>;
