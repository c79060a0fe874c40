/** The two proofs of the platform: theirs over each webhook, ours over each call. */
import { createHmac, timingSafeEqual } from "node:crypto";

const PREFIX = "sha256=";
const HEADER_LENGTH = PREFIX.length + 64;

/**
 * Was this body signed with one of our app's secrets? Over the bytes as they came: the platform signs its own escaping
 * of the JSON, which no reserialising gives back. All secrets are tried, so one can be replaced without an hour of refusals.
 * Source: Meta, Messenger webhooks, "Validating payloads"; read 2026-09-28.
 */
export function signedByUs(secrets: readonly string[], body: Buffer, header: string | string[] | undefined): boolean {
  if (typeof header !== "string" || header.length !== HEADER_LENGTH || !header.startsWith(PREFIX)) return false;
  const claimed = Buffer.from(header, "latin1");
  let valid = false;
  for (const secret of secrets) {
    if (secret === "") continue; // a secret that was never set is one that everybody knows
    const own = Buffer.from(PREFIX + createHmac("sha256", secret).update(body).digest("hex"), "latin1");
    if (own.length === claimed.length && timingSafeEqual(own, claimed)) valid = true;
  }
  return valid;
}

export function sign(secret: string, body: Buffer | string): string {
  return PREFIX + createHmac("sha256", secret).update(body).digest("hex");
}

/** Proves that the caller holds the app's secret as well as the page's token. Source: Meta, Graph API, "Secure requests". */
export function appsecretProof(secret: string, pageToken: string): string {
  return createHmac("sha256", secret).update(pageToken).digest("hex");
}

/** Equal texts? In a time that tells nothing of where they differ, nor of how long ours is. */
export function sameSecret(ours: string, theirs: string): boolean {
  const digest = (value: string) => createHmac("sha256", "compare").update(value).digest();
  return timingSafeEqual(digest(ours), digest(theirs));
}
