/** The functions of expressions: ours (`money`, `plural`, `at` ...) and CEL's own, as a table of what each takes and gives. */
import { RE2JS } from "re2js";
import type { Scope } from "../program.ts";
import { ANY, INTEGER, NUMBER, TEXT, YES_NO } from "./built.ts";
import { dayNumber, dayOf, momentAt, momentMs, partsOf } from "./calendar.ts";
import { localeFor, plainText, pluralIndex, printDate, printMoney, printNumber, printTime, printWait } from "./print.ts";
import type { ExprType } from "./types.ts";

type Kind = ExprType["kind"];
export type FunctionSpec = {
  /** As a designer would write it, for messages. */
  usage: string;
  /** Kinds that each argument may be of; `any` passes everywhere. A method's receiver comes first. */
  takes: Kind[][];
  /** How many of them must be given; all, when absent. */
  least?: number;
  /** Kinds of any further arguments. */
  rest?: Kind[];
  gives: ExprType | ((args: ExprType[]) => ExprType);
  /** Arguments are never missing here; wrong ones at run time (an `any`) give undefined. */
  call(scope: Scope, language: string, ...args: unknown[]): unknown;
};

const TEXTS: Kind[] = ["text", "choice", "url"];
const NUMBERS: Kind[] = ["integer", "number"];
const DATE: ExprType = { kind: "date" };
const DATETIME: ExprType = { kind: "datetime" };
const DURATION: ExprType = { kind: "duration" };
const MONEY: ExprType = { kind: "money" };
const LIST_OF_TEXTS: ExprType = { kind: "list", of: TEXT };

export const FUNCTIONS = new Map<string, FunctionSpec>([
  [
    "money",
    { usage: "money(x)", takes: [["money", ...NUMBERS]], gives: TEXT, call: (scope, language, x) => printMoney(x, scope, language) },
  ],
  [
    "price",
    {
      usage: 'price(amount, "USD")',
      takes: [NUMBERS, TEXTS],
      gives: MONEY,
      call: (_scope, _language, amount, currency) => price(amount, currency),
    },
  ],
  ["date", { usage: "date(x)", takes: [["date", "datetime"]], gives: TEXT, call: (scope, language, x) => printDate(x, scope, language) }],
  ["time", { usage: "time(x)", takes: [["time", "datetime"]], gives: TEXT, call: (scope, language, x) => printTime(x, scope, language) }],
  ["today", { usage: "today()", takes: [], gives: DATE, call: (scope) => dayOf(scope.now, scope.timezone) }],
  [
    "at",
    {
      usage: 'at(date, "10:00")',
      takes: [["date"], ["time", ...TEXTS]],
      gives: DATETIME,
      call: (scope, _language, day, time) => momentAt(day, time, scope.timezone),
    },
  ],
  ["plural", { usage: 'plural(n, "# day", "# days")', takes: [NUMBERS, TEXTS], rest: TEXTS, gives: TEXT, call: plural }],
  [
    "upper_first",
    { usage: "upper_first(text)", takes: [TEXTS], gives: TEXT, call: (scope, language, x) => upperFirstOf(x, localeFor(scope, language)) },
  ],
  [
    "hours_open",
    { usage: 'hours_open("queue")', takes: [TEXTS], gives: YES_NO, call: (scope, _language, name) => queueOf(scope, name)?.open },
  ],
  ["wait_estimate", { usage: 'wait_estimate("queue")', takes: [TEXTS], gives: TEXT, call: waitEstimate }],
  ["size", { usage: "size(x)", takes: [["list", "map", ...TEXTS]], gives: INTEGER, call: (_scope, _language, x) => size(x) }],
  [
    "string",
    {
      usage: "string(x)",
      takes: [[...NUMBERS, ...TEXTS, "yes_no", "date", "time", "datetime"]],
      gives: TEXT,
      call: (_scope, _language, x) => plainText(x),
    },
  ],
  ["int", { usage: "int(x)", takes: [[...NUMBERS, ...TEXTS]], gives: INTEGER, call: (_scope, _language, x) => whole(x) }],
  ["double", { usage: "double(x)", takes: [[...NUMBERS, ...TEXTS]], gives: NUMBER, call: (_scope, _language, x) => number(x) }],
  ["bool", { usage: "bool(x)", takes: [["yes_no", ...TEXTS]], gives: YES_NO, call: (_scope, _language, x) => bool(x) }],
  [
    "dyn",
    { usage: "dyn(x)", takes: [["any", ...TEXTS, ...NUMBERS, "yes_no", "list", "map"]], gives: ANY, call: (_scope, _language, x) => x },
  ],
  [
    "timestamp",
    {
      usage: 'timestamp("2026-03-02T10:00:00Z")',
      takes: [["datetime", ...TEXTS]],
      gives: DATETIME,
      call: (_scope, _language, x) => momentMs(x),
    },
  ],
  [
    "duration",
    { usage: 'duration("1h30m")', takes: [["duration", ...TEXTS]], gives: DURATION, call: (_scope, _language, x) => durationMs(x) },
  ],
  [
    "matches",
    {
      usage: 'matches(text, "pattern")',
      takes: [TEXTS, TEXTS],
      gives: YES_NO,
      call: (_scope, _language, x, pattern) => matches(x, pattern),
    },
  ],
]);

