/** CEL's operators over our types: logic with missing values, comparison, and the arithmetic of numbers, dates and moments. */
import {
  ANY,
  type Building,
  type Built,
  built,
  type Facts,
  INTEGER,
  mistake,
  NO_FACTS,
  NUMBER,
  type Run,
  shared,
  TEXT,
  union,
  upperFirst,
  YES_NO,
} from "./built.ts";
import { dayMinute, dayNumber, dayText, momentMs } from "./calendar.ts";
import { nearNames } from "./near.ts";
import type { Node } from "./parse.ts";
import { own } from "./print.ts";
import { comparable, describe, isNumeric, isTextual, join } from "./relate.ts";
import type { ExprType } from "./types.ts";

type Binary = Extract<Node, { op: "&&" | "||" | "==" | "!=" | "in" | "<" | "<=" | ">" | ">=" | "+" | "-" | "*" | "/" | "%" }>;

export function buildOperator(building: Building, node: Node, facts: Facts): Built {
  switch (node.op) {
    case "&&":
    case "||":
      return logic(building, node as Binary, facts);
    case "!_":
      return not(building, node, facts);
    case "-_":
      return negative(building, node, facts);
  }
  const [leftNode, rightNode] = (node as Binary).args;
  const left = building.build(building, leftNode, facts);
  const right = building.build(building, rightNode, facts);
  switch (node.op) {
    case "==":
    case "!=":
      return equality(building, node, left, right);
    case "in":
      return membership(building, node, left, right);
    case "<":
    case "<=":
    case ">":
    case ">=":
      return ordering(building, node, left, right);
    default:
      return arithmetic(building, node, left, right);
  }
}

/** As in CEL, one side can decide alone: `false && missing` is false, `true || missing` is true. */
function logic(building: Building, node: Binary, facts: Facts): Built {
  const and = node.op === "&&";
  const [leftNode, rightNode] = node.args;
  const left = wantYesNo(building, leftNode, building.build(building, leftNode, facts));
  const known = union(facts, and ? left.whenTrue : left.whenFalse);
  const right = wantYesNo(building, rightNode, building.build(building, rightNode, known));
  const decisive = !and;
  const run: Run = (scope, language, locals) => {
    const a = left.run(scope, language, locals);
    if (a === decisive) return decisive;
    const b = right.run(scope, language, locals);
    if (b === decisive) return decisive;
    return typeof a === "boolean" && typeof b === "boolean" ? !decisive : undefined;
  };
  const whenTrue = and ? union(left.whenTrue, right.whenTrue) : shared(left.whenTrue, right.whenTrue);
  const whenFalse = and ? shared(left.whenFalse, right.whenFalse) : union(left.whenFalse, right.whenFalse);
  return { type: YES_NO, run, path: null, whenTrue, whenFalse };
}

function not(building: Building, node: Extract<Node, { op: "!_" }>, facts: Facts): Built {
  const inner = wantYesNo(building, node.args, building.build(building, node.args, facts));
  const run: Run = (scope, language, locals) => {
    const value = inner.run(scope, language, locals);
    return typeof value === "boolean" ? !value : undefined;
  };
  return { type: YES_NO, run, path: null, whenTrue: inner.whenFalse, whenFalse: inner.whenTrue };
}

function wantYesNo(building: Building, node: Node, value: Built): Built {
  if (value.type.kind === "yes_no" || value.type.kind === "any") return value;
  const help =
    value.path !== null
      ? `To ask whether it is there, write \`has(${value.path})\`; to ask what it is, compare it.`
      : "Compare it with something.";
  return mistake(building, node, "wrong-type", `A condition is wanted here, and this is ${describe(value.type)}.`, { help });
}

function negative(building: Building, node: Extract<Node, { op: "-_" }>, facts: Facts): Built {
  const inner = building.build(building, node.args, facts);
  if (!isNumeric(inner.type) && inner.type.kind !== "any" && inner.type.kind !== "duration") {
    return mistake(building, node, "wrong-type", `\`-\` needs a number, and this is ${describe(inner.type)}.`);
  }
  if (typeof inner.literal === "number") {
    const value = -inner.literal;
    return { ...built(inner.type, () => value), literal: value };
  }
  const run: Run = (scope, language, locals) => {
    const value = inner.run(scope, language, locals);
    return typeof value === "number" ? -value : undefined;
  };
  return built(inner.type, run, inner.whenTrue);
}

