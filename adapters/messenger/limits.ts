/** What Messenger can show and when it lets us speak: dated data, no rules. */
import type { Limits, WindowTable } from "../../model/limits.ts";

const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
export const AD_WINDOW_MAX_MS = 7 * DAY_MS;

const SEND_GUIDE = "Meta, Messenger Platform, Send API guide, standard messaging window";
const POLICY = "Meta, Messenger Platform policy, ads that click to Messenger";
const FROM = "2026-09-11";

/**
 * The openings. `message` also stands for quick replies; `postback` for buttons, Get Started, menu and ice breakers.
 *
 * @param adWindowMs how long the first message after an ad click lets this business speak. The policy page of 2026-09-28
 *   says "up to 7 days", the guide 24 h, and nobody says who gets more: 24 h unless the business knows better
 */
export function windowTable(adWindowMs: number): WindowTable {
  const day = (source = SEND_GUIDE) => ({ lengthMs: DAY_MS, messages: null, source, from: FROM });
  return {
    openings: {
      message: day(),
      ad_message: {
        lengthMs: Math.min(Math.max(adWindowMs, DAY_MS), AD_WINDOW_MAX_MS),
        messages: null,
        source: POLICY,
        from: "2026-09-28",
      },
      postback: day(),
      reaction: day(),
      link: day(`${SEND_GUIDE}: m.me click into an existing thread`),
      plugin_optin: day(`${SEND_GUIDE}: plugin opt-in`),
      lead_form: day("Meta, lead ads in Messenger: the window is open when control is passed to us"),
      // A click alone opens nothing; its event reaches us only when the person enters the thread, with a message beside it or
      // just behind. Until that message is here the greeting may go; the hour is our own caution, and a refusal overrules it.
      ad_click: {
        lengthMs: HOUR_MS,
        messages: null,
        source: "our own: the message that comes with an ad's referral opens the window",
        from: FROM,
      },
    },
    humanMs: {
      lengthMs: 7 * DAY_MS,
      tag: "HUMAN_AGENT",
      source: "Meta, Messenger Platform, message tags: a person's answer within 7 days of the customer's last message",
      from: "2026-04-27",
    },
    always: false,
  };
}

export function messengerLimits(adWindowMs = DAY_MS): Limits {
  return {
    channel: "messenger",
    source: "Meta, Messenger Platform, Send API reference and templates, Graph API v26.0",
    checkedOn: "2026-09-28",
    text: { max: 1999, unit: "utf16" }, // "less than 2000 characters"
    buttons: { max: 3, titleMax: 20, textMax: 640, payloadMax: 1000, kinds: ["payload", "url", "phone"] },
    choices: { max: 13, titleMax: 20, payloadMax: 1000 },
    cards: { max: 10, titleMax: 80, subtitleMax: 80, buttonsMax: 3 },
    media: ["image", "video", "audio", "file"],
    menu: { max: 20, titleMax: 30 },
    iceBreakers: { max: 4, titleMax: 80 },
    windows: windowTable(adWindowMs),
    // 300 calls a second are allowed, but a page above 40 messages a second may be blocked; a thread has its own, unnamed limit.
    rate: { perAccountPerSecond: 40, perThreadPerSecond: null },
  };
}
