/** When a queue is open: opening hours in its own zone, holidays, and the clock changes of spring and autumn. */
import { DateTime } from "luxon";
import type { Hours } from "../dialogue/program.ts";

const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
/** A queue that does not open within this many days (only holidays, only empty days) has no opening to name. */
const LOOK_AHEAD_DAYS = 400;

/** No `hours` at all: always open, holidays excepted. */
export function queueOpen(hours: Hours, nowMs: number): boolean {
  const now = DateTime.fromMillis(nowMs, { zone: hours.timezone });
  // A span may run over midnight ("22:00-02:00"): yesterday's spans are asked too.
  return [now.minus({ days: 1 }), now].some((day) => spansOf(hours, day).some((span) => span.fromMs <= nowMs && nowMs < span.toMs));
}

/** When it opens next: `nowMs` when it is open, null when it never does. */
export function opensAtMs(hours: Hours, nowMs: number): number | null {
  if (queueOpen(hours, nowMs)) return nowMs;
  let day = DateTime.fromMillis(nowMs, { zone: hours.timezone }).startOf("day");
  for (let i = 0; i <= LOOK_AHEAD_DAYS; i++) {
    const starts = spansOf(hours, day)
      .map((span) => span.fromMs)
      .filter((fromMs) => fromMs > nowMs);
    if (starts.length > 0) return Math.min(...starts);
    day = day.plus({ days: 1 });
  }
  return null;
}

type Span = { fromMs: number; toMs: number };

/** The open spans that begin on this day of the wall. */
function spansOf(hours: Hours, day: DateTime): Span[] {
  if (hours.holidays.includes(day.toISODate() ?? "")) return [];
  if (hours.days === null) return [{ fromMs: day.startOf("day").toMillis(), toMs: day.startOf("day").plus({ days: 1 }).toMillis() }];
  return hours.days[DAYS[day.weekday - 1]!].map(({ fromMin, toMin }) => ({
    fromMs: at(day, fromMin),
    toMs: at(day, toMin > fromMin ? toMin : toMin + 24 * 60),
  }));
}

/** A time on the wall, not so many minutes after midnight: on the days the clocks change, these differ by an hour. */
function at(day: DateTime, minutes: number): number {
  return day
    .startOf("day")
    .plus({ days: Math.floor(minutes / 1440) })
    .set({ hour: Math.floor((minutes % 1440) / 60), minute: minutes % 60 })
    .toMillis();
}