const textMethod = (
  usage: string,
  gives: ExprType,
  more: Kind[][],
  of: (text: string, ...args: unknown[]) => unknown,
  least?: number,
): FunctionSpec => ({
  usage,
  takes: [TEXTS, ...more],
  ...(least === undefined ? {} : { least: least + 1 }),
  gives,
  call: (_scope, _language, text, ...args) => (typeof text === "string" ? of(text, ...args) : undefined),
});

const part = (usage: string, of: (at: ReturnType<typeof partsOf>) => number, kinds: Kind[]): FunctionSpec => ({
  usage,
  takes: [kinds, TEXTS],
  least: 1,
  gives: INTEGER,
  call: (scope, _language, value, zone) => {
    const days = dayNumber(value);
    if (days !== null) return of(partsOf(days * 86_400_000, "utc"));
    if (typeof value === "string" && /^\d\d:\d\d/.test(value)) return of(partsOf(momentMs(`1970-01-01T${value}Z`) ?? 0, "utc"));
    const ms = momentMs(value);
    return ms === undefined ? undefined : of(partsOf(ms, typeof zone === "string" ? zone : scope.timezone));
  },
});

const DAYS: Kind[] = ["date", "datetime"];
const TIMES: Kind[] = ["time", "datetime"];

/** Written behind a value: `text.contains("x")`. */
export const METHODS = new Map<string, FunctionSpec>([
  [
    "contains",
    textMethod("text.contains(part)", YES_NO, [TEXTS], (text, part) => (typeof part === "string" ? text.includes(part) : undefined)),
  ],
  [
    "startsWith",
    textMethod("text.startsWith(part)", YES_NO, [TEXTS], (text, part) => (typeof part === "string" ? text.startsWith(part) : undefined)),
  ],
  [
    "endsWith",
    textMethod("text.endsWith(part)", YES_NO, [TEXTS], (text, part) => (typeof part === "string" ? text.endsWith(part) : undefined)),
  ],
  ["matches", textMethod('text.matches("pattern")', YES_NO, [TEXTS], (text, pattern) => matches(text, pattern))],
  [
    "indexOf",
    textMethod("text.indexOf(part)", INTEGER, [TEXTS], (text, part) => (typeof part === "string" ? text.indexOf(part) : undefined)),
  ],
  [
    "lastIndexOf",
    textMethod("text.lastIndexOf(part)", INTEGER, [TEXTS], (text, part) => (typeof part === "string" ? text.lastIndexOf(part) : undefined)),
  ],
  ["substring", textMethod("text.substring(from, to)", TEXT, [["integer"], ["integer"]], substring, 1)],
  [
    "split",
    textMethod("text.split(separator)", LIST_OF_TEXTS, [TEXTS], (text, by) => (typeof by === "string" ? text.split(by) : undefined)),
  ],
  [
    "replace",
    textMethod("text.replace(part, by)", TEXT, [TEXTS, TEXTS], (text, from, to) =>
      typeof from === "string" && typeof to === "string" ? text.split(from).join(to) : undefined,
    ),
  ],
  ["trim", textMethod("text.trim()", TEXT, [], (text) => text.trim())],
  ["lowerAscii", textMethod("text.lowerAscii()", TEXT, [], (text) => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase()))],
  ["upperAscii", textMethod("text.upperAscii()", TEXT, [], (text) => text.replace(/[a-z]/g, (letter) => letter.toUpperCase()))],
  ["size", { usage: "x.size()", takes: [["list", "map", ...TEXTS]], gives: INTEGER, call: (_scope, _language, x) => size(x) }],
  [
    "join",
    { usage: 'list.join(", ")', takes: [["list"], TEXTS], least: 1, gives: TEXT, call: (_scope, _language, x, by) => joined(x, by) },
  ],
  ["getFullYear", part("x.getFullYear()", (at) => at.year, DAYS)],
  ["getMonth", part("x.getMonth()", (at) => at.month - 1, DAYS)],
  ["getDate", part("x.getDate()", (at) => at.day, DAYS)],
  ["getDayOfMonth", part("x.getDayOfMonth()", (at) => at.day - 1, DAYS)],
  ["getDayOfWeek", part("x.getDayOfWeek()", (at) => at.weekday % 7, DAYS)],
  ["getDayOfYear", part("x.getDayOfYear()", (at) => at.ordinal - 1, DAYS)],
  ["getHours", part("x.getHours()", (at) => at.hour, TIMES)],
  ["getMinutes", part("x.getMinutes()", (at) => at.minute, TIMES)],
  ["getSeconds", part("x.getSeconds()", (at) => at.second, TIMES)],
]);

