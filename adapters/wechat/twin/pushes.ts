/** Delivers pushes as the platform does: signed, encrypted where the account has a key, five seconds for an answer, three more tries. */
import { randomBytes } from "node:crypto";
import Pool from "undici/lib/dispatcher/pool.js";
import type { Clock } from "../../../model/clock.ts";
import { type Diary, tellKeeper, untoldIn } from "../../diary.ts";
import { call } from "../../post.ts";
import { encrypt, keyOf, signatureOf } from "../crypto.ts";

export type PushOptions = {
  clock: Clock;
  appId: string;
  account: string;
  token: string;
  aesKey: string | null;
  timeoutMs: number;
  /** Taken off for one push: `duplicate` sends it twice, `reorder` lets the next one overtake it. */
  strike(): "duplicate" | "reorder" | null;
  /** The customer is shown that the account cannot serve: what happens when nobody answered, or nonsense. */
  cannotServe(openid: string): void;
  /** Holds what is on its way past the end of this process. */
  diary: Diary;
};

export type Pushes = {
  deliverTo(url: string): void;
  /** Puts one push on its way: the inner XML, as plain mode has it. */
  tell(openid: string, xml: string): void;
  settled(): Promise<void>;
  counts(): { delivered: number; failed: number; waiting: number };
  close(): Promise<void>;
};

/** The first and three more. Source: WeChat Official Accounts, receiving messages; read 2026-09-28. */
const TRIES = 4;

export function createPushes(options: PushOptions): Pushes {
  const { clock, appId, account, token, aesKey, timeoutMs } = options;
  let target: { pool: Pool; path: string } | null = null;
  const keeper = tellKeeper(options.diary);
  const queue = untoldIn(options.diary).map(({ n, push }) => ({ n, ...(push as { openid: string; xml: string }) }));
  let isWorking = false;
  let isClosed = false;
  const waiters: (() => void)[] = [];
  const counts = { delivered: 0, failed: 0 };

  const rest = () => {
    if (isWorking || (queue.length > 0 && target !== null)) return;
    for (const resolve of waiters.splice(0)) resolve();
  };

  async function attempt(to: { pool: Pool; path: string }, openid: string, xml: string): Promise<boolean> {
    const timestamp = String(Math.floor(clock.nowMs() / 1_000));
    const nonce = String(randomBytes(4).readUInt32BE());
    const query = new URLSearchParams({ signature: signatureOf(token, timestamp, nonce), timestamp, nonce, openid });
    let body = xml;
    if (aesKey !== null) {
      const encrypted = encrypt(keyOf(aesKey), appId, Buffer.from(xml), randomBytes(16));
      query.set("encrypt_type", "aes");
      query.set("msg_signature", signatureOf(token, timestamp, nonce, encrypted));
      body = `<xml><ToUserName><![CDATA[${account}]]></ToUserName><Encrypt><![CDATA[${encrypted}]]></Encrypt></xml>`;
    }
    const path = `${to.path}${to.path.includes("?") ? "&" : "?"}${query}`;
    const answer = await call(to.pool, { method: "POST", path, headers: ["content-type", "text/xml"], body });
    return answer.kind === "answered" && answer.status === 200 && (answer.body === "success" || answer.body === "");
  }

  async function work(): Promise<void> {
    if (isWorking) return;
    isWorking = true;
    while (queue.length > 0 && target !== null && !isClosed) {
      const fault = options.strike();
      if (fault === "reorder" && queue.length > 1) queue.splice(1, 0, queue.shift()!);
      const { n, openid, xml } = queue.shift()!;
      if (fault === "duplicate") queue.unshift({ n, openid, xml });
      let isTaken = false;
      for (let tries = 0; tries < TRIES && !isTaken && !isClosed; tries++) {
        isTaken = await attempt(target, openid, xml);
        counts[isTaken ? "delivered" : "failed"] += 1;
      }
      if (isClosed) break; // the next process tells it again
      keeper.taken(n);
      if (!isTaken) options.cannotServe(openid);
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
    tell(openid, xml) {
      queue.push({ n: keeper.told({ openid, xml }), openid, xml });
      void work();
    },
    settled: () =>
      new Promise((resolve) => {
        waiters.push(resolve);
        rest();
      }),
    counts: () => ({ ...counts, waiting: queue.length }),
    async close() {
      isClosed = true;
      await target?.pool.destroy();
    },
  };
}

/** A value in its section; the end mark of a section within it is split over two. */
export function cdata(text: string): string {
  return `<![CDATA[${text.replaceAll("]]>", "]]]]><![CDATA[>")}]]>`;
}
