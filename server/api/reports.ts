/** What the last days were like: how many tickets, how soon somebody answered, how long until they were done; per queue, agent and day. */
import { z } from "zod";
import type { JsonObject } from "../../model/json.ts";
import type { TicketTimes } from "../../model/store.ts";
import { OVERSEERS, ok, type Route, route } from "./route.ts";
import { iso } from "./ticket-json.ts";

const DAYS_MAX = 92;
const TICKETS_MAX = 20_000;
const DAY_MS = 24 * 3_600_000;

export const reportRoutes: Route[] = [
  route({
    method: "get",
    path: "/reports",
    roles: OVERSEERS,
    query: z.strictObject({ days: z.coerce.number().int().min(1).max(DAYS_MAX).default(7) }),
    async answer(deps, { agent, query }) {
      const { bot } = deps.program(agent.bot)!;
      const toMs = deps.clock.nowMs();
      const dayOf = dayIn(bot.timezone);
      const days = lastDays(dayOf, toMs, query.days);
      // A day more than asked for, of which only what falls into the brand's own days counts.
      const read = await deps.store.ticketTimes(agent.bot, toMs - (query.days + 1) * DAY_MS, toMs + 1, TICKETS_MAX);
      const times = read.filter(({ openedAtMs }) => days.includes(dayOf(openedAtMs)));
      const agents = (await deps.store.agents(agent.bot)).filter(({ role }) => role !== "system");
      return ok({
        at: iso(toMs),
        timezone: bot.timezone,
        is_complete: read.length < TICKETS_MAX,
        total: summed(times),
        queues: [...bot.queues.keys()].map((name) => ({ name, ...summed(times.filter((one) => one.queue === name)) })),
        agents: agents
          .filter(({ id }) => times.some((one) => one.agent === id))
          .map(({ id, name }) => ({ id, name, ...summed(times.filter((one) => one.agent === id)) })),
        days: days.map((day) => ({ day, ...summed(times.filter(({ openedAtMs }) => dayOf(openedAtMs) === day)) })),
      });
    },
  }),
];

/** The calendar day somewhere, as `2026-11-24`. */
function dayIn(timeZone: string): (atMs: number) => string {
  const format = new Intl.DateTimeFormat("en-CA", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" });
  return (atMs) => format.format(atMs);
}

/** The oldest first. Days are named one by one, since some have 23 hours and some 25. */
function lastDays(dayOf: (atMs: number) => string, toMs: number, count: number): string[] {
  const days = new Set<string>();
  for (let atMs = toMs; days.size < count; atMs -= DAY_MS / 2) days.add(dayOf(atMs));
  return [...days].reverse();
}

function summed(times: TicketTimes[]): JsonObject {
  const ended = (outcome: TicketTimes["outcome"]) => times.filter((one) => one.outcome === outcome).length;
  const answered = times.flatMap(({ openedAtMs, answeredAtMs }) => (answeredAtMs === null ? [] : [answeredAtMs - openedAtMs]));
  const done = times.flatMap(({ openedAtMs, closedAtMs, outcome }) =>
    closedAtMs !== null && (outcome === "resolved" || outcome === "returned") ? [closedAtMs - openedAtMs] : [],
  );
  return {
    opened: times.length,
    resolved: ended("resolved"),
    returned: ended("returned"),
    left: ended("cancelled") + ended("expired"),
    open: times.filter(({ closedAtMs }) => closedAtMs === null).length,
    first_answer_s: spread(answered),
    resolution_s: spread(done),
  };
}

/** The middle one, and the one that nine of ten do not exceed; null where there is none. */
function spread(ms: number[]): JsonObject | null {
  if (ms.length === 0) return null;
  const sorted = [...ms].sort((a, b) => a - b);
  const at = (part: number) => Math.round(sorted[Math.min(sorted.length - 1, Math.ceil(part * sorted.length) - 1)]! / 1000);
  return { median: at(0.5), p90: at(0.9) };
}
