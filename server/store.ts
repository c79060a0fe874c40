/** Opens the store that the settings name, to write or only to look. */
import { mkdirSync } from "node:fs";
import { hostname } from "node:os";
import { dirname } from "node:path";
import type { Clock } from "../model/clock.ts";
import type { Failpoint } from "../model/failpoint.ts";
import type { Ids } from "../model/ids.ts";
import type { Store, StoreReader } from "../model/store.ts";
import type { Log } from "../runtime/log.ts";
import { StoreRefused } from "../stores/sqlite/refused.ts";
import { openSqliteReader, openSqliteStore } from "../stores/sqlite.ts";
import { type Settings, sqlitePath } from "./settings.ts";

export type Writing = {
  clock: Clock;
  ids: Ids;
  failpoint?: Failpoint;
  log?: Log;
  /** Another process has taken the store: nothing can be written from here any more. */
  lost?: (why: string) => void;
};

/** @throws a sentence when another process writes it, or when a newer Baton has */
export async function openStore(settings: Settings, root: string, { clock, ids, failpoint, log, lost }: Writing): Promise<Store> {
  const path = sqlitePath(settings, root);
  if (path !== ":memory:") mkdirSync(dirname(path), { recursive: true });
  const store = await openSqliteStore({
    path,
    clock,
    ids,
    process: { id: ids.next("pr"), pid: process.pid, host: hostname() },
    ...(failpoint ? { failpoint } : {}),
    ...(log ? { log } : {}),
  });
  return {
    ...store,
    async beat(nowMs) {
      try {
        await store.beat(nowMs);
      } catch (error) {
        if (error instanceof StoreRefused && error.because === "lost") lost?.(error.message);
        throw error;
      }
    },
  };
}

/** For commands that look while a server writes. @throws a sentence when there is no store yet */
export function openReader(settings: Settings, root: string): Promise<StoreReader> {
  return openSqliteReader({ path: sqlitePath(settings, root) });
}
