/** Reads days, times of day and moments as people write them, in the customer's zone: English, Chinese, Spanish. */
import * as english from "chrono-node/en";
import * as spanish from "chrono-node/es";
import * as chinese from "chrono-node/zh";
import { DateTime } from "luxon";
import { hourOf, type TimeOfDay } from "./hours.ts";
import { hanNumber } from "./numbers.ts";
import { clean, fold, hasHan } from "./words.ts";

export type Calendar = { language: string; timezone: string; country: string | null; nowMs: number };
/** `date` as "2026-03-02", `time` as "17:30"; null where the text names none. `atMs`: a moment by itself ("in 2 hours"). */
export type When = { date: string | null; time: string | null; atMs: number | null };

/**
 * What days and times a text names; several when it leaves a choice ("Friday or Saturday").
 * @param asked the question was for a day: a bare "15" is the 15th
 */
export function whenIn(text: string, calendar: Calendar, asked: boolean): When[] {
  const cleaned = clean(text).slice(0, 500);
  const now = DateTime.fromMillis(calendar.nowMs, { zone: calendar.timezone });
  const today = now.isValid ? now : DateTime.fromMillis(calendar.nowMs, { zone: "utc" });
  const zoned = momentOf(cleaned, today);
  if (zoned) return [zoned];
  const numeric = numericDates(cleaned, calendar, today);
  const hour = hourOf(numeric.rest);
  const time = hour ? timeText(hour) : null;
  if (numeric.dates.length > 0) return numeric.dates.map((date) => ({ date, time, atMs: null }));
  const named = namedDates(cleaned, today, asked);
  if (named) return [{ date: named, time, atMs: null }];
  const found = spokenDates(cleaned, calendar, today);
  if (found.length > 0) return found.map((one) => ({ ...one, time: time ?? one.time }));
  return time ? [{ date: null, time, atMs: null }] : [];
}

function timeText({ hour, minute }: TimeOfDay): string {
  return `${String(hour).padStart(2, "0")}:${String(minute).padStart(2, "0")}`;
}

/** The moment of a day and time in a zone, as stored. */
export function momentIso(date: string, time: string, timezone: string): string | null {
  const at = DateTime.fromISO(`${date}T${time}`, { zone: timezone });
  const moment = at.isValid ? at : DateTime.fromISO(`${date}T${time}`, { zone: "utc" });
  return moment.isValid ? new Date(moment.toMillis()).toISOString() : null;
}

/** A machine's "2026-03-02T10:00-08:00". */
function momentOf(text: string, today: DateTime): When | null {
  const match = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(?::\d\d(?:\.\d+)?)?(Z|[+-]\d\d:?\d\d)?$/i.exec(text);
  if (!match) return null;
  const at = DateTime.fromISO(text.replace(" ", "T"), match[3] ? { setZone: true } : { zone: today.zoneName ?? "utc" });
  return at.isValid ? { date: match[1] ?? null, time: match[2] ?? null, atMs: at.toMillis() } : null;
}

/** Dates in digits, and the text without them: 2026-03-05, 12/25 by country, 25.12.2026. */
function numericDates(text: string, calendar: Calendar, today: DateTime): { dates: string[]; rest: string } {
  const dates: string[] = [];
  const form = /(?<![\d/.:-])(\d{1,4})([/.-])(\d{1,2})(?:\2(\d{4}|\d{2}))?(?![\d/:])/g;
  const rest = text.replace(form, (whole, first: string, mark: string, second: string, third: string | undefined) => {
    const date = fromDigits(first, second, third, mark, calendar, today);
    if (date) dates.push(date);
    return date ? " " : whole;
  });
  return { dates: [...new Set(dates)], rest };
}

function fromDigits(
  first: string,
  second: string,
  third: string | undefined,
  mark: string,
  calendar: Calendar,
  today: DateTime,
): string | null {
  const [a, b] = [Number(first), Number(second)];
  if (first.length === 4) return third ? validDate(a, b, Number(third)) : null;
  if (first.length === 3 || (!third && mark !== "/")) return null;
  const order: [month: number, day: number][] = monthFirst(calendar)
    ? [
        [a, b],
        [b, a],
      ]
    : [
        [b, a],
        [a, b],
      ];
  for (const [month, day] of order) {
    if (third) {
      const date = validDate(third.length === 2 ? 2000 + Number(third) : Number(third), month, day);
      if (date) return date;
    } else {
      const date = nextDate(today, month, day);
      if (date) return date;
    }
  }
  return null;
}

const MONTH_FIRST = new Set(["US", "CA", "PH", "PW", "FM", "BZ", "CN", "TW", "HK", "JP", "KR"]);

