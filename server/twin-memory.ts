/** A twin's memory in a file beside the store, so that the platform which it plays outlives a crash of ours. */
import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { inShort, type Kept, type Memory, NO_MEMORY, remember } from "../adapters/meta/twin/memory.ts";
import { type Settings, sqlitePath } from "./settings.ts";

/** Threads that nobody has touched for so long are not read again. */
const KEPT_MS = 30 * 86_400_000;

/** @param nowMs decides which threads are too old to be read again */
export function openTwinMemory(settings: Settings, root: string, bot: string, nowMs: number): Memory {
  const store = sqlitePath(settings, root);
  if (store === ":memory:") return NO_MEMORY;
  const path = join(dirname(store), `twin-${bot}.jsonl`);
  const known = remember(existsSync(path) ? recordsOf(readFileSync(path, "utf8")) : []);
  const threads = known.threads.filter((thread) => (thread.lines.at(-1)?.atMs ?? nowMs) > nowMs - KEPT_MS);
  const past = inShort({ ...known, threads });
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.new`, written(past), { mode: 0o600 });
  renameSync(`${path}.new`, path);

  let waiting: Kept[] = [];
  return {
    past,
    keep(what) {
      waiting.push(what);
      if (waiting.length > 1) return;
      // What happens in one moment is kept together: a line never without its webhook.
      queueMicrotask(() => {
        const text = written(waiting);
        waiting = [];
        appendFileSync(path, text);
      });
    },
  };
}

const written = (records: Kept[]) => records.map((one) => `${JSON.stringify(one)}\n`).join("");

/** The last line may be half written: what it says has then not happened. */
function recordsOf(text: string): Kept[] {
  const records: Kept[] = [];
  for (const line of text.split("\n").slice(0, -1)) {
    try {
      records.push(JSON.parse(line) as Kept);
    } catch {
      return records;
    }
  }
  return records;
}
