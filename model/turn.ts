/** What a turn is given and what it decides. Nothing has happened yet: the runtime commits all of it, or none. */
import type { Address } from "./address.ts";
import type { Ask, MayDo } from "./answerer.ts";
import type { QueueName } from "./ids.ts";
import type { Json, JsonObject } from "./json.ts";
import type { WindowState } from "./limits.ts";
import type { Message, Purpose } from "./message.ts";
import type { Session } from "./session.ts";

export type CustomerFields = JsonObject & { id: string; tags: string[] };

/** A queue as it stands: whether a person may be promised now, and after how long. */
export type QueueView = { open: boolean; staffed: boolean; waiting: number; estimateMs: number | null; opensAtMs: number | null };

export type Candidate = { kind: "flow" | "faq"; name: string; score: number; phrase: string };
/** Best first, already calibrated: 0 to 1. `none` is the weight of "none of these". */
export type Ranking = { candidates: Candidate[]; none: number; language: string | null };

/** What the worker read for this turn. What the turn used of it is journalled with the turn. */
export type View = {
  nowMs: number;
  conversation: string;
  address: Address;
  customer: CustomerFields;
  window: WindowState;
  queues: Record<string, QueueView>;
  /** By the text that was ranked. */
  rankings?: Map<string, Ranking>;
  /** Who may be asked for help now; absent: the bot answers by itself. `resting`: why nobody is asked just now. */
  answerer?: { may: MayDo[]; resting: string | null };
  /** The journal's number of the event being decided: provenance of slots. */
  seq: number;
};

export type HandoffRequest = {
  queue: QueueName;
  code: ReasonCode;
  detail: string; // the designer's `reason:` or what the customer typed
  flow: string | null;
  step: string | null;
  priority: Priority;
  skills: string[];
  askAgent: string[];
  returnTo: string | null; // a step id; null: the stack ended
  notice: Message | null; // sent only once the ticket exists
};
export type Priority = "urgent" | "high" | "normal" | "low";
export type ReasonCode =
  | "customer_asked"
  | "no_match"
  | "low_confidence"
  | "repeated_failure"
  | "policy"
  | "sensitive_topic"
  | "negative_mood"
  | "high_value"
  | "ad_followup"
  | "tool_failure"
  | "model_down"
  | "agent_takeover"
  | "schedule";

export type Effect =
  | { kind: "send"; message: Message; by: "bot" | "system"; purpose: Purpose; flow: string | null; step: string | null }
  /** Work outside; comes back as a `called` event with this key. Once per visit of its step. */
  | { kind: "call"; key: string; action: string; input: JsonObject; timeoutMs: number; safe: boolean }
  /** Asks the answerer; comes back as a `called` event too. */
  | { kind: "ask"; key: string; ask: Ask; timeoutMs: number }
  | { kind: "handoff"; request: HandoffRequest }
  | { kind: "remember"; fields: JsonObject } // of the customer; null empties
  | { kind: "tag"; add: string[]; remove: string[] }
  | { kind: "note"; text: string } // for agents only
  /** The customer left the queue by their own words. */
  | { kind: "leave_queue" };

/** One sentence of the trace: what was heard, candidates, steps walked, expressions and their values. */
export type Trace = { at: string; what: string; data?: Json };

export type Turn = {
  session: Session;
  effects: Effect[];
  /** What `view` facts were used, and how it went: journalled, shown by `/why` and the studio. */
  trace: Trace[];
  /** Each turn ends in one of these. */
  ends: "question" | "answer" | "wait" | "person" | "goodbye" | "silence";
};

/** `rank`: rank this text against the program's phrases and FAQ, put it into `view.rankings`, ask again. Nothing is committed in between. */
export type Needs = { rank: string };
