/** Carries the write-ahead log over into the file, between batches and on the one writing connection. */
import type { Database } from "./database.ts";

const UNITS_BETWEEN = 5000; // 20 to 40 MB of log: the more of it, the more pages were written several times and are carried over once

export type Checkpoints = {
  written(units: number): void;
  /** Empties the log too, so that nothing erased remains in it; tried again after each batch while a reader holds it up. */
  everything(): void;
};

export function checkpoints(db: Database, inMemory: boolean): Checkpoints {
  const passive = db.prepare("PRAGMA wal_checkpoint(PASSIVE)");
  const truncate = db.prepare("PRAGMA wal_checkpoint(TRUNCATE)");
  let units = 0;
  let owed = false;

  function everything(): void {
    if (inMemory) return;
    units = 0;
    owed = truncate.row([])?.[0] !== 0;
  }

  return {
    written(count) {
      if (inMemory) return;
      units += count;
      if (owed) return everything();
      if (units < UNITS_BETWEEN) return;
      units = 0;
      passive.row([]);
    },
    everything,
  };
}