function plural(scope: Scope, language: string, n: unknown, ...forms: unknown[]): string | undefined {
  if (typeof n !== "number") return undefined;
  const form = forms[pluralIndex(n, forms.length, language)];
  return typeof form === "string" ? form.replaceAll("#", () => printNumber(n, localeFor(scope, language))) : undefined;
}

function price(amount: unknown, currency: unknown): unknown {
  if (typeof amount !== "number" || typeof currency !== "string" || !/^[A-Za-z]{3}$/.test(currency)) return undefined;
  return { amount, currency: currency.toUpperCase() };
}

function upperFirstOf(text: unknown, locale: string): string | undefined {
  if (typeof text !== "string") return undefined;
  const [first = ""] = text;
  try {
    return first.toLocaleUpperCase(locale) + text.slice(first.length);
  } catch {
    return first.toUpperCase() + text.slice(first.length);
  }
}

function queueOf(scope: Scope, name: unknown): { open: boolean; estimateMs: number | null } | undefined {
  return typeof name === "string" && Object.hasOwn(scope.queues, name) ? scope.queues[name] : undefined;
}

function waitEstimate(scope: Scope, language: string, name: unknown): string | undefined {
  const queue = queueOf(scope, name);
  return queue && printWait(queue.estimateMs, scope, language);
}

function size(value: unknown): number | undefined {
  if (typeof value === "string") return [...value].length;
  if (Array.isArray(value)) return value.length;
  return typeof value === "object" && value !== null ? Object.keys(value).length : undefined;
}

function whole(value: unknown): number | undefined {
  const found = typeof value === "string" && !/^[+-]?\d+$/.test(value.trim()) ? undefined : number(value);
  return found === undefined ? undefined : Math.trunc(found);
}

function number(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  if (typeof value !== "string" || !/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value.trim())) return undefined;
  const found = Number(value);
  return Number.isFinite(found) ? found : undefined;
}

function bool(value: unknown): boolean | undefined {
  return value === true || value === "true" ? true : value === false || value === "false" ? false : undefined;
}

/** `1h30m`, `90s`, `800ms`, `2d`. */
export function durationMs(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  if (typeof value !== "string" || !/^-?(\d+(\.\d+)?(ms|[dhms]))+$/.test(value)) return undefined;
  const units: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
  let ms = 0;
  for (const [, amount, unit] of value.matchAll(/(\d+(?:\.\d+)?)(ms|[dhms])/g)) ms += Number(amount) * (units[unit ?? ""] ?? 0);
  return value.startsWith("-") ? -ms : ms;
}

function substring(text: string, from: unknown, to: unknown = text.length): string | undefined {
  if (typeof from !== "number" || typeof to !== "number" || from < 0 || to < from || to > text.length) return undefined;
  return text.slice(from, to);
}

function joined(list: unknown, by: unknown = ""): string | undefined {
  return Array.isArray(list) && typeof by === "string" ? list.map(plainText).join(by) : undefined;
}

const patterns = new Map<string, RE2JS | null>();

/** A pattern in linear time, whoever wrote text and pattern; null when it is not one. */
export function patternOf(source: string): RE2JS | null {
  const known = patterns.get(source);
  if (known !== undefined) return known;
  let made: RE2JS | null = null;
  try {
    made = RE2JS.compile(source);
  } catch {
    made = null;
  }
  if (patterns.size > 500) patterns.clear(); // a pattern may come from a value
  patterns.set(source, made);
  return made;
}

function matches(text: unknown, pattern: unknown): boolean | undefined {
  if (typeof text !== "string" || typeof pattern !== "string") return undefined;
  return patternOf(pattern)?.matcher(text).find();
}
