/** OAuth 1.0a: who we are and for which account, signed anew for each call. */
import { createHmac } from "node:crypto";

export type OAuth1 = { consumerKey: string; consumerSecret: string; accessToken: string; accessSecret: string };

/** Query and form parameters; JSON and multipart bodies are never part of the signature. */
export type Params = [string, string][];

/** RFC 3986: also `!'()*`, which JavaScript leaves alone; a space is `%20`. */
export function percentEncode(text: string): string {
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, "\uFFFD")).replace(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** @param url without query; its scheme and host are lowered, a default port is left out. Source: X, "Creating a signature". */
export function signatureBase(method: string, url: string, params: Params): string {
  const at = new URL(url);
  const sorted = params
    .map(([key, value]) => [percentEncode(key), percentEncode(value)] as const)
    .sort(([a, x], [b, y]) => (a < b ? -1 : a > b ? 1 : x < y ? -1 : x > y ? 1 : 0));
  const joined = sorted.map(([key, value]) => `${key}=${value}`).join("&");
  return `${method.toUpperCase()}&${percentEncode(`${at.protocol}//${at.host}${at.pathname}`)}&${percentEncode(joined)}`;
}

export function oauthSignature(base: string, consumerSecret: string, tokenSecret: string): string {
  return createHmac("sha1", `${percentEncode(consumerSecret)}&${percentEncode(tokenSecret)}`)
    .update(base)
    .digest("base64");
}

/** The value of the `authorization` header of one call. */
export function authorization(keys: OAuth1, call: { method: string; url: string; params: Params; nonce: string; atS: number }): string {
  const oauth: Params = [
    ["oauth_consumer_key", keys.consumerKey],
    ["oauth_nonce", call.nonce],
    ["oauth_signature_method", "HMAC-SHA1"],
    ["oauth_timestamp", String(call.atS)],
    ["oauth_token", keys.accessToken],
    ["oauth_version", "1.0"],
  ];
  const base = signatureBase(call.method, call.url, [...call.params, ...oauth]);
  oauth.push(["oauth_signature", oauthSignature(base, keys.consumerSecret, keys.accessSecret)]);
  const parts = oauth.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]) => `${percentEncode(key)}="${percentEncode(value)}"`);
  return `OAuth ${parts.join(", ")}`;
}

/** Reads such a header; undefined where it is none. */
export function readAuthorization(header: string | undefined): Map<string, string> | undefined {
  if (header === undefined || !header.startsWith("OAuth ")) return undefined;
  const read = new Map<string, string>();
  for (const part of header.slice("OAuth ".length).split(/,\s*/)) {
    const [, key, value] = /^([^=]+)="([^"]*)"$/.exec(part.trim()) ?? [];
    if (key === undefined || value === undefined) return undefined;
    try {
      read.set(decodeURIComponent(key), decodeURIComponent(value));
    } catch {
      return undefined;
    }
  }
  return read;
}
