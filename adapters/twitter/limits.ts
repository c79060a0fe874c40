/** What direct messages on X can show, how much we may send and when we may speak: dated data, no rules. */
import type { Limits } from "../../model/limits.ts";

const MINUTE_MS = 60_000;
export const QUARTER_MS = 15 * MINUTE_MS;
export const DAY_MS = 24 * 60 * MINUTE_MS;

export const twitterLimits: Limits = {
  channel: "twitter",
  source: "X API v2, direct messages (text and one medium); v1.1 reference for the length of a text",
  checkedOn: "2026-09-28",
  text: { max: 10_000, unit: "codepoint" },
  buttons: null, // v1.1 only, which most plans no longer have: a numbered list, until an account shows that it has them
  choices: null,
  cards: null,
  media: ["image", "video"],
  menu: null,
  iceBreakers: null,
  windows: {
    // X closes no window on an answer; a bot may write only to who wrote first, which any conversation of ours is.
    openings: {},
    humanMs: null,
    always: true,
  },
  // X counts by quarter hours and days, not by seconds: see BUDGETS. This only keeps a burst from being one instant.
  rate: { perAccountPerSecond: 5, perThreadPerSecond: null },
};

/** What a piece may hold: options ride along as v1.1 shows them, and become a list at the latest when they leave. */
export const pieceLimits: Limits = {
  ...twitterLimits,
  buttons: { max: 3, titleMax: 36, textMax: 10_000, payloadMax: 1_000, kinds: ["url"] },
  choices: { max: 20, titleMax: 36, payloadMax: 1_000 },
};

/** So many sends in so long a time; a window begins with its first send. */
export type BudgetRule = { max: number; windowMs: number };

/** Source: X API rate limits page, `POST /2/dm_conversations/…` per user; v1.1 `direct_messages/events/new`; read 2026-09-28. */
export const BUDGETS: { quarter: number; day: number; v1: readonly BudgetRule[]; source: string; from: string } = {
  quarter: 15,
  day: 1_440,
  v1: [{ max: 1_000, windowMs: DAY_MS }],
  source: "X API rate limits (an older page says 200 a quarter of an hour and 1,000 a day): headers overrule the table",
  from: "2026-09-28",
};

/** Of a budget, this share is kept for people: the bot waits before it has taken the last of it. */
export const KEPT_FOR_PEOPLE = 0.2;
/** Below this share of what is left, waiting bubbles of one speaker to one customer leave as one message. */
export const JOIN_BELOW = 0.5;

/** Source: X v1.1 reference, Direct Messages: quick replies and call-to-action buttons; read 2026-08-22. */
export const V1 = {
  options: { max: 20, labelMax: 36, metadataMax: 1_000 },
  ctas: { max: 3, labelMax: 36 },
  checkedOn: "2026-08-22",
} as const;

/** Source: X media upload, best practices; read 2026-08-22. Sizes in bytes. */
export const MEDIA = {
  dm_image: 5 * 1024 * 1024,
  dm_gif: 15 * 1024 * 1024,
  dm_video: 512 * 1024 * 1024,
} as const;
export type MediaCategory = keyof typeof MEDIA;
