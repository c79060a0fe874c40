/** Delivers events to a webhook as the platform does: signed over escaped bytes, in order until one fails, then again and again for an hour. */
import Pool from "undici/lib/dispatcher/pool.js";
import type { Clock } from "../../../model/clock.ts";
import { call } from "../../post.ts";
import { sign } from "../signature.ts";
import { type FaultKind, type Faults, strike, WEBHOOK_FAULTS } from "./faults.ts";
import { type Memory, remember } from "./memory.ts";

export type WebhookOptions = {
  clock: Clock;
  appSecret: string;
  object: string;
  faults: Faults;
  timeoutMs: number;
  memory: Memory;
  patience?: Patience;
};
/** How long the platform tries; and whether it then tells us nothing more, or drops what it could not tell. */
export type Patience = { retriesAfterMs: readonly number[]; thenUnsubscribes: boolean };

export type Entry = Record<string, unknown>;

/** A webhook on its way. */
type Told = { n: number; body: string };

export type Webhooks = {
  deliverTo(url: string): void;
  /** Puts one entry on its way; entries of all pages share one road. */
  tell(entry: Entry): void;
  /** Events come again after the platform had given up on us; what was lost meanwhile stays lost. */
  subscribe(): void;
  /** Resolves when nothing is on its way, not even a later attempt. */
  settled(): Promise<void>;
  counts(): { delivered: number; failed: number; waiting: number; unsubscribed: boolean };
  close(): Promise<void>;
};

/** At once, then a few more times; after an hour of failures the app is unsubscribed. Source: Meta, Messenger webhooks; read 2026-09-28. */
const AN_HOUR: Patience = { retriesAfterMs: [0, 1_000, 5_000, 15_000, 60_000, 300_000, 900_000, 2_400_000], thenUnsubscribes: true };

/** One that waits alone has nothing to be overtaken by. */
const ALONE: ReadonlySet<FaultKind> = new Set(["duplicate"]);

export function createWebhooks({ clock, appSecret, object, faults, timeoutMs, memory, patience = AN_HOUR }: WebhookOptions): Webhooks {
  let target: { pool: Pool; path: string } | null = null;
  const queue: Told[] = [...remember(memory.past).told].map(([n, body]) => ({ n, body }));
  let last = Math.max(0, ...queue.map((one) => one.n));
  const closing = new AbortController();
  let working = false;
  let later = 0;
  let waiters: (() => void)[] = [];
  const counts = { delivered: 0, failed: 0, unsubscribed: false };

  const rest = () => {
    if (working || later > 0 || (queue.length > 0 && target !== null && !counts.unsubscribed)) return;
    const done = waiters;
    waiters = [];
    for (const resolve of done) resolve();
  };

  const attempt = async (body: string): Promise<boolean> => {
    if (target === null) return false;
    const headers = ["content-type", "application/json", "user-agent", "facebookexternalua", "x-hub-signature-256", sign(appSecret, body)];
    const answer = await call(target.pool, { method: "POST", path: target.path, headers, body });
    return answer.kind === "answered" && answer.status === 200;
  };

  const taken = ({ n }: Told) => memory.keep({ kind: "taken", n });

  const retry = async (told: Told) => {
    later += 1;
    for (const waitMs of patience.retriesAfterMs) {
      await clock.sleepUntil(clock.nowMs() + waitMs, closing.signal);
      if (closing.signal.aborted) break;
      if (await attempt(told.body)) {
        counts.delivered += 1;
        taken(told);
        later -= 1;
        return rest();
      }
      counts.failed += 1;
    }
    later -= 1;
    if (!closing.signal.aborted) {
      taken(told);
      counts.unsubscribed = patience.thenUnsubscribes;
    }
    rest();
  };

  const work = async () => {
    if (working) return;
    working = true;
    while (queue.length > 0 && target !== null && !counts.unsubscribed && !closing.signal.aborted) {
      const fault = strike(faults, queue.length > 1 ? WEBHOOK_FAULTS : ALONE);
      if (fault === "reorder") queue.splice(1, 0, queue.shift()!);
      const told = queue.shift()!;
      if (fault === "duplicate") queue.unshift(told);
      if (await attempt(told.body)) {
        counts.delivered += 1;
        taken(told);
      } else {
        counts.failed += 1;
        void retry(told);
      }
    }
    working = false;
    rest();
  };

  return {
    deliverTo(url) {
      const { origin, pathname, search } = new URL(url);
      const before = target;
      target = {
        pool: new Pool(origin, { connections: 4, pipelining: 1, headersTimeout: timeoutMs, bodyTimeout: timeoutMs }),
        path: pathname + search,
      };
      counts.unsubscribed = false;
      void before?.pool.destroy();
      void work();
    },
    tell(entry) {
      if (counts.unsubscribed) return;
      const told = { n: ++last, body: escaped(JSON.stringify({ object, entry: [entry] })) };
      queue.push(told);
      memory.keep({ kind: "told", ...told });
      void work();
    },
    subscribe() {
      counts.unsubscribed = false;
      void work();
    },
    settled: () =>
      new Promise((resolve) => {
        waiters.push(resolve);
        rest();
      }),
    counts: () => ({ ...counts, waiting: queue.length + later }),
    async close() {
      closing.abort();
      await target?.pool.destroy();
    },
  };
}

/** The platform writes its JSON in ASCII with escaped slashes, and signs just those bytes. */
export function escaped(json: string): string {
  return json.replace(/\//g, "\\/").replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
