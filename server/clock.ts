/** The two clocks: the machine's, and a virtual one that stories, the simulator and tests turn by hand. */
import { setMaxListeners } from "node:events";
import type { Clock } from "../model/clock.ts";

const LONGEST_NAP_MS = 30_000; // wall clocks jump: look again at least this often

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  async sleepUntil(atMs, signal) {
    while (!signal?.aborted) {
      const leftMs = atMs - Date.now();
      if (leftMs <= 0) return;
      await nap(Math.min(leftMs, LONGEST_NAP_MS), signal);
    }
  },
};

function nap(forMs: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((wake) => {
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      wake();
    };
    const timer = setTimeout(done, forMs);
    if (signal) setMaxListeners(0, signal); // many may sleep until the same end; each takes its listener away
    signal?.addEventListener("abort", done);
  });
}

/** A clock that stands still until told: `nextWakeMs` says when the next sleeper wants to wake. */
export type VirtualClock = Clock & { set(atMs: number): void; nextWakeMs(): number | null };

export function createVirtualClock(startMs: number): VirtualClock {
  let nowMs = startMs;
  const sleepers = new Set<{ atMs: number; wake: () => void }>();
  return {
    nowMs: () => nowMs,
    monotonicMs: () => nowMs,
    sleepUntil(atMs, signal) {
      if (atMs <= nowMs || signal?.aborted) return Promise.resolve();
      return new Promise((resolve) => {
        const sleeper = {
          atMs,
          wake: () => {
            sleepers.delete(sleeper);
            signal?.removeEventListener("abort", sleeper.wake);
            resolve();
          },
        };
        sleepers.add(sleeper);
        signal?.addEventListener("abort", sleeper.wake);
      });
    },
    set(atMs) {
      if (atMs < nowMs) throw new Error(`A virtual clock does not go back (${nowMs} to ${atMs}).`);
      nowMs = atMs;
      const due = [...sleepers].filter((sleeper) => sleeper.atMs <= nowMs).sort((a, b) => a.atMs - b.atMs);
      for (const sleeper of due) sleeper.wake();
    },
    nextWakeMs() {
      let next: number | null = null;
      for (const { atMs } of sleepers) if (next === null || atMs < next) next = atMs;
      return next;
    },
  };
}
