/** The contract between expressions and the checker: what names mean, what an expression reads, what is wrong with it. */
import type { Place, Text } from "../program.ts";

export type ExprType =
  | {
      kind:
        | "text"
        | "integer"
        | "number"
        | "yes_no"
        | "money"
        | "date"
        | "time"
        | "datetime"
        | "location"
        | "attachment"
        | "url"
        | "duration"
        | "null";
    }
  /** A choice: text in CEL, printed as its label where `labels` has one. `values` null: not known before running. */
  | { kind: "choice"; values: string[] | null; labels?: Map<string, Text> }
  | { kind: "list"; of: ExprType }
  /** `open`: keys that are not listed may be read too (an HTTP body), as `any`. */
  | { kind: "map"; fields: Map<string, { type: ExprType; optional: boolean }>; open: boolean }
  | { kind: "any" };

/** Root names in reach (`slots`, `customer`, `event`, what `save` named ...) and their types. */
export type Names = Map<string, ExprType>;

/** `offset` and `length` are UTF-16 units within the source text given. `code` is one of docs/problems.md. */
export type ExpressionProblem = {
  code: string;
  message: string;
  near: string[];
  help: string | null;
  offset: number;
  length: number;
  /** Absent: an error. */
  severity?: "warning";
  /** The translation in which it stands; absent: the source text. */
  language?: string;
};

/**
 * One path that an expression reads (`slots.reason`, `order.age_days`, `order.items[].sku`). `guarded`: by `has`, `??` or
 * a comparison before it. `optional`: by the types alone, something on the path may be missing and nothing guards it.
 */
export type Read = { path: string; offset: number; length: number; guarded: boolean; optional: boolean; language?: string };

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
