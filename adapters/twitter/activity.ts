/** The envelope of the X Activity API: one event a webhook, and the old items inside the payload of direct messages. */
import type { Envelope, Incoming } from "../../model/event.ts";
import { id, list, record, text, type Wire } from "../wire.ts";
import { envelope, type Item, ignored, instantOf, userId } from "./context.ts";
import { fromDirectMessage, fromRead } from "./dm.ts";
import { fromDeletion, fromFollow, fromPost } from "./posts.ts";

const ITEMS_MAX = 1_000;

/** People by id. One API names them plainly, the other wraps each in `data`, once in a list. */
export function readUsers(told: Wire, activity: Wire | undefined): Map<string, Wire> {
  const users = new Map<string, Wire>();
  const add = (key: string | undefined, value: unknown) => {
    const user = record(record(value)?.data) ?? record(value);
    const known = key ?? id(user?.id);
    if (user !== undefined && known !== undefined) users.set(known, user);
  };
  const given = record(record(activity?.payload)?.users) ?? record(told.users) ?? {};
  for (const key of Object.keys(given).slice(0, ITEMS_MAX)) add(key, given[key]);
  for (const user of list(record(activity?.includes)?.users).slice(0, ITEMS_MAX)) add(undefined, user);
  return users;
}

/** Source: X Activity API, event types and payloads; read 2026-08-22. */
export function fromActivity(about: Item, activity: Wire): Envelope[] {
  const type = text(activity.event_type) ?? "nothing";
  const payload = record(activity.payload) ?? {};
  const item = { ...about, wire: payload };
  const each = (key: string, translate: (one: Item) => Envelope[]) => {
    const wires = list(payload[key]).slice(0, ITEMS_MAX).map(record);
    const items = wires.length > 0 ? wires : [payload]; // no sample is published of some: the payload may be the item itself
    return items.flatMap((wire) => (wire === undefined ? [] : translate({ ...item, wire })));
  };
  switch (type) {
    case "dm.received":
    case "dm.sent":
      return each("direct_message_events", fromDirectMessage);
    case "dm.read":
      return each("direct_message_mark_read_events", fromRead);
    case "dm.indicate_typing":
      return [ignored(item, "typing", "The customer is typing.")];
    case "chat.received":
      return [encrypted(item, payload)];
    case "chat.sent":
      return [encryptedAnswer(item, payload)];
    case "post.mention.create":
      return fromPost(item, "mention");
    case "post.reply.create":
      return fromPost(item, "reply");
    case "post.quote.create":
      return fromPost(item, "quote");
    case "post.delete":
      return fromDeletion(item, id(payload.id), userId(payload.author_id));
    case "follow.follow":
    case "follow.unfollow":
      return fromFollow(item, type.slice("follow.".length), record(payload.source), record(payload.target));
    default:
      return [ignored(item, type, "We do not know, or do not use, this kind of event.", id(activity.event_uuid))];
  }
}

/** The two people of an encrypted conversation; undefined for a group. */
function otherOf(conversation: string | undefined, account: string): string | undefined {
  const people = conversation?.split(/[:-]/) ?? [];
  return people.length === 2 && people.includes(account) ? people.find((one) => one !== account && userId(one) !== undefined) : undefined;
}

/** Only ciphertext: there is something, and we cannot read it. What becomes of it is the brand's policy. */
function encrypted(item: Item, payload: Wire): Envelope {
  const sender = id(payload.sender_id);
  const messageId = id(payload.id);
  const customer = otherOf(text(payload.conversation_id), item.account);
  if (customer === undefined || messageId === undefined || sender !== customer)
    return ignored(item, "encrypted_message", "It is of a group, or does not say from whom.", messageId);
  if (item.known.encrypted === "ignore")
    return ignored(item, "encrypted_message", "Encrypted messages are ignored by a setting; the customer gets no answer here.", messageId);
  const atMs = instantOf(payload.created_at_msec, undefined, item.receivedAtMs);
  const more = { type: "encrypted" };
  const event: Incoming =
    item.known.encrypted === "flow"
      ? { kind: "happened", name: "encrypted_message", fields: {}, messageId }
      : { kind: "said", text: "", attachments: [{ kind: "unknown", more }], messageId };
  return envelope(item.account, customer, "chat", messageId, atMs, event);
}

/** Nothing of ours writes encrypted: whoever did sits at X's own app. */
function encryptedAnswer(item: Item, payload: Wire): Envelope {
  const messageId = id(payload.id);
  const customer = otherOf(text(payload.conversation_id), item.account);
  if (customer === undefined || messageId === undefined || id(payload.sender_id) !== item.account)
    return ignored(item, "encrypted_message", "It is of a group, or does not say to whom.", messageId);
  const atMs = instantOf(payload.created_at_msec, undefined, item.receivedAtMs);
  const message = { text: "[encrypted message]" };
  return envelope(item.account, customer, "chat", messageId, atMs, { kind: "person_spoke", app: null, message, messageId });
}
