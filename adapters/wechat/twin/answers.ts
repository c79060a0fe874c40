/** The platform's own answers, as recorded in `tests/fixtures/wechat/responses`: always HTTP 200, judged by `errcode`. */

/** `type`: where the platform does not answer in JSON. */
export type TwinAnswer = { status: number; body: unknown; type?: string };

const MESSAGES: Record<number, string> = {
  [-1]: "system error",
  40001: "invalid credential, access_token is invalid or not latest",
  40003: "invalid openid",
  40007: "invalid media_id",
  40008: "invalid message type",
  40013: "invalid appid",
  40014: "invalid access_token",
  40015: "invalid button type",
  40018: "invalid button name size",
  40125: "invalid appsecret",
  40164: "invalid ip, not in whitelist",
  40200: "invalid account type",
  41001: "access_token missing",
  42001: "access_token expired",
  43004: "require subscribe",
  44002: "empty post data",
  44004: "empty content",
  45002: "content size out of limit",
  45008: "article size out of limit",
  45009: "reach max api daily quota limit",
  45011: "api minute-quota reach limit must slower retry next minute",
  45015: "response out of time limit or subscription is canceled",
  45047: "out of response count limit",
  45080: "client so fast",
  45081: "already in typing status, don't type again",
  47001: "data format error",
  48001: "api unauthorized",
};

/** The platform adds a request id to every refusal. */
export function refusal(errcode: number): TwinAnswer {
  return { status: 200, body: { errcode, errmsg: `${MESSAGES[errcode] ?? "error"} rid: 68aeab00-21ea7900-3a442400` } };
}

export const ok = (more: Record<string, unknown> = {}): TwinAnswer => ({ status: 200, body: { errcode: 0, errmsg: "ok", ...more } });
/** Answers that carry something say nothing of an error. */
export const told = (body: unknown): TwinAnswer => ({ status: 200, body });
