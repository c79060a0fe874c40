/**
 * How long a customer will probably wait. The rule, on purpose simple enough to say to a customer's face: tickets are
 * taken in order, each staffed agent's free places first; whoever finds none waits for as many rounds of the usual
 * handling time as there are full rounds of places before them.
 */

/** Until a queue has a history of its own. */
export const HANDLING_MS = 5 * 60_000;
/** Somebody free still has to look and press a button. */
export const PICKUP_MS = 30_000;

/** The usual handling time: the median of the latest, so that one ticket left open over night does not frighten everybody. */
export function usualHandlingMs(latestMs: number[]): number {
  if (latestMs.length === 0) return HANDLING_MS;
  const sorted = [...latestMs].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle]! : Math.round((sorted[middle - 1]! + sorted[middle]!) / 2);
}

/**
 * @param waiting tickets already waiting or offered in the queue
 * @param places what the staffed agents can hold at once, all together
 * @param taken how many of these places hold a ticket now
 * @returns null when nobody is there
 */
export function estimateMs(waiting: number, places: number, taken: number, handlingMs: number): number | null {
  if (places <= 0) return null;
  const free = Math.max(0, places - taken);
  const behind = waiting - free; // how many are before us without a place
  if (behind < 0) return PICKUP_MS;
  return PICKUP_MS + Math.ceil((behind + 1) / places) * handlingMs;
}
