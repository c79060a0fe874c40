/** Opens the store that the settings name, to write or only to look. */
import { mkdirSync } from "node:fs";
import { hostname } from "node:os";
import { dirname } from "node:path";
import type { Clock } from "../model/clock.ts";
import type { Failpoint } from "../model/failpoint.ts";
import type { Ids } from "../model/ids.ts";
import type { Store, StoreReader } from "../model/store.ts";
import type { Log } from "../runtime/log.ts";
import { openSqliteReader, openSqliteStore } from "../stores/sqlite.ts";
import { type Settings, sqlitePath } from "./settings.ts";

export type Writing = { clock: Clock; ids: Ids; failpoint?: Failpoint; log?: Log };

/** @throws a sentence when another process writes it, or when a newer Baton has */
export function openStore(settings: Settings, root: string, { clock, ids, failpoint, log }: Writing): Promise<Store> {
  const path = sqlitePath(settings, root);
  if (path !== ":memory:") mkdirSync(dirname(path), { recursive: true });
  return openSqliteStore({
    path,
    clock,
    ids,
    process: { id: ids.next("pr"), pid: process.pid, host: hostname() },
    ...(failpoint ? { failpoint } : {}),
    ...(log ? { log } : {}),
  });
}

/** For commands that look while a server writes. @throws a sentence when there is no store yet */
export function openReader(settings: Settings, root: string): Promise<StoreReader> {
  return openSqliteReader({ path: sqlitePath(settings, root) });
}
