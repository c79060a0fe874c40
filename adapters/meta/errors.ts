/** What each refusal of the Send API means for the line, the customer and the page: dated data, decided by code and subcode alone. */
import type { Delivery } from "../../model/delivery.ts";

/**
 * retry: the line, again after a while. slow: the whole page waits. pause: only this line waits, as long. once, twice: as `retry`,
 * that many times, then as `content`. content: never this message. window: never, they must write first. blocked: never to this
 * customer, until they write. stop: the page or app, with an alarm. owner: another app has the thread. doubt: it may have arrived.
 */
type Act = "retry" | "slow" | "pause" | "once" | "twice" | "content" | "window" | "blocked" | "stop" | "owner" | "doubt";
type Rule = { code: number | "any"; subcodes: number[] | "any"; act: Act; meaning: string };

/** Source: Meta, Messenger Platform error codes and Send API guide, 2026-09-11 to 2026-09-28; those marked (field) are reports. */
export const ERRORS_CHECKED_ON = "2026-09-28";
export const ERRORS: readonly Rule[] = [
  // Subcodes that mean the same under every code.
  { code: "any", subcodes: [2018300], act: "owner", meaning: "another app controls the thread" },
  { code: "any", subcodes: [2018321], act: "pause", meaning: "Messenger's own question flow runs in the thread" },
  { code: "any", subcodes: [1545041], act: "blocked", meaning: "the person is not available" },
  { code: 1, subcodes: [99], act: "twice", meaning: "unknown error" },
  { code: 1, subcodes: [1357046], act: "doubt", meaning: "the platform's own answer was broken; the message may have been sent" },
  { code: 1, subcodes: [2018382], act: "content", meaning: "wrong instant form" },
  { code: 1, subcodes: "any", act: "twice", meaning: "unknown error" },
  { code: 2, subcodes: [2018344], act: "stop", meaning: "terms of custom labels not accepted" },
  { code: 2, subcodes: "any", act: "retry", meaning: "temporarily unavailable" },
  { code: 4, subcodes: [2018354], act: "content", meaning: "marketing message too soon" },
  { code: 4, subcodes: "any", act: "slow", meaning: "the app's call limit is reached" },
  { code: 9, subcodes: "any", act: "content", meaning: "too many opt-in requests" },
  { code: 10, subcodes: [2018278, 2534022, 2018065], act: "window", meaning: "outside the messaging window" },
  { code: 10, subcodes: [2018108], act: "blocked", meaning: "the person cannot receive now" },
  { code: 10, subcodes: [1893063], act: "stop", meaning: "the page is restricted from sending" },
  { code: 10, subcodes: [1404170, 1893015], act: "content", meaning: "the customer stopped this topic, or opt-ins are restricted" },
  { code: 10, subcodes: [2018336], act: "content", meaning: "not allowed in this thread (EU rules)" },
  { code: 10, subcodes: [2534077], act: "stop", meaning: "the linked account needs attention" },
  { code: 10, subcodes: "any", act: "stop", meaning: "the app lacks a permission" },
  { code: 17, subcodes: "any", act: "slow", meaning: "call limit of the user is reached" },
  { code: 27, subcodes: "any", act: "owner", meaning: "taking control is not allowed: the page has no default app (field)" },
  { code: 32, subcodes: "any", act: "slow", meaning: "call limit of the page is reached" },
  { code: 100, subcodes: [2018001, 2534014], act: "blocked", meaning: "no such customer on this page" },
  { code: 100, subcodes: [2018008, 2018294], act: "once", meaning: "the platform could not fetch the file" },
  { code: 100, subcodes: [2534029], act: "stop", meaning: "the linked account is blocked" },
  { code: 100, subcodes: [2534037], act: "owner", meaning: "another app controls the thread" },
  { code: 100, subcodes: "any", act: "content", meaning: "the platform does not accept this message" },
  { code: 190, subcodes: "any", act: "stop", meaning: "the page's token is not valid any more" },
  { code: 200, subcodes: "any", act: "stop", meaning: "the app is not live, or a permission is not reviewed" },
  { code: 230, subcodes: "any", act: "stop", meaning: "permissions do not allow messages to this person" },
  { code: 341, subcodes: "any", act: "slow", meaning: "the app's limit is reached" },
  { code: 368, subcodes: "any", act: "stop", meaning: "blocked for abuse or policy" },
  { code: 551, subcodes: "any", act: "blocked", meaning: "the person does not receive from this page now" },
  { code: 613, subcodes: [2018338], act: "pause", meaning: "a warning: people may find this bothersome" },
  { code: 613, subcodes: [1893016], act: "content", meaning: "a duplicate opt-in request" },
  { code: 613, subcodes: "any", act: "slow", meaning: "the call rate is exceeded" },
  { code: 1200, subcodes: "any", act: "retry", meaning: "temporary failure" },
  { code: 2022, subcodes: "any", act: "stop", meaning: "commerce messaging is disabled" },
  { code: 10303, subcodes: "any", act: "content", meaning: "the account linking token is not valid" },
  { code: 36103, subcodes: "any", act: "stop", meaning: "the account may not use messaging" },
  { code: 10900, subcodes: "any", act: "content", meaning: "the comment was answered already" },
  { code: 10903, subcodes: "any", act: "content", meaning: "this comment cannot be answered" },
  { code: 10904, subcodes: "any", act: "stop", meaning: "the page's messages are switched off" },
  { code: 80006, subcodes: "any", act: "slow", meaning: "too many calls for this page" },
  { code: 2018300, subcodes: "any", act: "owner", meaning: "another app controls the thread" },
  { code: 2018321, subcodes: "any", act: "pause", meaning: "Messenger's own question flow runs in the thread" },
  { code: 2018218, subcodes: "any", act: "blocked", meaning: "the account is not available" },
  { code: 2018247, subcodes: "any", act: "blocked", meaning: "the account is not available" },
  { code: 9000001, subcodes: "any", act: "content", meaning: "the message was deleted" },
];

