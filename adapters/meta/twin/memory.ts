/** What the played platform still knows after its process was killed, as the real one would: threads, names, events nobody has taken. */
import type { PlayedProfile } from "./platform.ts";
import { newThread, type Thread, type ThreadLine } from "./thread.ts";

export type Kept =
  /** A thread as it stands now; `lines` are those that are new or changed since it was kept last. */
  | { kind: "thread"; thread: Omit<Thread, "lines">; lines: ThreadLine[] }
  | { kind: "named"; psid: string; profile: PlayedProfile }
  /** A webhook is on its way; one that was taken, or given up, is not told again. */
  | { kind: "told"; n: number; body: string }
  | { kind: "taken"; n: number };

export type Memory = {
  /** What an earlier process kept, oldest first. */
  past: Kept[];
  keep(what: Kept): void;
};

/** For a twin that nobody misses: of a test, or of a phone on its own time. */
export const NO_MEMORY: Memory = { past: [], keep: () => {} };

export type Remembered = { threads: Thread[]; profiles: Map<string, PlayedProfile>; told: Map<number, string> };

export function remember(past: Kept[]): Remembered {
  const threads = new Map<string, Thread>();
  const profiles = new Map<string, PlayedProfile>();
  const told = new Map<number, string>();
  for (const one of past) {
    switch (one.kind) {
      case "thread": {
        const { page, psid } = one.thread;
        const thread = threads.get(`${page}/${psid}`) ?? newThread(page, psid);
        Object.assign(thread, one.thread, { lines: thread.lines, typing: false });
        for (const line of one.lines) {
          const at = thread.lines.findIndex((known) => known.mid === line.mid);
          if (at < 0) thread.lines.push(line);
          else thread.lines[at] = line;
        }
        threads.set(`${page}/${psid}`, thread);
        break;
      }
      case "named":
        profiles.set(one.psid, one.profile);
        break;
      case "told":
        told.set(one.n, one.body);
        break;
      case "taken":
        told.delete(one.n);
        break;
    }
  }
  return { threads: [...threads.values()], profiles, told };
}

/** The same, said in as few records as it takes. */
export function inShort({ threads, profiles, told }: Remembered): Kept[] {
  return [
    ...[...profiles].map(([psid, profile]): Kept => ({ kind: "named", psid, profile })),
    ...threads.map(({ lines, ...thread }): Kept => ({ kind: "thread", thread, lines })),
    ...[...told].map(([n, body]): Kept => ({ kind: "told", n, body })),
  ];
}
