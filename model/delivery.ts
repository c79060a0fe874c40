/** What a send may answer. The adapter's dated error table decides which; nothing else does. */
export type Delivery =
  | { kind: "sent"; channelMessageId: string | null }
  | { kind: "later"; retryAfterMs: number; holds: "line" | "account"; why: string }
  | { kind: "never"; because: Refusal; why: string }
  | { kind: "stopped"; why: string } // token, permission, policy: the whole account, and an alarm
  | { kind: "unknown"; why: string }; // time-out, reset, unreadable 5xx: it may have arrived

/** Why a message will never go out as it is. */
export type Refusal = "window" | "blocked" | "content" | "not_owner";
