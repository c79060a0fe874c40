/** What each channel behind Bot Framework can show: dated data by the channel's id, and a careful table for the ones we do not know. */
import type { Limits } from "../../model/limits.ts";

export type Shows = {
  textMax: number;
  /** Beside a card with buttons; and whether the words go into the card, where the channel shows it as one bubble. */
  textUnderButtonsMax: number;
  wordsInCard: boolean;
  suggested: { max: number; titleMax: number } | null;
  buttonsMax: number;
  cards: { max: number; buttonsMax: number } | null;
  /** Adaptive Cards: with them more options than suggested actions have room for are still a list to choose from. */
  adaptive: boolean;
  /** How a tap comes back: with words of its own and a value beside them; as a value in the text's place; as its title. */
  tap: { by: "messageBack" | "postBack"; payloadMax: number } | { by: "imBack" };
  media: Limits["media"];
  typing: boolean;
  /** Does it pass on events of a bot's, to a page or to a hub? */
  events: boolean;
};

/** Source: Azure Bot Service, channels reference; `Channel` of botbuilder-dialogs 4.23; the channels' own limits; read 2026-11-24. */
export const CHECKED_ON = "2026-11-24";
const SOURCE = "Azure Bot Service, channels reference; botbuilder-dialogs 4.23, choices by channel; the channels' own limits";

const ALL: Limits["media"] = ["image", "video", "audio", "file"];
/** Whoever we do not know shows words and pictures, and as many options as every channel that shows any. */
const UNKNOWN: Shows = {
  textMax: 2_000,
  textUnderButtonsMax: 640,
  wordsInCard: true,
  suggested: { max: 10, titleMax: 20 },
  buttonsMax: 3,
  cards: { max: 10, buttonsMax: 3 },
  adaptive: false,
  tap: { by: "postBack", payloadMax: 900 },
  media: ALL,
  typing: true,
  events: false,
};
/** Our own windows in a page, and the tools that play them. */
const OPEN: Shows = {
  ...UNKNOWN,
  textMax: 8_000,
  textUnderButtonsMax: 8_000,
  wordsInCard: false,
  suggested: { max: 20, titleMax: 80 },
  buttonsMax: 10,
  cards: { max: 10, buttonsMax: 6 },
  adaptive: true,
  tap: { by: "messageBack", payloadMax: 2_000 },
  events: true,
};
const WORDS_ONLY: Shows = { ...UNKNOWN, suggested: null, buttonsMax: 0, cards: null, tap: { by: "imBack" }, media: [], typing: false };

const BY_CHANNEL: ReadonlyMap<string, Shows> = new Map([
  ["webchat", OPEN],
  ["directline", OPEN],
  ["emulator", OPEN],
  ["test", OPEN],
  // 28 KB a message; six buttons of a hero card; suggested actions, up to six, only where it is one to one, so none are counted on.
  ["msteams", { ...OPEN, events: false, suggested: null, buttonsMax: 6, cards: { max: 10, buttonsMax: 6 } }],
  ["facebook", UNKNOWN],
  [
    "line",
    {
      ...UNKNOWN,
      textMax: 5_000,
      suggested: { max: 13, titleMax: 20 },
      tap: { by: "postBack", payloadMax: 280 },
      cards: { max: 10, buttonsMax: 3 },
    },
  ],
  // A button carries 64 bytes at most, so it carries its title.
  ["telegram", { ...UNKNOWN, textMax: 4_096, textUnderButtonsMax: 1_000, suggested: { max: 20, titleMax: 40 }, tap: { by: "imBack" } }],
  ["slack", { ...UNKNOWN, textMax: 4_000, textUnderButtonsMax: 3_000, suggested: null, buttonsMax: 5, cards: { max: 10, buttonsMax: 5 } }],
  ["sms", { ...WORDS_ONLY, textMax: 1_600 }],
  ["twilio-sms", { ...WORDS_ONLY, textMax: 1_600 }],
  ["groupme", { ...WORDS_ONLY, textMax: 1_000, media: ["image"] }],
  ["email", { ...WORDS_ONLY, textMax: 100_000, media: ALL }],
  ["outlook", { ...WORDS_ONLY, textMax: 100_000, media: ALL }],
  ["omnichannel", { ...OPEN, textMax: 2_000, tap: { by: "imBack" } }],
]);

export function showsOf(channelId: string | null): Shows {
  return (channelId !== null && BY_CHANNEL.get(channelId)) || UNKNOWN;
}

/** More lines of a list than this help nobody on any screen. */
const ADAPTIVE_MAX = 40;

export function limitsOf(channelId: string | null): Limits {
  const { textMax, textUnderButtonsMax, suggested, buttonsMax, cards, adaptive, tap, media } = showsOf(channelId);
  const payloadMax = tap.by === "imBack" ? 2_000 : tap.payloadMax; // a title finds its payload here, however long that is
  const choices = adaptive ? { max: ADAPTIVE_MAX, titleMax: 80 } : suggested;
  return {
    channel: "botframework",
    source: SOURCE,
    checkedOn: CHECKED_ON,
    text: { max: textMax, unit: "utf16" },
    buttons:
      buttonsMax === 0 ? null : { max: buttonsMax, titleMax: 20, textMax: textUnderButtonsMax, payloadMax, kinds: ["payload", "url"] },
    choices: choices && { ...choices, payloadMax: 2_000 },
    cards: cards && { ...cards, titleMax: 80, subtitleMax: 250 },
    media,
    menu: null,
    iceBreakers: null,
    // Bot Framework has no windows of its own. Channels that have one (Facebook: a day) refuse, and the refusal is obeyed.
    windows: { openings: {}, humanMs: null, always: true },
    // Teams: 50 calls a second of an app in one tenant, and some seven in a second in one conversation.
    rate: { perAccountPerSecond: 50, perThreadPerSecond: 5 },
  };
}

/** What flows are checked and played under: the careful table. */
export const botframeworkLimits: Limits = limitsOf(null);
