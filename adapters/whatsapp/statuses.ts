/** What became of our messages, and what the business wrote from its phone. */
import type { Envelope } from "../../model/event.ts";
import type { Message } from "../../model/message.ts";
import { lineIn } from "../meta/echoes.ts";
import { id, list, personId, record, text } from "../wire.ts";
import { readAttachments } from "./attachments.ts";
import { envelope, type Item, ignored } from "./context.ts";
import { refusalOf } from "./errors.ts";

const SECOND_MS = 1_000;

/**
 * One status is one or two events: with our mark in it every status shows that the line arrived at the platform, and under one key, so
 * that the first of them settles it. Order is not promised, and `delivered` is left out when a message is read at once.
 * Source: Meta, Cloud API webhooks, `statuses`; read 2026-09-28.
 */
export function fromStatus(item: Item): Envelope[] {
  const { wire } = item;
  const status = text(wire.status) ?? "unknown";
  const messageId = id(wire.id);
  const customer = personId(wire.recipient_id) ?? personId(wire.recipient_user_id) ?? personId(wire.user_id);
  if (messageId === undefined || customer === undefined)
    return [ignored(item, `status:${status.slice(0, 40)}`, "It does not say which message, or whose.", customer)];
  if (wire.recipient_type === "group") return [ignored(item, `status:${status.slice(0, 40)}`, "It is about a group.", customer)];
  const line = lineIn(wire.biz_opaque_callback_data);
  const echo = envelope(item, customer, "echo", messageId, { kind: "echoed", messageId, line });
  const marked = line === null ? [] : [echo];
  switch (status) {
    case "sent":
      return [echo];
    case "delivered":
      return [
        ...marked,
        envelope(item, customer, "delivered", messageId, { kind: "delivered", messageIds: [messageId], untilMs: upTo(item) }),
      ];
    case "read":
    case "played":
      return [...marked, envelope(item, customer, status, messageId, { kind: "read", untilMs: upTo(item) })];
    case "failed": {
      const { because, why } = refusalOf(wire.errors);
      return [envelope(item, customer, "undelivered", messageId, { kind: "undelivered", messageId, line, because, why })];
    }
    default:
      return [ignored(item, `status:${status.slice(0, 40)}`, "We do not know this status.", customer)];
  }
}

/** The platform counts whole seconds: a line of the same second is meant too. */
function upTo({ atMs }: Item): number {
  return atMs + SECOND_MS - 1;
}

/** A person answered from the WhatsApp Business app: they have the conversation. */
export function fromPhone(item: Item): Envelope {
  const { wire } = item;
  const customer = personId(wire.to) ?? personId(wire.to_user_id);
  const messageId = id(wire.id);
  if (customer === undefined || messageId === undefined) return ignored(item, "message_echo", "It does not say which message, or to whom.");
  const type = text(wire.type) ?? "unknown";
  const event = { kind: "person_spoke" as const, app: null, message: shown(type, wire[type]), messageId };
  return envelope(item, customer, "echo", messageId, event);
}

/** For the transcript, not for sending again. */
function shown(type: string, content: unknown): Message {
  const words = text(record(content)?.body);
  if (words !== undefined) return { text: words };
  const read = readAttachments(type, content);
  const titles = list(read?.attachments).flatMap((one) => text(record(one)?.title) ?? []);
  return { text: [read?.caption ?? "", `[${type.slice(0, 40)}]`, ...titles].filter((part) => part !== "").join(" ") };
}
