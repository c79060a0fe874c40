/** What names mean in expressions: the types of slots and fields, and the names that every expression can read. */
import type { FieldType, SlotType, Text } from "../program.ts";
import type { ExprType, Names } from "./types.ts";

type Fields = Map<string, { type: ExprType; optional: boolean }>;

const TEXT: ExprType = { kind: "text" };
const ANY: ExprType = { kind: "any" };

/** The type that a slot has in CEL; `values` and `labels` are those of a choice's `of`, null where options come at the question. */
export function slotExprType(type: SlotType, values: string[] | null = null, labels?: Map<string, Text>): ExprType {
  const choice: ExprType = labels ? { kind: "choice", values, labels } : { kind: "choice", values };
  switch (type) {
    case "choice":
      return choice;
    case "choices":
      return { kind: "list", of: choice };
    case "text":
    case "email":
    case "phone":
      return TEXT;
    default:
      return { kind: type };
  }
}

/** The type of an action's or event's field. */
export function fieldExprType(field: FieldType): ExprType {
  switch (field.kind) {
    case "slot":
      return slotExprType(field.type);
    case "url":
      return { kind: "url" };
    case "list":
      return { kind: "list", of: fieldExprType(field.of) };
    case "map": {
      const fields: Fields = new Map();
      for (const [name, of] of field.fields) fields.set(name, { type: fieldExprType(of.type), optional: of.optional });
      return { kind: "map", fields, open: false };
    }
  }
}

/** The name under which `Names` may hold the bot's queues, as a choice; no expression can spell it. */
export const QUEUE_NAMES = "$queues";

/**
 * The names of every expression; slots, saves, declared customer fields, `item`, `value` and `error` are the caller's to add.
 * With `queues`, the queue named in `hours_open(...)` and `wait_estimate(...)` is checked.
 */
export function standardNames(queues?: Iterable<string>): Names {
  const names: Names = new Map([
    ["customer", map({ id: TEXT, tags: { kind: "list", of: TEXT } }, textFields(CUSTOMER_PROFILE))],
    ["event", map({ text: TEXT, attachments: { kind: "list", of: { kind: "attachment" } } }, { payload: TEXT, fields: ANY })],
    ["referral", map({}, textFields(REFERRAL_FIELDS))],
    ["channel", map({ name: TEXT, account: TEXT })],
    ["bot", map({ name: TEXT })],
    ["window", map({ open: { kind: "yes_no" } }, { closes_at: { kind: "datetime" } })],
    ["now", { kind: "datetime" }],
  ]);
  if (queues) names.set(QUEUE_NAMES, { kind: "choice", values: [...queues] });
  return names;
}

/** What `error` is in `on_error`. */
export const ERROR_TYPE: ExprType = map({
  code: {
    kind: "choice",
    values: ["bad_answer", "timeout", "unreachable", "not_found", "refused", "failed", "in_doubt"],
  },
  message: TEXT,
});

/** What `pattern` is in a pattern's flow: which fields it has depends on the pattern. */
export const PATTERN_TYPE: ExprType = { kind: "map", fields: new Map(), open: true };

/** Fields of the customer's profile that the channel may know: a text that reads one makes the first turn wait for it. */
export const CUSTOMER_PROFILE = ["first_name", "last_name", "language", "country", "timezone", "email", "phone"];

const REFERRAL_FIELDS = ["ref", "ad_id", "ad_title", "campaign", "source", "post_id", "product_id", "scene", "click_id", "rest"];

function textFields(names: string[]): Record<string, ExprType> {
  return Object.fromEntries(names.map((name) => [name, TEXT]));
}

function map(present: Record<string, ExprType>, optional: Record<string, ExprType> = {}): ExprType {
  const fields: Fields = new Map();
  for (const [name, type] of Object.entries(present)) fields.set(name, { type, optional: false });
  for (const [name, type] of Object.entries(optional)) fields.set(name, { type, optional: true });
  return { kind: "map", fields, open: false };
}
