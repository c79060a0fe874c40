/** Acts that are held back for some seconds, so that one more key undoes them; nothing has happened until they are over. */
import { useSyncExternalStore } from "react";
import { askLast, Refused } from "./api.ts";
import { onNotice } from "./live.ts";

export type Holding = {
  ticket: string;
  conversation: string;
  path: string;
  body: Record<string, unknown>;
  /** What to say when it was done, could not be done, or was given up because the customer wrote meanwhile. */
  ended(how: "done" | "wrote" | Refused): void;
};

const HOLD_MS = 5_000;

let held: { act: Holding; timer: ReturnType<typeof setTimeout> }[] = [];
let ids: ReadonlySet<string> = new Set();
const listeners = new Set<() => void>();

/** The tickets whose end is held back: gone from every list, and still there. */
export function useHeld(): ReadonlySet<string> {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => ids,
  );
}

export function hold(act: Holding, send: (act: Holding) => Promise<void>): void {
  const timer = setTimeout(() => void go(act, send), HOLD_MS);
  set([...held, { act, timer }]);
}

/** @param ticket absent: the latest. @returns whether there was something to undo */
export function undo(ticket?: string): boolean {
  const found = ticket === undefined ? held.at(-1) : held.find(({ act }) => act.ticket === ticket);
  if (!found) return false;
  clearTimeout(found.timer);
  set(held.filter((one) => one !== found));
  return true;
}

async function go(act: Holding, send: (act: Holding) => Promise<void>): Promise<void> {
  let how: "done" | Refused = "done";
  try {
    await send(act);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    how = error;
  }
  set(held.filter((one) => one.act !== act)); // only now: until the server has it, it stays out of the lists
  act.ended(how);
}

onNotice(({ kind, conversation }) => {
  if (kind !== "heard") return;
  for (const { act } of held) if (act.conversation === conversation && undo(act.ticket)) act.ended("wrote");
});

// Whoever closes the tab meant what they did.
addEventListener("pagehide", () => {
  for (const { act, timer } of held) {
    clearTimeout(timer);
    askLast("POST", act.path, act.body);
  }
  held = [];
});

function set(next: typeof held): void {
  held = next;
  ids = new Set(next.map(({ act }) => act.ticket));
  for (const listener of listeners) listener();
}
