/** What a translation of one activity knows beside it, and the envelopes it makes. */
import { createHash } from "node:crypto";
import type { Profile } from "../../model/adapter.ts";
import { address, NOBODY } from "../../model/address.ts";
import type { Envelope, Incoming } from "../../model/event.ts";
import { digest, personId, record, text, type Wire } from "../wire.ts";
import { customerOf, type Way, wayAsText } from "./place.ts";

/** One activity: `account` is our app, `wire` what came, `customer` who it is about, undefined where it names nobody. */
export type Item = {
  account: string;
  wire: Wire;
  channelId: string;
  customer: string | undefined;
  bot: string;
  way: Way;
  atMs: number;
  meet(customer: string, profile: Profile): void;
};

export function itemOf(
  wire: Wire,
  { account, serviceUrl, receivedAtMs, meet }: { account: string; serviceUrl: string; receivedAtMs: number; meet: Item["meet"] },
): Item {
  const channelId = text(wire.channelId) ?? text(wire._channelId) ?? ""; // the successor's library writes the second
  const conversation = record(wire.conversation);
  const bot = personId(record(wire.recipient)?.id) ?? "";
  const conversationId = text(conversation?.id) ?? "";
  const isGroup = conversation?.isGroup === true || GROUPS.has(text(conversation?.conversationType) ?? "");
  const from = personId(record(wire.from)?.id);
  const customer = customerOf({ channelId, conversation: conversationId, person: isGroup ? (from ?? "") : null });
  const atMs = instantOf(wire.timestamp, receivedAtMs);
  return { account, wire, channelId, customer, bot, way: { serviceUrl, bot }, atMs, meet };
}

const GROUPS = new Set(["channel", "groupChat"]);
const KEY_PART_MAX = 120;

/** @param part what makes it itself in its conversation; undefined for what has nothing of the sort, known by the hash of all it says */
export function envelope(item: Item, kind: string, part: string | undefined, event: Incoming, customer = item.customer): Envelope {
  const whole = part === undefined ? digest(item.wire) : `${item.channelId} ${text(record(item.wire.conversation)?.id) ?? ""} ${part}`;
  const short = whole.length > KEY_PART_MAX ? createHash("sha256").update(whole).digest("base64url") : whole;
  const to = address("botframework", item.account, customer ?? NOBODY);
  const made: Envelope = { key: `botframework:${item.account}:${kind}:${short}`, address: to, atMs: item.atMs, event };
  if (customer !== undefined) made.via = wayAsText(item.way);
  return made;
}

export function ignored(item: Item, what: string, why: string, part?: string): Envelope {
  const short = what.slice(0, 60);
  return envelope(item, `ignored:${short}`, part, { kind: "ignored", what: short, why });
}

export function activityId(item: Item): string | undefined {
  return text(item.wire.id);
}

export function instantOf(value: unknown, receivedAtMs: number): number {
  const parsed = typeof value === "string" && value.length < 60 ? Date.parse(value) : Number.NaN;
  return Number.isFinite(parsed) && parsed > 0 && parsed < 1e14 ? Math.trunc(parsed) : receivedAtMs;
}
