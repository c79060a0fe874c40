/** What a WeChat official account can show and when it may speak: dated data, no rules. */
import type { Limits } from "../../model/limits.ts";

const SOURCE = "WeChat Official Accounts, customer service messages, notice on counts of 2023-06-12";
const FROM = "2023-06-12";
const MINUTE_MS = 60_000;
const WINDOW_MS = 48 * 60 * MINUTE_MS;

/** A new trigger resets to the larger count; it does not add to what was left. */
const opening = (lengthMs: number, messages: number) => ({ lengthMs, messages, source: SOURCE, from: FROM });

export const wechatLimits: Limits = {
  channel: "wechat",
  source: "WeChat Official Accounts, message/custom/send and message push; text length as measured by developers",
  checkedOn: "2026-09-28",
  text: { max: 2048, unit: "utf8" },
  buttons: null, // buttons and choices are lines of a `msgmenu`, and a numbered list where an account may not send one
  // `msgmenu` has no published limits; more lines than a phone shows help nobody.
  choices: { max: 10, titleMax: 60, payloadMax: 64 },
  cards: { max: 1, titleMax: 64, subtitleMax: 120, buttonsMax: 0 },
  media: ["image", "audio"], // a video asks for a thumbnail of its own: its address is written out
  menu: { max: 15, titleMax: 60 }, // three with five below each; a first-level title shows four Chinese characters
  iceBreakers: null,
  windows: {
    openings: {
      message: opening(WINDOW_MS, 5),
      // A tap on a `msgmenu` line arrives as a text and counts as a menu click.
      menu_click: opening(MINUTE_MS, 3),
      followed: opening(MINUTE_MS, 3),
      scanned: opening(MINUTE_MS, 3),
    },
    humanMs: null, // people answer through the same budget
    always: false,
  },
  rate: { perAccountPerSecond: 50, perThreadPerSecond: null },
};
