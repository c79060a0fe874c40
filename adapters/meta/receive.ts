/** The entries of a page's or an Instagram account's webhook: every item is either understood or ignored with its reason. */
import type { Received, WebhookRequest } from "../../model/adapter.ts";
import { NOBODY } from "../../model/address.ts";
import type { Envelope } from "../../model/event.ts";
import { id, list, record, text, type Wire } from "../wire.ts";
import { type Item, ignored, timeOf } from "./context.ts";
import { fromEdit, fromMessage, fromPostback, fromReaction, fromReferral } from "./messages.ts";
import { fromThreadControl } from "./thread.ts";
import { prove, type WebhookSecrets } from "./webhook.ts";

export type ReceiveOptions = WebhookSecrets & {
  /** Our pages or accounts. */
  pages: ReadonlySet<string>;
  /** Those of the same app that another bot of this process serves: their events are stored there, and nothing is said of them here. */
  pagesElsewhere: ReadonlySet<string>;
  appId: string;
};

export type Translate = (item: Item, value: Wire) => Envelope;

/** How one product differs from the others. */
export type Product = {
  channel: string;
  /** The `object` of its webhooks, and what an account is called. */
  object: string;
  called: string;
  /** What an item of `messaging` may be beside what all products have, by its key. */
  kinds: ReadonlyMap<string, Translate>;
  /** What a change may be, by its field. */
  fields: ReadonlyMap<string, Translate>;
};

export function receive(product: Product, options: ReceiveOptions, request: WebhookRequest): Received {
  const proved = prove(options, request, product);
  if (proved.kind !== "proved") return proved;
  const events: Envelope[] = [];
  for (const entry of list(proved.envelope.entry)) readEntry(product, options, record(entry) ?? {}, request.receivedAtMs, events);
  return { kind: "events", events };
}

function readEntry(product: Product, options: ReceiveOptions, entry: Wire, receivedAtMs: number, events: Envelope[]): void {
  const { channel } = product;
  const entryHop = entry.hop_context !== undefined;
  const read = (value: unknown, standby: boolean, translate: (product: Product, item: Item, value: Wire) => Envelope) => {
    const wire = record(value);
    if (wire === undefined) return;
    const page = id(entry.id) ?? id(record(wire.recipient)?.id) ?? "";
    const item: Item = { channel, page, appId: options.appId, wire, atMs: timeOf(wire, entry.time, receivedAtMs), standby, entryHop };
    if (options.pages.has(page)) events.push(translate(product, item, wire));
    else if (!options.pagesElsewhere.has(page)) events.push(foreign(product, options, item));
  };
  if (entry.messaging !== undefined) for (const value of list(entry.messaging)) read(value, false, fromItem);
  if (entry.standby !== undefined) for (const value of list(entry.standby)) read(value, true, fromItem);
  if (entry.changes !== undefined) for (const value of list(entry.changes)) read(value, false, fromChange);
  // Apps with Instagram's own login get a change without the list around it.
  if (entry.field !== undefined) read({ field: entry.field, value: entry.value }, false, fromChange);
}

/** Told in the conversation of the first page that is ours: nothing of another page's customers is kept. */
function foreign(product: Product, options: ReceiveOptions, item: Item): Envelope {
  const [own = ""] = options.pages;
  const page = JSON.stringify(item.page.slice(0, 40));
  const made = ignored(item, `other_${product.called}`, `${product.called === "page" ? "Page" : "Account"} ${page} is not served here.`);
  return { ...made, address: { ...made.address, account: own as Envelope["address"]["account"], customer: NOBODY } };
}

/** One item of `messaging` or `standby`: its kind is the key it has. */
function fromItem(product: Product, item: Item, wire: Wire): Envelope {
  for (const key in wire) {
    const translate = KINDS.get(key) ?? product.kinds.get(key);
    const value = translate && record(wire[key]);
    if (value !== undefined) return translate!(item, value);
  }
  return unknown(item, wire);
}

const KINDS: ReadonlyMap<string, Translate> = new Map<string, Translate>([
  ["message", fromMessage],
  ["postback", fromPostback],
  ["referral", fromReferral],
  ["message_edit", fromEdit],
  ["reaction", fromReaction],
  ["pass_thread_control", (item, value) => fromThreadControl(item, "pass", value)],
  ["take_thread_control", (item, value) => fromThreadControl(item, "take", value)],
  ["request_thread_control", (item, value) => fromThreadControl(item, "request", value)],
]);

const ABOUT = new Set(["sender", "recipient", "timestamp", "hop_context", "lead"]);

function unknown(item: Item, wire: Wire): Envelope {
  const kinds = Object.keys(wire).filter((key) => !ABOUT.has(key));
  const what = (kinds[0] ?? "nothing").slice(0, 60);
  return ignored(item, what, kinds.length === 0 ? "The item names no kind of event." : "We do not know this kind of event.");
}

/** An entry of `changes`: one of the product's own fields, or a messaging item in the form of the platform's dashboard. */
function fromChange(product: Product, item: Item, change: Wire): Envelope {
  const field = text(change.field) ?? "nothing";
  const value = record(change.value);
  if (value === undefined) return ignored(item, field.slice(0, 60), "The change says nothing.");
  const translate = product.fields.get(field);
  if (translate !== undefined) return translate(item, value);
  if (field === "messages" || field.startsWith("messaging_") || field.startsWith("message_")) {
    const page = id(record(value.recipient)?.id);
    if (page !== undefined && page !== item.page && record(value.message)?.is_echo !== true)
      return ignored(item, field.slice(0, 60), `A sample of the platform's dashboard: it names no ${product.called} of ours.`);
    return fromItem(product, { ...item, wire: value, atMs: timeOf(value, item.atMs, item.atMs) }, value);
  }
  return ignored(item, field.slice(0, 60), "We do not know this field.");
}
