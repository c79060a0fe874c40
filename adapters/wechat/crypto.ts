/** WeChat's own envelope: SHA-1 over sorted words as the signature, AES-256-CBC with blocks of 32 around the message. */
import { createCipheriv, createDecipheriv, createHash, timingSafeEqual } from "node:crypto";

const RANDOM_BYTES = 16;
const LENGTH_BYTES = 4;
const PAD_BLOCK = 32;
const AES_BLOCK = 16;

/** Sorted by code unit, never by a locale. Source: WeChat Official Accounts, message push, "verify the message". */
export function signatureOf(...words: string[]): string {
  return createHash("sha1").update(words.sort().join("")).digest("hex");
}

/** In a time that tells nothing of where they differ. */
export function sameSignature(ours: string, theirs: string): boolean {
  const [own, claimed] = [Buffer.from(ours, "utf8"), Buffer.from(theirs, "utf8")];
  return own.length === claimed.length && timingSafeEqual(own, claimed);
}

/** @param encodingAesKey 43 characters; the last carries two bits that mean nothing and may be anything */
export function keyOf(encodingAesKey: string): Buffer {
  return Buffer.from(`${encodingAesKey}=`, "base64");
}

/**
 * The message in an envelope whose signature was checked before.
 *
 * @returns null for whatever is wrong with it: length, padding, frame or account. Which, is nobody's business
 */
export function decrypt(key: Buffer, appId: string, encrypted: string): Buffer | null {
  const cipher = Buffer.from(encrypted, "base64");
  if (key.length !== 32 || cipher.length === 0 || cipher.length % AES_BLOCK !== 0) return null;
  let frame: Buffer;
  try {
    const decipher = createDecipheriv("aes-256-cbc", key, key.subarray(0, AES_BLOCK));
    decipher.setAutoPadding(false); // theirs pads to 32
    frame = Buffer.concat([decipher.update(cipher), decipher.final()]);
  } catch {
    return null;
  }
  const pad = frame.at(-1) ?? 0;
  if (pad < 1 || pad > PAD_BLOCK || pad > frame.length) return null;
  for (const byte of frame.subarray(frame.length - pad)) if (byte !== pad) return null;
  const content = frame.subarray(0, frame.length - pad);
  const from = RANDOM_BYTES + LENGTH_BYTES;
  if (content.length < from) return null;
  const length = content.readUInt32BE(RANDOM_BYTES);
  if (length > content.length - from) return null;
  return content.subarray(from + length).toString("utf8") === appId ? content.subarray(from, from + length) : null;
}

/** @param random sixteen bytes, new for each message */
export function encrypt(key: Buffer, appId: string, message: Buffer, random: Buffer): string {
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32BE(message.length);
  const content = Buffer.concat([random, length, message, Buffer.from(appId, "utf8")]);
  const pad = PAD_BLOCK - (content.length % PAD_BLOCK);
  const cipher = createCipheriv("aes-256-cbc", key, key.subarray(0, AES_BLOCK));
  cipher.setAutoPadding(false);
  return Buffer.concat([cipher.update(content), cipher.update(Buffer.alloc(pad, pad)), cipher.final()]).toString("base64");
}
