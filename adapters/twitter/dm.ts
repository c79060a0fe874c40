/** Direct messages: what a customer wrote or tapped, our own line coming back, or a person who answered in X's own app. */
import type { Profile } from "../../model/adapter.ts";
import type { Attachment, Envelope, Heard, Referral } from "../../model/event.ts";
import type { Message } from "../../model/message.ts";
import { id, list, record, text, type Wire } from "../wire.ts";
import { envelope, type Item, ignored, instantOf, userId } from "./context.ts";
import { readText } from "./words.ts";

/** Source: X, Account Activity data objects, `direct_message_events`; X Activity, `dm.received`, `dm.sent`; read 2026-08-22. */
export function fromDirectMessage(item: Item): Envelope[] {
  const { wire, account } = item;
  const messageId = id(wire.id);
  if (text(wire.type) !== "message_create" || messageId === undefined)
    return [ignored(item, text(wire.type) ?? "direct_message", "It is no message, or one without an id.")];
  const create = record(wire.message_create) ?? {};
  const sender = userId(create.sender_id);
  const recipient = userId(record(create.target)?.recipient_id);
  if (sender === undefined || recipient === undefined)
    return [ignored(item, "direct_message", "It does not say from whom to whom; group conversations are not answered.", messageId)];
  if (sender !== account && recipient !== account) return [ignored(item, "direct_message", "It is between two other accounts.", messageId)];
  const customer = sender === account ? recipient : sender;
  if (customer === account) return [ignored(item, "direct_message", "The account wrote to itself.", messageId)];
  const data = record(create.message_data) ?? {};
  const atMs = instantOf(wire.created_timestamp, messageId, item.receivedAtMs);
  if (sender === account) return echoed(item, customer, messageId, atMs, id(create.source_app_id) ?? null, data);
  const person = item.users.get(customer);
  if (person !== undefined) item.known.meet(account, customer, readProfile(person));
  return [said(item, customer, messageId, atMs, data)];
}

function said(item: Item, customer: string, messageId: string, atMs: number, data: Wire): Envelope {
  const { attachments, urls } = readAttachment(data.attachment);
  const words = readText(data, urls);
  const payload = text(record(data.quick_reply_response)?.metadata);
  const referral = readReferral(item.wire.initiated_via);
  if (words === "" && attachments.length === 0 && payload === undefined)
    return ignored(item, "direct_message", "There is nothing in it.", messageId);
  const event: Extract<Heard, { kind: "said" }> = { kind: "said", text: words, attachments, messageId };
  if (payload !== undefined) event.payload = payload;
  if (referral !== undefined) event.referral = referral;
  return envelope(item.account, customer, "dm", messageId, atMs, event);
}

/** By its id, where the send was answered here already; by the app; else a person, unless a line of ours explains it. */
function echoed(item: Item, customer: string, messageId: string, atMs: number, app: string | null, data: Wire): Envelope[] {
  const { account, known } = item;
  const lines = known.linesOf(messageId);
  if (lines !== undefined)
    return lines.map((line, at) =>
      envelope(account, customer, "echo", at === 0 ? messageId : `${messageId}:${line}`, atMs, { kind: "echoed", messageId, line }),
    );
  if (app !== null && app === known.appId)
    return [envelope(account, customer, "echo", messageId, atMs, { kind: "echoed", messageId, line: null })];
  return [envelope(account, customer, "echo", messageId, atMs, { kind: "person_spoke", app, message: shown(data), messageId })];
}

const SHOWN_MAX = 20;

/** What the customer saw, as one message of ours: for the transcript, and to know our own lines by. */
function shown(data: Wire): Message {
  const { attachments, urls } = readAttachment(data.attachment);
  const message: Message = {};
  const words = readText(data, urls);
  if (words !== "") message.text = words;
  const [medium] = attachments;
  if (medium?.url !== undefined && (medium.kind === "image" || medium.kind === "video")) message[medium.kind] = { url: medium.url };
  const buttons = list(data.ctas)
    .slice(0, SHOWN_MAX)
    .flatMap((given) => {
      const title = text(record(given)?.label);
      const url = text(record(given)?.url);
      return title === undefined || url === undefined ? [] : [{ title, url }];
    });
  if (buttons.length > 0) message.buttons = buttons;
  const choices = list(record(data.quick_reply)?.options)
    .slice(0, SHOWN_MAX)
    .flatMap((given) => {
      const title = text(record(given)?.label);
      return title === undefined ? [] : [{ title, payload: text(record(given)?.metadata) ?? title }];
    });
  if (choices.length > 0) message.choices = choices;
  if (Object.keys(message).length === 0) message.text = "[message]";
  return message;
}

