/**
 * Turns parsed CEL into a function, with its type: names, fields and literals here, the rest in `operators.ts`,
 * `functions.ts` and `macros.ts`. A missing value is `undefined`, and whatever is made of one is missing too.
 */
import {
  ANY,
  type Building,
  type Built,
  built,
  type Facts,
  INTEGER,
  missing,
  mistake,
  NULL,
  NUMBER,
  type Run,
  TEXT,
  union,
  upperFirst,
  YES_NO,
} from "./built.ts";
import { callFunction, callMethod } from "./calls.ts";
import { nearNames } from "./near.ts";
import { buildDefault, buildOperator, buildTernary } from "./operators.ts";
import type { Node } from "./parse.ts";
import { own } from "./print.ts";
import { describe } from "./relate.ts";
import type { ExprType } from "./types.ts";

export function build(building: Building, node: Node, facts: Facts): Built {
  switch (node.op) {
    case "value":
      return literal(building, node);
    case "id":
    case ".":
    case "[]": {
      const place = locate(building, node, facts);
      if (place.path === null) return place;
      return { ...place, ...noteRead(building, node, place, facts) };
    }
    case "list":
      return list(building, node, facts);
    case "map":
      return map(building, node, facts);
    case "?:":
      return buildTernary(building, node, facts);
    case "call":
      return callFunction(building, node, facts);
    case "rcall":
      return callMethod(building, node, facts);
    case ".?":
    case "[?]":
      return mistake(building, node, "bad-expression", "Optional access is not part of this language.", { help: "Write `path ?? value`." });
    case "||":
      return building.isDefault(node) ? buildDefault(building, node, facts) : buildOperator(building, node, facts);
    default:
      return buildOperator(building, node, facts);
  }
}

function literal(building: Building, node: Extract<Node, { op: "value" }>): Built {
  const value = node.args;
  if (value === null) return { ...built(NULL, missing), literal: null };
  if (typeof value === "bigint") {
    const number = Number(value);
    if (!Number.isSafeInteger(number)) return mistake(building, node, "bad-expression", "This whole number is too large.");
    return { ...built(INTEGER, () => number), literal: number };
  }
  if (typeof value === "number") return { ...built(NUMBER, () => value), literal: value };
  if (typeof value === "string") return { ...built(TEXT, () => value), literal: value };
  if (typeof value === "boolean") return { ...built(YES_NO, () => value), literal: value };
  return mistake(building, node, "bad-expression", "Bytes and unsigned numbers have no use here.");
}

type Located = Built & { optionals: string[] };

/** A name or a path, not yet counted as read. `optionals`: what on the path the types allow to be missing. */
export function locate(building: Building, node: Node, facts: Facts): Located {
  if (node.op === "id") return locateRoot(building, node);
  if (node.op === ".") {
    const [on, key] = node.args;
    return locateField(building, node, locate(building, on, facts), key);
  }
  if (node.op === "[]") {
    const [on, at] = node.args;
    const whole = locate(building, on, facts);
    if (at.op === "value" && typeof at.args === "string" && whole.type.kind !== "list") return locateField(building, node, whole, at.args);
    return locateItem(building, node, whole, build(building, at, facts));
  }
  return { ...build(building, node, facts), optionals: [] };
}

function locateRoot(building: Building, node: Extract<Node, { op: "id" }>): Located {
  const name = node.args;
  const local = building.locals.get(name);
  if (local) {
    const { index, type, path } = local;
    return { ...built(type, (_scope, _language, locals) => locals[index]), path, optionals: [] };
  }
  const type = building.names.get(name);
  if (!type) {
    const slots = building.names.get("slots");
    const customer = building.names.get("customer");
    const near = nearNames(name, building.names.keys());
    const help: { near: string[]; help?: string } = { near };
    if (slots?.kind === "map" && slots.fields.has(name)) {
      help.near = [`slots.${name}`];
      help.help = `A slot is read as \`slots.${name}\`.`;
    } else if (customer?.kind === "map" && customer.fields.has(name)) {
      help.near = [`customer.${name}`];
    } else if (near.length === 0) {
      const names = [...building.names.keys()].map((one) => `\`${one}\``);
      help.help = `The names here are ${names.slice(0, -1).join(", ")} and ${names.at(-1)}; a text would stand in quotes.`;
    }
    return { ...mistake(building, node, "unknown-name", `There is nothing called \`${name}\` here.`, help), optionals: [] };
  }
  return { ...built(type, readRoot(name)), path: name, optionals: [] };
}

