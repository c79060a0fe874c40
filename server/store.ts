/** Opens the store that the settings name, to write or only to look. */
import { existsSync, mkdirSync, statSync } from "node:fs";
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
  const store = await opened(path, () =>
    openSqliteStore({
      path,
      clock,
      ids,
      process: { id: ids.next("pr"), pid: process.pid, host: hostname() },
      ...(failpoint ? { failpoint } : {}),
      ...(log ? { log } : {}),
    }),
  );
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

async function opened(path: string, open: () => Promise<Store>): Promise<Store> {
  try {
    if (path !== ":memory:") mkdirSync(dirname(path), { recursive: true });
    return await open();
  } catch (error) {
    if (error instanceof StoreRefused) throw error;
    const reason = existsSync(path) && statSync(path).isDirectory() ? "it is a folder; name a file in it." : reasonOf(error);
    throw new Error(`The store ${path} cannot be opened: ${reason} BATON_STORE says where it lies.`, { cause: error });
  }
}

/** In words for whoever runs it; what the system says is kept where we do not know better. */
function reasonOf(error: unknown): string {
  const said = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (code === "EACCES" || code === "EPERM" || /: 14\b|readonly/.test(said)) return "this process may not write there.";
  if (code === "EROFS") return "its disk is mounted read-only.";
  if (code === "ENOSPC" || /disk is full/.test(said)) return "the disk is full.";
  if (code === "EEXIST" || code === "ENOTDIR") return "a file stands where its folder should be.";
  if (/not a database/.test(said)) return "the file there is something else than a store.";
  return `${said}.`;
}

/** For commands that look while a server writes. @throws a sentence when there is no store yet */
export function openReader(settings: Settings, root: string): Promise<StoreReader> {
  return openSqliteReader({ path: sqlitePath(settings, root) });
}
