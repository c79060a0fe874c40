/** What an Instagram account's webhook brings otherwise than a page's: what was seen, and what is written in public. */
import type { Envelope } from "../../model/event.ts";
import { customerOf, envelope, type Item, ignored } from "../meta/context.ts";
import type { Product, Translate } from "../meta/receive.ts";
import { id, type Wire } from "../wire.ts";
import { fromComment, fromMention } from "./comments.ts";

export const INSTAGRAM: Product = {
  channel: "instagram",
  object: "instagram",
  called: "account",
  kinds: new Map<string, Translate>([["read", fromSeen]]),
  fields: new Map<string, Translate>([
    ["comments", (item, value) => fromComment("comment", item, value)],
    ["live_comments", (item, value) => fromComment("live_comment", item, value)],
    ["mentions", fromMention],
  ]),
};

/** Instagram names the message that was seen; everything up to it was. */
function fromSeen(item: Item, read: Wire): Envelope {
  const customer = customerOf(item);
  const mid = id(read.mid);
  if (customer === undefined || mid === undefined) return ignored(item, "read", "It does not say who saw which message.", mid);
  if (item.standby) return ignored(item, "read", "Another app owns this thread.", mid);
  return envelope(item, customer, "read", `${customer}:${mid}`, { kind: "read", untilMs: item.atMs });
}
