/** A webhook of the platform becomes events: proved, read, and every item either understood or ignored with its reason. */

import type { Received, WebhookRequest } from "../../model/adapter.ts";
import { NOBODY } from "../../model/address.ts";
import type { Envelope } from "../../model/event.ts";
import { parseJson } from "../parse.ts";
import { id, list, record, text, type Wire } from "../wire.ts";
import { type Item, ignored, timeOf } from "./context.ts";
import { fromFeed, fromInboxLabel } from "./feed.ts";
import { fromDelivery, fromFeedback, fromHappening, fromOptin, fromPageEvent, fromRead, HAPPENINGS } from "./happenings.ts";
import { fromEdit, fromMessage, fromPostback, fromReaction, fromReferral } from "./messages.ts";
import { sameSecret, signedByUs } from "./signature.ts";
import { fromThreadControl } from "./thread.ts";

export type ReceiveOptions = {
  pages: ReadonlySet<string>;
  /** Pages of the same app that another bot of this process serves: their events are stored there, and nothing is said of them here. */
  pagesElsewhere: ReadonlySet<string>;
  appId: string;
  appSecrets: readonly string[];
  verifyToken: string;
};

const BODY_MAX_BYTES = 1_048_576;
const CHALLENGE = /^[\w-]{1,200}$/;

export function receive(options: ReceiveOptions, request: WebhookRequest): Received {
  if (request.method === "GET") return handshake(options, request.url);
  if (request.method !== "POST") return { kind: "refused", status: 400, why: "A webhook is a GET or a POST." };
  const { body } = request;
  if (body.length > BODY_MAX_BYTES) return { kind: "refused", status: 400, why: "The body is larger than 1 MB." };
  if (!signedByUs(options.appSecrets, body, request.headers["x-hub-signature-256"]))
    return { kind: "refused", status: 401, why: "The signature is missing or not made with our app's secret." };
  const envelope = record(parseJson(body.toString("utf8")));
  if (envelope === undefined) return { kind: "refused", status: 400, why: "The body is not a JSON object." };
  if (envelope.object !== "page") return { kind: "refused", status: 404, why: "The webhook is not about a page." };
  const events: Envelope[] = [];
  for (const entry of list(envelope.entry)) readEntry(options, record(entry) ?? {}, request.receivedAtMs, events);
  return { kind: "events", events };
}

/** The platform's check of the address. The challenge is echoed only where it is what they send: a short plain word. */
function handshake(options: ReceiveOptions, url: string): Received {
  const query = new URLSearchParams(url.slice(url.indexOf("?") + 1 || url.length));
  const challenge = query.get("hub.challenge") ?? "";
  if (
    query.get("hub.mode") !== "subscribe" ||
    options.verifyToken === "" ||
    !sameSecret(options.verifyToken, query.get("hub.verify_token") ?? "")
  )
    return { kind: "refused", status: 403, why: "The verify token is not ours." };
  if (!CHALLENGE.test(challenge)) return { kind: "refused", status: 400, why: "The challenge is not a short plain word." };
  return { kind: "handshake", body: challenge };
}

function readEntry(options: ReceiveOptions, entry: Wire, receivedAtMs: number, events: Envelope[]): void {
  const entryHop = entry.hop_context !== undefined;
  const read = (value: unknown, standby: boolean, translate: (item: Item, value: Wire) => Envelope) => {
    const wire = record(value);
    if (wire === undefined) return;
    const page = id(entry.id) ?? id(record(wire.recipient)?.id) ?? "";
    const item: Item = { page, appId: options.appId, wire, atMs: timeOf(wire, entry.time, receivedAtMs), standby, entryHop };
    if (options.pages.has(page)) events.push(translate(item, wire));
    else if (!options.pagesElsewhere.has(page)) events.push(foreign(options, item));
  };
  if (entry.messaging !== undefined) for (const value of list(entry.messaging)) read(value, false, fromItem);
  if (entry.standby !== undefined) for (const value of list(entry.standby)) read(value, true, fromItem);
  if (entry.changes !== undefined) for (const value of list(entry.changes)) read(value, false, fromChange);
}

/** Told in the conversation of the first page that is ours: nothing of another page's customers is kept. */
function foreign(options: ReceiveOptions, item: Item): Envelope {
  const [own = ""] = options.pages;
  const made = ignored(item, "other_page", `Page ${JSON.stringify(item.page.slice(0, 40))} is not served here.`);
  return { ...made, address: { ...made.address, account: own as Envelope["address"]["account"], customer: NOBODY } };
}

/** One item of `messaging` or `standby`: its kind is the key it has. */
function fromItem(item: Item, wire: Wire): Envelope {
  for (const key in wire) {
    const translate = KINDS.get(key);
    const value = translate && record(wire[key]);
    if (value !== undefined) return translate!(item, value);
  }
  return unknown(item, wire);
}

const KINDS: ReadonlyMap<string, (item: Item, value: Wire) => Envelope> = new Map([
  ["message", fromMessage],
  ["postback", fromPostback],
  ["referral", fromReferral],
  ["message_edit", fromEdit],
  ["reaction", fromReaction],
  ["delivery", fromDelivery],
  ["read", fromRead],
  ["optin", fromOptin],
  ["messaging_feedback", fromFeedback],
  ["pass_thread_control", (item: Item, value: Wire) => fromThreadControl(item, "pass", value)],
  ["take_thread_control", (item: Item, value: Wire) => fromThreadControl(item, "take", value)],
  ["request_thread_control", (item: Item, value: Wire) => fromThreadControl(item, "request", value)],
  ["app_roles", (item: Item, value: Wire) => fromPageEvent(item, "app_roles", value)],
  ["policy_enforcement", (item: Item, value: Wire) => fromPageEvent(item, "policy_enforcement", value)],
  ...[...HAPPENINGS].map(([key, name]) => [key, (item: Item, value: Wire) => fromHappening(item, key, name, value)] as const),
]);

const ABOUT = new Set(["sender", "recipient", "timestamp", "hop_context", "lead"]);

function unknown(item: Item, wire: Wire): Envelope {
  const kinds = Object.keys(wire).filter((key) => !ABOUT.has(key));
  const what = (kinds[0] ?? "nothing").slice(0, 60);
  return ignored(item, what, kinds.length === 0 ? "The item names no kind of event." : "We do not know this kind of event.");
}

/** An entry of `changes`: the page's feed, labels, or a messaging item in the form of the platform's dashboard. */
function fromChange(item: Item, change: Wire): Envelope {
  const field = text(change.field) ?? "nothing";
  const value = record(change.value);
  if (value === undefined) return ignored(item, field.slice(0, 60), "The change says nothing.");
  if (field === "feed") return fromFeed(item, value);
  if (field === "inbox_labels") return fromInboxLabel(item, value);
  if (field === "messages" || field.startsWith("messaging_") || field.startsWith("message_")) {
    const page = id(record(value.recipient)?.id);
    if (page !== undefined && page !== item.page && record(value.message)?.is_echo !== true)
      return ignored(item, field, "A sample of the platform's dashboard: it names no page of ours.");
    return fromItem({ ...item, wire: value, atMs: timeOf(value, item.atMs, item.atMs) }, value);
  }
  return ignored(item, field.slice(0, 60), "We do not know this field.");
}
