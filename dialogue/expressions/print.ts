/** Prints values for customers, in a language: numbers, lists, money, dates, and how long a wait is. */
import type { Json } from "../../model/json.ts";
import type { Scope } from "../program.ts";
import { dateFormat, dayMinute, dayNumber, dayOf, momentMs } from "./calendar.ts";
import type { ExprType } from "./types.ts";

/** A function keeps a formatter per locale: making one costs more than a turn. Locales come from customers, so it forgets. */
function perLocale<T>(make: (locale: string) => T): (locale: string) => T {
  const known = new Map<string, T>();
  return (locale) => {
    const found = known.get(locale);
    if (found) return found;
    let made: T;
    try {
      made = make(locale);
    } catch {
      made = make("en"); // what a customer's profile calls a language need not be one
    }
    if (known.size > 200) known.clear();
    known.set(locale, made);
    return made;
  };
}

const numberFormat = perLocale((locale) => new Intl.NumberFormat(locale, { maximumFractionDigits: 10 }));
const listFormat = perLocale((locale) => new Intl.ListFormat(locale, { type: "conjunction" }));
const minuteFormat = perLocale((locale) => unitFormat(locale, "minute"));
const hourFormat = perLocale((locale) => unitFormat(locale, "hour"));
const pluralRules = perLocale((locale) => new Intl.PluralRules(locale));
const moneyFormats = new Map<string, Intl.NumberFormat>();

const PLURAL_ORDER: Intl.LDMLPluralRule[] = ["zero", "one", "two", "few", "many", "other"];
export const pluralForms = perLocale((locale) => {
  const used = new Set(new Intl.PluralRules(locale).resolvedOptions().pluralCategories);
  return PLURAL_ORDER.filter((category) => used.has(category));
});

/** The locale to print in: the customer's (`en-GB`) where it is the text's language, else the text's language. */
export function localeFor(scope: Scope, language: string): string {
  if (scope.language === language) return language;
  return baseOf(scope.language) === baseOf(language) ? scope.language : language;
}

/** `zh` of `zh-TW`. */
export function baseOf(language: string): string {
  const dash = language.search(/[-_]/);
  return (dash < 0 ? language : language.slice(0, dash)).toLowerCase();
}

/** Kinds that a text shows as they are; the others need a function or `? :`. */
export function isPrintable(type: ExprType): boolean {
  switch (type.kind) {
    case "list":
      return isPrintable(type.of);
    case "text":
    case "url":
    case "choice":
    case "integer":
    case "number":
    case "any":
      return true;
    default:
      return false;
  }
}

/** Prints a value of a printable type for a customer. Missing prints nothing. */
export function printValue(value: unknown, type: ExprType, scope: Scope, language: string): string {
  if (typeof value === "string") {
    if (type.kind !== "choice") return value;
    return type.labels?.get(value)?.print(scope, language) ?? value;
  }
  if (typeof value === "number") return printNumber(value, localeFor(scope, language));
  if (Array.isArray(value)) {
    const of: ExprType = type.kind === "list" ? type.of : { kind: "any" };
    const items = value.map((item) => printValue(item, of, scope, language));
    return listFormat(localeFor(scope, language)).format(items);
  }
  return "";
}

/** A value as it stands in a URL or a body, for machines: no locale, no labels. */
export function plainText(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (Array.isArray(value)) return value.map(plainText).join(",");
  return "";
}

/** Percent-encoded; half a surrogate pair, which cannot be, becomes U+FFFD. */
export function encodeForUrl(text: string): string {
  return encodeURIComponent(Buffer.from(text, "utf8").toString("utf8"));
}

export function printNumber(value: number, locale: string): string {
  return numberFormat(locale).format(value);
}

export function printMoney(money: unknown, scope: Scope, language: string): string | undefined {
  const amount = typeof money === "number" ? money : ownNumber(money, "amount");
  if (amount === undefined) return undefined;
  const currency = (typeof money === "number" ? undefined : ownText(money, "currency")) ?? scope.currency;
  const locale = localeFor(scope, language);
  const key = `${locale}|${currency}`;
  const known = moneyFormats.get(key);
  if (known) return plainSpaces(known.format(amount));
  let format: Intl.NumberFormat;
  try {
    format = new Intl.NumberFormat(locale, { style: "currency", currency });
  } catch {
    return `${printNumber(amount, locale)} ${currency}`;
  }
  if (moneyFormats.size > 500) moneyFormats.clear();
  moneyFormats.set(key, format);
  return plainSpaces(format.format(amount));
}

