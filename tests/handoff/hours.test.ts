/** Nobody is promised a person who is not there: when a queue is open, in its own zone, through holidays and clock changes. */
import { describe, expect, it } from "vitest";
import type { Hours } from "../../dialogue/program.ts";
import { opensAtMs, queueOpen } from "../../handoff/hours.ts";

const NONE = { mon: [], tue: [], wed: [], thu: [], fri: [], sat: [], sun: [] };
const span = (from: string, to: string) => ({ fromMin: minutes(from), toMin: minutes(to) });
const minutes = (clock: string) => Number(clock.split(":")[0]) * 60 + Number(clock.split(":")[1]);
const WORK = [span("08:00", "12:00"), span("13:00", "20:00")];
const SHOP: Hours = {
  timezone: "America/Los_Angeles",
  days: { mon: WORK, tue: WORK, wed: WORK, thu: WORK, fri: WORK, sat: [span("09:00", "17:00")], sun: [] },
  holidays: ["2026-12-25"],
};
const NIGHT: Hours = { timezone: "Europe/Berlin", days: { ...NONE, sat: [span("22:00", "03:30")] }, holidays: [] };
const ALWAYS: Hours = { timezone: "UTC", days: null, holidays: ["2026-12-25"] };
const NEVER: Hours = { timezone: "UTC", days: NONE, holidays: [] };

describe("a queue is open when its wall clock says so", () => {
  const rows: [what: string, hours: Hours, at: string, open: boolean, opensAt: string | null][] = [
    ["a Monday morning", SHOP, "2026-03-02T09:00:00-08:00", true, "2026-03-02T09:00:00-08:00"],
    ["to the minute when it opens", SHOP, "2026-03-02T08:00:00-08:00", true, "2026-03-02T08:00:00-08:00"],
    ["a second before it opens", SHOP, "2026-03-02T07:59:59-08:00", false, "2026-03-02T08:00:00-08:00"],
    ["not at the minute when it closes", SHOP, "2026-03-02T20:00:00-08:00", false, "2026-03-03T08:00:00-08:00"],
    ["the lunch break", SHOP, "2026-03-02T12:30:00-08:00", false, "2026-03-02T13:00:00-08:00"],
    [
      "Saturday night: over Sunday to Monday, and over the change to summer time",
      SHOP,
      "2026-03-07T17:00:00-08:00",
      false,
      "2026-03-09T08:00:00-07:00",
    ],
    ["the first Monday of summer time at eight", SHOP, "2026-03-09T08:00:00-07:00", true, "2026-03-09T08:00:00-07:00"],
    ["the same instant a week earlier was seven", SHOP, "2026-03-02T15:00:00Z", false, "2026-03-02T08:00:00-08:00"],
    ["the last Saturday before winter time", SHOP, "2026-10-31T16:59:59-07:00", true, "2026-10-31T16:59:59-07:00"],
    ["after it: Monday at eight is an hour later", SHOP, "2026-11-01T12:00:00-08:00", false, "2026-11-02T08:00:00-08:00"],
    ["Christmas, a Friday", SHOP, "2026-12-25T10:00:00-08:00", false, "2026-12-26T09:00:00-08:00"],
    ["the day is the queue's, not UTC's: still the 24th there", SHOP, "2026-12-25T03:00:00Z", true, "2026-12-25T03:00:00Z"],
    ["after midnight, in a span that began on Saturday", NIGHT, "2026-06-07T01:00:00+02:00", true, "2026-06-07T01:00:00+02:00"],
    ["not after midnight of a Friday", NIGHT, "2026-06-06T01:00:00+02:00", false, "2026-06-06T22:00:00+02:00"],
    ["the night that loses an hour", NIGHT, "2026-03-29T03:15:00+02:00", true, "2026-03-29T03:15:00+02:00"],
    ["and its end", NIGHT, "2026-03-29T03:30:00+02:00", false, "2026-04-04T22:00:00+02:00"],
    ["the night that has an hour twice", NIGHT, "2026-10-25T02:30:00+01:00", true, "2026-10-25T02:30:00+01:00"],
    ["and its end", NIGHT, "2026-10-25T03:30:00+01:00", false, "2026-10-31T22:00:00+01:00"],
    ["no hours: always", ALWAYS, "2026-06-07T04:00:00Z", true, "2026-06-07T04:00:00Z"],
    ["no hours, but a holiday", ALWAYS, "2026-12-25T00:00:00Z", false, "2026-12-26T00:00:00Z"],
    ["hours that never come", NEVER, "2026-06-07T04:00:00Z", false, null],
  ];
  for (const [what, hours, at, open, opensAt] of rows)
    it(`${what}: ${at}`, () => {
      const nowMs = Date.parse(at);
      expect(queueOpen(hours, nowMs)).toBe(open);
      expect(opensAtMs(hours, nowMs)).toBe(opensAt === null ? null : Date.parse(opensAt));
    });

  it("over a whole year: when it says it opens, it is open, and it is closed the millisecond before", () => {
    for (const hours of [SHOP, NIGHT])
      for (let nowMs = Date.UTC(2026, 0, 1); nowMs < Date.UTC(2027, 0, 1); nowMs += 7 * 3_600_000 + 780_000) {
        const opensMs = opensAtMs(hours, nowMs)!;
        expect(queueOpen(hours, opensMs)).toBe(true);
        if (opensMs !== nowMs) expect(queueOpen(hours, opensMs - 1)).toBe(false);
      }
  });
});
