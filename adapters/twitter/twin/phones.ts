/** A customer's phone on the played X: the thread of direct messages, and what the account may still send. */
import type { PhoneLine, PhoneOption, PhoneOwner, PhoneScreen, PlayedPhones } from "../../played-phone.ts";
import type { TwitterTwin } from "../twin.ts";
import type { PlayedLine, PlayedThread } from "./platform.ts";

const BY = { customer: "customer", bot: "brand", app: "person" } as const;

export function twitterPhones(twin: Omit<TwitterTwin, "phones" | "close">): PlayedPhones {
  const { customer } = twin;
  const owners = new Map<string, PhoneOwner>();
  return {
    begins: null,
    sends: ["image"],
    reacts: false,
    customer: (n) => n,
    name(id, who) {
      owners.set(id, who);
      const name = `${who.first} ${who.last}`.trim();
      twin.people.set(id, { name, username: `customer_${id.slice(-4)}` });
    },
    named: (id) => owners.get(id) ?? null,
    screen(id) {
      const thread = twin.threadState(id);
      return thread === undefined ? null : screenOf(thread, twin);
    },
    menu: () => [],
    says: (id, words) => void customer.says(id, words),
    taps(id, option) {
      const newest = twin.thread(id).findLast((line) => line.by !== "customer");
      const label = newest?.options.find((one) => idOf(one) === option)?.label;
      return label !== undefined && customer.taps(id, label);
    },
    begin: () => {},
    enters(id, ad, says) {
      // Nothing on X opens a thread without a word; one that begins under a post says which.
      customer.says(id, says ?? "Hi", ad.postId === undefined ? {} : { tweetId: ad.postId });
      return false;
    },
    attaches: (id) => void customer.sendsPicture(id),
    reactsTo: () => {},
    watch: twin.watch,
    settled: twin.webhook.settled,
    counts: () => ({ ...twin.webhook.state(), sends: twin.counts().sends }),
  };
}

const idOf = ({ metadata, label }: PlayedLine["options"][number]) => metadata ?? label;

function screenOf(thread: PlayedThread, twin: Pick<TwitterTwin, "webhook" | "budget">): PhoneScreen {
  const last = thread.lines.at(-1);
  const isRead = last !== undefined && thread.readId !== null && BigInt(thread.readId) >= BigInt(last.id);
  return {
    lines: thread.lines.map(lineOf),
    offered:
      last?.by === "customer" ? [] : (last?.options ?? []).map((one): PhoneOption => ({ id: idOf(one), kind: "reply", title: one.label })),
    typing: thread.typing,
    receipt: last?.by !== "customer" ? "none" : isRead ? "seen" : twin.webhook.state().waiting > 0 ? "sent" : "delivered",
    window: null,
    budget: { ...twin.budget(), of: "account" },
  };
}

function lineOf(line: PlayedLine): PhoneLine {
  return {
    id: line.id,
    messageId: line.by === "bot" ? line.id : null,
    by: BY[line.by],
    atMs: line.atMs,
    text: line.text,
    options: line.ctas.map(({ label, url }) => ({ id: url, kind: "link", title: label, url })),
    cards: [],
    media: line.mediaId === null ? [] : [{ kind: "image" }],
  };
}
