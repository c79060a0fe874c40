/** What this browser keeps for a chat: who the visitor is, and what they wrote that is not on its way yet. Several tabs share it. */
import type { Pending } from "./types.ts";

export type Kept = {
  token: string | null;
  /** Drawn for the start that is under way, so that a lost answer makes no second visitor. */
  startKey: string | null;
  /** Whom the brand's login named; another one, or none, is somebody else. */
  subject: string | null;
  outbox: Pending[];
  readUntil: number;
  isOpen: boolean;
  /** The last way here that was told, so that a reload tells nothing again. */
  came: string | null;
};

const NOTHING: Kept = { token: null, startKey: null, subject: null, outbox: [], readUntil: 0, isOpen: false, came: null };
const OUTBOX_MAX = 100;

export type Keeping = {
  read(): Kept;
  change(change: Partial<Kept>): void;
  add(pending: Pending): void;
  remove(ids: Set<string>): void;
};

/** A browser that keeps nothing (a private window, a policy) is served all the same, until it is closed. */
export function keepFor(bot: string): Keeping {
  const name = `baton-chat:${bot}`;
  let memory: Kept = NOTHING;
  const read = (): Kept => {
    try {
      const text = localStorage.getItem(name);
      return text === null ? memory : { ...NOTHING, ...(JSON.parse(text) as Kept) };
    } catch {
      return memory;
    }
  };
  const write = (kept: Kept) => {
    memory = kept;
    try {
      localStorage.setItem(name, JSON.stringify(kept));
    } catch {
      // Full, or not allowed: memory has it.
    }
  };
  return {
    read,
    change: (change) => write({ ...read(), ...change }),
    add: (pending) => write({ ...read(), outbox: [...read().outbox, pending].slice(-OUTBOX_MAX) }),
    remove: (ids) => write({ ...read(), outbox: read().outbox.filter(({ id }) => !ids.has(id)) }),
  };
}

/** Letters that nobody guesses. */
export function draw(length = 24): string {
  const bytes = crypto.getRandomValues(new Uint8Array(length));
  return [...bytes].map((byte) => "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"[byte & 63]).join("");
}
