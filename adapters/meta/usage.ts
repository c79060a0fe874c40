/** How much of the platform's limit a page has used, as told in answer headers; from 80 % on we slow down, at 100 we wait. */

import { parseJson } from "../parse.ts";
import { list, record } from "../wire.ts";

export type Usage = { percent: number; readAtMs: number; nextAtMs: number; regainAtMs: number };
export const UNUSED: Usage = { percent: 0, readAtMs: 0, nextAtMs: 0, regainAtMs: 0 };

const SLOW_FROM_PERCENT = 80;
const FRESH_MS = 300_000;
const SPACING_LEAST_MS = 100;
const SPACING_MOST_MS = 2_000;
const REGAIN_UNSAID_MS = 60_000;

/** How long this page should wait before its next send; 0 takes the turn. Times are of the monotonic clock. */
export function waitMs(usage: Usage, nowMs: number): number {
  if (usage.regainAtMs > nowMs) return usage.regainAtMs - nowMs;
  if (usage.percent < SLOW_FROM_PERCENT || nowMs - usage.readAtMs > FRESH_MS) return 0;
  if (usage.nextAtMs > nowMs) return usage.nextAtMs - nowMs;
  const share = Math.min(1, (usage.percent - SLOW_FROM_PERCENT) / (100 - SLOW_FROM_PERCENT));
  usage.nextAtMs = nowMs + SPACING_LEAST_MS + share * (SPACING_MOST_MS - SPACING_LEAST_MS);
  return 0;
}

type Headers = Record<string, string | string[] | undefined>;

/** @returns ms until the rate is regained, where the headers say so. Source: Meta, Graph API rate limits; read 2026-09-11. */
export function readUsage(usage: Usage, headers: Headers, nowMs: number): number | null {
  const app = headers["x-app-usage"];
  const business = headers["x-business-use-case-usage"];
  if (app === undefined && business === undefined) return null;
  let percent = highest(parsed(app));
  let regainMs: number | null = null;
  for (const uses of Object.values(parsed(business) ?? {}))
    for (const use of list(uses)) {
      const one = record(use);
      percent = Math.max(percent, highest(one));
      const minutes = Number(one?.estimated_time_to_regain_access);
      if (minutes > 0 && minutes < 100_000) regainMs = Math.max(regainMs ?? 0, minutes * 60_000);
    }
  usage.percent = percent;
  usage.readAtMs = nowMs;
  if (percent >= 100) usage.regainAtMs = nowMs + (regainMs ?? REGAIN_UNSAID_MS);
  return regainMs;
}

function parsed(header: string | string[] | undefined): Record<string, unknown> | undefined {
  return typeof header === "string" ? record(parseJson(header)) : undefined;
}

function highest(use: Record<string, unknown> | undefined): number {
  let percent = 0;
  for (const key of ["call_count", "total_time", "total_cputime"]) {
    const value = Number(use?.[key]);
    if (value > percent) percent = value;
  }
  return percent;
}