/** `path ?? value`. */
export function buildDefault(building: Building, node: Node, facts: Facts): Built {
  const [leftNode, rightNode] = (node as Binary).args;
  const outer = building.served;
  building.served = true;
  const left = building.build(building, leftNode, facts);
  building.served = outer;
  const right = building.build(building, rightNode, facts);
  const type = join(left.type, right.type);
  if (!type) {
    const message = `\`??\` needs two of a kind: left is ${describe(left.type)}, right ${describe(right.type)}.`;
    return mistake(building, node, "wrong-type", message);
  }
  const run: Run = (scope, language, locals) => left.run(scope, language, locals) ?? right.run(scope, language, locals);
  return { type, run, path: null, whenTrue: NO_FACTS, whenFalse: NO_FACTS };
}

export function buildTernary(building: Building, node: Extract<Node, { op: "?:" }>, facts: Facts): Built {
  const [testNode, thenNode, elseNode] = node.args;
  const test = wantYesNo(building, testNode, building.build(building, testNode, facts));
  const yes = building.build(building, thenNode, union(facts, test.whenTrue));
  const no = building.build(building, elseNode, union(facts, test.whenFalse));
  const type = join(yes.type, no.type);
  if (!type) {
    const message = `Both sides of \`:\` must be of a kind: this is ${describe(yes.type)} or ${describe(no.type)}.`;
    return mistake(building, node, "wrong-type", message);
  }
  const run: Run = (scope, language, locals) => {
    const value = test.run(scope, language, locals);
    if (value === true) return yes.run(scope, language, locals);
    return value === false ? no.run(scope, language, locals) : undefined;
  };
  const present = shared(union(test.whenTrue, yes.whenTrue), union(test.whenFalse, no.whenTrue));
  return built(type, run, present);
}

function equality(building: Building, node: Node, left: Built, right: Built): Built {
  const equal = node.op === "==";
  if (left.type.kind === "null" || right.type.kind === "null") return compareWithNull(building, node, equal, left, right);
  const fits = comparable(left.type, right.type) || literalFits(left.type, right) || literalFits(right.type, left);
  if (!fits) return unlike(building, node, left, right);
  checkChoice(building, node, left, right);
  const present = union(left.whenTrue, right.whenTrue);
  const literal = right.literal;
  const { run: first } = left;
  if (literal !== undefined && (typeof literal !== "object" || literal === null) && left.type.kind !== "datetime") {
    const run: Run = (scope, language, locals) => {
      const value = first(scope, language, locals);
      return value === undefined ? undefined : (value === literal) === equal;
    };
    return built(YES_NO, run, present);
  }
  const moments = left.type.kind === "datetime" || right.type.kind === "datetime";
  const run: Run = (scope, language, locals) => {
    const a = first(scope, language, locals);
    const b = right.run(scope, language, locals);
    if (a === undefined || b === undefined) return undefined;
    return (moments ? momentMs(a) === momentMs(b) : same(a, b)) === equal;
  };
  return built(YES_NO, run, present);
}

/** `null` is missing, so `x == null` asks what `!has(x)` asks. */
function compareWithNull(building: Building, node: Node, equal: boolean, left: Built, right: Built): Built {
  const value = left.type.kind === "null" ? right : left;
  const run: Run = (scope, language, locals) => (value.run(scope, language, locals) === undefined) === equal;
  if (value.path === null) return built(YES_NO, run);
  for (const read of building.reads) {
    if (read.path === value.path && read.offset >= node.start && read.offset < node.end)
      Object.assign(read, { guarded: true, optional: false });
  }
  const present = new Set([value.path]);
  return { type: YES_NO, run, path: null, whenTrue: equal ? NO_FACTS : present, whenFalse: equal ? present : NO_FACTS };
}

/** A date or a time of day may be compared with one written as a text. */
function literalFits(type: ExprType, other: Built): boolean {
  if (type.kind === "date") return dayNumber(other.literal) !== null;
  if (type.kind === "time")
    return typeof other.literal === "string" && /^\d\d:\d\d$/.test(other.literal) && dayMinute(other.literal) !== null;
  if (type.kind === "datetime") return typeof other.literal === "string" && momentMs(other.literal) !== undefined;
  return false;
}

function unlike(building: Building, node: Node, left: Built, right: Built): Built {
  const message = `${upperFirst(describe(left.type))} and ${describe(right.type)} cannot be compared.`;
  return mistake(building, node, "wrong-type", message, { help: comparisonHelp(left.type, right.type) ?? "" });
}

function comparisonHelp(left: ExprType, right: ExprType): string | null {
  const kinds = [left.kind, right.kind];
  if (kinds.includes("money")) return "Compare what it amounts to: `x.amount`.";
  if (kinds.includes("date") && kinds.includes("text")) return 'A date is written `"2026-03-31"`.';
  if (kinds.includes("time") && kinds.includes("text")) return 'A time of day is written `"09:30"`.';
  if (kinds.includes("list")) return "To ask whether it holds something, write `x in list`.";
  if (isNumeric(left) && isTextual(right)) return "A number is written without quotes.";
  if (isTextual(left) && isNumeric(right)) return "A text is written in quotes.";
  return null;
}

