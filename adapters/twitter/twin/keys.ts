/** Who calls, as X finds out: OAuth 1.0a with every digit of the signature, OAuth 2 with tokens that end, the app by its own. */
import type { Clock } from "../../../model/clock.ts";
import { oauthSignature, type Params, readAuthorization, signatureBase } from "../oauth1.ts";
import { badTimestamp, couldNotAuthenticate, expiredToken, type TwinAnswer } from "./answers.ts";

export type TwinAccount = { userId: string; accessToken: string; accessSecret: string };
export type TwinKeys = {
  consumerKey: string;
  consumerSecret: string;
  accounts: TwinAccount[];
  /** A client of OAuth 2 for the first account, and the refresh token it begins with. */
  oauth2?: { clientId: string; clientSecret: string; refreshToken: string; livesMs: number };
};

export type Called = { method: string; url: string; params: Params; authorization: string | undefined };
export type Caller = { kind: "account"; userId: string } | { kind: "app" } | { kind: "refused"; answer: TwinAnswer };

export type Doorkeeper = {
  whoCalls(called: Called): Caller;
  /** `POST /2/oauth2/token` and `POST /oauth2/token`. */
  token(form: URLSearchParams, authorization: string | undefined): TwinAnswer;
  /** The access tokens end now. */
  endTokens(): void;
  revoke(): void;
};

const CLOCK_MAX_S = 300;
const NONCES_KEPT = 10_000;
const APP_BEARER = "twin-app-bearer";

export function createDoorkeeper(keys: TwinKeys, clock: Clock): Doorkeeper {
  const nonces = new Set<string>();
  const access = new Map<string, number>();
  let refresh = keys.oauth2?.refreshToken ?? "";
  let issued = 0;
  let revoked = false;

  const signed = ({ method, url, params, authorization }: Called): Caller => {
    const given = readAuthorization(authorization);
    const account = keys.accounts.find((one) => one.accessToken === given?.get("oauth_token"));
    const refused = (answer: TwinAnswer): Caller => ({ kind: "refused", answer });
    if (given === undefined || account === undefined || revoked || given.get("oauth_consumer_key") !== keys.consumerKey)
      return refused(couldNotAuthenticate());
    if (Math.abs(Number(given.get("oauth_timestamp")) - clock.nowMs() / 1_000) > CLOCK_MAX_S) return refused(badTimestamp());
    const nonce = given.get("oauth_nonce") ?? "";
    if (nonce === "" || nonces.has(nonce)) return refused(couldNotAuthenticate());
    const signature = given.get("oauth_signature");
    given.delete("oauth_signature");
    const own = oauthSignature(signatureBase(method, url, [...params, ...given]), keys.consumerSecret, account.accessSecret);
    if (own !== signature) return refused(couldNotAuthenticate());
    nonces.add(nonce);
    if (nonces.size > NONCES_KEPT) nonces.clear();
    return { kind: "account", userId: account.userId };
  };

  return {
    whoCalls(called) {
      const bearer = /^Bearer (.+)$/.exec(called.authorization ?? "")?.[1];
      if (bearer === undefined) return signed(called);
      if (bearer === APP_BEARER) return { kind: "app" };
      const untilMs = access.get(bearer);
      if (untilMs === undefined || untilMs <= clock.nowMs() || revoked) return { kind: "refused", answer: expiredToken() };
      return { kind: "account", userId: keys.accounts[0]?.userId ?? "" };
    },
    token(form, authorization) {
      const basic = (id: string, secret: string) => `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}`;
      if (form.get("grant_type") === "client_credentials")
        return authorization === basic(keys.consumerKey, keys.consumerSecret)
          ? { status: 200, body: { token_type: "bearer", access_token: APP_BEARER } }
          : couldNotAuthenticate();
      const { oauth2 } = keys;
      const given = form.get("refresh_token") ?? "";
      if (
        oauth2 === undefined ||
        revoked ||
        authorization !== basic(oauth2.clientId, oauth2.clientSecret) ||
        given !== refresh ||
        given === ""
      )
        return { status: 400, body: { error: "invalid_request", error_description: "Value passed for the token was invalid." } };
      issued += 1;
      refresh = `${oauth2.refreshToken}.${issued}`; // the old one has had its use
      const token = `twin-access-${issued}`;
      access.set(token, clock.nowMs() + oauth2.livesMs);
      const body = { token_type: "bearer", access_token: token, refresh_token: refresh, expires_in: oauth2.livesMs / 1_000 };
      return { status: 200, body };
    },
    endTokens: () => access.clear(),
    revoke() {
      revoked = true;
    },
  };
}
