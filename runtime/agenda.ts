/** What this process wants to look at again and when. Nothing durable: a restart makes a new one from the store. */
import type { Clock } from "../model/clock.ts";

export type Appointment = { atMs: number; run: (() => void) | null };

export interface Agenda {
  at(atMs: number, run: () => void): Appointment;
  cancel(appointment: Appointment): void;
  /** Runs what is due by now; true when anything ran. */
  keep(): boolean;
  stop(): void;
}

export function createAgenda(clock: Clock): Agenda {
  const heap: Appointment[] = [];
  let sleepsUntilMs = Number.POSITIVE_INFINITY;
  let sleep: AbortController | null = null;
  let stopped = false;

  function arm(): void {
    const next = heap[0];
    if (!next || stopped || next.atMs >= sleepsUntilMs) return;
    sleep?.abort();
    const mine = new AbortController();
    sleep = mine;
    sleepsUntilMs = next.atMs;
    void clock.sleepUntil(next.atMs, mine.signal).then(() => {
      if (mine.signal.aborted) return;
      sleep = null;
      sleepsUntilMs = Number.POSITIVE_INFINITY;
      keep();
    });
  }

  function keep(): boolean {
    let ran = false;
    const nowMs = clock.nowMs();
    while (!stopped && heap[0] && heap[0].atMs <= nowMs) {
      const run = takeFirst(heap).run;
      if (!run) continue;
      ran = true;
      run();
    }
    arm();
    return ran;
  }

  return {
    at(atMs, run) {
      const appointment = { atMs, run };
      add(heap, appointment);
      arm();
      return appointment;
    },
    cancel(appointment) {
      appointment.run = null; // it leaves the heap when its time comes
    },
    keep,
    stop() {
      stopped = true;
      heap.length = 0;
      sleep?.abort();
    },
  };
}

function add(heap: Appointment[], appointment: Appointment): void {
  let at = heap.push(appointment) - 1;
  while (at > 0) {
    const above = (at - 1) >> 1;
    if (heap[above]!.atMs <= appointment.atMs) break;
    heap[at] = heap[above]!;
    at = above;
  }
  heap[at] = appointment;
}

function takeFirst(heap: Appointment[]): Appointment {
  const first = heap[0]!;
  const last = heap.pop()!;
  if (heap.length === 0) return first;
  let at = 0;
  for (;;) {
    let below = 2 * at + 1;
    if (below >= heap.length) break;
    if (below + 1 < heap.length && heap[below + 1]!.atMs < heap[below]!.atMs) below++;
    if (heap[below]!.atMs >= last.atMs) break;
    heap[at] = heap[below]!;
    at = below;
  }
  heap[at] = last;
  return first;
}
