/** Lets go of what a brand no longer keeps: what was said, customers not heard of, keys of events. */
import { saying } from "./log.ts";
import { type Road, type RunningBot, track } from "./road.ts";

const FIRST_MS = 60_000; // not while a start is still busy
const EVERY_MS = 6 * 60 * 60_000;
const SEEN_MS = 8 * 24 * 60 * 60_000; // a platform delivers again for a day and a half at most; a week more costs little

export function keepRetention(road: Road, afterMs = FIRST_MS): void {
  road.agenda.at(road.clock.nowMs() + afterMs, () => {
    track(road, retainAll(road), (error) => road.log("error", `What is past its time could not be let go of: ${saying(error)}`));
    keepRetention(road, EVERY_MS);
  });
}

async function retainAll(road: Road): Promise<void> {
  for (const bot of road.bots.values()) await retain(road, bot);
}

async function retain(road: Road, bot: RunningBot): Promise<void> {
  const nowMs = road.clock.nowMs();
  const { saidMs, customersMs } = bot.newest.bot.retention;
  const removed = await road.store.retain(bot.name, {
    saidBeforeMs: nowMs - saidMs,
    customersBeforeMs: nowMs - customersMs,
    seenBeforeMs: nowMs - SEEN_MS,
  });
  if (removed > 0) road.log("info", `${removed} rows were past their time and are gone.`, { bot: bot.name });
}
