/** How the runtime speaks to operators: sentences with a few fields; never a customer's words, never a secret. */

export type LogFields = Record<string, string | number | boolean | null>;
export type Log = (level: "error" | "warn" | "info" | "debug", sentence: string, fields?: LogFields) => void;

/** What went wrong, for a log: the error's own sentence without its stack. */
export function saying(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
