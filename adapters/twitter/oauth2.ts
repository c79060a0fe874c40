/**
 * OAuth 2 as an account: an access token of two hours and a refresh token that X replaces at each use. The new pair is on disk
 * before it is used, and one refresh is under way at a time. What no order can save is told: a crash, or an answer that is lost,
 * between X's answer and our disk leaves a token that X has already replaced; then the account stops and asks to be authorised.
 */
import { createHash } from "node:crypto";
import type { Pool } from "undici";
import type { Clock } from "../../model/clock.ts";
import type { Keeper } from "../../model/keeper.ts";
import { parseJson } from "../parse.ts";
import { call } from "../post.ts";
import { record, text } from "../wire.ts";

export type OAuth2 = { clientId: string; clientSecret: string | null; refreshToken: string };
type Pair = { from: string; access: string; refresh: string; expiresAtMs: number };

export type Bearer = { kind: "token"; token: string } | { kind: "later"; why: string } | { kind: "refused"; why: string };
export type Tokens = {
  bearer(): Promise<Bearer>;
  /** X did not take this token: the next call refreshes it. False: it was fresh, so that refreshing changes nothing. */
  expire(token: string): boolean;
};

const EARLY_MS = 5 * 60_000;
const LIVES_S = 7_200;
const FRESH_MS = 60_000;

export function createTokens(options: {
  keys: OAuth2;
  account: string;
  pool: Pool;
  basePath: string;
  keeper: Keeper;
  clock: Clock;
}): Tokens {
  const { keys, account, pool, basePath, keeper, clock } = options;
  const name = `twitter-${account}`;
  // A token newly set by the operator wins over one that was kept from an older authorisation.
  const from = createHash("sha256").update(keys.refreshToken).digest("base64url");
  let pair: Pair | null = null;
  let gotAtMs = 0;
  let underWay: Promise<Bearer> | null = null;

  async function kept(): Promise<Pair> {
    const read = record(await keeper.read(name));
    const access = text(read?.access);
    const refresh = text(read?.refresh);
    if (read?.from === from && access !== undefined && refresh !== undefined)
      return { from, access, refresh, expiresAtMs: Number(read.expiresAtMs) || 0 };
    return { from, access: "", refresh: keys.refreshToken, expiresAtMs: 0 };
  }

  async function refresh(current: Pair, again = true): Promise<Bearer> {
    const form = new URLSearchParams({ grant_type: "refresh_token", refresh_token: current.refresh });
    const headers = ["content-type", "application/x-www-form-urlencoded", "accept", "application/json"];
    if (keys.clientSecret === null) form.set("client_id", keys.clientId);
    else headers.push("authorization", `Basic ${Buffer.from(`${keys.clientId}:${keys.clientSecret}`).toString("base64")}`);
    const answer = await call(pool, { method: "POST", path: `${basePath}/2/oauth2/token`, headers, body: form.toString() });
    if (answer.kind === "failed") return { kind: "later", why: `the token could not be refreshed (${answer.why})` };
    const told = record(parseJson(answer.body));
    const access = text(told?.access_token);
    if (answer.status !== 200 || access === undefined) {
      if (answer.status >= 500 || answer.status === 429)
        return { kind: "later", why: `the token could not be refreshed (HTTP ${answer.status})` };
      const other = await kept();
      if (again && other.refresh !== current.refresh) return use(other, false); // another process has refreshed meanwhile
      return { kind: "refused", why: `the refresh token is not valid (HTTP ${answer.status}): authorise the account again` };
    }
    const livesS = Number(told?.expires_in) > 0 ? Number(told?.expires_in) : LIVES_S;
    const next = { from, access, refresh: text(told?.refresh_token) ?? current.refresh, expiresAtMs: clock.nowMs() + livesS * 1_000 };
    await keeper.write(name, next);
    pair = next;
    gotAtMs = clock.nowMs();
    return { kind: "token", token: access };
  }

  async function use(current: Pair, again = true): Promise<Bearer> {
    pair = current;
    if (current.access !== "" && clock.nowMs() < current.expiresAtMs - EARLY_MS) return { kind: "token", token: current.access };
    return refresh(current, again);
  }

  async function bearer(): Promise<Bearer> {
    return use(pair ?? (await kept()));
  }

  return {
    async bearer() {
      underWay ??= bearer()
        .catch((): Bearer => ({ kind: "later", why: "the new token could not be kept on disk" }))
        .finally(() => {
          underWay = null;
        });
      return underWay;
    },
    expire(token) {
      if (pair?.access !== token) return true; // another one is there already
      if (clock.nowMs() - gotAtMs < FRESH_MS) return false;
      pair = { ...pair, expiresAtMs: 0 };
      return true;
    },
  };
}
