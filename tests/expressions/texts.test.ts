/** What texts and values print, in whose language, and what of them is refused. */
import { expect, test } from "vitest";
import { compileExpression, compileText, compileUrl, compileValue } from "../../dialogue/expressions/compile.ts";
import { slotExprType } from "../../dialogue/expressions/names.ts";
import type { ExprType } from "../../dialogue/expressions/types.ts";
import type { Json } from "../../model/json.ts";
import { fields, names, PLACE, scope } from "./world.ts";

function print(source: string, language = "en", world = scope({ language })): string {
  const { value, problems } = compileText(source, PLACE, names(), language, new Map());
  expect(problems.filter((problem) => problem.severity !== "warning")).toEqual([]);
  return value?.print(world, language) ?? "";
}

test.each([
  ["Hello.", "en", "Hello."],
  ["{{ slots.people }} of you", "en", "3 of you"],
  ["{{ slots.weight }}", "en", "1,234.5"],
  ["{{ slots.weight }}", "es", "1234,5"],
  ["{{ slots.weight }}", "de", "1.234,5"],
  ["{{ 0.1 + 0.2 }}", "en", "0.3"],
  ["{{ slots.reason }}", "en", "Too small"],
  ["{{ slots.reason }}", "zh", "太小"],
  ["{{ slots.reasons }}", "en", "Too small and Too big"],
  ["{{ slots.reasons }}", "zh", "太小和太大"],
  ["{{ ['a', 'b', 'c'] }}", "en", "a, b, and c"],
  ["{{ ['a', 'b', 'c'] }}", "es", "a, b y c"],
  ["{{ customer.first_name ?? 'there' }}", "en", "there"],
  ["{{ customer.first_name ?? customer.last_name ?? 'there' }}", "en", "there"],
  ["{{ customer.country ?? 'nowhere' }}", "en", "US"],
  ["{{ upper_first(customer.first_name ?? 'friend') }}!", "en", "Friend!"],
  ["{{ order.gift.note ?? 'none' }}", "en", "none"],
  ["{{ order.items[9].sku ?? 'none' }}", "en", "none"],
  ["{{ slots.agreed ? 'yes' : 'no' }}", "en", "yes"],
  ['{{ plural(order.days, "# day", "# days") }}', "en", "1 day"],
  ['{{ plural(slots.people, "# day", "# days") }}', "en", "3 days"],
  ['{{ plural(slots.people, "# 天") }}', "zh", "3 天"],
  ['{{ plural(slots.people, "# день", "# дня", "# дней") }}', "ru", "3 дня"],
  ['{{ plural(5, "# день", "# дня", "# дней") }}', "ru", "5 дней"],
  ['{{ plural(1200, "# step", "# steps") }}', "en", "1,200 steps"],
  ["{{ money(order.total) }}", "en", "$120.00"],
  ["{{ money(slots.budget) }}", "es", "50,00 €"],
  ["{{ money(5) }}", "en", "$5.00"],
  ["{{ money(price(body.total_cents / 100.0, body.currency)) }}", "en", "$19.99"],
  ["{{ date(slots.day) }}", "en", "Friday, March 6"],
  ["{{ date(slots.day) }}", "zh", "3月6日星期五"],
  ["{{ date(slots.day) }}", "es", "viernes, 6 de marzo"],
  ["{{ date(slots.day + 365) }}", "en", "Saturday, March 6, 2027"],
  ["{{ date(slots.start) }}, {{ time(slots.start) }}", "en", "Friday, March 6, 10:00 AM"],
  ["{{ time(slots.hour) }}", "en", "5:30 PM"],
  ["{{ time(slots.hour) }}", "es", "17:30"],
  ["{{ time(at(slots.day, '09:05')) }}", "en", "9:05 AM"],
  ["about {{ wait_estimate('care') }}", "en", "about 2 minutes"],
  ["{{ wait_estimate('sales') }}", "en", "a few minutes"],
  ["{{ wait_estimate('care') }}", "zh", "2分钟"],
  ["{{ upper_first(slots.comment) }}", "en", 'Great "boots" {{ slots.people }}'],
  ['{{ "{{" }} and }}', "en", "{{ and }}"],
  ['{{ "}}" }}', "en", "}}"],
  ["{{ {'a': {'b': 'x'}}['a'].b }}", "en", "x"],
  ["https://x.test/?q={{ event.text }}&r={{ slots.reason }}", "en", "https://x.test/?q=hello%20%26%20bye&r=small"],
  ["See {{ order.label_url }} now, {{ event.text }}", "en", "See https://x.test/l?a=1 now, hello & bye"],
  ["{{ order.items.map(x, x.sku) }}", "en", "A1 and B2"],
  ["{{ body.currency }}", "en", "USD"],
])("%j in %s prints %j", (source, language, printed) => {
  expect(print(source, language)).toBe(printed);
});

