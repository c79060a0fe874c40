/** What a page's webhook brings beside what all of Meta's messaging has: its feed, its receipts, and the channel's other happenings. */
import type { Product, Translate } from "../meta/receive.ts";
import { fromFeed, fromInboxLabel } from "./feed.ts";
import { fromDelivery, fromFeedback, fromHappening, fromOptin, fromPageEvent, fromRead, HAPPENINGS } from "./happenings.ts";

export const MESSENGER: Product = {
  channel: "messenger",
  object: "page",
  called: "page",
  kinds: new Map<string, Translate>([
    ["delivery", fromDelivery],
    ["read", fromRead],
    ["optin", fromOptin],
    ["messaging_feedback", fromFeedback],
    ["app_roles", (item, value) => fromPageEvent(item, "app_roles", value)],
    ["policy_enforcement", (item, value) => fromPageEvent(item, "policy_enforcement", value)],
    ...[...HAPPENINGS].map(([key, name]): [string, Translate] => [key, (item, value) => fromHappening(item, key, name, value)]),
  ]),
  fields: new Map<string, Translate>([
    ["feed", fromFeed],
    ["inbox_labels", fromInboxLabel],
  ]),
};
