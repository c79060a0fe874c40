/** What the WhatsApp Cloud API can show and when it lets us speak: dated data, no rules. */
import type { Limits, WindowTable } from "../../model/limits.ts";

const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
/** After a click-to-WhatsApp ad messages are free of charge for so long, if the business answers within a day. */
export const FREE_ENTRY_MS = 72 * HOUR_MS;

const GUIDE = "Meta, WhatsApp Cloud API, customer service window";
const FROM = "2026-09-28";

/**
 * @param adWindowMs how long the first message after a click-to-WhatsApp ad lets this number speak freely. The free entry point lasts 72 h,
 *   and no page says that words of our own, rather than templates, are taken for longer than 24 h: a day, unless the business knows better
 */
export function whatsappWindows(adWindowMs = DAY_MS): WindowTable {
  return {
    openings: {
      message: { lengthMs: DAY_MS, messages: null, source: GUIDE, from: FROM },
      tap: { lengthMs: DAY_MS, messages: null, source: `${GUIDE}: a button of a template is a message`, from: FROM },
      ad_message: {
        lengthMs: Math.min(Math.max(adWindowMs, DAY_MS), FREE_ENTRY_MS),
        messages: null,
        source: "Meta, WhatsApp Business Platform, free entry points; 72 h unconfirmed",
        from: FROM,
      },
    },
    humanMs: null, // no exception for people: outside the window they need a template too
    always: false,
  };
}

export function whatsappLimits(adWindowMs = DAY_MS): Limits {
  return {
    channel: "whatsapp",
    source: "Meta, WhatsApp Cloud API, messages reference, Graph API v26.0",
    checkedOn: "2026-09-28",
    text: { max: 4096, unit: "utf16" },
    // Buttons that come back are answers to tap, as choices are: three as buttons, up to ten as a list.
    buttons: { max: 3, titleMax: 20, textMax: 1024, payloadMax: 200, kinds: ["payload", "url"] },
    choices: { max: 10, titleMax: 24, payloadMax: 200 },
    cards: { max: 10, titleMax: 200, subtitleMax: 700, buttonsMax: 3 }, // each a message of its own
    media: ["image", "video", "audio", "file"],
    menu: null,
    iceBreakers: null,
    templates: true,
    windows: whatsappWindows(adWindowMs),
    // 80 a second for one number, in and out together.
    rate: { perAccountPerSecond: 50, perThreadPerSecond: null },
  };
}
