/** What answerers have used, as `/metrics` shows it: from the store, so that it goes on after a restart. */
import type { Program } from "../dialogue/program.ts";
import type { Spent } from "../model/answerer.ts";
import type { Clock } from "../model/clock.ts";
import type { BotName } from "../model/ids.ts";
import { SPENT_IN_ALL, type StoreReader, spentOfDay } from "../model/store.ts";
import { dayAt } from "../runtime/purse.ts";
import type { Gauge } from "./metrics.ts";

const SHOWN: [name: string, help: string, of: (spent: Spent) => number][] = [
  ["answerer_spent_tokens", "Tokens that answerers have used, today and in all", ({ tokens }) => tokens],
  ["answerer_spent_dollars", "What that cost, by the prices that are known", ({ micros }) => micros / 1_000_000],
  ["answerer_spent_seconds", "How long they were waited for", ({ ms }) => ms / 1_000],
];

export function spendingGauges(store: StoreReader, programs: Program[], clock: Clock): Gauge[] {
  const bots = programs.filter(({ bot }) => bot.answers.from !== "local-only");
  return SHOWN.map(([name, help, of]) => ({
    name,
    help,
    labels: ["bot", "scope"],
    async read() {
      const shown = bots.flatMap(({ bot }) => [
        { bot: bot.name, scope: "day", under: spentOfDay(dayAt(clock.nowMs(), bot.timezone)) },
        { bot: bot.name, scope: "brand", under: SPENT_IN_ALL },
      ]);
      return Promise.all(
        shown.map(async ({ bot, scope, under }) => ({ labels: { bot, scope }, value: of(await store.spent(bot as BotName, under)) })),
      );
    },
  }));
}