const KINDS: Record<string, Attachment["kind"]> = { photo: "image", video: "video", animated_gif: "video" };

/** @returns with the short links under which the text names the medium too */
function readAttachment(value: unknown): { attachments: Attachment[]; urls: string[] } {
  const attachment = record(value);
  if (attachment === undefined) return { attachments: [], urls: [] };
  const location = record(attachment.location);
  if (location !== undefined) return { attachments: [readLocation(location)], urls: [] };
  const media = (Array.isArray(attachment.media) ? attachment.media : [attachment.media]).map(record).filter((one) => one !== undefined);
  if (media.length === 0) return { attachments: [{ kind: "unknown", more: { type: text(attachment.type) ?? "attachment" } }], urls: [] };
  const attachments = media.slice(0, SHOWN_MAX).map((medium): Attachment => {
    const type = text(medium.type) ?? "";
    const kind = Object.hasOwn(KINDS, type) ? KINDS[type]! : "unknown";
    const url = (kind === "video" ? bestVideo(medium) : undefined) ?? text(medium.media_url_https) ?? text(medium.media_url);
    const mediumId = text(medium.id_str) ?? id(medium.id);
    return { kind, ...(url === undefined ? {} : { url }), ...(mediumId === undefined ? {} : { id: mediumId }) };
  });
  return { attachments, urls: media.flatMap((medium) => text(medium.url) ?? []) };
}

/** The largest MP4 of at most 2 Mbit/s: a desk shows it, nobody edits it. */
function bestVideo(medium: Wire): string | undefined {
  let best: { url: string; rate: number } | undefined;
  for (const given of list(record(medium.video_info)?.variants).slice(0, SHOWN_MAX)) {
    const variant = record(given);
    const url = text(variant?.url);
    const rate = typeof variant?.bitrate === "number" ? variant.bitrate : 0;
    if (url === undefined || variant?.content_type !== "video/mp4" || rate > 2_200_000) continue;
    if (best === undefined || rate > best.rate) best = { url, rate };
  }
  return best?.url;
}

function readLocation(location: Wire): Attachment {
  const point = list(record(record(location.shared_coordinate)?.coordinates)?.coordinates); // longitude first
  const [lng, lat] = point;
  const place = record(record(location.shared_place)?.place);
  const title = text(place?.full_name) ?? text(place?.name);
  return {
    kind: "location",
    ...(typeof lat === "number" && typeof lng === "number" ? { lat, lng } : {}),
    ...(title === undefined ? {} : { title }),
    ...(id(place?.id) === undefined ? {} : { id: id(place?.id)! }),
  };
}

/** The customer has read up to here. Who reads may also be the account itself, in X's app. */
export function fromRead(item: Item): Envelope[] {
  const reader = userId(item.wire.sender_id);
  const other = userId(record(item.wire.target)?.recipient_id);
  if (reader === undefined || reader === item.account || other !== item.account)
    return [ignored(item, "read", "It is not the customer who read, or not what this account wrote.")];
  const untilMs = instantOf(item.wire.created_timestamp, undefined, item.receivedAtMs);
  return [envelope(item.account, reader, "read", `${reader}:${untilMs}`, untilMs, { kind: "read", untilMs })];
}

/** The post or the welcome message by which they came. */
function readReferral(value: unknown): Referral | undefined {
  const via = record(value);
  const post = id(via?.tweet_id);
  const welcome = id(via?.welcome_message_id);
  if (post === undefined && welcome === undefined) return undefined;
  const referral: Referral = { source: post === undefined ? "WELCOME_MESSAGE" : "POST", type: "OPEN_THREAD" };
  if (post !== undefined) referral.postId = post;
  if (welcome !== undefined) referral.ref = `welcome_message:${welcome}`;
  return referral;
}

const NAME = /^\p{L}[\p{L}\p{M}'’.-]*$/u;

/** A name on X is whatever somebody chose: only one that looks like a person's is used to address them. */
export function readProfile(user: Wire): Profile {
  const profile: Profile = {};
  const words = (text(user.name) ?? "").trim().split(/\s+/);
  if (words.length <= 4 && words.every((word) => NAME.test(word))) {
    profile.first_name = words[0]!;
    if (words.length > 1) profile.last_name = words.slice(1).join(" ");
  }
  const picture = text(user.profile_image_url_https) ?? text(user.profile_image_url);
  if (picture !== undefined && /^https?:\/\//.test(picture)) profile.picture_url = picture;
  return profile;
}