/** A literal compared with a choice must be one of its values. */
function checkChoice(building: Building, node: Node, left: Built, right: Built): void {
  const [choice, other] = left.type.kind === "choice" ? [left, right] : [right, left];
  if (choice.type.kind !== "choice" || choice.type.values === null) return;
  const [leftNode, rightNode] = (node as Binary).args;
  const at = other === right ? rightNode : leftNode;
  const written = Array.isArray(other.literal) ? other.literal : [other.literal];
  for (const value of written) {
    if (typeof value !== "string" || choice.type.values.includes(value)) continue;
    const near = nearNames(value, choice.type.values);
    const help = `Its values are ${choice.type.values.map((known) => `\`${known}\``).join(", ")}.`;
    mistake(building, at, "unknown-choice", `\`${choice.path ?? "This choice"}\` is never "${value}".`, { near, help });
  }
}

function membership(building: Building, node: Node, left: Built, right: Built): Built {
  const { type } = right;
  if (type.kind === "list" ? !comparable(left.type, type.of) : type.kind === "map" ? !isTextual(left.type) : type.kind !== "any") {
    const help = isTextual(type) ? "To search in a text, write `text.contains(part)`." : null;
    const message = `${upperFirst(describe(left.type))} cannot be looked for in ${describe(type)}${type.kind === "list" ? ` of another kind` : ""}.`;
    return mistake(building, node, "wrong-type", message, help ? { help } : {});
  }
  if (type.kind === "list") {
    checkChoice(building, node, left, right);
    if (type.of.kind === "choice" && left.literal !== undefined) checkChoice(building, node, left, { ...right, type: type.of });
  }
  const run: Run = (scope, language, locals) => {
    const value = left.run(scope, language, locals);
    const within = right.run(scope, language, locals);
    if (value === undefined || within === undefined) return undefined;
    if (Array.isArray(within)) return within.some((item) => same(item, value));
    return typeof value === "string" ? own(within, value) !== undefined : undefined;
  };
  return built(YES_NO, run, union(left.whenTrue, right.whenTrue));
}

/** A number or text that orders values of one kind as they come; undefined for what is not of that kind. */
function rank(type: ExprType): (value: unknown) => number | string | undefined {
  switch (type.kind) {
    case "datetime":
      return momentMs;
    case "date":
      return (value) => dayNumber(value) ?? undefined;
    case "time":
      return (value) => dayMinute(value) ?? undefined;
    case "yes_no":
      return (value) => (typeof value === "boolean" ? Number(value) : undefined);
    default:
      return (value) => (typeof value === "number" || typeof value === "string" ? value : undefined);
  }
}

function ordering(building: Building, node: Node, left: Built, right: Built): Built {
  const orderable = (type: ExprType): boolean => !["money", "list", "map", "location", "attachment", "null"].includes(type.kind);
  const fits = comparable(left.type, right.type) || literalFits(left.type, right) || literalFits(right.type, left);
  if (!fits || !orderable(left.type) || !orderable(right.type)) return unlike(building, node, left, right);
  const { op } = node;
  const by = rank(["date", "time", "datetime", "yes_no"].includes(right.type.kind) ? right.type : left.type);
  const run: Run = (scope, language, locals) => {
    const a = by(left.run(scope, language, locals));
    const b = by(right.run(scope, language, locals));
    if (a === undefined || b === undefined || typeof a !== typeof b) return undefined;
    return op === "<" ? a < b : op === "<=" ? a <= b : op === ">" ? a > b : a >= b;
  };
  return built(YES_NO, run, union(left.whenTrue, right.whenTrue));
}

type Sum = { type: ExprType; of(a: unknown, b: unknown): unknown };

function arithmetic(building: Building, node: Node, left: Built, right: Built): Built {
  const sum = sumOf(node.op, left.type, right.type);
  if (!sum) {
    const message = `\`${node.op}\` does not work between ${describe(left.type)} and ${describe(right.type)}.`;
    const texts = isTextual(left.type) || isTextual(right.type);
    const kinds = [left.type.kind, right.type.kind];
    const help = kinds.includes("money")
      ? "Reckon with `x.amount`; `price(amount, currency)` makes money again."
      : node.op === "+" && texts
        ? "`string(x)` makes a text of a number."
        : null;
    return mistake(building, node, "wrong-type", message, help ? { help } : {});
  }
  if (node.op === "/" && sum.type.kind === "integer") {
    const message = "A whole number divided by a whole number loses its fraction: 3 / 2 is 1.";
    mistake(building, node, "int-division", message, { help: "Write `double(x) / y` to keep it." });
    const told = building.problems.at(-1);
    if (told) told.severity = "warning";
  }
  const run: Run = (scope, language, locals) => {
    const a = left.run(scope, language, locals);
    const b = right.run(scope, language, locals);
    return a === undefined || b === undefined ? undefined : sum.of(a, b);
  };
  return built(sum.type, run, union(left.whenTrue, right.whenTrue));
}

