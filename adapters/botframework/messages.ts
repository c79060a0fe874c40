/** What a customer wrote, tapped, changed, took back or reacted to. */
import type { Profile } from "../../model/adapter.ts";
import type { Envelope, Heard } from "../../model/event.ts";
import type { JsonObject } from "../../model/json.ts";
import { keepObject, list, personId, record, text, type Wire } from "../wire.ts";
import { readAttachments } from "./attachments.ts";
import { activityId, envelope, type Item, ignored } from "./context.ts";
import { payloadIn } from "./taps.ts";

export function fromMessage(item: Item): Envelope {
  const { wire, customer } = item;
  const id = activityId(item);
  if (customer === undefined) return ignored(item, "message", "It does not say of which conversation, or of whom.", id);
  const from = record(wire.from);
  if (text(from?.role) === "bot" || (item.bot !== "" && personId(from?.id) === item.bot))
    return ignored(item, "message", "A bot wrote it; two that answer each other never end.", id);
  meet(item, customer, from);
  const words = wordsOf(item);
  const payload = payloadIn(wire.value, words);
  if (payload !== undefined) {
    const event: Heard = { kind: "tapped", payload };
    if (words !== "" && !words.endsWith(payload)) event.title = words;
    if (id !== undefined) event.messageId = id;
    return envelope(item, "message", id, event);
  }
  const attachments = readAttachments(wire);
  const value = record(wire.value);
  if (words === "" && attachments.length === 0) {
    if (value === undefined) return ignored(item, "message", "There is nothing in it.", id);
    const event: Heard = { kind: "happened", name: "card_submitted", fields: keepObject(value) };
    if (id !== undefined) event.messageId = id;
    return envelope(item, "message", id, event);
  }
  const event: Extract<Heard, { kind: "said" }> = { kind: "said", text: words, attachments };
  if (id !== undefined) event.messageId = id;
  const replyTo = text(wire.replyToId);
  if (replyTo !== undefined) event.replyTo = replyTo;
  if (value !== undefined) event.more = { value: keepObject(value) };
  return envelope(item, "message", id, event);
}

const MENTIONS_MAX = 50;

/** In a group the bot is spoken to by its name, which is no part of what is said. */
function wordsOf({ wire, bot }: Item): string {
  let words = text(wire.text) ?? "";
  for (const given of list(wire.entities).slice(0, MENTIONS_MAX)) {
    const one = record(given);
    const named = text(one?.text);
    if (text(one?.type) === "mention" && named !== undefined && text(record(one?.mentioned)?.id) === bot) words = words.replace(named, "");
  }
  words = words.replaceAll("&nbsp;", " ");
  return words === text(wire.text) ? words : words.trim();
}

/** Names that chat windows give everybody. */
const NOBODYS_NAME = /^(user|you|guest|anonymous|default-?user|web ?chat user)$/i;

function meet(item: Item, customer: string, from: Wire | undefined): void {
  const profile: Profile = {};
  const name = text(from?.name)?.trim().slice(0, 120) ?? "";
  if (name !== "" && !NOBODYS_NAME.test(name) && !/[@\d]{3}/.test(name)) {
    const [, last, first] = /^([^,]+),\s*(\S.*)$/.exec(name) ?? [];
    const [given = "", ...rest] = first === undefined ? name.split(/\s+/) : [first, last!];
    profile.first_name = given;
    if (rest.length > 0) profile.last_name = rest.join(" ");
  }
  const locale = text(item.wire.locale);
  if (locale !== undefined && /^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/.test(locale)) profile.language = locale;
  const zone = text(item.wire.localTimezone);
  if (zone !== undefined && /^[A-Za-z_]+(\/[A-Za-z0-9_+-]+)*$/.test(zone) && zone.length < 60) profile.timezone = zone;
  const proof = text(from?.aadObjectId);
  if (proof !== undefined && proof.length <= 100) profile.unionid = proof; // the same person in every conversation of the tenant
  if (Object.keys(profile).length > 0) item.meet(customer, profile);
}

export function fromUpdate(item: Item): Envelope {
  const id = activityId(item);
  if (item.customer === undefined || id === undefined) return ignored(item, "messageUpdate", "It does not say whose or which message.", id);
  const words = typeof item.wire.text === "string" ? item.wire.text : "";
  // There is no count of changes: the later one is the one that holds.
  return envelope(item, "edit", `${id} ${item.atMs}`, { kind: "edited", messageId: id, text: words, edit: item.atMs });
}

export function fromDelete(item: Item): Envelope {
  const id = activityId(item);
  if (item.customer === undefined || id === undefined) return ignored(item, "messageDelete", "It does not say whose or which message.", id);
  return envelope(item, "unsent", id, { kind: "unsent", messageId: id });
}

const REACTIONS_MAX = 20;

export function fromReaction(item: Item): Envelope[] {
  const { wire, customer } = item;
  const to = text(wire.replyToId);
  if (customer === undefined) return [ignored(item, "messageReaction", "It does not say of which conversation, or of whom.")];
  const made = (["react", "unreact"] as const).flatMap((action) =>
    list(action === "react" ? wire.reactionsAdded : wire.reactionsRemoved)
      .slice(0, REACTIONS_MAX)
      .map((given, at) => {
        const fields: JsonObject = { action, reaction: text(record(given)?.type)?.slice(0, 60) ?? "" };
        const event: Heard = { kind: "happened", name: "reaction", fields };
        if (to !== undefined) event.messageId = to;
        return envelope(item, "reaction", `${activityId(item) ?? to ?? ""} ${action} ${fields.reaction} ${item.atMs} ${at}`, event);
      }),
  );
  return made.length > 0 ? made : [ignored(item, "messageReaction", "It tells of no reaction.")];
}