test("numbers are printed as in the customer's own country where it speaks the text's language", () => {
  expect(print("{{ slots.weight }}", "es", scope({ language: "es-MX" }))).toBe("1,234.5");
  expect(print("{{ slots.weight }}", "es", scope({ language: "es" }))).toBe("1234,5");
  expect(print("{{ slots.weight }}", "en", scope({ language: "de-AT" }))).toBe("1,234.5");
});

test("a value that holds braces is printed and not read again", () => {
  expect(print("You wrote: {{ slots.comment }}")).toBe('You wrote: great "boots" {{ slots.people }}');
});

test("a missing value prints nothing, rather than fail", () => {
  const { value } = compileText("Hi {{ customer.first_name }}!", PLACE, names(), "en", new Map());
  expect(value?.print(scope(), "en")).toBe("Hi !");
});

test("a text goes out in the customer's language, its base, or the file's own", () => {
  const translations = new Map([
    ["zh", { text: '{{ plural(slots.people, "# 位") }}，{{ slots.reason }}', place: PLACE }],
    ["pt", { text: "Olá", place: PLACE }],
  ]);
  const { value, problems } = compileText("{{ slots.people }} of you", PLACE, names(), "en", translations);
  expect(problems).toEqual([]);
  expect(value?.languages).toEqual(["en", "zh", "pt"]);
  expect(value?.print(scope({ language: "zh-TW" }), "zh-TW")).toBe("3 位，太小");
  expect(value?.print(scope(), "pt")).toBe("Olá");
  expect(value?.print(scope(), "fr")).toBe("3 of you");
});

test("a mistake in a translation names the language it stands in", () => {
  const translations = new Map([["zh", { text: "{{ slots.peple }}", place: PLACE }]]);
  const { value, problems, reads } = compileText("{{ slots.people }}", PLACE, names(), "en", translations);
  expect(value).toBe(null);
  expect(problems).toMatchObject([{ code: "unknown-name", language: "zh", near: ["people"], offset: 9, length: 5 }]);
  expect(reads).toMatchObject([{ path: "slots.people" }]);
});

test.each([
  ["{{ slots.day }}", "unprintable", "slots.day", /date\(slots\.day\)/],
  ["{{ order.total }}", "unprintable", "order.total", /money\(order\.total\)/],
  ["{{ slots.agreed }}", "unprintable", "slots.agreed", /\? "yes"/],
  ["{{ slots.start }}", "unprintable", "slots.start", /time/],
  ["{{ order }}", "unprintable", "order", /fields/],
  ["Hi {{ slots.peple }}", "unknown-name", "peple", null],
  ["Hi {{ slots.people", "bad-expression", "{{", /braces/],
  ["Hi {{ }}", "bad-expression", " ", null],
  ["{{ slots.people ?? 'none' }}", "wrong-type", "slots.people ?? 'none'", null],
  ["{{ plural('x', 'a', 'b') }}", "wrong-arguments", "'x'", /plural/],
  ["{{ date('x') }}", "wrong-arguments", "'x'", /2026-03-31/],
  ["{{ a b }}", "bad-expression", "b", null],
])("%j is refused as %s", (source, code, at, help) => {
  const { value, problems } = compileText(source, PLACE, names(), "en", new Map());
  expect(value).toBe(null);
  expect(problems[0]?.code).toBe(code);
  expect(source.slice(problems[0]?.offset, (problems[0]?.offset ?? 0) + (problems[0]?.length ?? 0))).toContain(at.trim());
  if (help) expect(problems[0]?.help).toMatch(help);
});

function read(source: Json, expected?: ExprType): Json | undefined {
  const { value, problems } = compileValue(source, PLACE, names(), expected);
  expect(problems).toEqual([]);
  return value?.read(scope());
}

