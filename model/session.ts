/** What the engine must remember of one conversation, and nothing else: never the talk itself, never a sign-in. */

import type { AskKind, Word } from "./answerer.ts";
import type { Heard, Referral } from "./event.ts";
import type { Json } from "./json.ts";

/** Where a slot's value came from; an agent's is never overridden by later text unless a `collect` asks. */
export type SlotValue = {
  value: Json;
  from: "customer" | "agent" | "flow" | "referral" | "default" | "profile" | "action";
  seq?: number;
  atMs?: number;
};

/**
 * What becomes of the run below once this one ends: its open question comes back (`resume`, the default; `ask` without
 * the pattern of that name), it goes on after the step it stands on (`next`), takes that step again (`again`), its
 * question stays open without a word (`stay`), it ends with its callers (`drop`), or a handoff found nobody (`nobody`).
 */
export type Afterwards = "resume" | "ask" | "next" | "again" | "stay" | "drop" | "nobody";

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
  after?: Afterwards;
  pattern?: Record<string, Json>;
  /** The question that was open here when another run came on top. */
  question?: OpenQuestion;
  /** `collect` steps passed, in order; those before `sealed` lie behind an action that cannot be undone. */
  passed?: string[];
  sealed?: number;
  /** Of `on_error`: what went wrong with the last action. */
  error?: { code: string; message: string };
  /** The call this run waits for, while it does. */
  call?: string;
  /** The wait or call it stands on is over: it goes on as soon as nothing lies on top. */
  due?: true;
  /** The `collect` steps to come back to from `no_reply` branches that asked something themselves, the innermost last. */
  back?: string[];
  /** Stands at a handoff that opened a ticket. */
  handed?: true;
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
  /** The session's own timers by key (`idle`, `window`, `wait:<flow>`, `call:<key>`); the store is armed for the earliest. */
  timers?: Record<string, number>;
  /** Next number for call keys. */
  calls?: number;
  /** The call that the running step waits for. */
  awaiting?: { call: string; flow: string; step: string; untilMs: number };
  /** A text that waits for the answerer's word, and what came back about it so far; gone as soon as it is decided. */
  asking?: { call: string; kind: AskKind; seq: number; event: Extract<Heard, { kind: "said" }>; words: Word[] };
  referral?: Referral;
  /** The rule that `referral` matched: its campaign, and what `*` stood for. */
  ad?: { campaign?: string; rest?: string };
  /** When the bot last said whom one is talking to; absent: before its first line, and after a person. */
  disclosedAtMs?: number;
  lastHeardAtMs?: number;
  misunderstood?: number;
  /** How often the customer complained or was rude since the last person. */
  upset?: number;
  /** What was last answered or started (`faq/<id>`, `flow/<name>`): what "and to Canada?" leans on. */
  topic?: string;
  /** More than a greeting or a misunderstanding has happened: a late referral interrupts nothing. */
  engaged?: true;
  optedOut?: boolean;
  /** The last lines said while no question was open, for "say that again". */
  lastLines?: string[];
  /** Room for small marks of plugins and later rules; the engine itself sets none. */
  marks?: Record<string, Json>;
};

export const EMPTY_SESSION: Session = { shape: 1, stack: [] };
