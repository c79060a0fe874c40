/** What time it is on the server, and a tick that all countdowns share. */
import { useSyncExternalStore } from "react";

let aheadMs = 0;
const listeners = new Set<() => void>();
let nowTick = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;

/** @param date the `Date` header of an answer, exact to the second: smaller differences are none */
export function learnServerTime(date: string | null): void {
  const serverMs = date === null ? Number.NaN : Date.parse(date);
  if (Number.isNaN(serverMs)) return;
  const off = serverMs + 500 - Date.now();
  if (Math.abs(off - aheadMs) > 2_000) aheadMs = Math.abs(off) > 2_000 ? off : 0;
}

export function serverNow(): number {
  return Date.now() + aheadMs;
}

/** Ticks every second, while somebody looks. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => nowTick);
}

function subscribe(listener: () => void): () => void {
  if (listeners.size === 0) {
    nowTick = serverNow();
    timer = setInterval(() => {
      nowTick = serverNow();
      for (const one of listeners) one();
    }, 1000);
  }
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) clearInterval(timer);
  };
}