/** Is 3/5 the fifth of March? By country; where it is not known, by language and zone. */
function monthFirst({ country, language, timezone }: Calendar): boolean {
  if (/^(?:zh|ja|ko)/i.test(language)) return true;
  if (country) return MONTH_FIRST.has(country.toUpperCase());
  return /^en/i.test(language) && /^(?:America|US|Pacific\/Honolulu)/.test(timezone);
}

function validDate(year: number, month: number, day: number): string | null {
  const date = DateTime.utc(year, month, day);
  return date.isValid && year >= 1000 && year <= 9999 ? date.toISODate() : null;
}

/** The next day with this month and day, today included. */
function nextDate(today: DateTime, month: number, day: number): string | null {
  for (let year = today.year; year <= today.year + 8; year++) {
    const date = validDate(year, month, day);
    if (date && date >= (today.toISODate() ?? "")) return date;
  }
  return null;
}

const FEASTS: [RegExp, number, number][] = [
  [/\bchristmas eve\b|\bnochebuena\b|平安夜/, 12, 24],
  [/\b(?:christmas(?: day)?|xmas|navidad)\b|圣诞节?/, 12, 25],
  [/\bnew year'?s eve\b|\bnochevieja\b/, 12, 31],
  [/\bnew year'?s(?: day)?\b|\bano nuevo\b|元旦/, 1, 1],
  [/\bvalentine'?s(?: day)?\b|\bsan valentin\b|情人节/, 2, 14],
];

/** A feast, or a day of the month alone: "the 5th", "el 5", 下个月5号. */
function namedDates(text: string, today: DateTime, asked: boolean): string | null {
  const said = fold(text);
  for (const [feast, month, day] of FEASTS) if (feast.test(said)) return nextDate(today, month, day);
  const han = /(?:(下个?月|这个?月|本月)|(?<![月\d年]))([\d零一二三四五六七八九十]{1,3})(?:号|號|日)/u.exec(said);
  if (han) {
    const day = /\d/.test(han[2] ?? "") ? Number(han[2]) : hanNumber(han[2] ?? "");
    if (day !== null) return dayOfMonth(today, day, han[1]?.startsWith("下") ?? false);
  }
  const english =
    /\b(?:on )?(?:the )?(\d{1,2})(?:st|nd|rd|th)\b(?! (?:of|one|option|day of)|\s*(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec))/.exec(
      said,
    );
  if (english && !/\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+\d/.test(said))
    return dayOfMonth(today, Number(english[1]), /\bnext month\b/.test(said));
  const spanish = /^(?:para )?el (?:dia )?(\d{1,2})(?! de)(?: del? (proximo mes|mes que viene|mes proximo))?$/.exec(said);
  if (spanish) return dayOfMonth(today, Number(spanish[1]), spanish[2] !== undefined);
  if (asked && /^\d{1,2}$/.test(said)) return dayOfMonth(today, Number(said), false);
  return null;
}

function dayOfMonth(today: DateTime, day: number, nextMonth: boolean): string | null {
  const first = today.startOf("month").plus({ months: nextMonth ? 1 : 0 });
  for (let i = 0; i < 3; i++) {
    const month = first.plus({ months: i });
    const date = validDate(month.year, month.month, day);
    if (date && date >= (today.toISODate() ?? "")) return date;
  }
  return null;
}

// Weeks and months are no days.
const VAGUE =
  /^(?:(?:next|this|the|last|proxima?|este|esta|la|el|fin de)\s*)*(?:week|weekend|month|year|semana|mes|ano|finde)(?: (?:que viene|proximo|proxima))?$|^(?:下|这|本|上)个?(?:周|星期|礼拜|月)末?$|^周末$/;
const MAY_NAME_A_DAY =
  /\d|day\b|\btomorrow|\btonight|\b(?:mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun|jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec)|tmrw|tmr\b|\b(?:week|month|hour|minute)|\bhoy|\bmanana|\bayer|\blunes|\bmartes|\bmiercoles|\bjueves|\bviernes|\bsabado|\bdomingo|\b(?:ene|abr|ago|dic)|\bsemana|\bdias?\b|\bmes|天|周|星期|礼拜|月|号|日|今|明|后|昨/;

function spokenDates(text: string, calendar: Calendar, today: DateTime): When[] {
  if (!MAY_NAME_A_DAY.test(fold(text))) return [];
  const hours = hasHan(text) ? chineseHours(text, calendar, today) : null;
  if (hours) return [hours];
  const reference = { instant: new Date(calendar.nowMs), timezone: today.offset };
  for (const parse of parsersFor(text, calendar.language)) {
    const found: When[] = [];
    for (const { start, text: part } of parse(reference)) {
      const when = fromParsed(start, part, today);
      if (when && !found.some((one) => one.date === when.date && one.time === when.time)) found.push(when);
    }
    const dated = found.filter((when) => when.date !== null);
    if (dated.length > 0) return dated;
  }
  return [];
}

type Parsed = ReturnType<typeof english.casual.parse>[number];
type Parser = (reference: { instant: Date; timezone: number }) => Parsed[];

function parsersFor(text: string, language: string): Parser[] {
  const forward = { forwardDate: true };
  if (hasHan(text)) return [(reference) => chinese.hans.casual.parse(plainChinese(text), localNoon(reference), forward)];
  const inEnglish: Parser = (reference) => english.casual.parse(plainEnglish(text), reference, forward);
  const inSpanish: Parser = (reference) => spanish.casual.parse(plainSpanish(text), reference, forward);
  return /^es/i.test(language) ? [inSpanish, inEnglish] : [inEnglish, inSpanish];
}

/** The Chinese parser reckons in the zone of this machine: it gets the customer's day as if it were here. Noon exists everywhere. */
function localNoon({ instant, timezone }: { instant: Date; timezone: number }): Date {
  const there = new Date(instant.getTime() + timezone * 60_000);
  return new Date(there.getUTCFullYear(), there.getUTCMonth(), there.getUTCDate(), 12);
}

function plainChinese(text: string): string {
  return text.replace(/大后天|大後天/g, "3天后").replace(/礼拜|禮拜/g, "星期");
}

/** 两小时后, 半个小时后, 20分钟后. */
function chineseHours(text: string, calendar: Calendar, today: DateTime): When | null {
  const match = /(半|\d{1,4}|[一二两三四五六七八九十]{1,3})个?(半)?(小时|钟头|分钟|小時|分鐘)(?:之后|以后|后|後)/u.exec(text);
  if (!match) return null;
  const amount = match[1] === "半" ? 0.5 : /\d/.test(match[1] ?? "") ? Number(match[1]) : hanNumber(match[1] ?? "");
  if (amount === null) return null;
  const atMs = calendar.nowMs + (amount + (match[2] ? 0.5 : 0)) * (match[3]?.startsWith("分") ? 60_000 : 3_600_000);
  const at = DateTime.fromMillis(atMs, { zone: today.zoneName ?? "utc" });
  return { date: at.toISODate(), time: at.toFormat("HH:mm"), atMs };
}

/** What the parser takes for something else: "day after tomorrow" would be tomorrow. */
function plainEnglish(text: string): string {
  return text
    .replace(/\b(?:the )?day after tomorrow\b|\bovermorrow\b/gi, "in 2 days")
    .replace(/\b(?:the )?day before yesterday\b/gi, "2 days ago")
    .replace(/\b(?:tmrw|tmr|tmrrw|tomorow|tommorow|tommorrow|2morrow)\b/gi, "tomorrow");
}

function plainSpanish(text: string): string {
  return text
    .replace(/\bpasado ma[nñ]ana\b/gi, "en 2 días")
    .replace(/\b(?:de|por|en) la ma[nñ]ana\b/gi, " ")
    .replace(/\bmanana\b/gi, "mañana")
    .replace(/\b(?:este|esta|el|la) (?=(?:lunes|martes|mi[eé]rcoles|jueves|viernes|s[aá]bado|domingo))/gi, "");
}

function fromParsed(start: Parsed["start"], part: string, today: DateTime): When | null {
  if (VAGUE.test(fold(part))) return null;
  const named = (["day", "weekday"] as const).some((component) => start.isCertain(component));
  const date = named ? validDate(start.get("year") ?? 0, start.get("month") ?? 0, start.get("day") ?? 0) : null;
  const clock = start.isCertain("hour");
  const relative = /\b(?:hours?|hrs?|minutes?|mins?|horas?|minutos?)\b|小时|分钟/.test(fold(part));
  if (clock && relative) {
    const atMs = start.date().getTime();
    const at = DateTime.fromMillis(atMs, { zone: today.zoneName ?? "utc" });
    return { date: at.toISODate(), time: at.toFormat("HH:mm"), atMs };
  }
  let hour = start.get("hour") ?? 0;
  if (clock && !start.isCertain("meridiem") && hour >= 1 && hour <= 6) hour += 12;
  return { date, time: clock ? timeText({ hour, minute: start.get("minute") ?? 0 }) : null, atMs: null };
}
