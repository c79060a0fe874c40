/** A twin's memory in a file beside the store, so that the platform which it plays outlives a crash of ours. */
import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Diary, type DiaryEntry, NO_DIARY, shortened } from "../adapters/diary.ts";
import { inShort, type Kept, type Memory, NO_MEMORY, remember } from "../adapters/meta/twin/memory.ts";
import { type Settings, sqlitePath } from "./settings.ts";

/** Threads that nobody has touched for so long are not read again. */
const KEPT_MS = 30 * 86_400_000;

/** @param nowMs decides which threads are too old to be read again */
export function openTwinMemory(settings: Settings, root: string, bot: string, nowMs: number): Memory {
  const path = pathOf(settings, root, bot);
  if (path === null) return NO_MEMORY;
  const known = remember(read<Kept>(path));
  const threads = known.threads.filter((thread) => (thread.lines.at(-1)?.atMs ?? nowMs) > nowMs - KEPT_MS);
  const past = inShort({ ...known, threads });
  return { past, keep: appending(path, past) };
}

/** The same for a twin that keeps a diary. */
export function openTwinDiary(settings: Settings, root: string, name: string, nowMs: number): Diary {
  const path = pathOf(settings, root, name);
  if (path === null) return NO_DIARY;
  const isOld = (lines: unknown[]) => ((lines.at(-1) as { atMs?: number } | undefined)?.atMs ?? nowMs) <= nowMs - KEPT_MS;
  const past = shortened({ past: read<DiaryEntry>(path) }, isOld);
  return { past, keep: appending(path, past) };
}

/** null: nothing outlives a process whose store is in memory. */
function pathOf(settings: Settings, root: string, name: string): string | null {
  const store = sqlitePath(settings, root);
  return store === ":memory:" ? null : join(dirname(store), `twin-${name}.jsonl`);
}

function read<T>(path: string): T[] {
  return existsSync(path) ? recordsOf<T>(readFileSync(path, "utf8")) : [];
}

/** The file begins anew with what is still known, and grows from there. */
function appending<T>(path: string, past: T[]): (what: T) => void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.new`, written(past), { mode: 0o600 });
  renameSync(`${path}.new`, path);
  let waiting: T[] = [];
  return (what) => {
    waiting.push(what);
    if (waiting.length > 1) return;
    // What happens in one moment is kept together: a line never without its webhook.
    queueMicrotask(() => {
      const text = written(waiting);
      waiting = [];
      appendFileSync(path, text);
    });
  };
}

const written = (records: unknown[]) => records.map((one) => `${JSON.stringify(one)}\n`).join("");

/** The last line may be half written: what it says has then not happened. */
function recordsOf<T>(text: string): T[] {
  const records: T[] = [];
  for (const line of text.split("\n").slice(0, -1)) {
    try {
      records.push(JSON.parse(line) as T);
    } catch {
      return records;
    }
  }
  return records;
}
