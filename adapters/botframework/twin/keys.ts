/** Both proofs, played: tokens that the bot asks for and shows to us, and the signed ones that we show to the bot, with their public keys. */
import { createHash, generateKeyPair, type KeyObject, sign } from "node:crypto";
import { promisify } from "node:util";
import type { Clock } from "../../../model/clock.ts";
import { good, type TwinAnswer, unknownApp, unknownTenant, wrongScope, wrongSecret } from "./answers.ts";

export type KeyOptions = {
  clock: Clock;
  signsBy: Clock;
  appId: string;
  secret: string;
  tenant: string;
  scope: string;
  issuer: string;
  tokenLastsMs: number;
};

export type Keys = {
  /** Answers the bot's own signing in. */
  signIn(tenant: string, form: URLSearchParams): TwinAnswer;
  isValid(authorization: string | undefined): boolean;
  /** Tokens given so far are worth nothing any more. */
  revoke(): void;
  /** What a channel shows the bot: signed for it, for one channel's address. */
  channelToken(serviceUrl: string, more?: { audience?: string; lastsMs?: number; issuer?: string }): Promise<string>;
  jwks(endorsements: readonly string[]): Promise<unknown>;
  given(): number;
};

const CHANNEL_TOKEN_LASTS_MS = 60 * 60_000;
const makePair = promisify(generateKeyPair);

export function createKeys({ clock, signsBy, appId, secret, tenant, scope, issuer, tokenLastsMs }: KeyOptions): Keys {
  const tokens = new Map<string, number>();
  let count = 0;
  let pair: Promise<{ publicKey: KeyObject; privateKey: KeyObject; kid: string }> | null = null;
  /** Made when first asked for: it takes a moment, and whoever plays another channel should not wait for it. */
  const keyPair = () => {
    pair ??= makePair("rsa", { modulusLength: 2048 }).then(({ publicKey, privateKey }) => {
      const spki = publicKey.export({ type: "spki", format: "der" });
      return { publicKey, privateKey, kid: createHash("sha256").update(spki).digest("base64url").slice(0, 27) };
    });
    return pair;
  };

  return {
    signIn(asked, form) {
      if (asked !== tenant) return unknownTenant();
      if (form.get("client_id") !== appId) return unknownApp();
      if (form.get("grant_type") !== "client_credentials" || form.get("scope") !== `${scope}/.default`) return wrongScope();
      if (form.get("client_secret") !== secret) return wrongSecret();
      const nowMs = clock.nowMs();
      const token = `twin-${nowMs.toString(36)}-${++count}`;
      tokens.set(token, nowMs + tokenLastsMs);
      return good({ token_type: "Bearer", expires_in: Math.floor(tokenLastsMs / 1_000), access_token: token });
    },
    isValid(authorization) {
      const untilMs = tokens.get(/^Bearer (.+)$/.exec(authorization ?? "")?.[1] ?? "");
      return untilMs !== undefined && untilMs > clock.nowMs();
    },
    revoke: () => tokens.clear(),
    async channelToken(serviceUrl, { audience = appId, lastsMs = CHANNEL_TOKEN_LASTS_MS, issuer: by = issuer } = {}) {
      const { privateKey, kid } = await keyPair();
      const nowS = Math.floor(signsBy.nowMs() / 1_000);
      const claims = { serviceurl: serviceUrl, nbf: nowS - 300, exp: nowS + Math.floor(lastsMs / 1_000), iss: by, aud: audience };
      const told = `${encode({ alg: "RS256", kid, typ: "JWT", x5t: kid })}.${encode(claims)}`;
      return `${told}.${sign("RSA-SHA256", Buffer.from(told), privateKey).toString("base64url")}`;
    },
    async jwks(endorsements) {
      const { publicKey, kid } = await keyPair();
      return { keys: [{ ...publicKey.export({ format: "jwk" }), use: "sig", kid, x5t: kid, endorsements }] };
    },
    given: () => count,
  };
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}
