/** What a translation of one push knows beside the push, and the envelopes it makes. */
import { createHash } from "node:crypto";
import { address } from "../../model/address.ts";
import type { Envelope, Incoming } from "../../model/event.ts";
import type { JsonObject } from "../../model/json.ts";
import type { Push, PushValue } from "./push.ts";
import { word } from "./push.ts";

export type Item = { account: string; customer: string; push: Push; type: string; atMs: number };

const KEY_PART_MAX = 120;

/**
 * A message is known by its `MsgId`. An event has none: who, when, which and its key make it the one it is, however often the
 * platform delivers it. Source: WeChat Official Accounts, message push, on deduplication; read 2026-09-28.
 */
function keyOf({ account, push, type }: Item): string {
  const id = word(push, "MsgId");
  if (id !== undefined && type !== "event") return `wechat:${short(account)}:msg:${short(id)}`;
  const words = ["FromUserName", "CreateTime", "Event", "EventKey", "MsgID", "Ticket"].map((name) => word(push, name) ?? "");
  const known = words[0] !== "" && words[1] !== "" && words[2] !== "";
  return `wechat:${short(account)}:${short(type)}:${known ? short(words.join(":")) : digest(JSON.stringify(push))}`;
}

function short(value: string): string {
  return value.length > KEY_PART_MAX ? digest(value) : value;
}

function digest(value: string): string {
  return createHash("sha256").update(value).digest("base64url");
}

export function envelope(item: Item, event: Incoming, opens?: string): Envelope {
  const made: Envelope = { key: keyOf(item), address: address("wechat", item.account, item.customer), atMs: item.atMs, event };
  if (opens !== undefined) made.opens = opens;
  return made;
}

export function ignored(item: Item, what: string, why: string): Envelope {
  return envelope(item, { kind: "ignored", what: what.slice(0, 60), why });
}

/** Fields of a push as the journal keeps them: the common ones say nothing new, and no name touches a prototype. */
export function rest(push: Push, without: readonly string[] = []): JsonObject {
  const kept: JsonObject = {};
  for (const name of Object.keys(push)) if (!COMMON.has(name) && !without.includes(name)) kept[name] = plain(push[name]!);
  return kept;
}

const COMMON = new Set(["ToUserName", "FromUserName", "CreateTime", "MsgType", "MsgId", "Event", "__proto__"]);

function plain(value: PushValue): JsonObject | string | (JsonObject | string)[] {
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return value.map((one) => plain(one) as JsonObject | string);
  const kept: JsonObject = {};
  for (const name of Object.keys(value)) if (name !== "__proto__") kept[name] = plain(value[name]!);
  return kept;
}
