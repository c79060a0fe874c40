/** The proofs of X over webhooks: its signature of each POST, and the answer to its check of our address (CRC). */
import { createHmac, timingSafeEqual } from "node:crypto";

const PREFIX = "sha256=";

/** Source: X, webhooks quickstart, "Challenge-Response Check"; key is the app's consumer secret, the message the decoded token. */
export function crcAnswer(consumerSecret: string, token: string): string {
  return PREFIX + createHmac("sha256", consumerSecret).update(token, "utf8").digest("base64");
}

export function sign(consumerSecret: string, body: Buffer | string): string {
  return PREFIX + createHmac("sha256", consumerSecret).update(body).digest("base64");
}

/**
 * Was this body signed with one of our consumer secrets? Over the bytes as they came: X escapes slashes, which no
 * reserialising gives back. All secrets are tried, so one can be rotated without refusing what is under way.
 */
export function signedByX(secrets: readonly string[], body: Buffer, header: string | string[] | undefined): boolean {
  if (typeof header !== "string" || !header.startsWith(PREFIX)) return false;
  const claimed = Buffer.from(header, "latin1");
  let valid = false;
  for (const secret of secrets) {
    if (secret === "") continue; // a secret that was never set is one that everybody knows
    const own = Buffer.from(sign(secret, body), "latin1");
    if (own.length === claimed.length && timingSafeEqual(own, claimed)) valid = true;
  }
  return valid;
}
