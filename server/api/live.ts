/**
 * What is live on the desk: open streams, woken by the store's commits with a look behind them, and who is with which conversation.
 * The numbered feed is in the store; presence is of this moment and of this process, and nobody misses it when it is gone.
 */
import type { Clock } from "../../model/clock.ts";
import type { AgentId, BotName, ConversationId } from "../../model/ids.ts";
import type { FeedRow, Store } from "../../model/store.ts";

export const FEED_BATCH = 200;
const KEPT = 1_000;
const PRESENT_MS = 25_000;
const TABS_MAX = 32;

/** From faint to strong: of an agent's tabs the strongest shows. */
export const PRESENT_STATES = ["open", "looking", "noting", "writing"] as const;
export type PresentState = (typeof PRESENT_STATES)[number];
export type Present = { agent: AgentId; state: PresentState };

/** One open stream, as it is told what to look at. */
export type Listener = {
  bot: BotName;
  agent: AgentId;
  /** Conversations whose presence has changed since it looked. */
  presence: Set<ConversationId>;
  people: boolean;
  /** Conversations whose customer writes just now. */
  typing: Set<ConversationId>;
  /** Look at once whether this agent is still signed in. */
  recheck: boolean;
  wake(): void;
};

export type Live = {
  listen(listener: Listener): () => void;
  /** Notices after a number, from memory where many read the same. */
  feed(bot: BotName, after: number): Promise<FeedRow[]>;
  be(bot: BotName, conversation: ConversationId, agent: AgentId, tab: string, state: PresentState | "gone"): void;
  with(bot: BotName, conversation: ConversationId): Present[];
  occupied(bot: BotName): ConversationId[];
  /** A customer writes, as far as their channel tells. */
  customerTypes(bot: BotName, conversation: ConversationId): void;
  /** Forgets whoever has not said for a while that they are still there. */
  sweep(): void;
  online(bot: BotName): Set<AgentId>;
  /** An agent came, changed, or may no longer be here. */
  peopleChanged(bot: BotName): void;
  close(): void;
};

type Tail = { rows: FeedRow[]; end: number; reading: { after: number; rows: Promise<FeedRow[]> } | null };
type Being = { agent: AgentId; state: PresentState; untilMs: number };

export function createLive(store: Pick<Store, "feed" | "watchFeed">, clock: Clock): Live {
  const listeners = new Set<Listener>();
  const tails = new Map<BotName, Tail>();
  const present = new Map<string, Map<string, Being>>();
  const unwatch = store.watchFeed(() => {
    for (const listener of listeners) listener.wake();
  });

  function tailOf(bot: BotName): Tail {
    let tail = tails.get(bot);
    if (!tail) {
      tail = { rows: [], end: -1, reading: null };
      tails.set(bot, tail);
    }
    return tail;
  }

  /** Many are woken by one commit: the first of them reads, the others are given the same. */
  function read(tail: Tail, bot: BotName, after: number): Promise<FeedRow[]> {
    if (tail.reading?.after === after) return tail.reading.rows;
    const reading = {
      after,
      rows: store.feed(bot, after, FEED_BATCH).then((rows) => {
        if (tail.reading === reading) tail.reading = null;
        keep(tail, after, rows);
        return rows;
      }),
    };
    tail.reading = reading;
    return reading.rows;
  }

  function keep(tail: Tail, after: number, rows: FeedRow[]): void {
    const last = rows.at(-1);
    if (!last || last.n <= tail.end) return;
    tail.rows = after === tail.end ? [...tail.rows, ...rows].slice(-KEPT) : rows;
    tail.end = last.n;
  }

  function told(bot: BotName, conversation: ConversationId): void {
    for (const listener of listeners) {
      if (listener.bot !== bot) continue;
      listener.presence.add(conversation);
      listener.wake();
    }
  }

  function toldPeople(bot: BotName, recheck: boolean): void {
    for (const listener of listeners) {
      if (listener.bot !== bot) continue;
      listener.people = true;
      listener.recheck ||= recheck;
      listener.wake();
    }
  }

  return {
    listen(listener) {
      listeners.add(listener);
      toldPeople(listener.bot, false);
      return () => {
        listeners.delete(listener);
        toldPeople(listener.bot, false);
      };
    },
    async feed(bot, after) {
      const tail = tailOf(bot);
      const first = tail.rows[0];
      if (first && after >= first.n - 1 && after < tail.end) return tail.rows.slice(after - first.n + 1, after - first.n + 1 + FEED_BATCH);
      return read(tail, bot, after);
    },
    be(bot, conversation, agent, tab, state) {
      const key = `${bot} ${conversation}`;
      const there = present.get(key) ?? new Map<string, Being>();
      const mine = `${agent} ${tab}`;
      const before = there.get(mine)?.state;
      if (state === "gone") there.delete(mine);
      else if (before !== undefined || there.size < TABS_MAX) there.set(mine, { agent, state, untilMs: clock.nowMs() + PRESENT_MS });
      if (there.size === 0) present.delete(key);
      else present.set(key, there);
      if (there.get(mine)?.state !== before) told(bot, conversation);
    },
    customerTypes(bot, conversation) {
      for (const listener of listeners) {
        if (listener.bot !== bot) continue;
        listener.typing.add(conversation);
        listener.wake();
      }
    },
    with(bot, conversation) {
      const strongest = new Map<AgentId, PresentState>();
      for (const { agent, state, untilMs } of present.get(`${bot} ${conversation}`)?.values() ?? []) {
        if (untilMs <= clock.nowMs()) continue;
        const known = strongest.get(agent);
        if (known === undefined || PRESENT_STATES.indexOf(state) > PRESENT_STATES.indexOf(known)) strongest.set(agent, state);
      }
      return [...strongest].map(([agent, state]) => ({ agent, state }));
    },
    occupied(bot) {
      return [...present.keys()].filter((key) => key.startsWith(`${bot} `)).map((key) => key.slice(bot.length + 1) as ConversationId);
    },
    sweep() {
      const nowMs = clock.nowMs();
      for (const [key, there] of present) {
        const before = there.size;
        for (const [tab, being] of there) if (being.untilMs <= nowMs) there.delete(tab);
        if (there.size === before) continue;
        if (there.size === 0) present.delete(key);
        const [bot, conversation] = key.split(" ") as [BotName, ConversationId];
        told(bot, conversation);
      }
    },
    online: (bot) => new Set([...listeners].filter((listener) => listener.bot === bot).map((listener) => listener.agent)),
    peopleChanged: (bot) => toldPeople(bot, true),
    close: unwatch,
  };
}
