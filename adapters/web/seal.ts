/** What proves that a body comes from this server's own door, and that a token is one of ours: keyed hashes, compared in constant time. */
import { createHmac, timingSafeEqual } from "node:crypto";

/** One secret for each purpose and bot, so that nothing made for one is worth anything for another. */
export function keyFor(secret: string, purpose: "door" | "token" | "known", bot: string): Buffer {
  return createHmac("sha256", secret).update(`web chat ${purpose} ${bot}`, "utf8").digest();
}

export function sealOf(key: Buffer, body: Buffer | string): string {
  return createHmac("sha256", key).update(body).digest("base64url");
}

export function isSealed(key: Buffer, body: Buffer | string, claimed: string): boolean {
  const [given, right] = [Buffer.from(claimed), Buffer.from(sealOf(key, body))];
  return given.length === right.length && timingSafeEqual(given, right);
}
