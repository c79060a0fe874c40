/** What people write under the account's posts, in its live broadcasts, and where they name it. */
import { NOBODY } from "../../model/address.ts";
import type { Envelope } from "../../model/event.ts";
import type { JsonObject } from "../../model/json.ts";
import { COMMENTER, envelope, type Item, ignored } from "../meta/context.ts";
import { id, personId, record, text, type Wire } from "../wire.ts";

/**
 * A commenter's id is no customer's id: it is kept apart, for ever. The two ways of signing in print the comment's id under two names,
 * and a comment on a boosted post may be told twice, which its id makes one.
 * Source: Meta, Instagram webhooks, `comments` and `live_comments`; read 2026-09-28.
 */
export function fromComment(name: "comment" | "live_comment", item: Item, value: Wire): Envelope {
  const from = record(value.from);
  const author = personId(from?.id);
  const comment = id(value.comment_id) ?? id(value.id);
  if (author === undefined || comment === undefined) return ignored(item, name, "It does not say who wrote it, or which comment it is.");
  if (author === item.page || from?.self_ig_scoped_id !== undefined) return ignored(item, name, "The account wrote it itself.", comment);
  const media = record(value.media);
  const parent = id(value.parent_id) ?? null;
  const fields: JsonObject = {
    comment_id: comment,
    post_id: id(media?.id) ?? null,
    parent_id: parent,
    text: text(value.text) ?? "",
    from_name: text(from?.username) ?? null,
    is_reply: parent !== null,
    media: text(media?.media_product_type) ?? null,
    ad_id: id(media?.ad_id) ?? null,
    ad_title: text(media?.ad_title) ?? null,
  };
  return envelope(item, COMMENTER + author, name, comment, { kind: "happened", name, fields, messageId: comment });
}

/** Named in a caption or a comment of somebody else's: who did it is not told, so it goes to the account's own conversation. */
export function fromMention(item: Item, value: Wire): Envelope {
  const comment = id(value.comment_id) ?? null;
  const media = id(value.media_id) ?? null;
  if (comment === null && media === null) return ignored(item, "mentions", "It names neither a comment nor a post.");
  const event = { kind: "happened" as const, name: "mention", fields: { comment_id: comment, post_id: media } };
  return envelope(item, NOBODY, "mention", `${media}:${comment}`, event);
}