/** "Monday, March 2"; with the year when it is not this one. Takes a date, or a moment in the customer's zone. */
export function printDate(value: unknown, scope: Scope, language: string): string | undefined {
  let days = dayNumber(value);
  if (days === null) {
    const ms = momentMs(value);
    if (ms === undefined) return undefined;
    days = dayNumber(dayOf(ms, scope.timezone));
    if (days === null) return undefined;
  }
  const ms = days * 86_400_000;
  const sameYear = new Date(ms).getUTCFullYear() === Number(dayOf(scope.now, scope.timezone).slice(0, 4));
  const options: Intl.DateTimeFormatOptions = { weekday: "long", month: "long", day: "numeric" };
  if (!sameYear) options.year = "numeric";
  return plainSpaces(dateFormat(localeFor(scope, language), "UTC", options).format(ms));
}

/** "5:30 PM" or "17:30", as the locale has it. Takes a time of day, or a moment in the customer's zone. */
export function printTime(value: unknown, scope: Scope, language: string): string | undefined {
  const locale = localeFor(scope, language);
  const options: Intl.DateTimeFormatOptions = { hour: "numeric", minute: "2-digit" };
  const minute = dayMinute(value);
  if (minute !== null) return plainSpaces(dateFormat(locale, "UTC", options).format(minute * 60_000));
  const ms = momentMs(value);
  return ms === undefined ? undefined : plainSpaces(dateFormat(locale, scope.timezone, options).format(ms));
}

/** "2 minutes", "1 hour"; "a few minutes" when nobody knows. */
export function printWait(waitMs: number | null, scope: Scope, language: string): string {
  const locale = localeFor(scope, language);
  if (waitMs === null) return A_FEW_MINUTES.get(baseOf(language)) ?? minuteFormat(locale).format(5);
  const minutes = Math.max(1, Math.ceil(waitMs / 60_000));
  if (minutes < 90) return minuteFormat(locale).format(minutes);
  return hourFormat(locale).format(Math.ceil(minutes / 60));
}

const A_FEW_MINUTES = new Map([
  ["en", "a few minutes"],
  ["es", "unos minutos"],
  ["zh", "几分钟"],
]);

/** Which of `count` forms, given in CLDR order, serves `n`; the last one serves all that remain. */
export function pluralIndex(n: number, count: number, language: string): number {
  const category = pluralRules(language).select(n);
  const index = pluralForms(language).indexOf(category);
  return index < 0 || index >= count ? count - 1 : index;
}

function unitFormat(locale: string, unit: string): Intl.NumberFormat {
  return new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "long" });
}

/** ICU puts narrow no-break spaces before "PM"; several channels show them as boxes. */
function plainSpaces(text: string): string {
  return text.replaceAll("\u202f", " ").replaceAll("\u00a0", " ");
}

function ownNumber(value: unknown, key: string): number | undefined {
  const found = own(value, key);
  return typeof found === "number" ? found : undefined;
}

function ownText(value: unknown, key: string): string | undefined {
  const found = own(value, key);
  return typeof found === "string" ? found : undefined;
}

/** A value's own field; null, absent and inherited ones (`constructor`, `__proto__`) are missing. */
export function own(value: unknown, key: string): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as Record<string, unknown>)[key] ?? undefined;
}

/** The border to stored data: moments become ISO texts, durations "90s", and what JSON cannot hold is missing. */
export function toJson(value: unknown, type: ExprType): Json | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === "number") {
    if (!Number.isFinite(value)) return undefined;
    if (type.kind === "datetime") return Math.abs(value) <= 8.64e15 ? new Date(value).toISOString() : undefined;
    if (type.kind === "duration") return `${value / 1000}s`;
    return value === 0 ? 0 : value; // -0 would come back from the store as 0
  }
  if (typeof value === "bigint") return Number(value);
  if (Array.isArray(value) && type.kind === "list") {
    const { of } = type;
    return value.map((item) => toJson(item, of) ?? null);
  }
  return value as Json;
}
