/** Public posts: mentions, replies and quotes are happenings of somebody in public. That they are answered there is not assumed. */
import type { Envelope } from "../../model/event.ts";
import type { JsonObject } from "../../model/json.ts";
import { id, list, record, text, type Wire } from "../wire.ts";
import { envelope, type Item, ignored, instantOf, PUBLIC, userId } from "./context.ts";
import { readText } from "./words.ts";

type Name = "mention" | "reply" | "quote";

/** A post of the v1.1 shape, as the Account Activity API tells it. Source: X, Account Activity data objects; read 2026-08-22. */
export function fromTweet(item: Item): Envelope[] {
  const { wire, account } = item;
  const postId = text(wire.id_str) ?? id(wire.id);
  const user = record(wire.user);
  const author = userId(user?.id_str) ?? userId(user?.id);
  if (postId === undefined || author === undefined) return [ignored(item, "post", "It does not say who posted it.", postId)];
  if (author === account) return [ignored(item, "own_post", "The account's own post.", postId)];
  if (record(wire.retweeted_status) !== undefined) return [ignored(item, "repost", "A repost of somebody's words.", postId)];
  const extended = record(wire.extended_tweet) ?? wire;
  const quoted = record(wire.quoted_status);
  const isQuote = quoted !== undefined && (text(record(quoted.user)?.id_str) ?? id(record(quoted.user)?.id)) === account;
  const inReplyTo = text(wire.in_reply_to_status_id_str);
  const toUs = text(wire.in_reply_to_user_id_str) === account;
  const mentions = list(record(extended.entities)?.user_mentions).some((one) => text(record(one)?.id_str) === account);
  const name: Name | null = isQuote ? "quote" : toUs && inReplyTo !== undefined ? "reply" : toUs || mentions ? "mention" : null;
  if (name === null) return [ignored(item, "post", "It neither mentions the account nor answers it.", postId)];
  return [
    happened(item, name, author, postId, instantOf(wire.timestamp_ms ?? wire.created_at, postId, item.receivedAtMs), {
      text: readText(extended),
      in_reply_to: inReplyTo ?? null,
      quotes: isQuote ? (text(quoted?.id_str) ?? null) : null,
      handle: text(user?.screen_name) ?? null,
    }),
  ];
}

/** A post of the v2 shape, as the X Activity API tells it: the event's type says what it is to us. */
export function fromPost(item: Item, name: Name): Envelope[] {
  const { wire, account } = item;
  const postId = id(wire.id);
  const author = userId(wire.author_id);
  if (postId === undefined || author === undefined) return [ignored(item, name, "It does not say who posted it.", postId)];
  if (author === account) return [ignored(item, "own_post", "The account's own post.", postId)];
  const referenced = (type: string) =>
    list(wire.referenced_tweets)
      .map(record)
      .find((one) => one?.type === type);
  return [
    happened(item, name, author, postId, instantOf(wire.created_at, postId, item.receivedAtMs), {
      text: readText(wire),
      in_reply_to: id(wire.in_reply_to_tweet_id) ?? id(referenced("replied_to")?.id) ?? null,
      quotes: id(referenced("quoted")?.id) ?? null,
      handle: text(item.users.get(author)?.username) ?? null,
    }),
  ];
}

/** One post is one event, whether both APIs tell it or a reply is a mention too. */
function happened(item: Item, name: Name, author: string, postId: string, atMs: number, more: JsonObject): Envelope {
  const fields: JsonObject = { post_id: postId, url: `https://x.com/i/status/${postId}`, ...more };
  return envelope(item.account, PUBLIC + author, "post", postId, atMs, { kind: "happened", name, fields, messageId: postId });
}

/** Somebody took a post back: what we kept of it goes. */
export function fromDeletion(item: Item, postId: string | undefined, author: string | undefined): Envelope[] {
  if (postId === undefined || author === undefined) return [ignored(item, "post_deleted", "It does not say which post of whom.")];
  if (author === item.account) return [ignored(item, "own_post_deleted", "The account's own post.", postId)];
  return [envelope(item.account, PUBLIC + author, "post_deleted", postId, item.receivedAtMs, { kind: "unsent", messageId: postId })];
}

/** Following opens no right to write: it is told, and nothing is sent by itself. */
export function fromFollow(item: Item, type: string, source: Wire | undefined, target: Wire | undefined): Envelope[] {
  const who = userId(source?.id) ?? userId(source?.id_str);
  const whom = id(target?.id) ?? text(target?.id_str);
  if (who === undefined || whom !== item.account) return [ignored(item, "follow", "The account follows somebody, or nobody is named.")];
  const name = type === "unfollow" ? "unfollowed" : "followed";
  const atMs = instantOf(item.wire.created_timestamp ?? item.wire.created_at, undefined, item.receivedAtMs);
  const fields: JsonObject = { handle: text(source?.screen_name) ?? text(source?.username) ?? null };
  return [envelope(item.account, PUBLIC + who, name, `${who}:${atMs}`, atMs, { kind: "happened", name, fields })];
}
