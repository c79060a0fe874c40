/** What came with a message: pictures, places, stickers, shared posts and products, each as one attachment. */
import type { Attachment } from "../../model/event.ts";
import type { JsonObject } from "../../model/json.ts";
import { id, keep, keepObject, list, record, text, type Wire } from "../wire.ts";

/** Far more than anybody sends at once; the rest of a made-up list is left out. */
const ATTACHMENTS_MAX = 100;

/** Source: Meta, Messenger webhooks `messages`, attachment types; stickers' change of 2026-08-30; Instagram `messages`; read 2026-09-28. */
export function readAttachments(value: unknown): Attachment[] {
  const attachments: Attachment[] = [];
  for (const given of list(value).slice(0, ATTACHMENTS_MAX)) {
    const one = record(given);
    if (one !== undefined) attachments.push(...readOne(one));
  }
  return withoutPicturesOfStickers(attachments);
}

function readOne(given: Wire): Attachment[] {
  const payload = record(given.payload);
  const type = text(given.type) ?? "unknown";
  const url = text(payload?.url) ?? text(given.url) ?? text(given.URL);
  const title = text(payload?.title) ?? text(given.title);
  const sticker = id(payload?.sticker_id);
  switch (type) {
    case "image":
      return [sticker === undefined ? build("image", { url }) : build("sticker", { url, id: sticker })];
    case "video":
    case "audio":
    case "file":
      return [build(type, { url, title })];
    case "sticker":
      return [build("sticker", { url, id: sticker })];
    case "location":
      return [readLocation(payload, url, title)];
    case "reel":
    case "ig_reel":
      return [build("post", { url, title, id: id(payload?.reel_video_id), more: { type } })];
    case "post":
    case "ig_post":
      return [build("post", { url, title, id: id(payload?.id) ?? id(payload?.ig_post_media_id), more: { type } })];
    case "share":
    case "story":
    case "ig_story":
    case "story_mention":
      return [build("post", { url, title, id: id(payload?.id), more: { type } })];
    case "like_heart":
      return [build("sticker", { url, more: { type } })];
    case "appointment_booking":
      return [build("appointment", { id: id(payload?.booking_id), more: othersOf(payload, ["booking_id"]) })];
    case "fallback":
      return [url === undefined ? build("unknown", { title, more: { type } }) : build("link", { url, title })];
    case "template": {
      const products = list(record(payload?.product)?.elements);
      if (products.length > 0) return products.slice(0, ATTACHMENTS_MAX).map(readProduct);
      return [build("unknown", { url, title, more: { type, payload: keep(given.payload ?? null) } })];
    }
    default:
      return [build("unknown", { url, title, more: { type, payload: keep(given.payload ?? null) } })];
  }
}

function readLocation(payload: Wire | undefined, url: string | undefined, title: string | undefined): Attachment {
  const at = record(payload?.coordinates);
  const number = (value: unknown) => (typeof value === "number" && Number.isFinite(value) ? value : undefined);
  return build("location", { url, title, lat: number(at?.lat), lng: number(at?.long) });
}

function readProduct(value: unknown): Attachment {
  const product = record(value);
  const more = othersOf(product, ["id", "title", "image_url"]);
  return build("product", { id: id(product?.id), title: text(product?.title), url: text(product?.image_url), more });
}

function othersOf(from: Wire | undefined, known: string[]): JsonObject | undefined {
  const others = keepObject(from);
  for (const key of known) delete others[key];
  return Object.keys(others).length > 0 ? others : undefined;
}

/** Between June and 30 August 2026 a sticker came twice: as itself and as a picture of itself. */
function withoutPicturesOfStickers(attachments: Attachment[]): Attachment[] {
  const stickers = new Set<string>();
  for (const one of attachments) if (one.kind === "sticker" && one.url !== undefined) stickers.add(one.url);
  if (stickers.size === 0) return attachments;
  return attachments.filter((one) => one.kind !== "image" || one.url === undefined || !stickers.has(one.url));
}

type Parts = { [K in keyof Omit<Attachment, "kind">]: Attachment[K] | undefined };

/** Leaves out what is not there, so that stored events hold no empty keys. */
function build(kind: Attachment["kind"], parts: Parts): Attachment {
  const attachment: Attachment = { kind };
  if (parts.url !== undefined) attachment.url = parts.url;
  if (parts.title !== undefined) attachment.title = parts.title;
  if (parts.id !== undefined) attachment.id = parts.id;
  if (parts.lat !== undefined) attachment.lat = parts.lat;
  if (parts.lng !== undefined) attachment.lng = parts.lng;
  if (parts.more !== undefined) attachment.more = parts.more;
  return attachment;
}
