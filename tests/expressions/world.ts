/** Names and a scope as a returns flow would have them, for the tests of expressions. */
import { ERROR_TYPE, slotExprType, standardNames } from "../../dialogue/expressions/names.ts";
import type { ExprType, Names } from "../../dialogue/expressions/types.ts";
import type { Place, Scope, Text } from "../../dialogue/program.ts";

export const PLACE: Place = { file: "flows/returns.flow.yaml", line: 1, column: 1 };

const LABELS: Record<string, Record<string, string>> = {
  small: { en: "Too small", zh: "太小" },
  big: { en: "Too big", zh: "太大" },
};

function label(value: string): Text {
  const by = LABELS[value] ?? {};
  return { source: value, place: PLACE, languages: Object.keys(by), print: (_scope, language) => by[language] ?? by.en ?? value };
}

export function fields(present: Record<string, ExprType>, optional: Record<string, ExprType> = {}): ExprType {
  const all = new Map<string, { type: ExprType; optional: boolean }>();
  for (const [name, type] of Object.entries(present)) all.set(name, { type, optional: false });
  for (const [name, type] of Object.entries(optional)) all.set(name, { type, optional: true });
  return { kind: "map", fields: all, open: false };
}

export function names(): Names {
  const all = standardNames(["care", "sales"]);
  const reasons = new Map(Object.keys(LABELS).map((value) => [value, label(value)]));
  all.set(
    "slots",
    fields({
      reason: slotExprType("choice", ["small", "big"], reasons),
      reasons: slotExprType("choices", ["small", "big"], reasons),
      people: { kind: "integer" },
      weight: { kind: "number" },
      day: { kind: "date" },
      hour: { kind: "time" },
      start: { kind: "datetime" },
      budget: { kind: "money" },
      agreed: { kind: "yes_no" },
      comment: { kind: "text" },
      place: { kind: "location" },
      picture: { kind: "attachment" },
    }),
  );
  const item = fields({ sku: { kind: "text" }, price: { kind: "money" }, count: { kind: "integer" } }, { note: { kind: "text" } });
  all.set(
    "order",
    fields(
      { days: { kind: "integer" }, total: { kind: "money" }, label_url: { kind: "url" }, items: { kind: "list", of: item } },
      { gift: fields({ note: { kind: "text" } }) },
    ),
  );
  all.set("body", { kind: "any" });
  all.set("error", ERROR_TYPE);
  all.set("value", { kind: "integer" });
  return all;
}

export function scope(more: Partial<Scope> = {}): Scope {
  return {
    slots: {
      reason: "small",
      reasons: ["small", "big"],
      people: 3,
      weight: 1234.5,
      day: "2026-03-06",
      hour: "17:30",
      start: "2026-03-06T18:00:00.000Z",
      budget: { amount: 50, currency: "EUR" },
      agreed: true,
      comment: 'great "boots" {{ slots.people }}',
      place: { lat: 1.5, lng: 2.5 },
      picture: { url: "https://x.test/a.jpg", kind: "image" },
    },
    customer: { id: "cu_1", tags: ["vip"], country: "US" },
    event: { text: "hello & bye", attachments: [] },
    referral: { ref: "spring" },
    channel: { name: "messenger", account: "1" },
    bot: { name: "alder" },
    window: { open: true },
    now: Date.parse("2026-03-02T18:00:00Z"), // Monday, ten in the morning in Los Angeles
    saves: {
      order: {
        days: 1,
        total: { amount: 120, currency: "USD" },
        label_url: "https://x.test/l?a=1",
        items: [
          { sku: "A1", price: { amount: 100, currency: "USD" }, count: 1 },
          { sku: "B2", price: { amount: 20, currency: "USD" }, count: 2, note: "gift" },
        ],
      },
      body: { total_cents: 1999, currency: "USD", nested: [{ a: null }] },
    },
    value: 5,
    language: "en",
    timezone: "America/Los_Angeles",
    currency: "USD",
    queues: { care: { open: true, estimateMs: 110_000 }, sales: { open: false, estimateMs: null } },
    ...more,
  };
}
