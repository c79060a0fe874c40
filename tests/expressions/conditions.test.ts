/** Conditions hold or not as a designer reads them; what is wrong with one is told where it is, with what was meant. */
import { expect, test } from "vitest";
import { compileCondition, compileExpression } from "../../dialogue/expressions/compile.ts";
import type { Scope } from "../../dialogue/program.ts";
import { names, PLACE, scope } from "./world.ts";

function holds(source: string, world: Scope = scope()): boolean {
  const { value, problems } = compileCondition(source, PLACE, names());
  expect(problems.filter((problem) => problem.severity !== "warning")).toEqual([]);
  return value?.holds(world) ?? false;
}

test.each([
  ['slots.reason == "small"', true],
  ['slots.reason != "small"', false],
  ['slots.reason in ["small", "big"]', true],
  ['"big" in slots.reasons', true],
  ["slots.people > 2 && slots.people < 4", true],
  ["slots.people == 3.0", true],
  ["slots.people + 0.5 > 3", true],
  ["slots.people * 2 - 1 == 5 && 7 % 4 == 3 && -slots.people < 0", true],
  ["slots.weight / 2.0 == 617.25", true],
  ["slots.agreed", true],
  ["!slots.agreed", false],
  ["slots.agreed == false", false],
  ["slots.budget.amount >= 50.0 && slots.budget.currency == 'EUR'", true],
  ["order.total == order.total && order.total != slots.budget", true],
  ["slots.day > today()", true],
  ["slots.day <= today() + 4", true],
  ["slots.day - today() == 4", true],
  ["today() - 1 < slots.day", true],
  ['slots.day == "2026-03-06"', true],
  ['slots.day < "2026-03-07"', true],
  ['slots.hour >= "09:00"', true],
  ["slots.start == at(slots.day, '10:00')", true],
  ["slots.start - now > duration('3d')", true],
  ["now + duration('1h') > now", true],
  ["now.getHours() == 10 && now.getHours('UTC') == 18", true],
  ["slots.day.getDayOfWeek() == 5 && slots.day.getMonth() == 2", true],
  ["slots.hour.getHours() == 17 && slots.hour.getMinutes() == 30", true],
  ["slots.comment.contains('boots')", true],
  ["slots.comment.matches('b[a-z]{4}s?') && matches(slots.comment, '^great')", true],
  ["slots.comment.startsWith('x')", false],
  ["size(order.items) == 2 && order.items.size() == 2", true],
  ["order.items.exists(x, x.sku == 'B2')", true],
  ["order.items.all(x, x.count > 1)", false],
  ["order.items.exists_one(x, x.count > 1)", true],
  ["order.items.filter(x, x.count > 1).size() == 1", true],
  ["order.items.map(x, x.price.amount)[1] == 20.0", true],
  ["order.items.map(x, x.count > 1, x.sku) == ['B2']", true],
  ["order.items.exists(x, order.items.exists(y, y.sku != x.sku && y.count > x.count))", true],
  ["order.items[0].sku == 'A1'", true],
  ["customer.tags == ['vip'] && 'vip' in customer.tags", true],
  ["has(customer.country) && customer.country == 'US'", true],
  ["has(customer.first_name)", false],
  ["has(order)", true],
  ["customer.first_name == null", true],
  ["customer.country != null", true],
  ["hours_open('care') && !hours_open('sales')", true],
  ["body.total_cents > 100 && body.currency == 'USD'", true],
  ["value >= 1 ? value <= 12 : false", true],
  ["slots.place.lat > 1.0 && slots.picture.kind == 'image'", true],
  ["int('42') == 42 && double('1.5') == 1.5 && string(slots.people) == '3'", true],
  ["'a,b'.split(',').join('+') == 'a+b' && 'ab'.size() == 2 && size('日本') == 2", true],
  ["{'a': 1}['a'] == 1 && 'a' in {'a': 1}", true],
])("%s is %s", (source, expected) => {
  expect(holds(source)).toBe(expected);
});

