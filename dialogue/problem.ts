/** A mistake in a brand's files, written for the person who made it: where, what, why, what next. */
export type Problem = {
  code: string; // stable, documented in docs/problems.md
  severity: "error" | "warning";
  file: string; // as given, relative to the project
  line: number; // from 1
  column: number; // from 1, UTF-16 units
  length: number; // of what is wrong, on that line
  message: string; // a plain sentence or two: what is wrong and why
  near: string[]; // names that were perhaps meant
  help: string | null; // the next move
};
