/** The channel's other happenings: opt-ins, linked accounts, answers to forms, orders, and what befalls the page itself. */
import { NOBODY } from "../../model/address.ts";
import type { Envelope, Heard } from "../../model/event.ts";
import type { JsonObject } from "../../model/json.ts";
import { customerOf, envelope, type Item, ignored } from "../meta/context.ts";
import { id, instantMs, keep, keepObject, list, record, text, type Wire } from "../wire.ts";

/** Names under which a flow may trigger on them, by the platform's key. Source: Meta, Messenger webhooks reference; read 2026-09-28. */
export const HAPPENINGS: ReadonlyMap<string, string> = new Map([
  ["account_linking", "account_linking"],
  ["response_feedback", "response_feedback"],
  ["messaging_customer_information", "customer_information"],
  ["order", "order"],
  ["form", "form"],
  ["game_play", "game_play"],
  ["template", "coupon"],
]);

export function fromHappening(item: Item, key: string, name: string, value: Wire): Envelope {
  const customer = customerOf(item);
  if (customer === undefined) return ignored(item, key, "It names no customer.");
  if (item.standby) return ignored(item, key, "Another app owns this thread.");
  if (key === "template" && value.type !== "coupon") return ignored(item, key, "We know no such template event.");
  const event: Heard = { kind: "happened", name, fields: key === "messaging_customer_information" ? formFields(value) : keepObject(value) };
  const mid = id(value.mid);
  if (mid !== undefined) event.messageId = mid;
  return envelope(item, customer, name, undefined, event);
}

/** The answers by key beside the screens they came on, so that a flow can name them. */
function formFields(value: Wire): JsonObject {
  const fields: JsonObject = {};
  for (const screen of list(value.screens))
    for (const given of list(record(screen)?.responses)) {
      const response = record(given);
      const key = text(response?.key);
      if (key !== undefined && key !== "__proto__" && key !== "screens") fields[key] = keep(response?.value);
    }
  fields.screens = keep(value.screens ?? []);
  return fields;
}

/** Answers to a feedback template, as a list: the ids of questions are ours, but nothing promises that they make good keys. */
export function fromFeedback(item: Item, feedback: Wire): Envelope {
  const customer = customerOf(item);
  if (customer === undefined) return ignored(item, "messaging_feedback", "It names no customer.");
  if (item.standby) return ignored(item, "messaging_feedback", "Another app owns this thread.");
  const answers: JsonObject[] = [];
  for (const screen of list(feedback.feedback_screens)) {
    const questions = record(record(screen)?.questions);
    for (const question of Object.keys(questions ?? {})) {
      const answer = record(questions?.[question]);
      answers.push({
        question,
        type: text(answer?.type) ?? null,
        payload: keep(answer?.payload),
        followUp: text(record(answer?.follow_up)?.payload) ?? null,
      });
    }
  }
  return envelope(item, customer, "feedback", undefined, { kind: "happened", name: "feedback", fields: { answers } });
}

const MARKETING: ReadonlyMap<string, string> = new Map([
  ["STOP NOTIFICATIONS", "stop"],
  ["RESUME NOTIFICATIONS", "resume"],
]);

/** Plugins, marketing opt-ins and their stop and resume. `fields.marketing` is `start`, `stop` or `resume` for the marketing ones. */
export function fromOptin(item: Item, optin: Wire): Envelope {
  const customer = customerOf(item);
  if (customer === undefined) return ignored(item, "optin", "It names no customer.");
  if (item.standby) return ignored(item, "optin", "Another app owns this thread.");
  const fields = keepObject(optin);
  const type = text(optin.type);
  if (type === "notification_messages") fields.marketing = MARKETING.get(text(optin.notification_messages_status) ?? "") ?? "start";
  const event: Heard = { kind: "happened", name: "optin", fields };
  // Only the plugins of a web page open the window; an opt-in to marketing does not.
  return envelope(item, customer, "optin", undefined, event, type === undefined ? "plugin_optin" : undefined);
}

export function fromDelivery(item: Item, delivery: Wire): Envelope {
  const customer = customerOf(item);
  if (customer === undefined) return ignored(item, "delivery", "It names no customer.");
  if (item.standby) return ignored(item, "delivery", "Another app owns this thread.");
  const messageIds = list(delivery.mids).flatMap((mid) => id(mid) ?? []);
  const untilMs = instantMs(delivery.watermark) ?? null;
  if (messageIds.length === 0 && untilMs === null) return ignored(item, "delivery", "It names neither messages nor a time.");
  const part = `${customer}:${untilMs}:${messageIds.join(",")}`;
  return envelope(item, customer, "delivered", part, { kind: "delivered", messageIds, untilMs });
}

export function fromRead(item: Item, read: Wire): Envelope {
  const customer = customerOf(item);
  if (customer === undefined) return ignored(item, "read", "It names no customer.");
  if (item.standby) return ignored(item, "read", "Another app owns this thread.");
  const untilMs = instantMs(read.watermark);
  if (untilMs === undefined) return ignored(item, "read", "It names no time.");
  return envelope(item, customer, "read", `${customer}:${untilMs}`, { kind: "read", untilMs });
}

/** About the page, not about a customer. */
export function fromPageEvent(item: Item, name: "app_roles" | "policy_enforcement", value: Wire): Envelope {
  const fields = name === "app_roles" ? { roles: keepObject(value) } : keepObject(value);
  return envelope(item, NOBODY, name, undefined, { kind: "happened", name, fields });
}
