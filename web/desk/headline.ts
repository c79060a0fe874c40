/** Why somebody has this ticket: as one sentence at the top, in a few words in a list. */
import type { Ticket, TicketDetail } from "./types.ts";
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

/** Codes that the engine chose for the designer's own reason, whose words say more. */
const DESIGNED = new Set(["policy", "ad_followup", "schedule", "high_value"]);

export function headline({ package: { reason } }: TicketDetail, t: ReturnType<typeof useWords>): string {
  const own = reason.detail.trim();
  if (KNOWN.has(reason.code) && !(DESIGNED.has(reason.code) && own !== "")) return t(`why.${reason.code}` as Key);
  return own === "" ? t("why.policy") : `${own[0]!.toLocaleUpperCase()}${own.slice(1)}${/[.!?。！？]$/.test(own) ? "" : "."}`;
}

/** The designer's own reason where there is one, else what the code means. */
export function reasonOf({ reason }: Pick<Ticket, "reason">, t: ReturnType<typeof useWords>): string {
  if (reason.detail && DESIGNED.has(reason.code)) return reason.detail;
  if (KNOWN.has(reason.code)) return t(`reason.${reason.code}` as Key);
  return reason.detail ?? reason.flow ?? t("reason.policy");
}
