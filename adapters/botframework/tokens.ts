/** The token that channels ask of us: fetched once however many lines wait for it, kept until shortly before its end. */
import type { Pool } from "undici";
import type { Clock } from "../../model/clock.ts";
import { parseJson } from "../parse.ts";
import { call } from "../post.ts";
import { record, text } from "../wire.ts";
import type { Cloud } from "./clouds.ts";
import { type LibraryCredentials, libraryTokens } from "./library.ts";

/** `tenantId`: null for an app of many tenants. */
export type Credentials = { kind: "secret"; secret: string; tenantId: string | null } | LibraryCredentials;

export type Bearer = { kind: "token"; token: string } | { kind: "later"; why: string } | { kind: "stopped"; why: string };

export type Tokens = {
  bearer(): Promise<Bearer>;
  /** A channel refused this one. False: it was refused as soon as it was new, so another would be as well. */
  expire(token: string): boolean;
};

export type TokenOptions = { appId: string; credentials: Credentials; cloud: Cloud; login: { pool: Pool; base: string }; clock: Clock };

type Held = { token: string; untilMs: number; sinceMs: number };

const EARLY_MS = 5 * 60_000;
/** Nobody asks again and again while signing in does not work. */
const FAILED_FOR_MS = 2_000;
/** A token that is refused younger than this is not refused for its age. */
const NEW_MS = 60_000;

export function createTokens({ appId, credentials, cloud, login, clock }: TokenOptions): Tokens {
  let held: Held | null = null;
  let fetching: Promise<Bearer> | null = null;
  let failed: { bearer: Bearer; untilMs: number } | null = null;
  const byLibrary = credentials.kind === "secret" ? null : libraryTokens(appId, credentials, cloud);

  const keep = (token: string, endsMs: number): Bearer => {
    const nowMs = clock.nowMs();
    const lastsMs = Math.max(0, endsMs - nowMs);
    held = { token, untilMs: nowMs + Math.max(lastsMs - EARLY_MS, lastsMs / 2), sinceMs: nowMs };
    return { kind: "token", token };
  };

  async function withSecret(secret: string, tenantId: string | null): Promise<Bearer> {
    const form = { grant_type: "client_credentials", client_id: appId, client_secret: secret, scope: `${cloud.scope}/.default` };
    const path = `${login.base}/${encodeURIComponent(tenantId ?? cloud.botTenant)}/oauth2/v2.0/token`;
    const headers = ["content-type", "application/x-www-form-urlencoded", "accept", "application/json"];
    const answer = await call(login.pool, { method: "POST", path, headers, body: new URLSearchParams(form).toString() });
    if (answer.kind === "failed") return { kind: "later", why: `signing in got no answer (${answer.why})` };
    const body = record(parseJson(answer.body));
    const token = text(body?.access_token);
    const lastsS = Number(body?.expires_in);
    if (answer.status === 200 && token !== undefined) return keep(token, clock.nowMs() + (lastsS > 0 ? lastsS * 1_000 : EARLY_MS));
    return refusalOf(answer.status, text(body?.error), text(body?.error_description));
  }

  async function fetchToken(): Promise<Bearer> {
    const bearer =
      credentials.kind === "secret" ? await withSecret(credentials.secret, credentials.tenantId) : await withLibrary(byLibrary!);
    failed = bearer.kind === "token" ? null : { bearer, untilMs: clock.nowMs() + FAILED_FOR_MS };
    return bearer;
  }

  async function withLibrary(get: (nowMs: number) => Promise<{ token: string; untilMs: number }>): Promise<Bearer> {
    try {
      const { token, untilMs } = await get(clock.nowMs());
      return keep(token, untilMs);
    } catch (error) {
      const { name } = error as { name?: unknown };
      return { kind: "stopped", why: `the library could not sign in (${typeof name === "string" ? name : "error"})` };
    }
  }

  return {
    async bearer() {
      const nowMs = clock.nowMs();
      if (held !== null && held.untilMs > nowMs) return { kind: "token", token: held.token };
      if (failed !== null && failed.untilMs > nowMs) return failed.bearer;
      fetching ??= fetchToken().finally(() => {
        fetching = null;
      });
      return fetching;
    },
    expire(token) {
      if (held === null || held.token !== token) return true; // somebody else has seen to it
      const isNew = clock.nowMs() - held.sinceMs < NEW_MS;
      held = null;
      return !isNew;
    },
  };
}

/** Source: Microsoft Entra ID, token endpoint, error codes (AADSTS…); read 2026-11-24. */
function refusalOf(status: number, error: string | undefined, description: string | undefined): Bearer {
  const code = /AADSTS\d+/.exec(description ?? "")?.[0];
  const why = [`signing in was answered ${status}`, error?.slice(0, 60), code].filter(Boolean).join(", ");
  const passes = status === 429 || status >= 500 || error === undefined || error === "temporarily_unavailable";
  return passes ? { kind: "later", why } : { kind: "stopped", why };
}
