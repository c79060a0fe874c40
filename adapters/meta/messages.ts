/** What a customer wrote or tapped, with the referral that hides inside: one event, one turn. */
import type { Envelope, Heard } from "../../model/event.ts";
import type { JsonObject } from "../../model/json.ts";
import { appId, id, keep, list, record, text, type Wire } from "../wire.ts";
import { readAttachments } from "./attachments.ts";
import { customerOf, envelope, type Item, ignored } from "./context.ts";
import { echoed } from "./echoes.ts";
import { fromAd, readReferral } from "./referral.ts";

export function fromMessage(item: Item, message: Wire): Envelope {
  if (message.is_self === true) return ignored(item, "self", "The account tries itself out.", id(message.mid));
  if (message.is_echo === true) return echoed(item, message);
  const mid = id(message.mid);
  const customer = customerOf(item);
  if (customer === undefined) return ignored(item, "message", "It names no customer.", mid);
  if (id(record(item.wire.sender)?.id) === item.page) return ignored(item, "message", "The page itself wrote it, and not as an echo.", mid);
  if (item.standby) return ignored(item, "message", "Another app owns this thread; it will answer.", mid, "message");
  if (mid === undefined && text(message.admin_text) !== undefined)
    return ignored(item, "admin_text", "A notice of the platform's own assistant, not the customer's words.");
  const hop = record(item.wire.hop_context);
  if (hop !== undefined) return leadSummary(item, customer, mid, message, hop);
  if (message.is_deleted === true && mid !== undefined) return envelope(item, customer, "unsent", mid, { kind: "unsent", messageId: mid });
  return said(item, customer, mid, message);
}

function said(item: Item, customer: string, mid: string | undefined, message: Wire): Envelope {
  const words = text(message.text) ?? "";
  const payload = text(record(message.quick_reply)?.payload);
  const attachments = message.attachments === undefined ? [] : readAttachments(message.attachments);
  if (message.is_unsupported === true && attachments.length === 0) attachments.push({ kind: "unknown", more: { type: "unsupported" } });
  const referral = message.referral === undefined ? undefined : readReferral(message.referral);
  if (words === "" && attachments.length === 0 && payload === undefined && referral === undefined)
    return ignored(item, "message", "There is nothing in it.", mid);

  const event: Extract<Heard, { kind: "said" }> = { kind: "said", text: words, attachments };
  if (mid !== undefined) event.messageId = mid;
  if (message.reply_to !== undefined) {
    const quoted = record(message.reply_to);
    const mid = id(quoted?.mid);
    if (mid !== undefined) event.replyTo = mid;
    // Only its id: a story's picture may not be kept once the story is gone.
    const story = id(record(quoted?.story)?.id);
    if (story !== undefined) event.more = { story };
  }
  if (payload !== undefined) event.payload = payload;
  if (referral !== undefined) event.referral = referral;
  if (message.commands !== undefined) {
    const commands = list(message.commands).flatMap((command) => text(record(command)?.name) ?? []);
    if (commands.length > 0) event.more = { ...event.more, commands };
  }
  return envelope(item, customer, "message", mid, event, fromAd(referral) ? "ad_message" : "message");
}

/** The answers of a lead ad, written up by the platform as if the customer had typed them; the thread does not show it. */
function leadSummary(item: Item, customer: string, mid: string | undefined, message: Wire, hop: Wire): Envelope {
  const fields: JsonObject = { text: text(message.text) ?? "", metadata: text(hop.metadata) ?? "", app: appId(hop.app_id) };
  const event: Heard = { kind: "happened", name: "lead_summary", fields };
  if (mid !== undefined) event.messageId = mid;
  return envelope(item, customer, "lead_summary", mid, event, "lead_form");
}

/** What a page's Get Started button carries by custom, and by our own publishing. */
const GET_STARTED = "GET_STARTED";

/**
 * A button, the menu, an ice breaker: a tap. Get Started opens a conversation, which every channel has a way to do: it
 * happens under that name. Buttons never expire: a tap may come months later, and twice.
 */
export function fromPostback(item: Item, postback: Wire): Envelope {
  const mid = id(postback.mid);
  const customer = customerOf(item);
  if (customer === undefined) return ignored(item, "postback", "It names no customer.", mid);
  if (item.standby) return ignored(item, "postback", "Another app owns this thread and its button.", mid, "postback");
  const title = text(postback.title);
  const payload = text(postback.payload) ?? title;
  if (payload === undefined) return ignored(item, "postback", "It has neither payload nor title.", mid, "postback");
  const referral = readReferral(postback.referral);
  const event: Extract<Heard, { kind: "tapped" | "happened" }> =
    payload === GET_STARTED ? { kind: "happened", name: "get_started", fields: { payload } } : { kind: "tapped", payload };
  if (event.kind === "tapped" && title !== undefined) event.title = title;
  if (mid !== undefined) event.messageId = mid;
  if (referral !== undefined) event.referral = referral;
  return envelope(item, customer, "postback", mid, event, fromAd(referral) ? "ad_message" : "postback");
}

/** An existing thread entered again by a link or an ad. */
export function fromReferral(item: Item, value: Wire): Envelope {
  const customer = customerOf(item);
  const referral = readReferral(value, item.wire.lead);
  if (customer === undefined || referral === undefined) return ignored(item, "referral", "It names no customer.");
  if (item.standby) return ignored(item, "referral", "Another app owns this thread.");
  return envelope(item, customer, "referral", undefined, { kind: "referred", referral }, openingOf(referral.type, fromAd(referral)));
}

function openingOf(type: string | undefined, ad: boolean): string {
  if (type === "LEAD_COMPLETE" || type === "LEAD_INCOMPLETE") return "lead_form";
  return ad ? "ad_click" : "link";
}

export function fromEdit(item: Item, edit: Wire): Envelope {
  const mid = id(edit.mid);
  const customer = customerOf(item);
  if (customer === undefined || mid === undefined) return ignored(item, "message_edit", "It does not say whose or which message.", mid);
  if (item.standby) return ignored(item, "message_edit", "Another app owns this thread.", mid);
  const number = Number(id(edit.num_edit) ?? "1");
  const count = Number.isSafeInteger(number) && number > 0 ? number : 1;
  const words = typeof edit.text === "string" ? edit.text : "";
  return envelope(item, customer, "edit", `${mid}:${count}`, { kind: "edited", messageId: mid, text: words, edit: count });
}

export function fromReaction(item: Item, reaction: Wire): Envelope {
  const mid = id(reaction.mid);
  const customer = customerOf(item);
  if (customer === undefined) return ignored(item, "reaction", "It names no customer.", mid);
  if (item.standby) return ignored(item, "reaction", "Another app owns this thread.");
  const action = text(reaction.action) ?? "react";
  const fields: JsonObject = { action };
  for (const key of ["reaction", "emoji"] as const) if (reaction[key] !== undefined) fields[key] = keep(reaction[key]);
  const event: Heard = { kind: "happened", name: "reaction", fields };
  if (mid !== undefined) event.messageId = mid;
  const part = mid === undefined ? undefined : `${mid}:${customer}:${action}:${item.atMs}`;
  return envelope(item, customer, "reaction", part, event, action === "react" ? "reaction" : undefined);
}
