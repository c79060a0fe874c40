/** What each `errcode` means for the line, the customer and the account: dated data, judged by the number alone. */
import type { Delivery } from "../../model/delivery.ts";

/**
 * again: the line, after a while. refresh: a new token, and once more. window: never, they must act first. minute, day: the whole
 * account waits. blocked: never to this customer. content: never this message. menu: never as a menu; as a text. stop: the
 * account, with an alarm. done: as good as success.
 */
export type Act = "again" | "refresh" | "window" | "minute" | "day" | "blocked" | "content" | "menu" | "stop" | "done";

/** Source: WeChat Official Accounts, return codes and the pages of each call; read 2026-09-28. */
export const ERRORS_CHECKED_ON = "2026-09-28";
const TABLE: Record<Act, Record<number, string>> = {
  done: { 0: "ok", 45081: "typing is shown already", 65413: "no session of the platform's own agents" },
  again: {
    [-1]: "the platform is busy",
    43108: "two sends to one customer at once",
    61450: "the platform's customer service failed",
    65415: "the platform's own agent is offline",
  },
  refresh: { 40001: "the token is not the latest", 40014: "the token is not valid", 42001: "the token has expired" },
  window: {
    45015: "the window is closed, or they unfollowed",
    45047: "all messages of this window are used",
    45080: "nobody wrote within the last half minute",
  },
  minute: { 45011: "too many calls in a minute" },
  day: { 45009: "all calls of this day are used" },
  blocked: {
    40003: "no such customer of this account",
    43004: "they do not follow",
    43005: "they are not friends",
    43019: "they are on the blacklist",
    43101: "they did not consent, or the consent is used up",
    46004: "no such customer",
    48002: "they switched off messages",
    50001: "they have not authorised this",
    50002: "they or the account are restricted",
    50005: "they do not follow",
  },
  menu: { 40200: "this kind of account may not send it", 48008: "no right to send this kind of message" },
  content: {
    40004: "kind of media",
    40005: "kind of file",
    40006: "size of the file",
    40007: "the media id is not valid any more",
    40008: "kind of message",
    40009: "size of the picture",
    40010: "size of the voice",
    40011: "size of the video",
    40012: "size of the thumbnail",
    40015: "kind of menu",
    40018: "length of a menu's name",
    40033: "characters that are not allowed",
    40035: "a parameter",
    40036: "length of the template's id",
    40037: "the template's id",
    40132: "the WeChat id",
    41006: "no media id",
    41030: "the page's path",
    44001: "an empty file",
    44002: "an empty body",
    44003: "an empty article",
    44004: "an empty text",
    45001: "the file is too large",
    45002: "the text is too long",
    45003: "the title is too long",
    45004: "the description is too long",
    45005: "the link is too long",
    45006: "the picture's link is too long",
    45007: "the voice is longer than a minute",
    45008: "too many articles",
    45010: "too many menus",
    45072: "the typing command",
    45162: "the shape of an object",
    45168: "a word that the platform forbids",
    47001: "the body cannot be read",
    47003: "a field of the template breaks its rule",
    61451: "a parameter of customer service",
    61452: "the agent's account",
    65401: "the agent's account",
    65414: "another agent of the platform serves them",
    87014: "the platform finds the content risky",
  },
  stop: {
    40002: "the kind of grant",
    40013: "the app id",
    40125: "the app secret",
    40164: "this server's address is not on the account's list",
    40243: "the app secret is frozen",
    41001: "no token",
    41002: "no app id",
    41004: "no app secret",
    43001: "GET was required",
    43002: "POST was required",
    43003: "HTTPS was required",
    43107: "the account's subscription messages are banned",
    48001: "the account has no right to this call",
    48004: "the call is blocked for violations",
    48006: "no more resets of the quota this month",
    61004: "this server's address is not registered",
    61007: "not authorised to the platform",
    65400: "customer service is not enabled",
    65402: "the agent's account is not bound",
    89501: "an administrator has not yet approved this server's address",
    89503: "an administrator must approve this server's address",
    89506: "this server's address was refused for a day",
    89507: "this server's address was refused for an hour",
  },
};

const ACTS = new Map<number, { act: Act; meaning: string }>();
for (const [act, codes] of Object.entries(TABLE))
  for (const [code, meaning] of Object.entries(codes)) ACTS.set(Number(code), { act: act as Act, meaning });

const AGAIN_MS = 1_000;
const MINUTE_MS = 60_000;
/** The count begins anew at midnight in Beijing; somebody may reset it sooner. */
const DAY_LOOK_MS = 15 * MINUTE_MS;

/** A code we do not know is about the message: the next one may pass. */
export function actOf(errcode: number): Act {
  return ACTS.get(errcode)?.act ?? "content";
}

export function deliveryOf(errcode: number): Exclude<Delivery, { kind: "sent" }> | null {
  const why = `errcode ${errcode}: ${ACTS.get(errcode)?.meaning ?? "unknown to our table"}`;
  const act = actOf(errcode);
  switch (act) {
    case "done":
      return null;
    case "again":
    case "menu": // said again at once, as a text
      return { kind: "later", retryAfterMs: AGAIN_MS, holds: "line", why };
    case "minute":
      return { kind: "later", retryAfterMs: MINUTE_MS, holds: "account", why };
    case "day":
      return { kind: "later", retryAfterMs: DAY_LOOK_MS, holds: "account", why };
    case "window":
    case "blocked":
    case "content":
      return { kind: "never", because: act, why };
    case "refresh": // a fresh token was tried already
    case "stop":
      return { kind: "stopped", why };
  }
}
