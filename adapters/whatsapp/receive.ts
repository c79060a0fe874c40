/** A webhook of a WhatsApp business account becomes events: every item is either understood or ignored with its reason. */
import type { Received, WebhookRequest } from "../../model/adapter.ts";
import { NOBODY } from "../../model/address.ts";
import type { Envelope } from "../../model/event.ts";
import { prove, type WebhookSecrets } from "../meta/webhook.ts";
import { digest, id, instantMs, list, record, text, type Wire } from "../wire.ts";
import { ACCOUNT_FIELDS, fromAccount, fromError, fromPreference } from "./account.ts";
import { contactOf, customerOf, type Item, ignored, type Noted, readContacts } from "./context.ts";
import { fromMessage } from "./messages.ts";
import { fromPhone, fromStatus } from "./statuses.ts";

export type ReceiveOptions = WebhookSecrets & {
  /** Ids of our numbers. */
  numbers: ReadonlySet<string>;
  /** Those of the same app that another bot of this process serves. */
  numbersElsewhere: ReadonlySet<string>;
  noted(what: Noted): void;
};

const ABOUT = { object: "whatsapp_business_account", called: "a WhatsApp business account" };

export function receive(options: ReceiveOptions, request: WebhookRequest): Received {
  const proved = prove(options, request, ABOUT);
  if (proved.kind !== "proved") return proved;
  const events: Envelope[] = [];
  for (const entry of list(proved.envelope.entry))
    for (const change of list(record(entry)?.changes)) events.push(...readChange(options, record(change) ?? {}, request.receivedAtMs));
  return { kind: "events", events };
}

function readChange(options: ReceiveOptions, change: Wire, receivedAtMs: number): Envelope[] {
  const field = text(change.field) ?? "nothing";
  const value = record(change.value);
  const [own = ""] = options.numbers;
  const named = id(record(value?.metadata)?.phone_number_id);
  const at = (wire: Wire, account: string): Item => ({
    account,
    contacts: readContacts(value?.contacts),
    wire,
    atMs: instantMs(wire.timestamp) ?? receivedAtMs,
  });
  if (value === undefined) return [ignored(at(change, own), field.slice(0, 60), "The change says nothing.", NOBODY)];
  if (named === undefined) {
    // About the business as a whole: told in the conversation of its first number here.
    if (ACCOUNT_FIELDS.has(field)) return [fromAccount(at(value, own), field)];
    return [ignored(at(change, own), field.slice(0, 60), "It names no number, and we do not know this field.", NOBODY)];
  }
  if (!options.numbers.has(named)) {
    if (options.numbersElsewhere.has(named)) return [];
    // Nothing of another number's customers is kept, not even a hash of their words alone.
    const foreign = at({ id: digest(change) }, own);
    return [ignored(foreign, "other_number", `Number ${JSON.stringify(named.slice(0, 40))} is not served here.`, NOBODY)];
  }
  const items = (given: unknown) => list(given).flatMap((one) => (record(one) === undefined ? [] : [at(record(one)!, named)]));
  const events = [
    ...items(value.messages).map((item) => {
      const customer = customerOf(item);
      const made = fromMessage(item);
      if (customer !== undefined && made.event.kind !== "ignored")
        options.noted({ account: named, customer, contact: contactOf(item), messageId: id(item.wire.id) });
      return made;
    }),
    ...items(value.statuses).flatMap(fromStatus),
    ...items(value.message_echoes).map(fromPhone),
    ...items(value.user_preferences).map((item) => fromPreference(item, item.wire)),
    ...items(value.errors).map(fromError),
  ];
  if (events.length > 0) return events;
  if (ACCOUNT_FIELDS.has(field)) return [fromAccount(at(value, named), field)];
  return [ignored(at(change, named), field.slice(0, 60), "There is nothing in it that we know.", NOBODY)];
}
