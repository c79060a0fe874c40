/** Durations, times and numbers as people read them, in the screen's language. */
import { language } from "./prefs.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const UNITS = {
  en: { d: " d", h: " h", m: " min", s: " s", gap: " " },
  zh: { d: " 天", h: " 小时", m: " 分钟", s: " 秒", gap: " " },
};

/** In words, two units at most: `6 d 3 h`, `23 h 59 min`, `38 min`, `45 s`. Rounded down: nobody is promised more than there is. */
export function inWords(durationMs: number): string {
  const left = Math.max(0, durationMs);
  const unit = UNITS[language()];
  const days = Math.floor(left / DAY);
  const hours = Math.floor((left % DAY) / HOUR);
  const minutes = Math.floor((left % HOUR) / MINUTE);
  if (days > 0) return hours > 0 && days < 7 ? `${days}${unit.d}${unit.gap}${hours}${unit.h}` : `${days}${unit.d}`;
  if (hours > 0) return minutes > 0 ? `${hours}${unit.h}${unit.gap}${minutes}${unit.m}` : `${hours}${unit.h}`;
  if (minutes > 0) return `${minutes}${unit.m}`;
  return `${Math.floor(left / SECOND)}${unit.s}`;
}

/** As it is watched: `0:52`, `12:05`; from an hour on in words. */
export function watched(durationMs: number): string {
  const left = Math.max(0, Math.floor(durationMs / SECOND));
  if (left >= 3600) return inWords(durationMs);
  return `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
}

/** How long ago, one unit: `38 s`, `14 min`, `3 h`, else the day. */
export function ago(atMs: number, nowMs: number): string {
  const past = Math.max(0, nowMs - atMs);
  const unit = UNITS[language()];
  if (past < MINUTE) return `${Math.floor(past / SECOND)}${unit.s}`;
  if (past < HOUR) return `${Math.floor(past / MINUTE)}${unit.m}`;
  if (past < 12 * HOUR) return `${Math.floor(past / HOUR)}${unit.h}`;
  return past < 6 * DAY ? format({ weekday: "short" }, atMs) : format({ day: "numeric", month: "short" }, atMs);
}

/** The clock's time; with the day when it is not today. */
export function clockTime(atMs: number, nowMs: number): string {
  const time = format({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" }, atMs);
  if (sameDay(atMs, nowMs)) return time;
  const near = Math.abs(nowMs - atMs) < 6 * DAY;
  return `${format(near ? { weekday: "short" } : { day: "numeric", month: "short" }, atMs)} ${time}`;
}

export function dayName(atMs: number): string {
  return format({ weekday: "short", day: "numeric", month: "short" }, atMs);
}

export function sameDay(aMs: number, bMs: number): boolean {
  return new Date(aMs).toDateString() === new Date(bMs).toDateString();
}

export function listOf(words: string[]): string {
  return new Intl.ListFormat(locale(), { type: "conjunction", style: "narrow" }).format(words);
}

export function number(n: number): string {
  return new Intl.NumberFormat(locale()).format(n);
}

/** A language's own name on this screen: `zh` is "Chinese" here and 中文 there. */
export function languageName(code: string): string {
  try {
    return new Intl.DisplayNames([locale()], { type: "language" }).of(code) ?? code;
  } catch {
    return code;
  }
}

function locale(): string {
  return language() === "zh" ? "zh-CN" : "en";
}

const formats = new Map<string, Intl.DateTimeFormat>();

function format(options: Intl.DateTimeFormatOptions, atMs: number): string {
  const key = `${locale()} ${JSON.stringify(options)}`;
  let made = formats.get(key);
  if (!made) {
    made = new Intl.DateTimeFormat(locale(), options);
    formats.set(key, made);
  }
  return made.format(atMs);
}
