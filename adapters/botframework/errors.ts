/** What a connector's refusal means for the line, the customer and the account: dated data, judged by code and status. */
import type { Delivery } from "../../model/delivery.ts";
import { record, text, type Wire } from "../wire.ts";

/** wait: the account, as long as it says. again: the line. doubt: it may have arrived. */
type Act = "again" | "wait" | "window" | "blocked" | "content" | "stop" | "doubt";

/** Source: Bot Connector API, error objects; Teams, status codes of bot conversation calls; read 2026-11-24. */
export const ERRORS_CHECKED_ON = "2026-11-24";
const CODES: ReadonlyMap<string, [Act, string]> = new Map<string, [Act, string]>([
  ["BotNotRegistered", ["stop", "the app is not registered as a bot"]],
  ["BotDisabledByAdmin", ["blocked", "an administrator has switched the bot off there"]],
  ["BotNotInConversationRoster", ["blocked", "the bot is not part of this conversation (any more)"]],
  ["ConversationBlockedByUser", ["blocked", "the customer has blocked the bot"]],
  ["MessageWritesBlocked", ["blocked", "the customer has blocked the bot"]],
  ["UserBlockedBot", ["blocked", "the customer has blocked the bot"]],
  ["NotEnoughPermissions", ["blocked", "the bot may not write in this conversation"]],
  ["ConversationNotFound", ["blocked", "this conversation is over, or was never there"]],
  ["InvalidBotApiHost", ["blocked", "this tenant has another host for bots"]],
  ["MessageSizeTooBig", ["content", "the message is too large"]],
  ["BadSyntax", ["content", "the message is not written as the channel wants it"]],
  ["BadArgument", ["content", "the message holds something that the channel does not take"]],
  ["BotMessageHandoffContentBad", ["content", "the handover is not written as the channel wants it"]],
  ["ContentStreamNotAllowed", ["content", "the message is of a kind that is not allowed there"]],
  ["TooManyRequests", ["wait", "too many calls"]],
  ["Throttled", ["wait", "too many calls"]],
  ["ServiceUnavailable", ["again", "the channel is not available"]],
  ["PreconditionFailed", ["again", "two calls at once in one conversation"]],
]);
const STATUSES: ReadonlyMap<number, [Act, string]> = new Map<number, [Act, string]>([
  [400, ["content", "the message was not taken"]],
  [401, ["stop", "the app's token was refused"]],
  [402, ["stop", "the account's plan does not allow it"]],
  [403, ["blocked", "the bot may not write in this conversation"]],
  [404, ["blocked", "this conversation is over, or was never there"]],
  [405, ["stop", "the channel takes no messages at this address"]],
  [412, ["again", "two calls at once in one conversation"]],
  [413, ["content", "the message is too large"]],
  [415, ["content", "the message is of a kind that is not allowed there"]],
  [429, ["wait", "too many calls"]],
  [503, ["again", "the channel is not available"]],
]);

const AGAIN_MS = 1_000;
const WAIT_MS = 5_000;
const WAIT_MAX_MS = 10 * 60_000;

/** null: it was taken. */
export function refusalIn(
  status: number,
  headers: Record<string, string | string[] | undefined>,
  body: Wire | undefined,
): Exclude<Delivery, { kind: "sent" }> | null {
  if (status >= 200 && status < 300) return null;
  const error = record(body?.error);
  const code = text(error?.code)?.slice(0, 60);
  const [act, meaning] = outsideWindow(error)
    ? (["window", "the channel behind takes messages only for a while after they wrote"] as const)
    : status === 503 || status === 429 || code === undefined
      ? (STATUSES.get(status) ?? (["doubt", "no readable answer"] as const))
      : (CODES.get(code) ?? STATUSES.get(status) ?? (["doubt", "no answer that we know"] as const));
  const why = `HTTP ${status}${code === undefined ? "" : ` ${code}`}: ${meaning}`;
  switch (act) {
    case "again":
      return { kind: "later", retryAfterMs: AGAIN_MS, holds: "line", why };
    case "wait":
      return { kind: "later", retryAfterMs: waitMs(headers["retry-after"]), holds: "account", why };
    case "window":
    case "blocked":
    case "content":
      return { kind: "never", because: act, why };
    case "stop":
      return { kind: "stopped", why };
    case "doubt":
      return { kind: "unknown", why };
  }
}

/** Facebook behind Bot Framework: code 10 of the Send API stands in the error of the call inside. */
function outsideWindow(error: Wire | undefined): boolean {
  const inner = record(error?.innerHttpError);
  if (inner === undefined) return false;
  const told = record(record(inner.body)?.error);
  return told?.code === 10 && (told.error_subcode === 2_018_278 || /outside/i.test(text(told.message) ?? ""));
}

/** `retry-after`: seconds, at least a moment and at most what is worth waiting for. */
function waitMs(header: string | string[] | undefined): number {
  const seconds = Number(header);
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds * 1_000, WAIT_MAX_MS) : WAIT_MS;
}
