/** Dates, times of day and moments as expressions reckon with them; every zone that is not one counts as UTC. */
import { DateTime } from "luxon";

const DAY_MS = 86_400_000;
const formats = new Map<string, Intl.DateTimeFormat>();

/** @returns days since 1970-01-01 of "2026-03-02", or null when it is not a date */
export function dayNumber(date: unknown): number | null {
  if (typeof date !== "string") return null;
  const found = /^(\d{4})-(\d\d)-(\d\d)$/.exec(date);
  if (!found) return null;
  const ms = Date.UTC(Number(found[1]), Number(found[2]) - 1, Number(found[3]));
  return new Date(ms).toISOString().startsWith(date) ? ms / DAY_MS : null;
}

/** @returns "2026-03-02", or undefined outside of the years 0 to 9999 */
export function dayText(days: number): string | undefined {
  const ms = Math.trunc(days) * DAY_MS;
  if (!(ms >= -62_167_219_200_000 && ms <= 253_402_300_799_999)) return undefined;
  return new Date(ms).toISOString().slice(0, 10);
}

/** @returns minutes since midnight of "17:30", or null */
export function dayMinute(time: unknown): number | null {
  const found = typeof time === "string" ? /^(\d\d?):(\d\d)(?::\d\d)?$/.exec(time) : null;
  if (!found) return null;
  const [hour, minute] = [Number(found[1]), Number(found[2])];
  return hour < 24 && minute < 60 ? hour * 60 + minute : null;
}

/** A moment in ms: from ms, or from an ISO text with a zone. */
export function momentMs(value: unknown): number | undefined {
  if (typeof value === "number") return Number.isFinite(value) && Math.abs(value) <= 8.64e15 ? value : undefined;
  if (typeof value !== "string" || !/^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d/.test(value)) return undefined;
  const zoned = /([Zz]|[+-]\d\d:?\d\d)$/.test(value) ? value : `${value}Z`;
  const ms = Date.parse(zoned);
  return Number.isNaN(ms) ? undefined : ms;
}

/** The day on which a moment falls in a zone, as "2026-03-02". */
export function dayOf(ms: number, timezone: string): string {
  return dateFormat("en-CA", timezone, { year: "numeric", month: "2-digit", day: "2-digit" }).format(ms);
}

/** The moment at which a clock in that zone shows this day and time; where clocks skip it, the one just after. */
export function momentAt(date: unknown, time: unknown, timezone: string): number | undefined {
  const minute = dayMinute(time);
  if (minute === null || dayNumber(date) === null) return undefined;
  const zoned = DateTime.fromISO(`${date}T00:00:00`, { zone: timezone });
  const day = zoned.isValid ? zoned : DateTime.fromISO(`${date}T00:00:00`, { zone: "utc" });
  return day.set({ hour: Math.floor(minute / 60), minute: minute % 60 }).toMillis();
}

/** A moment's fields in a zone, as CEL's `getHours()` and its like count them (months and weekdays from 0, Sunday first). */
export function partsOf(ms: number, timezone: string): DateTime {
  const zoned = DateTime.fromMillis(ms, { zone: timezone });
  return zoned.isValid ? zoned : DateTime.fromMillis(ms, { zone: "utc" });
}

/** A cached formatter: making one costs as much as a whole turn. */
export function dateFormat(locale: string, timezone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${locale}|${timezone}|${options.year ?? ""}${options.month ?? ""}${options.weekday ?? ""}${options.hour ?? ""}`;
  const known = formats.get(key);
  if (known) return known;
  let made: Intl.DateTimeFormat;
  try {
    made = new Intl.DateTimeFormat(locale, { ...options, timeZone: timezone });
  } catch {
    made = new Intl.DateTimeFormat(locale, { ...options, timeZone: "UTC" });
  }
  if (formats.size > 1000) formats.clear(); // zones come from customers: the cache must not grow with them
  formats.set(key, made);
  return made;
}
