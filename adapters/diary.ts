/** What a played platform still knows after its process was killed, as the real one would: its threads, line by line, and what it has not told yet. */

export type DiaryEntry =
  /** A thread as it stands now; `lines` are those that are new since it was kept last. */
  | { kind: "thread"; key: string; thread: Record<string, unknown>; lines: unknown[] }
  /** Something is on its way to our webhook; what was taken, or given up, is not told again. */
  | { kind: "told"; n: number; push: unknown }
  | { kind: "taken"; n: number };

export type Diary = {
  /** What an earlier process kept, oldest first. */
  past: DiaryEntry[];
  keep(entry: DiaryEntry): void;
};

/** For a twin that nobody misses: of a test, or of a phone on its own time. */
export const NO_DIARY: Diary = { past: [], keep: () => {} };

type Lined = { lines: unknown[] };

/** @param fresh a thread that nothing has happened in, to be filled with what was kept */
export function threadsIn<T extends Lined>({ past }: Pick<Diary, "past">, fresh: (thread: Record<string, unknown>) => T): Map<string, T> {
  const threads = new Map<string, T>();
  for (const one of past) {
    if (one.kind !== "thread") continue;
    const thread = threads.get(one.key) ?? fresh(one.thread);
    const known = Object.fromEntries(Object.entries(one.thread).filter(([, value]) => value !== null)); // JSON has no infinity
    threads.set(one.key, Object.assign(thread, known, { lines: [...thread.lines, ...one.lines] }));
  }
  return threads;
}

/** What was on its way when the process died, in its order. */
export function untoldIn({ past }: Pick<Diary, "past">): { n: number; push: unknown }[] {
  const untold = new Map<number, unknown>();
  for (const one of past) {
    if (one.kind === "told") untold.set(one.n, one.push);
    if (one.kind === "taken") untold.delete(one.n);
  }
  return [...untold].map(([n, push]) => ({ n, push }));
}

/** The same, said in as few entries as it takes. `isOld`: threads that need not be known any more. */
export function shortened(diary: Pick<Diary, "past">, isOld: (lines: unknown[]) => boolean): DiaryEntry[] {
  const threads = threadsIn(diary, () => ({ lines: [] }) as Lined & Record<string, unknown>);
  return [
    ...[...threads].flatMap(([key, { lines, ...thread }]): DiaryEntry[] => (isOld(lines) ? [] : [{ kind: "thread", key, thread, lines }])),
    ...untoldIn(diary).map(({ n, push }): DiaryEntry => ({ kind: "told", n, push })),
  ];
}

/** @returns to be called after every change: keeps of each thread what is new in it */
export function threadKeeper(diary: Diary, threads: ReadonlyMap<string, Lined>): () => void {
  if (diary === NO_DIARY) return () => {};
  const kept = new Map<string, { count: number; state: string }>();
  const keep = (key: string, { lines, ...thread }: Lined & Record<string, unknown>, isNews: boolean) => {
    const state = JSON.stringify(thread);
    const before = kept.get(key);
    if (before?.count === lines.length && before.state === state) return;
    kept.set(key, { count: lines.length, state });
    if (isNews) diary.keep({ kind: "thread", key, thread, lines: lines.slice(before?.count ?? 0) });
  };
  const all = (isNews: boolean) => {
    for (const [key, thread] of threads) keep(key, thread as Lined & Record<string, unknown>, isNews);
  };
  all(false); // these are in it already
  return () => all(true);
}

/** Numbers what is told, above all that an earlier process told. */
export function tellKeeper(diary: Diary): { told(push: unknown): number; taken(n: number): void } {
  let last = Math.max(0, ...untoldIn(diary).map(({ n }) => n));
  return {
    told(push) {
      last += 1;
      diary.keep({ kind: "told", n: last, push });
      return last;
    },
    taken: (n) => diary.keep({ kind: "taken", n }),
  };
}
