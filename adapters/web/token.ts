/**
 * The tokens that a browser holds: which visitor it is, in which conversation, until when. They are read without a look at the store;
 * that an erased customer's conversation no longer answers to the visitor's name is what takes them back.
 */
import { isSealed, sealOf } from "./seal.ts";

export type Visitor = {
  customer: string;
  conversation: string;
  untilMs: number;
  /** `stay`: this browser's own. `move`: for another device, soon over, and used once: `nonce` says which. */
  kind: "stay" | "move";
  nonce: string | null;
};

const SHAPE = /^bw1\.([A-Za-z0-9_-]{20,800})\.([A-Za-z0-9_-]{43})$/;

export function signToken(key: Buffer, { customer, conversation, untilMs, kind, nonce }: Visitor): string {
  const body = Buffer.from(JSON.stringify([customer, conversation, untilMs, kind, nonce])).toString("base64url");
  return `bw1.${body}.${sealOf(key, body)}`;
}

/** @returns null for what is not ours, was changed, or is over; nobody learns which */
export function readToken(key: Buffer, token: string, kind: Visitor["kind"], nowMs: number): Visitor | null {
  const [, body, seal] = SHAPE.exec(token) ?? [];
  if (body === undefined || seal === undefined || !isSealed(key, body, seal)) return null;
  const [customer, conversation, untilMs, its, nonce] = JSON.parse(Buffer.from(body, "base64url").toString("utf8"));
  return its === kind && untilMs > nowMs ? { customer, conversation, untilMs, kind, nonce } : null;
}
