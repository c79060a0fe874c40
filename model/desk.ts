/** What the desk (our API, later a bridge) may ask of a conversation, and what it is told at once: the outcome, not a receipt. */
import type { Control } from "./event.ts";
import type { BotName, ConversationId, LineId, TicketId } from "./ids.ts";
import type { Json } from "./json.ts";

/** `status` is the HTTP status a caller sees. Source of the codes: handoff-facts §g.2. */
export type RefusalCode =
  | "stale_epoch"
  | "not_controller"
  | "window_closed"
  | "invalid_transition"
  | "already_claimed"
  | "idempotency_mismatch"
  | "not_found"
  | "no_such_step"
  | "no_such_queue"
  | "bad_fact"
  | "busy"
  | "too_long"
  | "not_allowed";
export type Refusal = { refused: RefusalCode; status: 403 | 404 | 409 | 413 | 422 | 503; message: string; details?: Json };

export type ControlRequest = {
  bot: BotName;
  conversation: ConversationId;
  control: Control;
  /** The epoch the caller last saw; another one is refused as `stale_epoch`. Absent: not checked. */
  epoch?: number;
  /** Makes the request one act however often it is sent. */
  idempotencyKey?: string;
};
export type ControlOutcome =
  | { ok: true; epoch: number; ticket: TicketId | null; seq: number; line: LineId | null; underWay: LineId[]; replayed: boolean }
  | ({ ok: false } & Refusal);

/** The runtime as the desk sees it. */
export interface ControlRoad {
  control(request: ControlRequest): Promise<ControlOutcome>;
}
