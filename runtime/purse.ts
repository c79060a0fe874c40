/** What a bot's answerer has used and may still use. The store has the sums; what is under way counts at its worst until it is known. */
import { DateTime } from "luxon";
import { type Answerer, addSpent, NOTHING_SPENT, passes, type Spent } from "../model/answerer.ts";
import { SPENT_IN_ALL, spentOfConversation, spentOfDay } from "../model/store.ts";
import { type Breaker, createBreaker } from "./breaker.ts";
import type { Live, Road, RunningBot } from "./road.ts";

/** Of one bot: its answerer, whether that answers at all, and its sums. */
export type Purse = { answerer: Answerer; breaker: Breaker; day: string | null; ofDay: Spent; inAll: Spent; held: Spent };

export function createPurse(answerer: Answerer): Purse {
  return { answerer, breaker: createBreaker(), day: null, ofDay: NOTHING_SPENT, inAll: NOTHING_SPENT, held: NOTHING_SPENT };
}

/** The brand's own day. */
export function dayOf(bot: RunningBot, nowMs: number): string {
  return dayAt(nowMs, bot.newest.bot.timezone);
}

export function dayAt(nowMs: number, zone: string): string {
  return DateTime.fromMillis(nowMs, { zone }).toISODate() ?? "";
}

export function isPurseRead(road: Road, live: Live): boolean {
  const { purse } = live.bot;
  return purse === null || (live.spent !== null && purse.day === dayOf(live.bot, road.clock.nowMs()));
}

export async function readPurse(road: Road, live: Live): Promise<void> {
  const { bot } = live;
  const { purse } = bot;
  if (purse === null) return;
  const day = dayOf(bot, road.clock.nowMs());
  if (purse.day !== day) {
    const [ofDay, inAll] = await Promise.all([road.store.spent(bot.name, spentOfDay(day)), road.store.spent(bot.name, SPENT_IN_ALL)]);
    purse.day = day;
    purse.ofDay = ofDay;
    purse.inAll = inAll;
  }
  live.spent ??= await road.store.spent(bot.name, spentOfConversation(live.id));
}

/** The store has sums that memory has not followed: they are read again. */
export function forgetPurse(live: Live): void {
  if (live.bot.purse !== null) live.bot.purse.day = null;
  live.spent = null;
}

/** Why nobody is asked now, or null: too often no answer, or one more ask of `next` could pass a limit. */
export function restingBecause(road: Road, live: Live, next: Spent): string | null {
  const { purse, newest } = live.bot;
  const { answers } = newest.bot;
  if (purse === null || answers.from === "local-only") return "local-only";
  if (!purse.breaker.isOpen(road.clock.nowMs())) return "it has not answered lately";
  const { limits } = answers;
  const conversation = passes(limits.conversation, addSpent(live.spent ?? NOTHING_SPENT, live.heldSpent), next);
  if (conversation !== null) return `the conversation's limit of ${conversation}`;
  const day = passes(limits.day, addSpent(purse.ofDay, purse.held), next);
  if (day !== null) return `the day's limit of ${day}`;
  const brand = passes(limits.brand, addSpent(purse.inAll, purse.held), next);
  return brand === null ? null : `the brand's limit of ${brand}`;
}

/** Sets aside what an ask may use at worst. @returns what gives it back, and takes what it did use */
export function hold(live: Live, worst: Spent): (used: Spent) => void {
  const purse = live.bot.purse!;
  purse.held = addSpent(purse.held, worst);
  live.heldSpent = addSpent(live.heldSpent, worst);
  return (used) => {
    purse.held = addSpent(purse.held, negative(worst));
    live.heldSpent = addSpent(live.heldSpent, negative(worst));
    spend(live, used);
  };
}

/** The copies in memory follow what is being written. */
export function spend(live: Live, used: Spent): void {
  const { purse } = live.bot;
  if (purse !== null) {
    purse.ofDay = addSpent(purse.ofDay, used);
    purse.inAll = addSpent(purse.inAll, used);
  }
  if (live.spent !== null) live.spent = addSpent(live.spent, used);
}

function negative({ tokens, micros, ms, asks }: Spent): Spent {
  return { tokens: -tokens, micros: -micros, ms: -ms, asks: -asks };
}
