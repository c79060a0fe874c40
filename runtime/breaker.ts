/** Stops asking somebody who does not answer, and tries again with one ask after a while that grows. */

export type Breaker = {
  /** May an ask be begun now? After a rest only one at a time is, until it succeeds. */
  isOpen(nowMs: number): boolean;
  begun(): void;
  ended(ok: boolean, nowMs: number): void;
};

const FAILURES = 3; // in a row: each has cost a customer seconds
const REST_FIRST_MS = 30_000;
const REST_MAX_MS = 10 * 60_000;

export function createBreaker(): Breaker {
  let failures = 0;
  let restsUntilMs = 0;
  let restMs = REST_FIRST_MS;
  let trying = false;
  return {
    isOpen(nowMs) {
      if (failures < FAILURES) return true;
      return nowMs >= restsUntilMs && !trying;
    },
    begun() {
      if (failures >= FAILURES) trying = true;
    },
    ended(ok, nowMs) {
      const wasTrying = trying;
      trying = false;
      if (ok) {
        failures = 0;
        restMs = REST_FIRST_MS;
        return;
      }
      failures++;
      if (failures < FAILURES) return;
      if (wasTrying) restMs = Math.min(REST_MAX_MS, restMs * 2);
      restsUntilMs = nowMs + restMs;
    },
  };
}
