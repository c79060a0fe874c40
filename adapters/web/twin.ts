/**
 * The chat's windows, played where no browser is: for the studio's phones, on a clock of their own or live. What a customer does is posted
 * to our webhook as the chat's door posts it, sealed; what is said comes the way the open windows are told.
 */
import type { Outbound } from "../../model/adapter.ts";
import type { Address } from "../../model/address.ts";
import type { Clock } from "../../model/clock.ts";
import type { Button, Card, Media, Message } from "../../model/message.ts";
import type {
  PhoneCard,
  PhoneLine,
  PhoneMedium,
  PhoneMediumKind,
  PhoneOption,
  PhoneOwner,
  PhoneScreen,
  PlayedAd,
  PlayedPhones,
  PlayedTwin,
} from "../played-phone.ts";
import type { ChatLive } from "./adapter.ts";
import { SEAL_HEADER } from "./receive.ts";
import { sealOf } from "./seal.ts";

export type WebTwinOptions = {
  clock: Clock;
  /** What the bot's door seals with. */
  key: Buffer;
  /** Where acts are posted, e.g. `http://127.0.0.1:3978/webhooks/web`. */
  webhookUrl: string;
};

type Tap = { payload: string; title: string; isChoice: boolean };
type Thread = { lines: PhoneLine[]; offered: PhoneOption[]; taps: Map<string, Tap>; typing: boolean; seen: boolean };

export type WebTwin = PlayedTwin & { phones: PlayedPhones; live: ChatLive };

/** A post that was answered 503, or not at all, is made again, as a browser does; a server that is gone is not waited for. */
const TRIES = 5;
const PICTURE = "https://upload.example.invalid/picture.png"; // an address that is nobody's: the desk shows that it cannot be had

export function createWebTwin({ clock, key, webhookUrl }: WebTwinOptions): WebTwin {
  const threads = new Map<string, Thread>();
  const owners = new Map<string, PhoneOwner>();
  const watchers = new Set<() => void>();
  const quiet: (() => void)[] = [];
  const counts = { delivered: 0, sends: 0, waiting: 0 };
  let acts = 0;
  let queue = Promise.resolve(); // one customer's acts keep their order
  const changed = () => {
    for (const told of watchers) told();
  };

  function threadOf(customer: string): Thread {
    const known = threads.get(customer);
    if (known) return known;
    const thread: Thread = { lines: [], offered: [], taps: new Map(), typing: false, seen: false };
    threads.set(customer, thread);
    return thread;
  }

  function line(thread: Thread, by: PhoneLine["by"], messageId: string | null): PhoneLine {
    return { id: `line-${thread.lines.length}`, messageId, by, atMs: clock.nowMs(), text: "", options: [], cards: [], media: [] };
  }

  /** @param shown what stands on the screen for it; null: nothing does */
  function does(customer: string, act: Record<string, unknown>, shown: Partial<PhoneLine> | null): void {
    const thread = threadOf(customer);
    const id = `played_${clock.nowMs().toString(36)}_${++acts}`;
    if (shown) {
      thread.lines.push({ ...line(thread, "customer", null), ...shown });
      thread.offered = [];
      thread.seen = false;
    }
    counts.waiting += 1;
    const body = Buffer.from(JSON.stringify({ customer, events: [{ id, at: clock.nowMs(), ...act }] }), "utf8");
    queue = queue
      .then(() => post(body))
      .then(() => {
        counts.waiting -= 1;
        counts.delivered += 1;
        changed();
        if (counts.waiting === 0) for (const told of quiet.splice(0)) told();
      });
    changed();
  }

  async function post(body: Buffer): Promise<void> {
    const headers = { "content-type": "application/json", [SEAL_HEADER]: sealOf(key, body) };
    for (let left = TRIES; left > 0; left--) {
      const status = await fetch(webhookUrl, { method: "POST", headers, body: new Uint8Array(body) }).then(
        (answer) => answer.status,
        () => 0,
      );
      if (status > 0 && status < 500) return;
    }
  }

  function show(thread: Thread, { line: id, message }: Outbound): void {
    const shown = line(thread, "brand", id);
    const kept = (button: Button, at: string): PhoneOption => optionOf(thread, button, `${shown.id}:${at}`);
    shown.text = message.text ?? "";
    shown.options = (message.buttons ?? []).map((button, at) => kept(button, `b${at}`));
    shown.cards = (message.cards ?? []).map((card, at) => cardOf(card, (button, n) => kept(button, `k${at}b${n}`)));
    shown.media = mediaOf(message);
    thread.lines.push(shown);
    thread.typing = false;
    thread.offered = (message.choices ?? []).map(({ title, payload }, at) => {
      thread.taps.set(`${shown.id}:c${at}`, { payload, title, isChoice: true });
      return { id: `${shown.id}:c${at}`, kind: "reply", title };
    });
  }

  const phones: PlayedPhones = {
    begins: "start",
    sends: ["image"],
    reacts: false,
    customer: (n) => `v_played_${n}`,
    name: (customer, who) => void owners.set(customer, who),
    named: (customer) => owners.get(customer) ?? null,
    screen(customer) {
      const thread = threads.get(customer);
      return thread ? screenOf(thread, counts.waiting > 0) : null;
    },
    menu: () => [],
    says: (customer, words) => does(customer, { kind: "said", text: words }, { text: words }),
    taps(customer, id) {
      const tap = threads.get(customer)?.taps.get(id);
      if (!tap) return false;
      const { payload, title } = tap;
      does(customer, tap.isChoice ? { kind: "said", text: title, payload } : { kind: "tapped", payload, title }, { text: title });
      return true;
    },
    begin(customer, starter) {
      if (starter) does(customer, { kind: "tapped", ...starter }, { text: starter.title });
      else does(customer, { kind: "opened" }, null);
    },
    enters(customer, ad, says) {
      const referral = referralOf(ad);
      does(customer, threads.has(customer) ? { kind: "referred", referral } : { kind: "opened", referral }, null);
      if (says !== null) does(customer, { kind: "said", text: says }, { text: says });
      return false; // a link that was followed leaves no line in the window
    },
    attaches: (customer, kind) =>
      does(customer, { kind: "said", text: "", attachments: [{ kind, url: PICTURE }] }, { media: [{ kind: kind as PhoneMediumKind }] }),
    reactsTo: () => {},
    watch(told) {
      watchers.add(told);
      return () => watchers.delete(told);
    },
    settled: () => (counts.waiting === 0 ? Promise.resolve() : new Promise((told) => quiet.push(told))),
    counts: () => ({ ...counts }),
  };

  return {
    url: new URL(webhookUrl).origin,
    phones,
    live: {
      said(outbound) {
        const thread = threads.get(outbound.address.customer);
        if (!thread) return; // somebody with a browser
        counts.sends += 1;
        show(thread, outbound);
        changed();
      },
      shows({ customer }: Address, what) {
        const thread = threads.get(customer);
        if (!thread) return;
        if (what === "typing") thread.typing = true;
        else thread.seen = true;
        changed();
      },
      profile({ customer }) {
        const owner = owners.get(customer);
        return owner ? { first_name: owner.first, last_name: owner.last, language: owner.locale } : null;
      },
    },
    async close() {
      watchers.clear();
      await queue;
    },
  };
}