function readRoot(name: string): Run {
  switch (name) {
    case "slots":
      return (scope) => scope.slots;
    case "customer":
      return (scope) => scope.customer;
    case "event":
      return (scope) => scope.event;
    case "referral":
      return (scope) => scope.referral;
    case "channel":
      return (scope) => scope.channel;
    case "bot":
      return (scope) => scope.bot;
    case "window":
      return (scope) => scope.window;
    case "now":
      return (scope) => scope.now;
    case "error":
      return (scope) => scope.error ?? undefined;
    case "item":
      return (scope) => scope.item ?? undefined;
    case "value":
      return (scope) => scope.value ?? undefined;
    case "pattern":
      return (scope) => scope.pattern ?? undefined;
    default:
      return (scope) => own(scope.saves, name);
  }
}

function locateField(building: Building, node: Node, on: Located, key: string): Located {
  const path = on.path === null ? null : `${on.path}.${key}`;
  const { run: whole } = on;
  const run: Run = (scope, language, locals) => own(whole(scope, language, locals), key);
  const field = fieldOf(on.type, key);
  if (field) {
    const optionals = field.optional && path !== null ? [...on.optionals, path] : on.optionals;
    return { ...built(field.type, run), path, optionals };
  }
  const name = { ...node, start: node.op === "." ? node.end - key.length : node.start, end: node.end } as Node;
  const wrong = (message: string, more?: { near?: string[]; help?: string }): Located => ({
    ...mistake(building, name, on.type.kind === "map" ? "unknown-name" : "wrong-type", message, more),
    optionals: [],
  });
  if (on.type.kind === "map") {
    const near = nearNames(key, on.type.fields.keys());
    if (on.path === "slots") return wrong(`There is no slot called \`${key}\` in this flow.`, { near });
    if (on.path === "customer") {
      return wrong(`The customer has no field called \`${key}\`.`, {
        near,
        help: "Fields of ours are declared under `customer` in the bot's file.",
      });
    }
    return wrong(`\`${on.path ?? "This"}\` has nothing called \`${key}\`.`, { near });
  }
  const help = FIELD_HELP[on.type.kind];
  return wrong(`\`${key}\` cannot be read from ${describe(on.type)}.`, help ? { help } : {});
}

const FIELD_HELP: Record<string, string> = {
  list: 'Pick one first, as in `items[0]`, or ask about all of them: `items.exists(x, x.sku == "A1")`, `size(items)`.',
  text: "A text has no fields; its length is `size(x)`.",
  date: "Parts of a date are functions: `getFullYear()`, `getMonth()`, `getDayOfMonth()`, `getDayOfWeek()`.",
  datetime: "Parts of a moment are functions: `getHours()`, `getDayOfWeek()` and so on.",
};

function fieldOf(type: ExprType, key: string): { type: ExprType; optional: boolean } | null {
  switch (type.kind) {
    case "any":
      return { type: ANY, optional: false };
    case "map":
      return type.fields.get(key) ?? (type.open ? { type: ANY, optional: false } : null);
    case "money":
      return key === "amount" ? { type: NUMBER, optional: false } : key === "currency" ? { type: TEXT, optional: false } : null;
    case "location":
      if (key === "lat" || key === "lng") return { type: NUMBER, optional: false };
      return key === "name" ? { type: TEXT, optional: true } : null;
    case "attachment":
      return key === "url" ? { type: { kind: "url" }, optional: false } : key === "kind" ? { type: TEXT, optional: false } : null;
    default:
      return null;
  }
}

