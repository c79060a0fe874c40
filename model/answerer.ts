/**
 * Software that helps to answer, as a port. It is asked in a call, never inside a turn; it may choose among what the brand
 * offers, point at words of the customer's, word an authored text anew or sum up for agents. It never acts, and what it
 * says counts only as far as code can check it.
 */
import type { Json } from "./json.ts";

export type MayDo = "choose" | "fill" | "rephrase" | "summarize";
export const MAY_DO: readonly MayDo[] = ["choose", "fill", "rephrase", "summarize"];

/** `id`: `flow/<name>`, `faq/<id>` or `passage/<id>`; the rest is the brand's own words. */
export type Offered = { id: string; title: string; about: string };
export type AskedSlot = { name: string; type: string; label: string; options: { value: string; label: string }[] };
export type SpokenLine = { id: string; by: "customer" | "bot" | "agent"; text: string };

export type Ask =
  | {
      kind: "understand";
      text: string;
      language: string;
      /** In an order that stays the same from one ask to the next. Empty: nothing may be chosen. */
      offered: Offered[];
      /** What the open question asks for; empty: nothing may be filled. */
      slots: AskedSlot[];
      question: string | null;
    }
  | { kind: "rephrase"; text: string; language: string; source: { id: string; text: string } }
  | { kind: "summarize"; language: string; reason: string; lines: SpokenLine[] };
export type AskKind = Ask["kind"];

/** A slot's value, and the customer's words that say so: a literal piece of the text that was asked about. */
export type ReadSlot = { name: string; value: Json; evidence: string };

/** What was said to an ask, checked: every id was offered, every piece of evidence stands in the text. `dropped`: what did not hold, and why. */
export type Word =
  | { kind: "understand"; choice: string | null; slots: ReadSlot[]; dropped: string[] }
  | { kind: "rephrase"; source: string; text: string | null; dropped: string[] }
  | { kind: "summarize"; text: string | null; evidence: string[]; dropped: string[] };

/** Why there was no word; the offline result stands. */
export type NoWord = "timeout" | "unreachable" | "refused" | "failed" | "bad_answer" | "in_doubt" | "not_installed" | "busy";

/** In tokens. `cached`: read from the provider's cache of the part that stays the same; `stored`: written into it. */
export type Usage = { input: number; cached: number; stored: number; output: number };
export const NO_USAGE: Usage = { input: 0, cached: 0, stored: 0, output: 0 };

export type Answered = { usage: Usage } & ({ ok: true; word: Word } | { ok: false; code: NoWord; message: string });

/** Dollars for a million tokens of each kind. */
export type Price = { input: number; cached: number; stored: number; output: number };

export type Answerer = {
  /** `anthropic`, `langchain` ...; and the model's own name: for traces and metrics. */
  readonly name: string;
  readonly model: string;
  /** null: nobody knows, so no limit in money can be kept. */
  readonly price: Price | null;
  /** At most what one ask can use, for limits: they hold although several are under way. */
  worstCase(ask: Ask): Usage;
  /** Never throws. `progress` is called while the answer is being written. */
  ask(ask: Ask, about: { signal: AbortSignal; progress: () => void }): Promise<Answered>;
};

/** What has been used: tokens of all kinds, millionths of a dollar, milliseconds of waiting, asks. */
export type Spent = { tokens: number; micros: number; ms: number; asks: number };
export const NOTHING_SPENT: Spent = { tokens: 0, micros: 0, ms: 0, asks: 0 };

/** null: no limit. */
export type SpendingLimit = { tokens: number | null; micros: number | null; ms: number | null };
export type SpendingLimits = { conversation: SpendingLimit; day: SpendingLimit; brand: SpendingLimit };

export function addSpent(a: Spent, b: Spent): Spent {
  return { tokens: a.tokens + b.tokens, micros: a.micros + b.micros, ms: a.ms + b.ms, asks: a.asks + b.asks };
}

/** What an ask cost: rounded up, so that a limit is never passed by rounding. */
export function spentOn(usage: Usage, price: Price | null, ms: number): Spent {
  const { input, cached, stored, output } = usage;
  const micros =
    price === null ? 0 : Math.ceil(input * price.input + cached * price.cached + stored * price.stored + output * price.output);
  return { tokens: input + cached + stored + output, micros, ms: Math.ceil(ms), asks: 1 };
}

/** The first limit that `spent` and one more ask of `next` would pass, or null. */
export function passes(limit: SpendingLimit, spent: Spent, next: Spent): "tokens" | "money" | "time" | null {
  if (limit.tokens !== null && spent.tokens + next.tokens > limit.tokens) return "tokens";
  if (limit.micros !== null && spent.micros + next.micros > limit.micros) return "money";
  return limit.ms !== null && spent.ms + next.ms > limit.ms ? "time" : null;
}

/** How a call to the answerer is named in the outbox; no action of a brand can have such a name. */
export const MODEL_CALL = "model:";
export const modelCall = (kind: AskKind): string => `${MODEL_CALL}${kind}`;