test.each<[Json, ExprType | undefined, Json | undefined]>([
  ["{{ slots.people }}", undefined, 3],
  ["{{ slots.day }}", { kind: "date" }, "2026-03-06"],
  ["{{ slots.people }}", { kind: "number" }, 3],
  ["{{ now }}", { kind: "datetime" }, "2026-03-02T18:00:00.000Z"],
  ["{{ at(slots.day, '10:00') }}", { kind: "datetime" }, "2026-03-06T18:00:00.000Z"],
  ["{{ order.items }}", undefined, (scope().saves.order as { items: Json }).items],
  ["order {{ slots.people }}", { kind: "text" }, "order 3"],
  ["{{ customer.first_name }}", undefined, undefined],
  ["Hi {{ customer.first_name }}", undefined, undefined],
  ["{{ customer.first_name ?? 'x' }}", undefined, "x"],
  ["small", slotExprType("choice", ["small", "big"]), "small"],
  ["{{ slots.comment }}", slotExprType("choice", ["small", "big"]), 'great "boots" {{ slots.people }}'],
  [5, { kind: "integer" }, 5],
  [true, { kind: "yes_no" }, true],
  [20, { kind: "money" }, { amount: 20, currency: "USD" }],
  ["{{ slots.people }}", { kind: "money" }, { amount: 3, currency: "USD" }],
  ["2026-12-25", { kind: "date" }, "2026-12-25"],
  ["9:30", { kind: "time" }, "09:30"],
  ["2026-03-31T09:30:00-08:00", { kind: "datetime" }, "2026-03-31T17:30:00.000Z"],
  [null, { kind: "integer" }, undefined],
  [123, { kind: "text" }, "123"],
  [["small", "big"], slotExprType("choices", ["small", "big"]), ["small", "big"]],
  [{ a: "{{ slots.people }}", b: ["x", "{{ slots.reason }}"], c: "{{ customer.email }}" }, undefined, { a: 3, b: ["x", "small"] }],
  ["{{ slots.reason }}", undefined, "small"],
  ["is {{ slots.reason }}", undefined, "is Too small"],
])("the value %j reads as its type wants", (source, expected, value) => {
  expect(read(source, expected)).toEqual(value);
});

test.each<[Json, ExprType, string]>([
  ["{{ slots.comment }}", { kind: "integer" }, "wrong-type"],
  ["{{ slots.weight }}", { kind: "integer" }, "wrong-type"],
  ["{{ slots.people }} x", { kind: "integer" }, "wrong-type"],
  ["smal", slotExprType("choice", ["small", "big"]), "unknown-choice"],
  ["{{ 'smal' }}", slotExprType("choice", ["small", "big"]), "unknown-choice"],
  [2.5, { kind: "integer" }, "wrong-type"],
  ["yes", { kind: "yes_no" }, "wrong-type"],
  ["2026-02-30", { kind: "date" }, "wrong-type"],
  ["25:00", { kind: "time" }, "wrong-type"],
  [{ sku: "x", extra: 1 }, fields({ sku: { kind: "text" } }), "unknown-name"],
  [["{{ slots.people }}"], { kind: "text" }, "wrong-type"],
])("the value %j is refused where another type is wanted", (source, expected, code) => {
  const { value, problems } = compileValue(source, PLACE, names(), expected);
  expect(value).toBe(null);
  expect(problems[0]?.code).toBe(code);
});

test("inside a URL a value is percent-encoded unless it is the whole", () => {
  const url = (source: string): Json | undefined => compileUrl(source, PLACE, names()).value?.read(scope());
  expect(url("https://x.test/orders/{{ event.text }}?n={{ slots.people }}&d={{ slots.day }}&ok={{ slots.agreed }}")).toBe(
    "https://x.test/orders/hello%20%26%20bye?n=3&d=2026-03-06&ok=true",
  );
  expect(url("{{ order.label_url }}")).toBe("https://x.test/l?a=1");
  expect(url("/{{ slots.weight }}/{{ slots.reasons }}")).toBe("/1234.5/small%2Cbig");
  expect(url("https://x.test/{{ customer.email }}")).toBe(undefined);
});

test("an expression of a list keeps its items' types", () => {
  const { type, value } = compileExpression("order.items.filter(x, x.count > 1)", PLACE, names());
  expect(type).toMatchObject({ kind: "list", of: { kind: "map" } });
  expect(value?.read(scope())).toHaveLength(1);
});