test.each([
  "customer.first_name == 'Ana'",
  "customer.first_name != 'Ana'",
  "!(customer.first_name == 'Ana')",
  "slots.people > 2 && customer.first_name.startsWith('A')",
  "customer.first_name in ['Ana']",
  "size(customer.first_name) == 0",
  "order.gift.note == 'x'",
  "order.items[7].sku == 'A1'",
  "order.items.exists(x, x.note == 'other')",
  "slots.people / 0 == 0",
  "body.nowhere.deeper == 1",
  "body.nested[0].a == null && body.nested[0].a == 1",
  "body.constructor == 1 || body.__proto__ == 1 || body.toString == 1",
  "'constructor' in body || has(body.hasOwnProperty)",
])("a missing value makes %s false", (source) => {
  expect(holds(source)).toBe(false);
});

test("one side decides alone where the other is missing, as in CEL", () => {
  expect(holds("customer.first_name == 'Ana' || slots.people == 3")).toBe(true);
  expect(holds("!(customer.first_name == 'Ana' && slots.people == 4)")).toBe(true);
  expect(holds("order.items.exists(x, x.note == 'gift')")).toBe(true);
});

test("what a customer typed is a value and never an expression", () => {
  const world = scope();
  world.slots.comment = "' || true || '";
  expect(holds("slots.comment == 'x'", world)).toBe(false);
});

test("a save that is missing is missing, and has() says so", () => {
  const world = scope({ saves: {} });
  expect(holds("has(order)", world)).toBe(false);
  expect(holds("order.days > 0", world)).toBe(false);
  expect(holds("has(order) && order.days > 0", world)).toBe(false);
});

type Wrong = [source: string, code: string, at: string, near: string[], help: RegExp | null];
test.each<Wrong>([
  ["slots.reson == 'small'", "unknown-name", "reson", ["reason", "reasons"], null],
  ["reason == 'small'", "unknown-name", "reason", ["slots.reason"], /slots\.reason/],
  ["cutomer.id == '1'", "unknown-name", "cutomer", ["customer"], null],
  ["order.dayz > 1", "unknown-name", "dayz", ["days"], null],
  ["customer.constructor == 'x'", "unknown-name", "constructor", [], /declared/],
  ["slots.reason == 'smal'", "unknown-choice", "'smal'", ["small"], /`small`, `big`/],
  ["slots.reason in ['small', 'bgi']", "unknown-choice", "['small', 'bgi']", ["big"], null],
  ["'bgi' in slots.reasons", "unknown-choice", "'bgi'", ["big"], null],
  ["slots.people == '3'", "wrong-type", "slots.people == '3'", [], /without quotes/],
  ["slots.comment > 3", "wrong-type", "slots.comment > 3", [], /in quotes/],
  ["slots.budget > 100", "wrong-type", "slots.budget > 100", [], /amount/],
  ["slots.day == 'tomorrow'", "wrong-type", "slots.day == 'tomorrow'", [], /2026-03-31/],
  ["slots.day == slots.start", "wrong-type", "slots.day == slots.start", [], null],
  ["slots.people", "wrong-type", "slots.people", [], /has\(slots\.people\)/],
  ["slots.people && slots.agreed", "wrong-type", "slots.people", [], null],
  ["slots.comment + 1 == 'x'", "wrong-type", "slots.comment + 1", [], /string\(x\)/],
  ["slots.comment.length > 3", "wrong-type", "length", [], /size/],
  ["order.items.sku == 'A1'", "wrong-type", "sku", [], /items\[0\]/],
  ["slots.agreed ? 1 : 'a'", "wrong-type", "slots.agreed ? 1 : 'a'", [], null],
  ["'oo' in slots.comment", "wrong-type", "'oo' in slots.comment", [], /contains/],
  ["siez(order.items) > 0", "unknown-function", "siez(order.items)", ["size"], null],
  ["contains(slots.comment, 'x')", "unknown-function", "contains(slots.comment, 'x')", [], /behind the value/],
  ["slots.comment.startswith('x')", "unknown-function", "slots.comment.startswith('x')", ["startsWith"], null],
  ["hours_open('caer')", "unknown-queue", "'caer'", ["care"], null],
  ["slots.comment.matches('(')", "bad-pattern", "'('", [], null],
  ["slots.comment.matches('a(?=b)')", "bad-pattern", "'a(?=b)'", [], null],
  ["at(slots.day, '25:00') > now", "wrong-arguments", "'25:00'", [], null],
  ["at(slots.day) > now", "wrong-arguments", "at(slots.day)", [], /at\(date, "10:00"\)/],
  ["today(1) == slots.day", "wrong-arguments", "today(1)", [], /today\(\)/],
  ["size(slots.people) > 1", "wrong-arguments", "slots.people", [], /size\(x\)/],
  ["slots.people = 3", "bad-expression", "=", [], /==/],
  ["slots.people > 3 and slots.agreed", "bad-expression", "and", [], /&&/],
  ["slots.people >", "bad-expression", ">", [], null],
  ["slots.comment == 'x", "bad-expression", "'x", [], null],
  ["", "bad-expression", "", [], null],
  ["customer.first_name ?? 'x' == 'x'", "bad-expression", "??", [], /has\(x\)/],
  ["order.items.exists(order, true)", "name-taken", "order", [], null],
  ["order.items.exists(x)", "wrong-arguments", "order.items.exists(x)", [], /list\.exists/],
  ["has(1 + 1)", "wrong-arguments", "1 + 1", [], null],
])("%s is refused as %s", (source, code, at, near, help) => {
  const { value, problems } = compileCondition(source, PLACE, names());
  expect(value).toBe(null);
  expect(problems).toHaveLength(1);
  const [problem] = problems;
  expect(problem?.code).toBe(code);
  expect(problem?.near).toEqual(near);
  expect(source.slice(problem?.offset, (problem?.offset ?? 0) + (problem?.length ?? 0))).toBe(at);
  if (help) expect(problem?.help).toMatch(help);
});

