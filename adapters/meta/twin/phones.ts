/** A customer's phone on the played Messenger or Instagram: the thread as the app would draw it. */
import type { Referral } from "../../../model/event.ts";
import type { PhoneCard, PhoneLine, PhoneMedium, PhoneMediumKind, PhoneOption, PhoneScreen, PlayedPhones } from "../../played-phone.ts";
import { list, record, text, type Wire } from "../../wire.ts";
import type { Twin } from "../twin.ts";
import type { TwinDialect } from "./dialect.ts";
import type { Thread, ThreadLine } from "./thread.ts";

/** What the apps have room for. Source: Meta, Send API reference, quick replies, buttons, generic template. */
const SHOWN_MAX = { reply: 20, button: 20, title: 80, subtitle: 80 };
const MENU_TITLE_MAX = 30;
const IN_MENU = "menu:";
const SENDS: PhoneMediumKind[] = ["image", "video", "audio", "file", "sticker"];
const BY = { customer: "customer", bot: "brand", inbox: "person", other_app: "person" } as const;

export function metaPhones(twin: Omit<Twin, "phones" | "close">, dialect: Pick<TwinDialect, "hasGetStarted" | "rules">): PlayedPhones {
  const { customer } = twin;
  return {
    begins: dialect.hasGetStarted ? "start" : null,
    sends: SENDS.filter((kind) => kind === "sticker" || dialect.rules.media.has(kind)),
    reacts: true,
    customer: (n) => n,
    name(psid, { first, last, locale }) {
      twin.name(psid, { first_name: first, last_name: last, locale, timezone: 0 });
    },
    named(psid) {
      const known = twin.named(psid);
      return known && { first: known.first_name ?? "", last: known.last_name ?? "", locale: known.locale ?? "en_US" };
    },
    screen(psid) {
      const thread = twin.threadState(psid);
      return thread === undefined ? null : screenOf(thread, twin.counts().waiting > 0);
    },
    menu: () => twin.menu().map((one) => ({ title: cut(text(one.title) ?? "", MENU_TITLE_MAX), option: inMenu(one), entries: [] })),
    says: (psid, words) => void customer.says(psid, words),
    taps(psid, id) {
      if (!id.startsWith(IN_MENU)) return customer.taps(psid, id);
      const entry = twin.menu().find((one) => text(one.payload) === id.slice(IN_MENU.length));
      if (entry !== undefined) customer.startsWith(psid, text(entry.payload)!, text(entry.title));
      return entry !== undefined;
    },
    begin: (psid, starter) => void customer.startsWith(psid, starter?.payload ?? "GET_STARTED", starter?.title),
    enters(psid, ad, says) {
      const isNew = twin.threadState(psid) === undefined;
      customer.clicksAd(psid, ad, says ?? undefined);
      return isNew || says !== null; // a click into a thread that is there already leaves no line
    },
    attaches: (psid, kind) => void customer.sendsAttachment(psid, kind),
    reactsTo: (psid, line) => customer.reacts(psid, "love", line),
    watch: twin.watch,
    settled: twin.settled,
    counts: twin.counts,
  };
}

/** An entry of the lasting menu: a page to open, or a postback that no message carried. */
function inMenu(entry: Wire): PhoneOption {
  const option = optionOf(entry);
  return option.kind === "link" ? option : { ...option, id: `${IN_MENU}${text(entry.payload) ?? ""}` };
}

function screenOf(thread: Thread, isOnItsWay: boolean): PhoneScreen {
  const last = thread.lines.at(-1);
  const receipt = () => {
    if (last?.by !== "customer") return "none";
    if (thread.seenAtMs !== null && thread.seenAtMs >= last.atMs) return "seen";
    return isOnItsWay ? "sent" : "delivered";
  };
  return {
    lines: thread.lines.map(lineOf),
    offered:
      last && last.by !== "customer"
        ? last.quickReplies.map(({ title, payload }) => ({ id: payload, kind: "reply", title: cut(title, SHOWN_MAX.reply) }))
        : [],
    typing: thread.typing,
    receipt: receipt(),
    window: { untilMs: thread.openUntilMs, humanUntilMs: thread.humanUntilMs },
    budget: null,
  };
}

/** The line in the platform's own shape, as its app would draw it. */
function lineOf(line: ThreadLine): PhoneLine {
  const { message } = line;
  const attachment = record(message.attachment);
  const payload = record(attachment?.payload);
  const attached = list(message.attachments).map((one) => mediumOf(record(one)));
  const referral = referralOf(message);
  const shown: PhoneLine = {
    id: line.mid,
    messageId: line.by === "bot" ? line.mid : null,
    by: BY[line.by],
    atMs: line.atMs,
    text: "",
    options: [],
    cards: [],
    media: attached,
    ...(referral ? { referral } : {}),
  };
  if (attachment === undefined) return { ...shown, text: attached.length > 0 ? "" : line.text, options: line.buttons.map(optionOf) };
  if (payload?.template_type === "generic") return { ...shown, cards: list(payload.elements).map((element) => cardOf(record(element))) };
  if (attachment.type === "template") return { ...shown, text: line.text, options: line.buttons.map(optionOf) };
  return { ...shown, media: [mediumOf(attachment)] };
}

function cardOf(element: Wire | undefined): PhoneCard {
  const [subtitle, imageUrl] = [text(element?.subtitle), text(element?.image_url)];
  return {
    title: cut(text(element?.title) ?? "", SHOWN_MAX.title),
    ...(subtitle ? { subtitle: cut(subtitle, SHOWN_MAX.subtitle) } : {}),
    ...(imageUrl ? { imageUrl } : {}),
    options: list(element?.buttons).map((button) => optionOf(record(button) ?? {})),
  };
}

function mediumOf(attachment: Wire | undefined): PhoneMedium {
  const payload = record(attachment?.payload);
  const url = text(payload?.url);
  const kind = payload?.sticker_id === undefined ? text(attachment?.type) : "sticker";
  return { kind: (kind ?? "file") as PhoneMediumKind, ...(url ? { url } : {}) };
}

function optionOf(button: { type?: unknown; title?: unknown; url?: unknown; payload?: unknown }): PhoneOption {
  const title = text(button.title) ?? "";
  const shown = cut(title, SHOWN_MAX.button);
  const url = text(button.url);
  if (button.type === "web_url") return { id: url ?? title, kind: "link", title: shown, ...(url ? { url } : {}) };
  return { id: text(button.payload) ?? title, kind: button.type === "phone_number" ? "call" : "reply", title: shown };
}

function cut(title: string, max: number): string {
  const letters = [...title];
  return letters.length <= max ? title : `${letters.slice(0, max - 1).join("")}…`;
}

function referralOf(message: Record<string, unknown>): Referral | null {
  const told = record(message.referral) ?? record(record(message.postback)?.referral);
  if (told === undefined) return null;
  const context = record(told.ads_context_data);
  const referral: Referral = { source: text(told.source) ?? "" };
  const put = (key: "ref" | "adId" | "adTitle" | "pictureUrl" | "postId" | "productId", value: unknown) => {
    const word = text(value);
    if (word) referral[key] = word;
  };
  put("ref", told.ref);
  put("adId", told.ad_id);
  put("adTitle", context?.ad_title);
  put("pictureUrl", context?.photo_url);
  put("postId", context?.post_id);
  put("productId", context?.product_id);
  return referral;
}
