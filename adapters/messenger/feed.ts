/** What happens on the page's own posts. A commenter's id is no customer's id: it is kept apart, for ever. */
import { NOBODY } from "../../model/address.ts";
import type { Envelope, Heard } from "../../model/event.ts";
import type { JsonObject } from "../../model/json.ts";
import { COMMENTER, envelope, type Item, ignored } from "../meta/context.ts";
import { id, instantMs, keep, personId, record, text, type Wire } from "../wire.ts";

const COMMENT_VERBS: ReadonlyMap<string, string> = new Map([
  ["add", "comment"],
  ["edited", "comment_edited"],
  ["remove", "comment_removed"],
]);
const VISITOR_ITEMS = new Set(["status", "post", "photo", "video", "share"]);

/** `item.wire` is the whole change, `value` what changed. Source: Page webhooks `feed`, from public captures; keys unconfirmed. */
export function fromFeed(item: Item, value: Wire): Envelope {
  const about = text(value.item) ?? "unknown";
  const verb = text(value.verb) ?? "";
  const from = record(value.from);
  const author = personId(from?.id);
  if (author === undefined) return ignored(item, `feed:${about}`, "It does not say who did it.");
  if (author === item.page) return ignored(item, `feed:${about}`, "The page did it itself.");
  const happened = at(item, value);
  if (about === "comment") {
    const name = COMMENT_VERBS.get(verb);
    const comment = id(value.comment_id);
    if (name === undefined || comment === undefined) return ignored(item, "feed:comment", `Nothing follows from a comment's "${verb}".`);
    const post = record(value.post);
    const fields: JsonObject = {
      comment_id: comment,
      post_id: id(value.post_id) ?? null,
      parent_id: id(value.parent_id) ?? null,
      text: text(value.message) ?? "",
      from_name: text(from?.name) ?? null,
      is_reply: id(value.parent_id) !== undefined && id(value.parent_id) !== id(value.post_id),
    };
    if (post !== undefined) fields.post = keep(post);
    const event: Heard = { kind: "happened", name, fields, messageId: comment };
    // A comment may be edited many times; each edit has its own words or its own time.
    return envelope(happened, COMMENTER + author, name, name === "comment" ? comment : undefined, event);
  }
  if (VISITOR_ITEMS.has(about) && verb === "add") {
    const post = id(value.post_id);
    const fields: JsonObject = { post_id: post ?? null, text: text(value.message) ?? "", from_name: text(from?.name) ?? null, item: about };
    return envelope(happened, COMMENTER + author, "visitor_post", post, { kind: "happened", name: "visitor_post", fields });
  }
  return ignored(item, `feed:${about}`, "Nothing for a conversation follows from it.");
}

function at(item: Item, value: Wire): Item {
  return { ...item, atMs: instantMs(value.created_time) ?? item.atMs };
}

/** A label that staff put on a customer in the platform's inbox, or took away. */
export function fromInboxLabel(item: Item, value: Wire): Envelope {
  const customer = id(record(value.user)?.id);
  const label = record(value.label);
  if (customer === undefined || label === undefined) return ignored(item, "inbox_labels", "It does not say whose or which label.");
  const fields: JsonObject = {
    action: text(value.action) ?? "",
    label_id: id(label.id) ?? null,
    label: text(label.page_label_name) ?? null,
  };
  return envelope(item, customer === item.page ? NOBODY : customer, "inbox_label", undefined, {
    kind: "happened",
    name: "inbox_label",
    fields,
  });
}
