/** The numbered record of one conversation. `skeleton` is kept for ever; `personal` holds all that a person said or is, and one erase empties it. */
import type { ConversationId } from "./ids.ts";
import type { Json, JsonObject } from "./json.ts";

/**
 * heard, control, receipt, ignored: the event as it came. turn: what was decided about event `cause`.
 * line: a message to the customer, as written. delivery: what became of a line. note: for agents only.
 * change: of controller or ticket. dead: an event that threw three times.
 */
export type JournalKind = "heard" | "control" | "receipt" | "ignored" | "turn" | "line" | "delivery" | "note" | "change" | "dead";

export type JournalEntry = {
  kind: JournalKind;
  v: 1;
  atMs: number;
  by: "customer" | "bot" | "system" | "platform" | `agent:${string}`;
  cause: number | null; // the seq of the event that led to it
  skeleton: JsonObject;
  personal: Json; // null when there is nothing personal
};
export type JournalRow = JournalEntry & { conversation: ConversationId; seq: number };
