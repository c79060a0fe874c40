/** In whose voice a line may be sent now: `messaging_type` and tag, or null where the platform's rules allow none. */
import type { Outbound } from "../../model/adapter.ts";
import { type WindowTable, windowState } from "../../model/limits.ts";

export type Voice = { messaging_type: "RESPONSE" | "UPDATE" } | { messaging_type: "MESSAGE_TAG"; tag: string };

/**
 * Inside the window an answer is a RESPONSE and what nobody asked for an UPDATE. Outside it only a person may still answer,
 * tagged; the bot never uses a tag. Source: Meta, Send API guide, message tags; read 2026-09-11.
 */
export function voiceOf(table: WindowTable, { by, purpose, marks, nowMs }: Outbound): Voice | null {
  const window = windowState(table, marks, nowMs);
  if (window.open) return { messaging_type: purpose === "followup" && by !== "agent" ? "UPDATE" : "RESPONSE" };
  if (by === "agent" && table.humanMs !== null && window.humanUntilMs !== null && window.humanUntilMs > nowMs)
    return { messaging_type: "MESSAGE_TAG", tag: table.humanMs.tag };
  return null;
}