function locateItem(building: Building, node: Node, on: Located, at: Built): Located {
  const path = on.path === null ? null : `${on.path}[]`;
  const { run: whole } = on;
  const run: Run = (scope, language, locals) => {
    const from = whole(scope, language, locals);
    const index = at.run(scope, language, locals);
    if (Array.isArray(from)) return typeof index === "number" ? (from[index] ?? undefined) : undefined;
    return typeof index === "string" ? own(from, index) : undefined;
  };
  const optionals = path === null ? [] : [...on.optionals, path];
  const { type } = on;
  const fits = (kinds: string[]): boolean => at.type.kind === "any" || kinds.includes(at.type.kind);
  if (type.kind === "list" && fits(["integer"])) return { ...built(type.of, run), path, optionals };
  if (type.kind === "map" && fits(["text", "choice"])) return { ...built(ANY, run), path, optionals };
  if (type.kind === "any") return { ...built(ANY, run), path, optionals };
  const message = `${describe(at.type)} cannot pick from ${describe(type)}.`;
  return { ...mistake(building, node, "wrong-type", upperFirst(message)), optionals: [] };
}

/** Counts a path as read, and says what is known to be present once it has a value. */
function noteRead(building: Building, node: Node, place: Located, facts: Facts): { whenTrue: Facts; whenFalse: Facts } {
  const path = place.path ?? "";
  const known = place.path === null ? false : coveredBy(facts, path, place.optionals);
  building.reads.push({
    path,
    offset: node.start,
    length: Math.max(1, node.end - node.start),
    guarded: known || building.served,
    optional: !known && !building.served && place.optionals.length > 0,
  });
  const present = new Set([path]);
  return { whenTrue: present, whenFalse: present };
}

/** Is a path present when `facts` are? So it is when it, or what holds it, is known and nothing beyond that may be missing. */
function coveredBy(facts: Facts, path: string, optionals: string[]): boolean {
  const last = optionals.at(-1) ?? "";
  for (const fact of facts) {
    const holds = path === fact || path.startsWith(`${fact}.`) || path.startsWith(`${fact}[`);
    if (holds && fact.length >= last.length) return true;
  }
  return false;
}

function list(building: Building, node: Extract<Node, { op: "list" }>, facts: Facts): Built {
  const items = node.args.map((item) => build(building, item, facts));
  const first = items[0]?.type ?? ANY;
  const numbers = items.every((item) => item.type.kind === "integer" || item.type.kind === "number");
  const same = items.every((item) => item.type.kind === first.kind);
  const of: ExprType = same ? first : numbers ? NUMBER : ANY;
  const run: Run = (scope, language, locals) => {
    const values: unknown[] = [];
    for (const item of items) {
      const value = item.run(scope, language, locals);
      if (value === undefined) return undefined;
      values.push(value);
    }
    return values;
  };
  const made = built({ kind: "list", of }, run, union(...items.map((item) => item.whenTrue)));
  if (items.some((item) => item.literal === undefined)) return made;
  const values = items.map((item) => item.literal ?? null);
  return { ...made, run: () => values, literal: values };
}

function map(building: Building, node: Extract<Node, { op: "map" }>, facts: Facts): Built {
  const fields = new Map<string, { type: ExprType; optional: boolean }>();
  const entries: [string, Built][] = [];
  for (const [key, value] of node.args) {
    if (key.op !== "value" || typeof key.args !== "string") {
      mistake(building, key, "bad-expression", "A key of a map is a text in quotes.");
      continue;
    }
    const made = build(building, value, facts);
    entries.push([key.args, made]);
    fields.set(key.args, { type: made.type, optional: false });
  }
  const run: Run = (scope, language, locals) => {
    const made: Record<string, unknown> = Object.create(null);
    for (const [key, value] of entries) {
      const found = value.run(scope, language, locals);
      if (found === undefined) return undefined;
      made[key] = found;
    }
    return made;
  };
  return built({ kind: "map", fields, open: false }, run, union(...entries.map(([, value]) => value.whenTrue)));
}
