/** The platform's API with its token: one token for all calls, fetched once when many ask, and a call repeated once when it was stale. */
import type { Pool } from "undici";
import type { Clock } from "../../model/clock.ts";
import { parseJson } from "../parse.ts";
import { type Call, call } from "../post.ts";
import { actOf } from "./errors.ts";
import { download } from "./file.ts";

/** `atMs`: the platform's clock. `code` is 0 where the platform says nothing of an error. `left`: may the platform have acted on it? */
export type Told =
  | { kind: "told"; code: number; body: Record<string, unknown>; atMs: number | null }
  | { kind: "failed"; left: boolean; why: string };

export type Api = {
  /** A call of the account, `path` without the token. Repeated once, with a new token, when the platform finds the token stale. */
  ask(path: string, call?: { json?: unknown; headers?: string[]; body?: Buffer }): Promise<Told>;
  /** A file of the account, or what the platform says in JSON instead (a video's address); null when it gives none. */
  bytes(path: string): Promise<Buffer | Record<string, unknown> | null>;
};

type Token = { value: string; untilMs: number };

/** In its last five minutes `stable_token` hands out the next one. Source: WeChat Official Accounts, stable_token; read 2026-09-28. */
const RENEWED_BEFORE_MS = 5 * 60_000;
/** `force_refresh` ends the token of every other process at once: twenty a day are allowed, one in an hour is our own bound. */
const FORCED_EVERY_MS = 60 * 60_000;
const JSON_HEADERS = ["content-type", "application/json; charset=utf-8", "accept", "application/json"];

export function createApi(options: { pool: Pool; base: string; appId: string; appSecret: string; clock: Clock }): Api {
  const { pool, base, appId, appSecret, clock } = options;
  let token: Token | null = null;
  let fetching: Promise<Token | Told> | null = null;
  let forcedAtMs = Number.NEGATIVE_INFINITY;

  async function fetchToken(stale: string | null): Promise<Token | Told> {
    const asked = await fetchOnce(false);
    if (!("value" in asked) || asked.value !== stale) return asked;
    // The platform refuses the very token that it hands out: only then is a new one forced.
    if (clock.nowMs() - forcedAtMs < FORCED_EVERY_MS) return asked;
    forcedAtMs = clock.nowMs();
    return fetchOnce(true);
  }

  async function fetchOnce(force: boolean): Promise<Token | Told> {
    const body = JSON.stringify({
      grant_type: "client_credential",
      appid: appId,
      secret: appSecret,
      ...(force ? { force_refresh: true } : {}),
    });
    const told = toldBy(await call(pool, { method: "POST", path: `${base}/cgi-bin/stable_token`, headers: JSON_HEADERS, body }));
    if (told.kind === "failed") return { ...told, left: false }; // no line left us yet
    const { access_token: value, expires_in: seconds } = told.body;
    if (told.code !== 0 || typeof value !== "string" || value === "") {
      const code = actOf(told.code) === "refresh" ? 40_125 : told.code; // here it means the secret
      return { ...told, code: code === 0 ? -1 : code };
    }
    const lastsMs = (Number(seconds) || 0) * 1_000;
    token = { value, untilMs: clock.nowMs() + Math.max(lastsMs - RENEWED_BEFORE_MS, lastsMs / 2) };
    return token;
  }

  async function current(stale: string | null): Promise<Token | Told> {
    if (token && token.value !== stale && token.untilMs > clock.nowMs()) return token;
    fetching ??= fetchToken(stale).finally(() => {
      fetching = null;
    });
    return fetching;
  }

  const withToken = (path: string, { value }: Token) =>
    `${base}${path}${path.includes("?") ? "&" : "?"}access_token=${encodeURIComponent(value)}`;

  return {
    async bytes(path) {
      let stale: string | null = null;
      for (;;) {
        const held = await current(stale);
        if (!("value" in held)) return null;
        const bytes = await download(pool, withToken(path, held));
        if (bytes === null || bytes[0] !== 0x7b) return bytes; // what begins like JSON is JSON, whatever its header says
        const told = jsonIn(bytes.toString("utf8"));
        if (told === null) return bytes;
        const code = Number(told.errcode ?? 0);
        if (code === 0) return told;
        if (actOf(code) !== "refresh" || stale !== null) return null;
        stale = held.value;
      }
    },
    async ask(path, { json, headers = JSON_HEADERS, body } = {}) {
      let stale: string | null = null;
      for (;;) {
        const held = await current(stale);
        if (!("value" in held)) return held;
        const to = withToken(path, held);
        const sent: Call =
          json === undefined && body === undefined
            ? { method: "GET", path: to, headers }
            : { method: "POST", path: to, headers, body: body ?? JSON.stringify(json) };
        const told = toldBy(await call(pool, sent));
        if (told.kind === "failed" || actOf(told.code) !== "refresh" || stale !== null) return told;
        stale = held.value;
      }
    },
  };
}

/** Errors come with HTTP 200; an answer without `errcode` is a success. Some older answers print it as a text. */
function toldBy(answer: Awaited<ReturnType<typeof call>>): Told {
  if (answer.kind === "failed") return answer;
  const fields = jsonIn(answer.body);
  if (fields === null) return { kind: "failed", left: true, why: `HTTP ${answer.status} without a readable answer` };
  const code = Number(fields.errcode ?? (answer.status === 200 ? 0 : Number.NaN));
  if (!Number.isInteger(code)) return { kind: "failed", left: true, why: `HTTP ${answer.status} without a readable errcode` };
  const atMs = Date.parse(String(answer.headers.date ?? ""));
  return { kind: "told", code, body: fields, atMs: Number.isNaN(atMs) ? null : atMs };
}

function jsonIn(text: string): Record<string, unknown> | null {
  const parsed = parseJson(text);
  return typeof parsed === "object" && parsed !== null && !Array.isArray(parsed) ? (parsed as Record<string, unknown>) : null;
}
