/** What Instagram messaging can show and when it lets us speak: dated data, no rules. */
import type { Limits, WindowTable } from "../../model/limits.ts";

const DAY_MS = 86_400_000;
const GUIDE = "Meta, Instagram messaging, Send API, 24 h window";
const FROM = "2026-09-28";

/** The same openings as Messenger's, except those of pages alone. An ad's first message gives a day, like any other. */
export const instagramWindows: WindowTable = {
  openings: {
    message: { lengthMs: DAY_MS, messages: null, source: GUIDE, from: FROM },
    ad_message: { lengthMs: DAY_MS, messages: null, source: GUIDE, from: FROM },
    postback: { lengthMs: DAY_MS, messages: null, source: GUIDE, from: FROM },
    reaction: { lengthMs: DAY_MS, messages: null, source: `${GUIDE}, as Messenger counts reactions; unconfirmed`, from: FROM },
    link: { lengthMs: DAY_MS, messages: null, source: `${GUIDE}: ig.me link into an existing thread`, from: FROM },
    // As on Messenger: a click is told with its message or just before it; the hour is our own caution.
    ad_click: {
      lengthMs: 3_600_000,
      messages: null,
      source: "our own: the message that comes with an ad's referral opens the window",
      from: FROM,
    },
    lead_form: { lengthMs: DAY_MS, messages: null, source: "Meta, Conversation Routing: control is passed to us", from: FROM },
  },
  humanMs: {
    lengthMs: 7 * DAY_MS,
    tag: "HUMAN_AGENT",
    source: "Meta, Instagram messaging, HUMAN_AGENT: a person's answer within 7 days of the customer's last message",
    from: FROM,
  },
  always: false,
};

export const instagramLimits: Limits = {
  channel: "instagram",
  source: "Meta, Instagram messaging, Send API, templates and quick replies, Graph API v26.0",
  checkedOn: "2026-09-28",
  text: { max: 1000, unit: "utf8" }, // one page says characters, the reference says bytes: the smaller one surely passes
  buttons: { max: 3, titleMax: 20, textMax: 640, payloadMax: 1000, kinds: ["payload", "url"] },
  choices: { max: 13, titleMax: 20, payloadMax: 1000 },
  cards: { max: 10, titleMax: 80, subtitleMax: 80, buttonsMax: 3 },
  media: ["image", "video", "audio", "file"],
  menu: { max: 20, titleMax: 30 },
  iceBreakers: { max: 4, titleMax: 80 },
  windows: instagramWindows,
  // 300 calls a second are allowed; an account that moves 72,000 messages in a time nobody names may not send until it is less.
  rate: { perAccountPerSecond: 40, perThreadPerSecond: null },
};
