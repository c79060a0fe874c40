/** What a translation of one item of X's webhooks knows beside the item, and the envelopes it makes. */
import { createHash } from "node:crypto";
import type { Profile } from "../../model/adapter.ts";
import { address, NOBODY } from "../../model/address.ts";
import type { Envelope, Incoming } from "../../model/event.ts";
import { digest, id, type Wire } from "../wire.ts";

/** People who spoke in public are other customers than those who wrote to us: X lets us write only to who wrote first. */
export const PUBLIC = "public:";

export type EncryptedPolicy = "answer" | "flow" | "ignore";

/** What the translations need to know of ours. */
export type Known = {
  /** The id of our app at X, where it is set: echoes of other apps are people. */
  appId: string | null;
  encrypted: EncryptedPolicy;
  /** Lines under this id of X that left from here. */
  linesOf(messageId: string): readonly string[] | undefined;
  /** What a webhook tells of a person. */
  meet(account: string, customer: string, profile: Profile): void;
};

/** One item: `account` is ours, `wire` the item, `users` who is named in it, by id. */
export type Item = { account: string; wire: Wire; users: Map<string, Wire>; receivedAtMs: number; known: Known };

const KEY_PART_MAX = 200;

export function envelope(account: string, customer: string, kind: string, part: string, atMs: number, event: Incoming): Envelope {
  const short = part.length > KEY_PART_MAX ? createHash("sha256").update(part).digest("base64url") : part;
  return { key: `twitter:${account}:${kind}:${short}`, address: address("twitter", account, customer), atMs, event };
}

export function ignored(item: Pick<Item, "account" | "wire" | "receivedAtMs">, what: string, why: string, part?: string): Envelope {
  const short = what.slice(0, 60);
  const event: Incoming = { kind: "ignored", what: short, why };
  return envelope(item.account, NOBODY, `ignored:${short}`, part ?? digest(item.wire), item.receivedAtMs, event);
}

/** The id of somebody on X; anything else names nobody. */
export function userId(value: unknown): string | undefined {
  const told = id(value);
  return told !== undefined && /^\d{1,20}$/.test(told) ? told : undefined;
}

/** X's ids carry their time, to the millisecond. Source: X, "Twitter IDs (snowflake)". */
const SNOWFLAKE_EPOCH_MS = 1_288_834_974_657;

export function instantOf(value: unknown, messageId: string | undefined, receivedAtMs: number): number {
  const told = typeof value === "string" && /^\d{10,16}$/.test(value) ? Number(value) : value;
  if (typeof told === "number" && Number.isFinite(told) && told > 0 && told < 1e14) return Math.trunc(told);
  if (typeof value === "string") {
    const parsed = Date.parse(value);
    if (Number.isFinite(parsed) && parsed > 0) return parsed;
  }
  if (messageId !== undefined && /^\d{17,20}$/.test(messageId)) return Number(BigInt(messageId) >> 22n) + SNOWFLAKE_EPOCH_MS;
  return receivedAtMs;
}