test("all mistakes of an expression are told at once", () => {
  const { problems } = compileCondition("slots.reson == 'x' && slots.people == 'y' && foo()", PLACE, names());
  expect(problems.map((problem) => problem.code)).toEqual(["unknown-name", "wrong-type", "unknown-function"]);
});

test("dividing whole numbers is warned about, and truncates as CEL does", () => {
  const { value, problems } = compileExpression("slots.people / 2", PLACE, names());
  expect(problems).toMatchObject([{ code: "int-division", severity: "warning" }]);
  expect(value?.read(scope())).toBe(1);
});

test("what an expression reads is reported, with what guards it", () => {
  const reads = (source: string): string[] =>
    compileCondition(source, PLACE, names()).reads.map(
      (read) => `${read.path}${read.guarded ? " guarded" : ""}${read.optional ? " optional" : ""}`,
    );
  expect(reads("slots.people > 1")).toEqual(["slots.people"]);
  expect(reads("customer.first_name == 'x'")).toEqual(["customer.first_name optional"]);
  expect(reads("has(customer.first_name) && customer.first_name == 'x'")).toEqual([
    "customer.first_name guarded",
    "customer.first_name guarded",
  ]);
  expect(reads("!has(customer.first_name) || customer.first_name == 'x'")).toEqual([
    "customer.first_name guarded",
    "customer.first_name guarded",
  ]);
  expect(reads("has(customer.first_name) || customer.first_name == 'x'")).toEqual([
    "customer.first_name guarded",
    "customer.first_name optional",
  ]);
  expect(reads("has(order.gift) ? order.gift.note == 'x' : false")).toEqual(["order.gift guarded", "order.gift.note guarded"]);
  expect(reads("customer.email != null && customer.email.contains('@')")).toEqual(["customer.email guarded", "customer.email guarded"]);
  expect(reads("order.items.exists(x, x.note == 'gift')")).toEqual(["order.items", "order.items[].note optional"]);
  expect(reads("order.items.exists(x, has(x.note) && x.note == 'gift')")).toEqual([
    "order.items",
    "order.items[].note guarded",
    "order.items[].note guarded",
  ]);
});

test("what must be present for a condition to hold is reported", () => {
  const implied = (source: string): string[] => compileCondition(source, PLACE, names()).impliesPresent.toSorted();
  expect(implied("has(customer.email)")).toEqual(["customer.email"]);
  expect(implied("has(customer.email) && slots.people > 1")).toEqual(["customer.email", "slots.people"]);
  expect(implied("has(customer.email) || has(customer.phone)")).toEqual([]);
  expect(implied("!has(customer.email)")).toEqual([]);
  expect(implied("!(customer.email == null)")).toEqual(["customer.email"]);
  expect(implied("has(customer.email) || (has(customer.phone) && has(customer.email))")).toEqual(["customer.email"]);
});
