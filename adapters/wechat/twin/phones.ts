/** A follower's phone on the played WeChat: the thread, the menu at the foot, and what the account may still send. */
import type { PhoneLine, PhoneMenuEntry, PhoneOption, PhoneOwner, PhoneScreen, PlayedPhones } from "../../played-phone.ts";
import { list, record, text, type Wire } from "../../wire.ts";
import type { WechatTwin } from "../twin.ts";
import type { Thread, ThreadLine } from "./thread.ts";

/** Openids are 28 characters, of which the first is an `o`. */
const OPENID_DIGITS = 27;
const IN_MENU = "menu:";
const BY = { customer: "customer", bot: "brand", platform: "platform" } as const;

export function wechatPhones(
  twin: Omit<WechatTwin, "phones" | "close"> & { find(openid: string): Thread | undefined },
  nowMs: () => number,
): PlayedPhones {
  const owners = new Map<string, PhoneOwner>();
  return {
    begins: "follow",
    sends: ["image"],
    reacts: false,
    customer: (n) => `o${n.padStart(OPENID_DIGITS, "0")}`,
    name: (openid, who) => void owners.set(openid, who),
    named: (openid) => owners.get(openid) ?? null,
    screen(openid) {
      const thread = twin.find(openid);
      return thread === undefined ? null : screenOf(thread, nowMs(), twin.counts().waiting > 0);
    },
    menu: () => list(record(twin.menu())?.button).map((one) => entryOf(record(one) ?? {})),
    says: (openid, words) => twin.says(openid, words),
    taps(openid, id) {
      if (!id.startsWith(IN_MENU)) return twin.taps(openid, id);
      twin.clicks(openid, id.slice(IN_MENU.length));
      return true;
    },
    begin: (openid) => twin.follows(openid),
    enters(openid, ad, says) {
      const scene = ad.ref ?? ad.adId ?? "";
      if (twin.find(openid)?.follows) twin.scans(openid, scene);
      else twin.follows(openid, scene);
      if (says !== null) twin.says(openid, says);
      return false; // a code that is scanned leaves no line
    },
    attaches: (openid) => twin.sendsPicture(openid, "https://mmbiz.example.invalid/picture"),
    reactsTo: () => {},
    watch: twin.watch,
    settled: twin.settled,
    counts: twin.counts,
  };
}

function screenOf(thread: Thread, nowMs: number, isOnItsWay: boolean): PhoneScreen {
  return {
    lines: thread.lines.map(lineOf),
    offered: [],
    typing: thread.typingUntilMs > nowMs,
    receipt: isOnItsWay && thread.lines.at(-1)?.by === "customer" ? "sent" : "none", // WeChat marks nothing as read
    window: { untilMs: thread.untilMs, humanUntilMs: 0 },
    budget:
      thread.untilMs === 0
        ? null
        : { left: nowMs < thread.untilMs ? thread.left : 0, max: thread.bought, untilMs: thread.untilMs, of: "customer" },
  };
}

function lineOf(line: ThreadLine, at: number): PhoneLine {
  const shown: PhoneLine = {
    id: `line-${at}`,
    messageId: null,
    by: BY[line.by],
    atMs: line.atMs,
    text: line.text,
    options: line.menu.map(({ id, content }) => ({ id, kind: "reply", title: content })),
    cards: [],
    media: [],
  };
  const type = line.by === "customer" ? (line.text === "[image]" ? "image" : "") : text(line.message.msgtype);
  if (type === "image") return { ...shown, text: "", media: [{ kind: "image" }] };
  if (type === "voice") return { ...shown, text: "", media: [{ kind: "audio" }] };
  if (type !== "news") return shown;
  const [article] = list(record(line.message.news)?.articles).map((one) => record(one) ?? {});
  const [subtitle, url, imageUrl] = [text(article?.description), text(article?.url), text(article?.picurl)];
  const card = {
    title: text(article?.title) ?? "",
    ...(subtitle ? { subtitle } : {}),
    ...(imageUrl ? { imageUrl } : {}),
    ...(url ? { url } : {}),
  };
  return { ...shown, text: "", cards: [{ ...card, options: [] }] };
}

function entryOf(button: Wire): PhoneMenuEntry {
  const title = text(button.name) ?? "";
  const entries = list(button.sub_button).map((one) => optionOf(record(one) ?? {}));
  return { title, option: entries.length > 0 ? null : optionOf(button), entries };
}

function optionOf(button: Wire): PhoneOption {
  const title = text(button.name) ?? "";
  const url = text(button.url);
  if (url !== undefined) return { id: url, kind: "link", title, url };
  return { id: `${IN_MENU}${text(button.key) ?? ""}`, kind: "reply", title };
}
