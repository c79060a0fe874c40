/** A customer's window on a played channel of Bot Framework: Web Chat, as Microsoft's own control draws it. */
import type { PhoneCard, PhoneLine, PhoneMedium, PhoneOption, PhoneOwner, PhoneScreen, PlayedPhones } from "../../played-phone.ts";
import { list, record, text, type Wire } from "../../wire.ts";
import type { BotFrameworkTwin } from "../twin.ts";
import { actionsIn, type Thread, type ThreadLine } from "./threads.ts";

const BY = { customer: "customer", bot: "brand", hub: "person", channel: "platform" } as const;
const MEDIA: Record<string, PhoneMedium["kind"]> = { image: "image", video: "video", audio: "audio" };

type Played = Omit<BotFrameworkTwin, "phones" | "close"> & {
  find(person: string): Thread | undefined;
  watch(told: () => void): () => void;
};

export function botframeworkPhones(twin: Played): PlayedPhones {
  const { customer } = twin;
  const owners = new Map<string, PhoneOwner>();
  return {
    begins: null,
    sends: ["image"],
    reacts: false,
    customer: (n) => `dl_${n}`,
    name: (person, who) => void owners.set(person, who),
    named: (person) => owners.get(person) ?? null,
    screen(person) {
      const thread = twin.find(person);
      return thread === undefined ? null : screenOf(thread, twin.counts().waiting > 0);
    },
    menu: () => [],
    says: (person, words) => void customer.says({ person }, words, localeOf(owners.get(person))),
    taps: (person, title) => customer.taps({ person }, title),
    begin: () => {},
    enters(person, _ad, says) {
      customer.says({ person }, says ?? "Hi", localeOf(owners.get(person))); // no page tells which advertisement led to it
      return false;
    },
    attaches: (person) => void customer.sendsPicture({ person }, "https://webchat.example.invalid/picture.png"),
    reactsTo: () => {},
    watch: twin.watch,
    settled: twin.settled,
    counts: twin.counts,
  };
}

/** The control tells the browser's language. */
function localeOf(owner: PhoneOwner | undefined): Wire {
  return owner ? { locale: owner.locale.replace("_", "-") } : {};
}

function screenOf(thread: Thread, isOnItsWay: boolean): PhoneScreen {
  const last = thread.lines.at(-1);
  const suggested = last?.by === "bot" ? list(record(last.activity.suggestedActions)?.actions) : [];
  return {
    lines: thread.lines.map(lineOf),
    offered: suggested.map((one) => optionOf(record(one) ?? {})),
    typing: thread.isTyping,
    receipt: last?.by === "customer" && isOnItsWay ? "sent" : "none",
    window: null,
    budget: null,
  };
}

function lineOf(line: ThreadLine): PhoneLine {
  const { activity } = line;
  const shown: PhoneLine = {
    id: line.id,
    messageId: line.by === "bot" ? line.id : null,
    by: BY[line.by],
    atMs: line.atMs,
    text: line.text,
    options: [],
    cards: [],
    media: [],
  };
  const attachments = list(activity.attachments).map((one) => record(one) ?? {});
  if (attachments.length === 0) return shown;
  shown.text = text(activity.text) ?? "";
  for (const one of attachments) {
    const type = text(one.contentType) ?? "";
    const content = record(one.content);
    if (content === undefined) shown.media.push(mediumOf(type, text(one.contentUrl)));
    else if (type === "application/vnd.microsoft.card.adaptive") {
      const words = list(content.body).flatMap((part) => text(record(part)?.text) ?? []);
      shown.text = [shown.text, ...words].filter((part) => part !== "").join("\n");
      shown.options.push(...actionsIn({ attachments: [one] }).map(({ title }): PhoneOption => ({ id: title, kind: "reply", title })));
    } else if (text(content.title) === undefined && text(content.subtitle) === undefined) {
      // A card that is only words and buttons is drawn as one bubble.
      shown.text = [shown.text, text(content.text) ?? ""].filter((part) => part !== "").join("\n");
      shown.options.push(...list(content.buttons).map((button) => optionOf(record(button) ?? {})));
    } else shown.cards.push(cardOf(content));
  }
  return shown;
}

function cardOf(content: Wire): PhoneCard {
  const subtitle = text(content.subtitle) ?? text(content.text);
  const imageUrl = text(record(list(content.images)[0])?.url);
  return {
    title: text(content.title) ?? "",
    ...(subtitle ? { subtitle } : {}),
    ...(imageUrl ? { imageUrl } : {}),
    options: list(content.buttons).map((button) => optionOf(record(button) ?? {})),
  };
}

function mediumOf(type: string, url: string | undefined): PhoneMedium {
  return { kind: MEDIA[type.split("/")[0] ?? ""] ?? "file", ...(url ? { url } : {}) };
}

function optionOf(action: Wire): PhoneOption {
  const title = text(action.title) ?? "";
  const value = text(action.value) ?? "";
  if (action.type === "openUrl") return { id: value, kind: "link", title, url: value };
  return { id: title, kind: action.type === "call" ? "call" : "reply", title };
}
