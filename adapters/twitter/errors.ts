/** What each refusal of X means for the line, the customer and the account: dated data, decided by code, then by status. */
import type { Delivery } from "../../model/delivery.ts";
import { list, record, text, type Wire } from "../wire.ts";

/**
 * rate: the account waits until the limit resets. retry: the line, again after a while. clock: as retry, once. media: upload anew,
 * once. never …: not this message, or not to this customer until they write. token: refresh once, else stop. stop: the account, with
 * an alarm. cool: the account waits an hour, with an alarm in the reason. sent: X has it already. plan: this account lacks the feature.
 */
export type Act = "rate" | "retry" | "clock" | "media" | "blocked" | "content" | "token" | "stop" | "cool" | "plan" | "doubt";
type Rule = { codes: number[]; act: Act; meaning: string };

/** Source: X API v1.1 response codes and v2 problem types, read 2026-08-22; those marked (field) are public reports. */
export const ERRORS_CHECKED_ON = "2026-08-22";
export const ERRORS: readonly Rule[] = [
  { codes: [32], act: "stop", meaning: "could not authenticate: keys, signature or clock" },
  { codes: [17, 34, 50, 108, 109], act: "blocked", meaning: "there is no such account" },
  { codes: [63], act: "blocked", meaning: "the customer's account is suspended" },
  { codes: [64], act: "stop", meaning: "our own account is suspended" },
  { codes: [88], act: "rate", meaning: "the rate limit is reached" },
  { codes: [89, 99, 215], act: "token", meaning: "the token is not valid any more" },
  { codes: [93, 261], act: "stop", meaning: "the app lacks the permission for direct messages; regenerate the tokens after changing it" },
  { codes: [130], act: "retry", meaning: "X is over capacity and took nothing" },
  { codes: [67, 131], act: "doubt", meaning: "an internal error; the message may have been sent" },
  { codes: [135], act: "clock", meaning: "the clock of this machine is wrong" },
  { codes: [150], act: "blocked", meaning: "the customer does not take messages from accounts that they do not follow" },
  { codes: [151], act: "content", meaning: "sending failed" },
  { codes: [185], act: "rate", meaning: "the daily limit is reached" },
  { codes: [186, 354], act: "content", meaning: "the text is too long" },
  { codes: [187], act: "content", meaning: "a duplicate of a message sent before" },
  { codes: [200], act: "stop", meaning: "not allowed: the app has no access to this product" },
  { codes: [226], act: "cool", meaning: "X took this for automation that it does not want" },
  { codes: [324, 325], act: "media", meaning: "the uploaded medium is not accepted" },
  { codes: [326], act: "stop", meaning: "our account is locked; a person must sign in" },
  { codes: [344, 353], act: "content", meaning: "X does not accept this request (field)" },
  { codes: [349], act: "blocked", meaning: "messages cannot be sent to this customer" },
  { codes: [453], act: "plan", meaning: "the plan does not include this endpoint" },
  { codes: [476], act: "blocked", meaning: "only verified senders may write to this customer (field)" },
];

const BY_CODE = new Map(ERRORS.flatMap((rule) => rule.codes.map((code) => [code, rule] as const)));

/** By status, where no code is known. Source: X API v2 problem types; read 2026-08-22. */
const BY_STATUS: Record<number, Omit<Rule, "codes">> = {
  400: { act: "content", meaning: "X does not accept this message" },
  401: { act: "token", meaning: "the token is not accepted" },
  402: { act: "stop", meaning: "the credits of the plan are used up" },
  403: { act: "blocked", meaning: "not allowed to write to this customer" },
  404: { act: "blocked", meaning: "there is no such customer" },
  413: { act: "content", meaning: "too large" },
  420: { act: "rate", meaning: "the rate limit is reached" },
  429: { act: "rate", meaning: "the rate limit is reached" },
};

/** Problems that concern the whole account, by the end of their type. */
const BY_PROBLEM: Record<string, Omit<Rule, "codes">> = {
  "client-forbidden": { act: "stop", meaning: "the app is not enrolled for this" },
  "usage-capped": { act: "stop", meaning: "the plan's cap is reached" },
  "rate-limit-exceeded": { act: "rate", meaning: "the rate limit is reached" },
  "unsupported-authentication": { act: "stop", meaning: "this kind of token is not accepted here" },
};

export type Refusal = { act: Act; why: string };

/** @returns null when the answer is no refusal. A 2xx with data beside errors is one that was taken. */
export function refusalIn(status: number, body: Wire | undefined): Refusal | null {
  const isGood = status >= 200 && status <= 299;
  if (isGood && (body === undefined || body.data !== undefined || body.event !== undefined)) return null;
  const [error] = list(body?.errors).map(record);
  const code = Number(error?.code);
  const known = Number.isFinite(code) ? BY_CODE.get(code) : undefined;
  if (known) return { act: known.act, why: `code ${code}: ${known.meaning}` };
  const problem = (text(body?.type) ?? text(error?.type) ?? "").split("/").pop() ?? "";
  const rule = Object.hasOwn(BY_PROBLEM, problem) ? BY_PROBLEM[problem] : BY_STATUS[status];
  if (isGood && error === undefined) return null;
  if (rule) return { act: rule.act, why: `HTTP ${status}${Number.isFinite(code) ? `, code ${code}` : ""}: ${rule.meaning}` };
  return status >= 500 || isGood
    ? { act: "doubt", why: `HTTP ${status}: X's own trouble` }
    : { act: "content", why: `HTTP ${status}: unknown to our table` };
}

const RETRY_MS = 2_000;
export const RATE_FLOOR_MS = 60_000;
const COOL_MS = 60 * 60_000;

/** @param resetMs how long until the limit resets, where X said so */
export function deliveryOf({ act, why }: Refusal, resetMs: number | null): Delivery {
  switch (act) {
    case "rate":
      return { kind: "later", retryAfterMs: resetMs ?? RATE_FLOOR_MS, holds: "account", why };
    case "retry":
    case "clock":
    case "media":
      return { kind: "later", retryAfterMs: RETRY_MS, holds: "line", why };
    case "cool":
      return { kind: "later", retryAfterMs: COOL_MS, holds: "account", why };
    case "blocked":
    case "content":
      return { kind: "never", because: act, why };
    case "plan":
    case "token":
    case "stop":
      return { kind: "stopped", why };
    case "doubt":
      return { kind: "unknown", why };
  }
}
