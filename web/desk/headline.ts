/** Why somebody has this ticket, as one sentence. */
import type { TicketDetail } from "./types.ts";
import type { Key, useWords } from "./words.ts";

const KNOWN = new Set([
  "customer_asked",
  "no_match",
  "low_confidence",
  "repeated_failure",
  "sensitive_topic",
  "negative_mood",
  "high_value",
  "ad_followup",
  "tool_failure",
  "model_down",
  "agent_takeover",
  "schedule",
]);

export function headline({ package: { reason } }: TicketDetail, t: ReturnType<typeof useWords>): string {
  if (KNOWN.has(reason.code)) return t(`why.${reason.code}` as Key);
  const own = reason.detail.trim();
  return own === "" ? t("why.policy") : `${own[0]!.toLocaleUpperCase()}${own.slice(1)}${/[.!?。！？]$/.test(own) ? "" : "."}`;
}
