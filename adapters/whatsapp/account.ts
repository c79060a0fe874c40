/** What befalls the number or the business itself, and what customers decided about advertising. */
import { NOBODY } from "../../model/address.ts";
import type { Envelope } from "../../model/event.ts";
import { id, keepObject, personId, record, text, type Wire } from "../wire.ts";
import { envelope, type Item, ignored } from "./context.ts";

/** Told in the account's own conversation under this name. Source: Meta, Cloud API webhooks, fields; read 2026-09-28. */
export const ACCOUNT_FIELDS: ReadonlySet<string> = new Set([
  "account_alerts",
  "account_review_update",
  "account_update",
  "business_capability_update",
  "message_template_quality_update",
  "message_template_status_update",
  "phone_number_name_update",
  "phone_number_quality_update",
  "security",
  "template_category_update",
]);

export function fromAccount(item: Item, field: string): Envelope {
  return envelope(item, NOBODY, field, undefined, { kind: "happened", name: field, fields: keepObject(item.wire) });
}

/** An error of the number's, about no message: too fast, not registered. No word of a customer is in it. */
export function fromError(item: Item): Envelope {
  const { wire } = item;
  const fields = {
    code: id(wire.code) ?? null,
    title: text(wire.title) ?? null,
    details: text(record(wire.error_data)?.details) ?? null,
  };
  return envelope(item, NOBODY, "account_error", undefined, { kind: "happened", name: "account_error", fields });
}

/** `stop` and `resume` of marketing, as the other channels tell it. */
export function fromPreference(item: Item, preference: Wire): Envelope {
  const customer = personId(preference.wa_id) ?? personId(preference.user_id);
  const value = text(preference.value);
  if (customer === undefined || value === undefined) return ignored(item, "user_preferences", "It does not say whose, or what.");
  const fields = { ...keepObject(preference), marketing: value };
  return envelope(item, customer, "optin", undefined, { kind: "happened", name: "optin", fields });
}
