/** What the engine must remember of one conversation, and nothing else: never the talk itself, never a sign-in. */

import type { Referral } from "./event.ts";
import type { Json } from "./json.ts";

/** Where a slot's value came from; an agent's is never overridden by later text unless a `collect` asks. */
export type SlotValue = {
  value: Json;
  from: "customer" | "agent" | "flow" | "referral" | "default" | "profile" | "action";
  seq?: number;
  atMs?: number;
};

/** One run of one flow on the stack. `program` names the compiled files it runs on. */
export type Frame = {
  flow: string;
  program: string;
  step: string | null; // the step the run stands on; null: at its beginning
  slots: Record<string, SlotValue>;
  saves: Record<string, Json>;
  /** How it came to be: a trigger's run, a `call` (its result goes to `save` of the frame below), a pattern. */
  via: "start" | "call" | "pattern";
  save?: string;
  visits?: Record<string, number>;
  pattern?: Record<string, Json>;
};

export type OpenQuestion = { flow: string; step: string; attempts: number; askedAtMs: number; confirming?: Json; silences?: number };

/** Bump `shape` and read every older one when this changes. Everything optional is absent when empty: it is stored per turn. */
export type Session = {
  shape: 1;
  stack: Frame[]; // bottom first; the last one runs
  question?: OpenQuestion;
  /** What the last message offered to tap: title and the text or payload it stands for. */
  offered?: { title: string; payload: string }[];
  language?: string;
  /** `keep:` slots shared by flows of this conversation. */
  kept?: Record<string, SlotValue & { untilMs?: number }>;
  /** Next variant per `flow/step`. */
  variants?: Record<string, number>;
  /** The session's own timers by key; the store is armed for the earliest. */
  timers?: Record<string, number>;
  /** Next number for call keys. */
  calls?: number;
  /** The call that the running step waits for. */
  awaiting?: { call: string; flow: string; step: string; untilMs: number };
  referral?: Referral;
  disclosedAtMs?: number;
  lastHeardAtMs?: number;
  misunderstood?: number;
  optedOut?: boolean;
  lastLines?: string[];
  /** Room for the engine's own small marks; keys are documented where they are set. */
  marks?: Record<string, Json>;
};

export const EMPTY_SESSION: Session = { shape: 1, stack: [] };
