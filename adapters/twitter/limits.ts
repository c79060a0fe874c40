/** What direct messages on X can show and when we may speak: dated data, no rules. */
import type { Limits } from "../../model/limits.ts";

export const twitterLimits: Limits = {
  channel: "twitter",
  source: "X API v2, direct messages (text and one medium); v1.1 reference for the length of a text",
  checkedOn: "2026-09-28",
  text: { max: 10_000, unit: "codepoint" },
  buttons: null, // v1.1 only, which most plans no longer have: a numbered list
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
  // 15 in 15 minutes for one account and 1,440 a day: one a minute.
  rate: { perAccountPerSecond: 1 / 60, perThreadPerSecond: null },
};