const RETRY_MS = 2_000;
const PAUSE_MS = 60_000;
/** The first pause after a rate error; who sends makes it longer each time, so that one refusal does not cost a minute. */
export const SLOW_DOWN_MS = 1_000;

const BY_CODE = new Map<string, Rule>();
for (const rule of ERRORS) {
  if (rule.subcodes === "any") BY_CODE.set(`${rule.code}/any`, rule);
  else for (const subcode of rule.subcodes) BY_CODE.set(`${rule.code}/${subcode}`, rule);
}

/** A channel's dated errors, as whoever sends asks them. */
export type ErrorTable = {
  deliveryOf(error: PlatformError, tries: number, regainMs: number | null): Delivery;
  countsTries(error: PlatformError): boolean;
};

export type PlatformError = { code: number; subcode: number | null; transient: boolean };

/**
 * @param tries how often this line was refused before in a way that ends after once or twice
 * @param regainMs when the platform said the rate would be regained, from its usage headers
 */
function deliveryOf(error: PlatformError, tries: number, regainMs: number | null): Delivery {
  const { code, subcode } = error;
  const rule = BY_CODE.get(`any/${subcode}`) ?? BY_CODE.get(`${code}/${subcode}`) ?? BY_CODE.get(`${code}/any`);
  const why = `code ${code}${subcode === null ? "" : `/${subcode}`}: ${rule?.meaning ?? "unknown to our table"}`;
  const act = rule?.act ?? (error.transient ? "retry" : "content");
  switch (act) {
    case "retry":
      return { kind: "later", retryAfterMs: RETRY_MS, holds: "line", why };
    case "once":
    case "twice":
      if (tries >= (act === "once" ? 1 : 2)) return { kind: "never", because: "content", why };
      return { kind: "later", retryAfterMs: RETRY_MS, holds: "line", why };
    case "slow":
      return { kind: "later", retryAfterMs: regainMs ?? SLOW_DOWN_MS, holds: "account", why };
    case "pause":
      return { kind: "later", retryAfterMs: PAUSE_MS, holds: "line", why };
    case "window":
    case "blocked":
    case "content":
      return { kind: "never", because: act, why };
    case "owner":
      return { kind: "never", because: "not_owner", why };
    case "stop":
      return { kind: "stopped", why };
    case "doubt":
      return { kind: "unknown", why };
  }
}

/** Is this a refusal after which the tries of a line count? */
function countsTries({ code, subcode }: PlatformError): boolean {
  const act = (BY_CODE.get(`any/${subcode}`) ?? BY_CODE.get(`${code}/${subcode}`) ?? BY_CODE.get(`${code}/any`))?.act;
  return act === "once" || act === "twice";
}

export const SEND_API_ERRORS: ErrorTable = { deliveryOf, countsTries };
