/** Writes what became of lines and calls while the next send is already under way; tried until the store takes it. */
import type { Settlement } from "../model/store.ts";
import { saying } from "./log.ts";
import { type Live, pause, type Road, track } from "./road.ts";

const AGAIN_MS = 500;

/** Settlements of one conversation reach the store in the order of these calls. */
export function settleSoon(road: Road, live: Live, settlement: Settlement): void {
  live.settling++;
  const work = settle(road, settlement).finally(() => {
    live.settling--;
  });
  live.settled = work;
  track(road, work, (error) => {
    road.log("error", `What became of ${settlement.id} was never stored: ${saying(error)}`, { bot: settlement.bot });
  });
}

/** Resolves once it is stored: a line that is out and not known to be would count as in doubt after a restart. */
export async function settle(road: Road, settlement: Settlement): Promise<void> {
  for (;;) {
    try {
      road.strike("settle.before");
      await road.store.settle([settlement]);
      road.strike("settle.after");
      return;
    } catch (error) {
      if (road.stopping) throw error;
      road.log("error", `What became of ${settlement.id} could not be stored: ${saying(error)} Tried again.`, { bot: settlement.bot });
      await pause(road, road.clock.nowMs() + AGAIN_MS);
    }
  }
}

/** Until the store knows everything that was decided about this conversation's rows. */
export async function allSettled(live: Live): Promise<void> {
  while (live.settling > 0) await live.settled?.catch(() => undefined);
}
