/** X's limits as X keeps them: so many calls of a kind by one account in so long a time, told in the headers of each answer. */
import type { Clock } from "../../../model/clock.ts";

export type Limit = { max: number; windowMs: number };
export type Counter = {
  /** Counts one call. `ok` false: it was one too many, and is not done. */
  take(kind: string, account: string): { ok: boolean; headers: Record<string, string> };
  /** What is left of the narrowest limit, and when it begins anew; nothing is counted. */
  left(kind: string, account: string): { left: number; max: number; untilMs: number | null };
};

export function createCounter(limits: Record<string, Limit[]>, clock: Clock): Counter {
  const windows = new Map<string, { beganAtMs: number; spent: number }>();
  return {
    left(kind, account) {
      const nowMs = clock.nowMs();
      const states = (limits[kind] ?? []).map(({ max, windowMs }, at) => {
        const state = windows.get(`${kind} ${account} ${at}`);
        const untilMs = state === undefined ? 0 : state.beganAtMs + windowMs;
        return untilMs > nowMs ? { left: max - state!.spent, max, untilMs } : { left: max, max, untilMs: null };
      });
      return states.reduce((least, one) => (one.left < least.left ? one : least));
    },
    take(kind, account): { ok: boolean; headers: Record<string, string> } {
      const nowMs = clock.nowMs();
      const states = (limits[kind] ?? []).map((limit, at) => {
        const key = `${kind} ${account} ${at}`;
        let state = windows.get(key);
        if (state === undefined || nowMs >= state.beganAtMs + limit.windowMs) {
          state = { beganAtMs: nowMs, spent: 0 };
          windows.set(key, state);
        }
        return { limit, state };
      });
      const [shortest] = states;
      if (shortest === undefined) return { ok: true, headers: {} };
      const full = states.find(({ limit, state }) => state.spent >= limit.max);
      if (full === undefined) for (const { state } of states) state.spent += 1;
      const told = full ?? shortest;
      return {
        ok: full === undefined,
        headers: {
          "x-rate-limit-limit": String(told.limit.max),
          "x-rate-limit-remaining": String(Math.max(0, told.limit.max - told.state.spent)),
          "x-rate-limit-reset": String(Math.ceil((told.state.beganAtMs + told.limit.windowMs) / 1_000)),
        },
      };
    },
  };
}
