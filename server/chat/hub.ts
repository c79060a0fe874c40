/** The chat windows that are open in this process. They are nudged; what they show, each reads from the store. */
import type { ChatLive } from "../../adapters/web/adapter.ts";
import type { Profile } from "../../model/adapter.ts";
import type { BotName, ConversationId } from "../../model/ids.ts";
import type { Store } from "../../model/store.ts";

/** One open window of one visitor. */
export type Window = {
  customer: string;
  conversation: ConversationId;
  wake(): void;
  shows(what: "typing" | "seen"): void;
};

export type Hub = ChatLive & {
  /** @returns how to stop */
  open(window: Window): () => void;
  windows(customer: string): number;
  /** Something changed in this conversation: who speaks, who has it, whether it still is theirs. */
  changed(conversation: ConversationId): void;
  /** Something happened that a visitor's other windows want to read. */
  nudge(customer: string): void;
  /** Until the first turn has asked for it. */
  remember(customer: string, profile: Profile): void;
  seenAtMs(customer: string): number | null;
};

/** Visitors who are remembered for a moment: their profile before the first turn, when they were last seen to be read. */
const REMEMBERED_MAX = 5_000;

export function createHub(nowMs: () => number): Hub {
  const open = new Map<string, Set<Window>>();
  const profiles = new Map<string, Profile>();
  const seen = new Map<string, number>();
  const nudge = (customer: string) => {
    for (const window of open.get(customer) ?? []) window.wake();
  };
  return {
    open(window) {
      const theirs = open.get(window.customer) ?? new Set();
      theirs.add(window);
      open.set(window.customer, theirs);
      return () => {
        theirs.delete(window);
        if (theirs.size === 0) open.delete(window.customer);
      };
    },
    windows: (customer) => open.get(customer)?.size ?? 0,
    changed(conversation) {
      for (const theirs of open.values()) for (const window of theirs) if (window.conversation === conversation) window.wake();
    },
    nudge,
    remember: (customer, profile) => keep(profiles, customer, profile),
    seenAtMs: (customer) => seen.get(customer) ?? null,
    said: ({ address }) => nudge(address.customer),
    shows({ customer }, what) {
      if (what === "seen") keep(seen, customer, nowMs());
      for (const window of open.get(customer) ?? []) window.shows(what);
    },
    profile: ({ customer }) => profiles.get(customer) ?? null,
  };
}

/** The oldest go first when there are too many. */
function keep<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > REMEMBERED_MAX && oldest !== undefined) map.delete(oldest);
}

/** Windows are told when their conversation changes hands or is forgotten: the desk's notices say so. */
export function watchChats(store: Pick<Store, "feed" | "feedEnd" | "watchFeed">, chats: Map<string, { bot: BotName; hub: Hub }>): void {
  const readTo = new Map<BotName, number>();
  let isReading = false;
  let isBehind = false;
  const read = async () => {
    for (const { bot, hub } of chats.values()) {
      const at = readTo.get(bot) ?? Math.max(0, (await store.feedEnd(bot)) - NOTICES_AT_FIRST);
      const rows = await store.feed(bot, at, NOTICES_MAX);
      readTo.set(bot, rows.at(-1)?.n ?? at);
      for (const { conversation } of rows) hub.changed(conversation);
    }
  };
  store.watchFeed(() => {
    isBehind = true;
    if (isReading) return;
    isReading = true;
    void (async () => {
      while (isBehind) {
        isBehind = false;
        await read();
      }
    })().then(
      () => {
        isReading = false;
      },
      () => {
        isReading = false; // the store closes, or cannot be read just now: each window looks by itself
      },
    );
  });
}

const NOTICES_AT_FIRST = 20;
const NOTICES_MAX = 500;
