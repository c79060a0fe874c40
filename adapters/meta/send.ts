/** One piece out, one request; what the platform answered is judged by the dated table and nothing else. */
import type { Pool } from "undici";
import type { Outbound } from "../../model/adapter.ts";
import { NOBODY } from "../../model/address.ts";
import type { Clock } from "../../model/clock.ts";
import type { Delivery } from "../../model/delivery.ts";
import type { Failpoint } from "../../model/failpoint.ts";
import type { LineId } from "../../model/ids.ts";
import type { Limits, WindowTable } from "../../model/limits.ts";
import { parseJson } from "../parse.ts";
import { type Answer, call } from "../post.ts";
import { id, list, record } from "../wire.ts";
import { messageBody } from "./body.ts";
import { COMMENTER, USER_REF } from "./context.ts";
import { metadataOf } from "./echoes.ts";
import { type ErrorTable, type PlatformError, SLOW_DOWN_MS } from "./errors.ts";
import { appsecretProof } from "./signature.ts";
import { readUsage, UNUSED, type Usage, waitMs } from "./usage.ts";
import { voiceOf } from "./voice.ts";

/** A page we send for: its calls are prepared once. */
export type Page = {
  id: string;
  messagesPath: string;
  proof: string;
  headers: string[];
  usage: Usage;
  /** Has the platform closed an ad's long window after a day? Then this page gets no more than a day. */
  adWindowIsDay: boolean;
  sent: number;
  refused: number;
  stoppedWhy: string | null;
};

export type Sending = {
  channel: string;
  pool: Pool;
  limits: Limits;
  /** The windows of a page that was taught that an ad click gives one day. */
  dayWindows: WindowTable;
  clock: Clock;
  failpoint: Failpoint;
  /** Does a message take a mark of ours, which its echo brings back? */
  takesMark: boolean;
  errors: ErrorTable;
  /** Refusals of lines that are retried once or twice; forgotten with the oldest. */
  tries: Map<LineId, number>;
};

const DAY_MS = 86_400_000;
const REFUSED_CONNECTION_RETRY_MS = 1_000;
const TRIES_KEPT = 1_000;

/** @param edge the path under which its messages are posted */
export function pageOf(edge: string, secret: string, { id, token }: { id: string; token: string }): Page {
  const proof = appsecretProof(secret, token);
  return {
    id,
    proof,
    messagesPath: `${edge}/messages?appsecret_proof=${proof}`,
    headers: ["authorization", `Bearer ${token}`, "content-type", "application/json", "accept", "application/json"],
    usage: { ...UNUSED },
    adWindowIsDay: false,
    sent: 0,
    refused: 0,
    stoppedWhy: null,
  };
}

export async function send(sending: Sending, page: Page, outbound: Outbound): Promise<Delivery> {
  const recipient = recipientOf(outbound.address.customer);
  if (recipient === null) return { kind: "never", because: "blocked", why: "This address is nobody to whom a message can be sent." };
  const voice = voiceOf(page.adWindowIsDay ? sending.dayWindows : sending.limits.windows, outbound);
  if (voice === null) return { kind: "never", because: "window", why: "The messaging window is closed; nothing was sent." };
  const slowMs = waitMs(page.usage, sending.clock.monotonicMs());
  if (slowMs > 0)
    return {
      kind: "later",
      retryAfterMs: Math.ceil(slowMs),
      holds: "account",
      why: `${page.usage.percent} % of the platform's rate is used`,
    };

  const message = messageBody(sending.limits, outbound.message, sending.takesMark ? metadataOf(outbound.line) : null);
  const body = JSON.stringify({ recipient, ...voice, message });
  sending.failpoint(`${sending.channel}.send.before-request`);
  const answer = await call(sending.pool, { method: "POST", path: page.messagesPath, headers: page.headers, body });
  sending.failpoint(`${sending.channel}.send.after-answer`);
  const delivery = judge(sending, page, answer, outbound.line);
  if (delivery.kind === "never" && delivery.because === "window") learnWindow(page, outbound);
  return delivery;
}

function recipientOf(customer: string): { id: string } | { user_ref: string } | null {
  if (customer.startsWith(USER_REF)) return { user_ref: customer.slice(USER_REF.length) };
  return customer === NOBODY || customer.startsWith(COMMENTER) ? null : { id: customer };
}

/** Of every call that can be refused; `line` is null for calls that are no line. */
export function judge(sending: Sending, page: Page, answer: Answer, line: LineId | null): Delivery {
  if (answer.kind === "failed") {
    if (answer.left) return { kind: "unknown", why: `no answer (${answer.why})` };
    return {
      kind: "later",
      retryAfterMs: REFUSED_CONNECTION_RETRY_MS,
      holds: "line",
      why: `not connected (${answer.why}); nothing was sent`,
    };
  }
  const regainMs = readUsage(page.usage, answer.headers, sending.clock.monotonicMs());
  const body = record(parseJson(answer.body));
  const error = body === undefined ? undefined : errorIn(body);
  if (error !== undefined) {
    page.refused += 1;
    const delivery = sending.errors.deliveryOf(error, line === null ? 0 : (sending.tries.get(line) ?? 0), regainMs);
    if (line !== null && sending.errors.countsTries(error)) countTry(sending.tries, line);
    if (delivery.kind === "stopped") page.stoppedWhy = delivery.why;
    return delivery;
  }
  if (body === undefined || answer.status < 200 || answer.status > 299)
    return answer.status === 429
      ? { kind: "later", retryAfterMs: regainMs ?? SLOW_DOWN_MS, holds: "account", why: "HTTP 429" }
      : { kind: "unknown", why: `HTTP ${answer.status} without a readable answer` };
  page.sent += 1;
  page.stoppedWhy = null;
  const [first] = list(body.messages);
  return { kind: "sent", channelMessageId: id(body.message_id) ?? id(record(first)?.id) ?? null };
}

function errorIn(body: Record<string, unknown>): PlatformError | undefined {
  const error = record(body.error);
  const code = Number(error?.code);
  if (error === undefined || !Number.isFinite(code)) return undefined;
  const subcode = Number(error.error_subcode ?? Number.NaN);
  return { code, subcode: Number.isFinite(subcode) ? subcode : null, transient: error.is_transient === true };
}

function countTry(tries: Map<LineId, number>, line: LineId): void {
  const before = tries.get(line) ?? 0;
  tries.delete(line);
  tries.set(line, before + 1);
  if (tries.size > TRIES_KEPT) for (const oldest of tries.keys()) return void tries.delete(oldest);
}

/** Refused though our table says open, more than a day after an ad's first message: this page gets a day, not a week. */
export function learnWindow(page: Page, { marks, nowMs }: Outbound): void {
  const adAtMs = marks.openings.ad_message;
  if (adAtMs !== undefined && nowMs - adAtMs > DAY_MS) page.adWindowIsDay = true;
}
