/** The opened database as its users see it: statements that take one checked array and give rows as arrays. */

/** What may be bound. A boolean would abort the process and a fraction in an integer column throw, so `stores/sqlite.ts` checks each one. */
export type Cell = string | number | null;
export type Row = Cell[];

export interface Statement {
  /** Writes. Half the price of `run` where nobody asks how many rows it changed. */
  write(cells: Cell[]): void;
  /** Rows changed. */
  run(cells: Cell[]): number;
  row(cells: Cell[]): Row | null;
  rows(cells: Cell[]): Row[];
}

export interface Database {
  prepare(sql: string): Statement;
  exec(sql: string): void;
  close(): void;
}

const UNPLAIN = /^"|\0|\p{Surrogate}/u; // in a `u` pattern only a lone surrogate is one

/**
 * Ids of platforms as text columns. SQLite reads a text back only up to its NUL, and a lone surrogate becomes U+FFFD on the way in,
 * so that two keys could become one; what is not plain is kept as JSON, which begins with a quotation mark.
 */
export function exact(text: string): string {
  return UNPLAIN.test(text) ? JSON.stringify(text) : text;
}

export function inexact(text: string): string {
  return text.charCodeAt(0) === 34 ? (JSON.parse(text) as string) : text;
}
