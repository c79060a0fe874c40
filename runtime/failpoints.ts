/** The named places of the road, one at each `await` that could lose or double something; the crash harness strikes at each. */

export const FAILPOINTS = [
  "receive.before-store",
  "receive.after-store",
  "turn.before-commit",
  "turn.after-commit",
  "control.before-commit",
  "control.after-commit",
  "mark.before",
  "mark.after",
  "send.before",
  "send.after-accepted",
  "settle.before",
  "settle.after",
  "doubt.before-find",
  "call.before",
  "call.after-answer",
  "call.after-settle",
  "timer.before-ring",
  "timer.after-ring",
  "offer.before-commit",
] as const;

export type FailpointName = (typeof FAILPOINTS)[number];