function screenOf(thread: Thread, isOnItsWay: boolean): PhoneScreen {
  const isMine = thread.lines.at(-1)?.by === "customer";
  return {
    lines: thread.lines,
    offered: thread.offered,
    typing: thread.typing,
    receipt: !isMine ? "none" : thread.seen ? "seen" : isOnItsWay ? "sent" : "delivered",
    window: null,
    budget: null,
  };
}

function optionOf(thread: Thread, { title, payload, url, phone }: Button, id: string): PhoneOption {
  if (payload === undefined)
    return phone === undefined ? { id: url ?? title, kind: "link", title, ...(url ? { url } : {}) } : { id: phone, kind: "call", title };
  thread.taps.set(id, { payload, title, isChoice: false });
  return { id, kind: "reply", title };
}

function cardOf({ title, subtitle, imageUrl, url, buttons = [] }: Card, option: (button: Button, at: number) => PhoneOption): PhoneCard {
  return {
    title,
    ...(subtitle ? { subtitle } : {}),
    ...(imageUrl ? { imageUrl } : {}),
    ...(url ? { url } : {}),
    options: buttons.map(option),
  };
}

function mediaOf(message: Message): PhoneMedium[] {
  return (["image", "video", "audio", "file"] as const).flatMap((kind) => {
    const medium: Media | undefined = message[kind];
    return medium ? [{ kind, url: medium.url }] : [];
  });
}

function referralOf({ adId, title, ref, productId, postId }: PlayedAd): Record<string, unknown> {
  return {
    source: adId === undefined ? "newsletter" : "ADS",
    ...(adId === undefined ? {} : { ad_id: adId }),
    ...(title === undefined ? {} : { ad_title: title }),
    ...(ref === undefined ? {} : { ref }),
    ...(productId === undefined ? {} : { product_id: productId }),
    ...(postId === undefined ? {} : { more: { post_id: postId } }),
  };
}
