/** A customer's phone on the played WhatsApp: the thread as the app would draw it. */
import type { Referral } from "../../../model/event.ts";
import { metaPhones } from "../../meta/twin/phones.ts";
import type { Thread, ThreadLine } from "../../meta/twin/thread.ts";
import type { Twin } from "../../meta/twin.ts";
import type { PhoneLine, PhoneMedium, PhoneMediumKind, PhoneOption, PhoneScreen, PlayedPhones } from "../../played-phone.ts";
import { list, record, text, type Wire } from "../../wire.ts";
import { readReferral } from "../referral.ts";

const BY = { customer: "customer", bot: "brand", inbox: "person", other_app: "person" } as const;
const MEDIA: ReadonlyMap<string, PhoneMediumKind> = new Map([
  ["image", "image"],
  ["video", "video"],
  ["audio", "audio"],
  ["document", "file"],
  ["sticker", "sticker"],
  ["location", "location"],
]);
const SENT = new Set(["image", "video", "audio", "file"]);

/** All that a phone does is the same as on Messenger; what it shows is not. */
export function whatsappPhones(twin: Omit<Twin, "phones" | "close">): PlayedPhones {
  const same = metaPhones(twin, {
    hasGetStarted: false,
    rules: { fits: () => true, buttonTextMax: 0, media: SENT, buttons: new Set(), metadata: false },
  });
  return {
    ...same,
    screen(customer) {
      const thread = twin.threadState(customer);
      return thread === undefined ? null : screenOf(thread, twin.counts().waiting > 0);
    },
    enters(customer, ad, says) {
      twin.customer.clicksAd(customer, ad, says ?? undefined);
      return true; // an ad always brings a message: the one that it has written for them
    },
  };
}

function screenOf(thread: Thread, isOnItsWay: boolean): PhoneScreen {
  const last = thread.lines.at(-1);
  const isSeen = last !== undefined && thread.seenAtMs !== null && thread.seenAtMs >= last.atMs;
  const receipt = isSeen ? "seen" : isOnItsWay ? "sent" : "delivered";
  return {
    lines: thread.lines.map(lineOf),
    offered: [], // what can be tapped stays under its message
    typing: thread.typing,
    receipt: last?.by === "customer" ? receipt : "none",
    window: { untilMs: thread.openUntilMs, humanUntilMs: thread.openUntilMs }, // people have no longer than the bot
    budget: null,
  };
}

/** The line in the platform's own shape, as its app would draw it. */
function lineOf(line: ThreadLine): PhoneLine {
  const { message } = line;
  const type = text(message.type) ?? "text";
  const content = record(message[type]);
  const referral: Referral | undefined = readReferral(message.referral);
  const shown: PhoneLine = {
    id: line.mid,
    messageId: line.by === "bot" ? line.mid : null,
    by: BY[line.by],
    atMs: line.atMs,
    text: line.text,
    options: [],
    cards: [],
    media: [],
    ...(referral ? { referral } : {}),
  };
  if (MEDIA.has(type)) return { ...shown, text: text(content?.caption) ?? "", media: [mediumOf(type, content)] };
  if (line.by !== "bot" || type !== "interactive") return shown;
  const header = record(content?.header);
  const kind = text(header?.type) ?? "";
  const media = MEDIA.has(kind) ? [mediumOf(kind, record(header?.[kind]))] : [];
  const words = text(record(content?.body)?.text) ?? "";
  const rows = rowsOf(content);
  if (rows !== null) return { ...shown, text: words, media, sheet: { label: text(record(content?.action)?.button) ?? "", options: rows } };
  return { ...shown, text: words, media, options: optionsOf(line) };
}

function mediumOf(type: string, content: Wire | undefined): PhoneMedium {
  const url = text(content?.link) ?? text(content?.url);
  return { kind: MEDIA.get(type)!, ...(url ? { url } : {}) };
}

/** null: it is no list. */
function rowsOf(content: Wire | undefined): PhoneOption[] | null {
  if (content?.type !== "list") return null;
  const rows = list(record(content.action)?.sections).flatMap((section) => list(record(section)?.rows).map(record));
  return rows.map((row) => {
    const hint = text(row?.description);
    return { id: text(row?.id) ?? "", kind: "reply", title: text(row?.title) ?? "", ...(hint ? { hint } : {}) };
  });
}

function optionsOf(line: ThreadLine): PhoneOption[] {
  const replies = line.quickReplies.map(({ title, payload }): PhoneOption => ({ id: payload, kind: "reply", title }));
  const links = line.buttons.map(({ title, url = "" }): PhoneOption => ({ id: url, kind: "link", title, url }));
  return [...replies, ...links];
}
