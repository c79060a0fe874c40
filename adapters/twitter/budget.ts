/** How much of X's budget an account has left: our own count, corrected by what the headers say; a part is kept for people. */
import { z } from "zod";
import type { Json, JsonObject } from "../../model/json.ts";
import type { Speaker } from "../../model/message.ts";
import { type BudgetRule, JOIN_BELOW, KEPT_FOR_PEOPLE } from "./limits.ts";

type Window = { rule: BudgetRule; beganAtMs: number; spent: number; told: number | null; promised: number };
export type Budget = { windows: Window[]; heldUntilMs: number };

export function newBudget(rules: readonly BudgetRule[]): Budget {
  return { windows: rules.map((rule) => ({ rule, beganAtMs: 0, spent: 0, told: null, promised: 0 })), heldUntilMs: 0 };
}

/**
 * How long this speaker must wait; 0: it may be sent, and is counted. What is kept is for agents and for the notices that go before
 * them. Times are wall time, which X's resets are in.
 */
export function spend(budget: Budget, by: Speaker, nowMs: number): number {
  if (budget.heldUntilMs > nowMs) return budget.heldUntilMs - nowMs;
  for (const window of budget.windows) {
    roll(window, nowMs);
    const kept = by !== "bot" ? 0 : Math.floor(maxOf(window) * KEPT_FOR_PEOPLE);
    if (maxOf(window) - window.spent > kept) continue;
    // Those who wait are spread over the windows to come, in the order in which they asked.
    const rounds = Math.floor(window.promised / Math.max(1, maxOf(window) - kept));
    window.promised += 1;
    return Math.max(1, window.beganAtMs + window.rule.windowMs * (1 + rounds) - nowMs);
  }
  for (const window of budget.windows) {
    if (window.spent === 0) window.beganAtMs = nowMs;
    window.spent += 1;
  }
  return 0;
}

/** What we counted did not count at X: nothing was sent. */
export function giveBack(budget: Budget): void {
  for (const window of budget.windows) window.spent = Math.max(0, window.spent - 1);
}

/** Is so little left that bubbles should leave together? */
export function isShort(budget: Budget, nowMs: number): boolean {
  if (budget.heldUntilMs > nowMs) return true;
  return budget.windows.some((window) => {
    roll(window, nowMs);
    return maxOf(window) - window.spent < maxOf(window) * JOIN_BELOW;
  });
}

export function leftOf(budget: Budget, nowMs: number): { left: number; of: number; minutes: number }[] {
  return budget.windows.map((window) => {
    roll(window, nowMs);
    return { left: Math.max(0, maxOf(window) - window.spent), of: maxOf(window), minutes: window.rule.windowMs / 60_000 };
  });
}

/** What must outlive the process: a count that began anew would spend what people were to have, and X's answer would come too late. */
export function keptOf({ windows, heldUntilMs }: Budget): JsonObject {
  return { heldUntilMs, windows: windows.map(({ rule, beganAtMs, spent, told }) => ({ windowMs: rule.windowMs, beganAtMs, spent, told })) };
}

/** Takes up what an earlier process kept, where it fits the rules of today; what has been counted meanwhile is added. */
export function takeUp(budget: Budget, kept: Json): void {
  const read = Kept.safeParse(kept);
  if (!read.success) return;
  budget.heldUntilMs = Math.max(budget.heldUntilMs, read.data.heldUntilMs);
  for (const one of read.data.windows) {
    const window = budget.windows.find(({ rule }) => rule.windowMs === one.windowMs);
    if (!window) continue;
    window.beganAtMs = one.beganAtMs;
    window.spent += one.spent;
    window.told ??= one.told;
  }
}

const Kept = z.object({
  heldUntilMs: z.number(),
  windows: z.array(z.object({ windowMs: z.number(), beganAtMs: z.number(), spent: z.int().min(0), told: z.number().nullable() })).max(5),
});

type Headers = Record<string, string | string[] | undefined>;

/** X's headers tell the shortest window. @returns ms until it resets, where they say so. Source: X, rate limits, response headers. */
export function readHeaders(budget: Budget, headers: Headers, nowMs: number): number | null {
  const limit = numberIn(headers["x-rate-limit-limit"]);
  const remaining = numberIn(headers["x-rate-limit-remaining"]);
  const resetAtMs = (numberIn(headers["x-rate-limit-reset"]) ?? 0) * 1_000;
  const [shortest] = budget.windows;
  if (shortest && remaining !== null && limit !== null && resetAtMs > nowMs) {
    shortest.told = limit;
    shortest.spent = Math.max(0, limit - remaining);
    shortest.beganAtMs = resetAtMs - shortest.rule.windowMs;
  }
  return resetAtMs > nowMs ? resetAtMs - nowMs : null;
}

/** The platform said no: nothing goes until then. */
export function hold(budget: Budget, untilMs: number): void {
  budget.heldUntilMs = Math.max(budget.heldUntilMs, untilMs);
}

function maxOf({ rule, told }: Window): number {
  return told ?? rule.max;
}

function roll(window: Window, nowMs: number): void {
  if (nowMs < window.beganAtMs + window.rule.windowMs && nowMs >= window.beganAtMs - window.rule.windowMs) return;
  window.beganAtMs = nowMs;
  window.spent = 0;
  window.promised = 0;
}

function numberIn(header: string | string[] | undefined): number | null {
  return typeof header === "string" && /^\d{1,12}$/.test(header) ? Number(header) : null;
}
