/** Stored timers ring: each leaves its table and enters the inbox in one unit, then its conversation decides. */
import { saying } from "./log.ts";
import { liveOf, type Road, type RunningBot, track } from "./road.ts";
import { wakeLane } from "./worker.ts";

const AT_ONCE = 200;
const TROUBLE_MS = 1_000;

/** A timer was stored: this process looks when it is due, if that is earlier than it would have looked. */
export function armBot(road: Road, bot: RunningBot, dueAtMs: number): void {
  if (dueAtMs >= bot.ringsAtMs || road.stopping) return;
  if (bot.ringing) road.agenda.cancel(bot.ringing);
  bot.ringsAtMs = dueAtMs;
  bot.ringing = road.agenda.at(dueAtMs, () => {
    bot.ringing = null;
    bot.ringsAtMs = Number.POSITIVE_INFINITY;
    track(road, ringDue(road, bot), (error) => {
      road.log("error", `Timers could not be read: ${saying(error)} Tried again.`, { bot: bot.name });
      armBot(road, bot, road.clock.nowMs() + TROUBLE_MS);
    });
  });
}

/** Rings everything that is due, then looks when the next one is. */
export async function ringDue(road: Road, bot: RunningBot): Promise<void> {
  for (;;) {
    if (road.stopping) return;
    road.strike("timer.before-ring");
    const rung = await road.store.ring(bot.name, road.clock.nowMs(), AT_ONCE);
    road.strike("timer.after-ring");
    road.metrics.count("timers_rung", bot.labels, rung.length);
    for (const id of new Set(rung)) {
      const live = liveOf(road, bot, id);
      live.inboxStale = true;
      live.armedAtMs = null;
      wakeLane(road, live);
    }
    if (rung.length < AT_ONCE) break;
  }
  const next = await road.store.nextDue(bot.name);
  if (next !== null) armBot(road, bot, Math.max(next, road.clock.nowMs() + 1));
}