function sumOf(op: string, left: ExprType, right: ExprType): Sum | null {
  if (left.kind === "any" || right.kind === "any") return { type: guess(op, left, right), of: (a, b) => reckonAny(op, a, b, left, right) };
  if (isNumeric(left) && isNumeric(right)) {
    const whole = left.kind === "integer" && right.kind === "integer";
    if (op === "%" && !whole) return null;
    return { type: whole ? INTEGER : NUMBER, of: (a, b) => reckon(op, a, b, whole) };
  }
  if (op === "+" && isTextual(left) && isTextual(right)) return { type: TEXT, of: joinTexts };
  if (op === "+" && left.kind === "list" && right.kind === "list") {
    return {
      type: join(left, right) ?? { kind: "list", of: ANY },
      of: (a, b) => (Array.isArray(a) && Array.isArray(b) ? [...a, ...b] : undefined),
    };
  }
  if (left.kind === "date" && right.kind === "integer" && (op === "+" || op === "-")) {
    return { type: left, of: (a, b) => addDays(a, op === "+" ? b : typeof b === "number" ? -b : b) };
  }
  if (op === "+" && left.kind === "integer" && right.kind === "date") return { type: right, of: (a, b) => addDays(b, a) };
  if (op === "-" && left.kind === "date" && right.kind === "date")
    return { type: INTEGER, of: (a, b) => minus(dayNumber(a), dayNumber(b)) };
  if (op === "-" && left.kind === "datetime" && right.kind === "datetime") {
    return { type: { kind: "duration" }, of: (a, b) => minus(momentMs(a), momentMs(b)) };
  }
  const lengths = (a: ExprType, b: ExprType): boolean => (a.kind === "datetime" || a.kind === "duration") && b.kind === "duration";
  if (op === "-" && lengths(left, right)) return { type: left, of: (a, b) => minus(momentMs(a), momentMs(b)) };
  if (op === "+" && (lengths(left, right) || lengths(right, left))) {
    return { type: left.kind === "datetime" ? left : right, of: (a, b) => minus(momentMs(a), minus(0, momentMs(b)) ?? null) };
  }
  return null;
}

function guess(op: string, left: ExprType, right: ExprType): ExprType {
  const known = left.kind === "any" ? right : left;
  return op !== "+" && op !== "-" && isNumeric(known) ? NUMBER : ANY;
}

function reckonAny(op: string, a: unknown, b: unknown, left: ExprType, right: ExprType): unknown {
  if (left.kind === "date" && typeof a === "string")
    return typeof b === "number" ? addDays(a, op === "-" ? -b : b) : minus(dayNumber(a), dayNumber(b));
  if (right.kind === "date" && op === "-") return minus(dayNumber(a), dayNumber(b));
  if (typeof a === "number" && typeof b === "number") return reckon(op, a, b, false);
  if (op === "+" && typeof a === "string" && typeof b === "string") return a + b;
  return op === "+" && Array.isArray(a) && Array.isArray(b) ? [...a, ...b] : undefined;
}

function reckon(op: string, a: unknown, b: unknown, whole: boolean): number | undefined {
  if (typeof a !== "number" || typeof b !== "number") return undefined;
  const result = op === "+" ? a + b : op === "-" ? a - b : op === "*" ? a * b : op === "/" ? a / b : a % b;
  if (!Number.isFinite(result)) return undefined;
  return whole ? Math.trunc(result) : result;
}

function joinTexts(a: unknown, b: unknown): string | undefined {
  return typeof a === "string" && typeof b === "string" ? a + b : undefined;
}

function addDays(date: unknown, days: unknown): string | undefined {
  const from = dayNumber(date);
  return from === null || typeof days !== "number" ? undefined : dayText(from + days);
}

function minus(a: number | null | undefined, b: number | null | undefined): number | undefined {
  return typeof a === "number" && typeof b === "number" ? a - b : undefined;
}

/** Equal as JSON is: lists and maps by their content. */
export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, index) => same(item, b[index]));
  }
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => same(own(a, key), own(b, key)));
}
