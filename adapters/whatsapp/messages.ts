/** What a customer wrote, tapped, sent or took back. */
import type { Envelope, Heard } from "../../model/event.ts";
import type { JsonObject } from "../../model/json.ts";
import { parseJson } from "../parse.ts";
import { id, keep, keepObject, list, personId, record, text, type Wire } from "../wire.ts";
import { readAttachments } from "./attachments.ts";
import { customerOf, envelope, type Item, ignored } from "./context.ts";
import { fromAd, readReferral } from "./referral.ts";

export function fromMessage(item: Item): Envelope {
  const { wire } = item;
  const type = text(wire.type) ?? "unknown";
  const customer = customerOf(item);
  const messageId = id(wire.id);
  if (customer === undefined || messageId === undefined)
    return ignored(item, "message", "It does not say who wrote it, or which message it is.");
  if (wire.group_id !== undefined)
    return ignored(item, "group_message", "It was said in a group; this bot speaks with one customer at a time.");
  const content = record(wire[type]) ?? {};
  const about: About = { item, customer, messageId };
  switch (type) {
    case "text":
      return said(about, text(content.body) ?? "");
    case "interactive":
      return answered(about, content);
    case "button": {
      const payload = text(content.payload) ?? text(content.text);
      return payload === undefined
        ? ignored(item, "button", "It has neither payload nor text.")
        : tapped(about, payload, text(content.text));
    }
    case "reaction":
      return reacted(about, content);
    case "order":
      return happened(about, "order", keepObject(content), "message");
    case "system":
      return changed(about, content);
    case "edit":
      return edited(about, content);
    case "revoke": {
      const original = id(content.original_message_id);
      if (original === undefined) return ignored(item, "revoke", "It does not say which message was taken back.");
      return envelope(item, customer, "unsent", original, { kind: "unsent", messageId: original });
    }
    case "unsupported":
    case "unknown":
      return unsupported(about, content);
    default: {
      const read = readAttachments(type, wire[type]);
      return read === null
        ? said(about, "", [{ kind: "unknown", more: { type: type.slice(0, 60), content: keep(wire[type]) } }])
        : said(about, read.caption, read.attachments);
    }
  }
}

type About = { item: Item; customer: string; messageId: string };
type Said = Extract<Heard, { kind: "said" }>;

function said({ item, customer, messageId }: About, words: string, attachments: Said["attachments"] = [], payload?: string): Envelope {
  const { wire } = item;
  const referral = readReferral(wire.referral);
  if (words === "" && attachments.length === 0 && payload === undefined && referral === undefined)
    return ignored(item, "message", "There is nothing in it.");
  const event: Said = { kind: "said", text: words, attachments, messageId };
  const context = record(wire.context);
  const quoted = id(context?.id);
  if (quoted !== undefined) event.replyTo = quoted;
  if (payload !== undefined) event.payload = payload;
  if (referral !== undefined) event.referral = referral;
  const more = moreOf(item, context);
  if (Object.keys(more).length > 0) event.more = more;
  return envelope(item, customer, "message", messageId, event, fromAd(referral) ? "ad_message" : "message");
}

/** What else the platform says of it: forwarded, about which product, and under which other id the person is known. */
function moreOf({ wire }: Item, context: Wire | undefined): JsonObject {
  const more: JsonObject = {};
  if (context?.frequently_forwarded === true) more.forwarded = "often";
  else if (context?.forwarded === true) more.forwarded = "once";
  const product = record(context?.referred_product);
  if (product !== undefined) more.product = keepObject(product);
  const userId = personId(wire.from_user_id);
  if (userId !== undefined && wire.from !== undefined && wire.from !== userId) more.user_id = userId;
  return more;
}

/** A button or a row of a list: its title, as if typed, and what it carried. They stay under their message and may be tapped late. */
function answered(about: About, interactive: Wire): Envelope {
  const type = text(interactive.type) ?? "";
  const chosen = record(interactive[type]);
  if (type === "nfm_reply" && chosen !== undefined) return happened(about, "form", formFields(chosen), "message");
  const payload = text(chosen?.id);
  const title = text(chosen?.title);
  if (payload === undefined && title === undefined) return ignored(about.item, "interactive", "We do not know this kind of answer.");
  return said(about, title ?? "", [], payload);
}

/** The answers by key, so that a flow can name them. */
function formFields(reply: Wire): JsonObject {
  const answers = record(parseJson(text(reply.response_json) ?? ""));
  return { ...keepObject(answers), form: text(reply.name) ?? null };
}

function tapped({ item, customer, messageId }: About, payload: string, title: string | undefined): Envelope {
  const event: Heard = { kind: "tapped", payload, messageId };
  if (title !== undefined) event.title = title;
  return envelope(item, customer, "tap", messageId, event, "tap");
}

function reacted(about: About, reaction: Wire): Envelope {
  const emoji = text(reaction.emoji);
  const fields: JsonObject = { action: emoji === undefined ? "unreact" : "react" };
  if (emoji !== undefined) fields.emoji = emoji;
  const to = id(reaction.message_id);
  const event: Heard = { kind: "happened", name: "reaction", fields };
  if (to !== undefined) event.messageId = to;
  return envelope(about.item, about.customer, "reaction", about.messageId, event); // that it opens the window is nowhere said
}

function happened({ item, customer, messageId }: About, name: string, fields: JsonObject, opens?: string): Envelope {
  return envelope(item, customer, name, messageId, { kind: "happened", name, fields, messageId }, opens);
}

/** A new number, or a new phone: told by the platform in the customer's thread. */
function changed(about: About, system: Wire): Envelope {
  const type = text(system.type) ?? "unknown";
  const number = personId(system.wa_id) ?? personId(system.new_wa_id);
  if (/number/.test(type)) return happened(about, "number_changed", { from: about.customer, to: number ?? null });
  if (/identity/.test(type)) return happened(about, "identity_changed", {});
  return ignored(about.item, `system:${type.slice(0, 50)}`, "Nothing for a conversation follows from it.");
}

/** There is no number of the edit; later ones have a later time. */
function edited({ item, customer, messageId }: About, edit: Wire): Envelope {
  const original = id(edit.original_message_id);
  const message = record(edit.message);
  const type = text(message?.type) ?? "";
  const content = record(message?.[type]);
  if (original === undefined || message === undefined) return ignored(item, "edit", "It does not say which message, or what it says now.");
  const words = text(content?.body) ?? text(content?.caption) ?? "";
  return envelope(item, customer, "edit", messageId, { kind: "edited", messageId: original, text: words, edit: item.atMs });
}

/** An edit or a recall that this API version cannot show is no message; everything else is one that a person must look at. */
function unsupported(about: About, content: Wire): Envelope {
  const type = text(content.type) ?? "unsupported";
  if (type === "edit" || type === "revoke") return ignored(about.item, `unsupported:${type}`, "This version of the API does not show it.");
  const [error] = list(about.item.wire.errors).map(record);
  const more: JsonObject = { type: type.slice(0, 60) };
  const code = id(error?.code);
  if (code !== undefined) more.code = code;
  return said(about, "", [{ kind: "unknown", more }]);
}
