/** What each of WhatsApp's refusals means, told at once or later by a status: dated data, decided by the code alone. */
import type { Delivery, Refusal } from "../../model/delivery.ts";
import { type ErrorTable, type PlatformError, SLOW_DOWN_MS } from "../meta/errors.ts";
import { id, list, record } from "../wire.ts";

/**
 * retry: the line, again after a while. twice: that many times, then as `content`. slow: the whole number waits. pair: this customer
 * waits, longer each time. window: never, until they write. blocked: never to this customer, until they write. content: never this
 * message. stop: the number, with an alarm.
 */
type Act = "retry" | "twice" | "slow" | "pair" | "window" | "blocked" | "content" | "stop";
type Rule = { codes: number[] | [from: number, to: number]; range?: true; act: Act; meaning: string };

/** Source: Meta, WhatsApp Cloud API error codes; read 2026-09-28. From v16 on there is no subcode. */
export const ERRORS_CHECKED_ON = "2026-09-28";
export const ERRORS: readonly Rule[] = [
  { codes: [0, 190], act: "stop", meaning: "the token is not valid any more" },
  { codes: [3, 10, 131005], act: "stop", meaning: "the app lacks a permission" },
  { codes: [200, 299], range: true, act: "stop", meaning: "the app lacks a permission" },
  { codes: [1, 131000], act: "twice", meaning: "unknown error" },
  { codes: [2, 131016, 133004], act: "retry", meaning: "temporarily unavailable" },
  { codes: [131057], act: "retry", meaning: "the number is being maintained, about a minute" },
  { codes: [4, 80007], act: "slow", meaning: "the call limit of app or business is reached" },
  { codes: [130429], act: "slow", meaning: "the number's throughput is reached" },
  { codes: [131056], act: "pair", meaning: "too many messages to this customer in a short time" },
  { codes: [131048], act: "stop", meaning: "the number is held back, since too many people reported or blocked it" },
  { codes: [131047], act: "window", meaning: "more than 24 hours since the customer's last message" },
  { codes: [131026], act: "blocked", meaning: "the message cannot reach this customer" },
  { codes: [131049, 130472, 131050], act: "content", meaning: "advertising is withheld from this customer" },
  { codes: [131051], act: "content", meaning: "this type of message is not supported" },
  { codes: [131052, 131053], act: "content", meaning: "the file could not be fetched, or is not accepted" },
  { codes: [131062], act: "content", meaning: "this kind of template needs a telephone number" },
  { codes: [33, 100, 131008, 131009, 131021, 135000], act: "content", meaning: "the platform does not accept this message" },
  { codes: [131031, 368], act: "stop", meaning: "the account is locked for policy" },
  { codes: [131037], act: "stop", meaning: "the number's display name is not approved" },
  { codes: [131042], act: "stop", meaning: "something is wrong with the payment" },
  { codes: [131045, 133010], act: "stop", meaning: "the number is not registered" },
  { codes: [130497], act: "stop", meaning: "the account may not send to this country" },
  { codes: [132000, 132012], act: "content", meaning: "the template's values do not fit it" },
  { codes: [132001], act: "content", meaning: "there is no such template in this language, or it is not approved" },
  { codes: [132005, 132007, 132015, 132016], act: "content", meaning: "the template is too long, refused, paused or switched off" },
  { codes: [132068, 132069], act: "content", meaning: "the form is blocked or held back" },
];

const RETRY_MS = 2_000;
/** 4^n seconds by the platform's advice; no longer than a quarter of an hour. */
const PAIR_BASE = 4;
const PAIR_MAX_MS = 900_000;

const BY_CODE = new Map<number, Rule>();
for (const rule of ERRORS) {
  const [from = 0, to = from] = rule.codes;
  const codes = rule.range ? Array.from({ length: to - from + 1 }, (_, at) => from + at) : rule.codes;
  for (const code of codes) BY_CODE.set(code, rule);
}

const saying = (code: number, rule: Rule | undefined) => `code ${code}: ${rule?.meaning ?? "unknown to our table"}`;

export const WHATSAPP_ERRORS: ErrorTable = {
  deliveryOf({ code, transient }: PlatformError, tries: number, regainMs: number | null): Delivery {
    const rule = BY_CODE.get(code);
    const why = saying(code, rule);
    const act = rule?.act ?? (transient ? "retry" : "content");
    switch (act) {
      case "retry":
        return { kind: "later", retryAfterMs: RETRY_MS, holds: "line", why };
      case "twice":
        if (tries >= 2) return { kind: "never", because: "content", why };
        return { kind: "later", retryAfterMs: RETRY_MS, holds: "line", why };
      case "slow":
        return { kind: "later", retryAfterMs: regainMs ?? SLOW_DOWN_MS, holds: "account", why };
      case "pair":
        return { kind: "later", retryAfterMs: Math.min(PAIR_MAX_MS, 1_000 * PAIR_BASE ** Math.min(tries, 10)), holds: "line", why };
      case "window":
      case "blocked":
      case "content":
        return { kind: "never", because: act, why };
      case "stop":
        return { kind: "stopped", why };
    }
  },
  countsTries({ code }) {
    const act = BY_CODE.get(code)?.act;
    return act === "twice" || act === "pair";
  },
};

/** The errors of a status that failed: it is over for this message, whatever the code. */
export function refusalOf(errors: unknown): { because: Refusal; why: string } {
  const [first] = list(errors).map(record);
  const code = Number(id(first?.code) ?? Number.NaN);
  if (!Number.isFinite(code)) return { because: "content", why: "the platform gives no reason" };
  const rule = BY_CODE.get(code);
  const act = rule?.act;
  return { because: act === "window" || act === "blocked" ? act : "content", why: saying(code, rule) };
}
