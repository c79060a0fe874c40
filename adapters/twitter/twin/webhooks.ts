/** Delivers events as X does: only to an address that has answered its check, signed over escaped bytes, a few times, then never. */
import Pool from "undici/lib/dispatcher/pool.js";
import type { Clock } from "../../../model/clock.ts";
import { type Diary, NO_DIARY, tellKeeper, untoldIn } from "../../diary.ts";
import { parseJson } from "../../parse.ts";
import { call } from "../../post.ts";
import { record } from "../../wire.ts";
import { crcAnswer, sign } from "../signature.ts";
import { type FaultKind, type Faults, strike, WEBHOOK_FAULTS } from "./faults.ts";

export type Webhooks = {
  register(url: string): void;
  /** X's check of the address, now. An address that fails gets no events until a check succeeds. */
  check(): Promise<boolean>;
  tell(body: unknown): void;
  settled(): Promise<void>;
  state(): { url: string | null; valid: boolean | null; delivered: number; failed: number; lost: number; waiting: number };
  close(): Promise<void>;
};

/** Source: X, Account Activity enterprise guide, retries after 3, 27 and 242 s; periodic checks: webhooks quickstart; read 2026-08-22. */
const RETRIES_AFTER_MS = [3_000, 27_000, 242_000];
const CHECK_EVERY_MS = 60 * 60_000;
const INVALID_AFTER_MS = 28 * 60 * 60_000;
/** One that waits alone has nothing to be overtaken by. */
const ALONE: ReadonlySet<FaultKind> = new Set(["duplicate"]);

type WebhookOptions = { clock: Clock; consumerSecret: string; faults: Faults; timeoutMs: number; diary?: Diary };

export function createWebhooks(options: WebhookOptions): Webhooks {
  const { clock, consumerSecret, faults, timeoutMs } = options;
  let target: { url: string; pool: Pool; path: string } | null = null;
  let valid: boolean | null = null;
  let checkedAtMs = 0;
  let validAtMs = 0;
  let checks = 0;
  let working = false;
  let later = 0;
  const diary = options.diary ?? NO_DIARY;
  const keeper = tellKeeper(diary);
  const queue = untoldIn(diary).map(({ n, push }) => ({ n, body: String(push) }));
  const counts = { delivered: 0, failed: 0, lost: 0 };
  const closing = new AbortController();
  const waiters: (() => void)[] = [];

  const rest = () => {
    if (working || later > 0 || (queue.length > 0 && target !== null)) return;
    for (const resolve of waiters.splice(0)) resolve();
  };

  const check = async (): Promise<boolean> => {
    if (target === null) return false;
    const token = `twin-crc-${clock.nowMs().toString(36)}-${++checks}`;
    const path = `${target.path}${target.path.includes("?") ? "&" : "?"}crc_token=${token}&nonce=${checks}`;
    const answer = await call(target.pool, { method: "GET", path, headers: ["accept", "application/json"] });
    const nowMs = clock.nowMs();
    const said = answer.kind === "answered" && answer.status === 200 ? record(parseJson(answer.body))?.response_token : undefined;
    const right = said === crcAnswer(consumerSecret, token);
    checkedAtMs = nowMs;
    // A wrong answer or a redirect counts at once; trouble on the way only when it lasts, or when the address is new.
    const isWrong = answer.kind === "answered" && answer.status < 400;
    if (right) {
      valid = true;
      validAtMs = nowMs;
    } else if (isWrong || valid !== true || nowMs - validAtMs > INVALID_AFTER_MS) valid = false;
    return right;
  };

  const attempt = async (body: string): Promise<boolean> => {
    if (target === null) return false;
    const headers = ["content-type", "application/json", "x-twitter-webhooks-signature", sign(consumerSecret, body)];
    const answer = await call(target.pool, { method: "POST", path: target.path, headers, body });
    return answer.kind === "answered" && answer.status === 200;
  };

  const retry = async ({ n, body }: { n: number; body: string }) => {
    later += 1;
    let arrived = false;
    for (const waitMs of RETRIES_AFTER_MS) {
      await clock.sleepUntil(clock.nowMs() + waitMs, closing.signal);
      if (closing.signal.aborted) break;
      arrived = await attempt(body);
      if (arrived) break;
      counts.failed += 1;
    }
    later -= 1;
    if (arrived || !closing.signal.aborted) keeper.taken(n); // or the next process tells it again
    if (arrived) counts.delivered += 1;
    else counts.lost += 1;
    rest();
  };

  const work = async () => {
    if (working) return;
    working = true;
    while (queue.length > 0 && target !== null && !closing.signal.aborted) {
      if (valid === null || (valid && clock.nowMs() - checkedAtMs > CHECK_EVERY_MS)) await check();
      if (!valid) {
        counts.lost += queue.length;
        for (const { n } of queue) keeper.taken(n);
        queue.length = 0;
        break;
      }
      const fault = strike(faults, queue.length > 1 ? WEBHOOK_FAULTS : ALONE);
      if (fault === "reorder") queue.splice(1, 0, queue.shift()!);
      const event = queue.shift()!;
      if (fault === "duplicate") queue.unshift(event);
      if (await attempt(event.body)) {
        counts.delivered += 1;
        keeper.taken(event.n);
      } else {
        counts.failed += 1;
        void retry(event);
      }
    }
    working = false;
    rest();
  };

  return {
    register(url) {
      const { origin, pathname, search } = new URL(url);
      const before = target;
      const pool = new Pool(origin, { connections: 4, pipelining: 1, headersTimeout: timeoutMs, bodyTimeout: timeoutMs });
      target = { url, pool, path: pathname + search };
      valid = null;
      void before?.pool.destroy();
      void work();
    },
    check,
    tell(body) {
      const bytes = JSON.stringify(body).replace(/\//g, "\\/"); // X escapes its slashes, and signs just those bytes
      queue.push({ n: keeper.told(bytes), body: bytes });
      void work();
    },
    settled: () =>
      new Promise((resolve) => {
        waiters.push(resolve);
        rest();
      }),
    state: () => ({ url: target?.url ?? null, valid, ...counts, waiting: queue.length + later }),
    async close() {
      closing.abort();
      await target?.pool.destroy();
    },
  };
}
