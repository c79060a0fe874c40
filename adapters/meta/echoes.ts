/** What the page said: our own line coming back, or a person (or another tool) speaking past us. */
import type { Envelope } from "../../model/event.ts";
import type { Button, Card, Message } from "../../model/message.ts";
import { appId, digest, id, list, record, text, type Wire } from "../wire.ts";
import { readAttachments } from "./attachments.ts";
import { customerOf, envelope, type Item, ignored } from "./context.ts";

/** The platform gives back exactly what we put in `metadata`: the one handle of our own on a message. */
const METADATA = "baton:";

export function metadataOf(line: string): string {
  return METADATA + line;
}

export function lineIn(metadata: unknown): string | null {
  return typeof metadata === "string" && metadata.startsWith(METADATA) && metadata.length > METADATA.length
    ? metadata.slice(METADATA.length)
    : null;
}

/** The inbox of the platform itself. One table of its docs prints the id a digit short. Source: Meta, Conversation Routing; read 2026-09-28. */
export const PAGE_INBOX = "263902037430900";
const PAGE_INBOX_MISPRINT = "26390203743090";

/**
 * Ours by the line id in its metadata or by our app's id; everybody else counts as a person. Metadata decides first: a
 * wrong app id in the settings must not make us take ourselves for a person and fall silent.
 */
export function echoed(item: Item, message: Wire): Envelope {
  const mid = id(message.mid);
  const customer = customerOf(item);
  if (customer === undefined) return ignored(item, "echo", "It names no customer.", mid);
  const messageId = mid ?? digest(item.wire);
  const app = appId(message.app_id);
  const line = lineIn(message.metadata);
  if (line !== null || (app !== null && app === item.appId))
    return envelope(item, customer, "echo", messageId, { kind: "echoed", messageId, line });
  const speaker = app === PAGE_INBOX_MISPRINT ? PAGE_INBOX : app;
  return envelope(item, customer, "echo", messageId, { kind: "person_spoke", app: speaker, message: shown(message), messageId });
}

/** What the customer saw, as one message of ours: for the transcript, not for sending again. */
function shown(message: Wire): Message {
  const shown: Message = {};
  const texts: string[] = [];
  const words = text(message.text);
  if (words !== undefined) texts.push(words);
  for (const given of list(message.attachments).slice(0, 20)) {
    const template = record(record(given)?.payload);
    if (typeof template?.template_type === "string") addTemplate(shown, texts, template);
  }
  for (const attachment of readAttachments(message.attachments)) {
    const { kind, url, title } = attachment;
    switch (kind) {
      case "image":
      case "video":
      case "audio":
      case "file":
        if (url !== undefined && shown[kind] === undefined) shown[kind] = { url };
        else texts.push(url ?? `[${kind}]`);
        break;
      case "product": {
        const card: Card = { title: title ?? attachment.id ?? "[product]" };
        if (url !== undefined) card.imageUrl = url;
        shown.cards = [...(shown.cards ?? []), card];
        break;
      }
      case "unknown":
        if (record(record(attachment.more)?.payload)?.template_type === undefined) texts.push(title ?? url ?? "[attachment]");
        break;
      default:
        texts.push([title ?? `[${kind}]`, url].filter((part) => part !== undefined).join(" "));
    }
  }
  if (texts.length > 0) shown.text = texts.join("\n");
  if (Object.keys(shown).length === 0) shown.text = "[message]";
  return shown;
}

function addTemplate(shown: Message, texts: string[], template: Wire): void {
  const words = text(template.text);
  if (words !== undefined) texts.push(words);
  const buttons = readButtons(template.buttons);
  if (buttons.length > 0) shown.buttons = buttons;
  for (const given of list(template.elements).slice(0, 10)) {
    const element = record(given);
    const title = text(element?.title);
    if (element === undefined) continue;
    if (title === undefined) {
      texts.push(text(element.url) ?? `[${text(element.media_type) ?? "attachment"}]`);
      continue;
    }
    const card: Card = { title };
    const subtitle = text(element.subtitle);
    if (subtitle !== undefined) card.subtitle = subtitle;
    const picture = text(element.image_url);
    if (picture !== undefined) card.imageUrl = picture;
    const own = readButtons(element.buttons);
    if (own.length > 0) card.buttons = own;
    shown.cards = [...(shown.cards ?? []), card];
  }
}

function readButtons(value: unknown): Button[] {
  return list(value)
    .slice(0, 20)
    .flatMap((given) => {
      const button = record(given);
      const title = text(button?.title) ?? text(button?.type);
      if (button === undefined || title === undefined) return [];
      const url = text(button.url);
      if (url !== undefined) return [{ title, url }];
      const payload = text(button.payload);
      if (payload === undefined) return [{ title }];
      return [button.type === "phone_number" ? { title, phone: payload } : { title, payload }];
    });
}
