/** Posts activities to the bot as channels do: one at a time, signed, once, and what is not taken is lost and said so. */
import Pool from "undici/lib/dispatcher/pool.js";
import { call } from "../../post.ts";
import type { Wire } from "../../wire.ts";

export type Delivery = {
  deliverTo(url: string): void;
  tell(activity: Wire): void;
  settled(): Promise<void>;
  counts(): { delivered: number; failed: number; waiting: number };
  close(): Promise<void>;
};

export type DeliveryOptions = {
  timeoutMs: number;
  /** What the channel shows as its proof; null: nothing, as an emulator. */
  authorization(activity: Wire): Promise<string | null>;
  strike(): "duplicate" | "reorder" | null;
  notTaken(activity: Wire, status: number | null): void;
};

export function createDelivery({ timeoutMs, authorization, strike, notTaken }: DeliveryOptions): Delivery {
  let target: { pool: Pool; path: string } | null = null;
  let isWorking = false;
  let isClosed = false;
  const queue: Wire[] = [];
  const waiters: (() => void)[] = [];
  const counts = { delivered: 0, failed: 0 };

  const rest = () => {
    if (isWorking || (queue.length > 0 && target !== null)) return;
    for (const resolve of waiters.splice(0)) resolve();
  };

  async function post(to: { pool: Pool; path: string }, activity: Wire): Promise<void> {
    const headers = ["content-type", "application/json; charset=utf-8"];
    const proof = await authorization(activity);
    if (proof !== null) headers.push("authorization", proof);
    const answer = await call(to.pool, { method: "POST", path: to.path, headers, body: JSON.stringify(activity) });
    const status = answer.kind === "answered" ? answer.status : null;
    if (status !== null && status >= 200 && status < 300) counts.delivered += 1;
    else {
      counts.failed += 1;
      notTaken(activity, status);
    }
  }

  async function work(): Promise<void> {
    if (isWorking) return;
    isWorking = true;
    while (queue.length > 0 && target !== null && !isClosed) {
      const fault = strike();
      if (fault === "reorder" && queue.length > 1) queue.splice(1, 0, queue.shift()!);
      const activity = queue.shift()!;
      await post(target, activity);
      if (fault === "duplicate") await post(target, activity);
    }
    isWorking = false;
    rest();
  }

  return {
    deliverTo(url) {
      const { origin, pathname, search } = new URL(url);
      const before = target;
      target = {
        pool: new Pool(origin, { connections: 4, pipelining: 1, headersTimeout: timeoutMs, bodyTimeout: timeoutMs }),
        path: pathname + search,
      };
      void before?.pool.destroy();
      void work();
    },
    tell(activity) {
      queue.push(activity);
      queueMicrotask(() => void work()); // all that is told at once waits together
    },
    settled: () =>
      new Promise((resolve) => {
        waiters.push(resolve);
        queueMicrotask(rest);
      }),
    counts: () => ({ ...counts, waiting: queue.length }),
    async close() {
      isClosed = true;
      await target?.pool.destroy();
    },
  };
}
