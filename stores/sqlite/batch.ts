/**
 * Group commit: every unit that arrives in one turn of the event loop is written in one transaction, and is answered only once that
 * transaction is on disk. One `fsync` for all of them is what makes FULL durability cheap.
 */
import type { Failpoint } from "../../model/failpoint.ts";
import type { Database } from "./database.ts";

const UNITS_MAX = 512; // more wait for the next turn of the loop: a burst may not hold up everything else
const BUSY_TRIES = 40; // each has waited up to the connection's own time-out already

type Unit = { work: () => unknown; resolve: (value: never) => void; reject: (error: unknown) => void; value: unknown };

export interface Batches {
  /** Runs `work` inside the next transaction. It must begin with its guard, and write nothing when that fails. */
  unit<T>(work: () => T): Promise<T>;
  /** Writes what is pending, now. */
  flush(): void;
  stop(error: Error): void;
}

export type BatchOptions = {
  failpoint: Failpoint;
  /** First in every transaction: throws when this process may no longer write. */
  guard: () => void;
  /** Called after a transaction failed: what was learned in it is not so. */
  forget: () => void;
  /** Called after each transaction, outside it. */
  written: (units: number) => void;
  isBusy: (error: unknown) => boolean;
};

export function batches(db: Database, options: BatchOptions): Batches {
  const begin = db.prepare("BEGIN IMMEDIATE");
  const commit = db.prepare("COMMIT");
  const rollback = db.prepare("ROLLBACK");
  let pending: Unit[] = [];
  let scheduled = false;
  let busyTries = 0;
  let stopped: Error | null = null;

  function schedule(): void {
    if (scheduled) return;
    scheduled = true;
    setImmediate(run);
  }

  function run(): void {
    scheduled = false;
    if (pending.length === 0) return;
    const units = pending.length > UNITS_MAX ? pending.splice(0, UNITS_MAX) : pending;
    if (units === pending) pending = [];
    else schedule();
    try {
      begin.run([]);
    } catch (error) {
      if (options.isBusy(error) && ++busyTries < BUSY_TRIES) {
        pending = units.concat(pending);
        schedule();
        return;
      }
      busyTries = 0;
      for (const unit of units) unit.reject(error);
      return;
    }
    busyTries = 0;
    try {
      inside(units);
    } catch (error) {
      undo();
      if (units.length === 1) units[0]!.reject(error);
      else for (const unit of units) alone(unit); // a savepoint for each would cost every turn; a failure is rare
      return;
    }
    answer(units);
  }

  /** All of it between BEGIN and COMMIT; nothing here waits, so nobody sees it half done. */
  function inside(units: Unit[]): void {
    options.guard();
    for (const unit of units) unit.value = unit.work();
    options.failpoint("store.before-commit");
    commit.run([]);
  }

  function alone(unit: Unit): void {
    try {
      begin.run([]);
    } catch (error) {
      unit.reject(error);
      return;
    }
    try {
      inside([unit]);
    } catch (error) {
      undo();
      unit.reject(error);
      return;
    }
    answer([unit]);
  }

  function undo(): void {
    options.forget();
    try {
      rollback.run([]);
    } catch {
      // a full disk ends the transaction by itself; there is nothing left to roll back then
    }
  }

  function answer(units: Unit[]): void {
    options.failpoint("store.after-commit");
    for (const unit of units) unit.resolve(unit.value as never);
    options.written(units.length);
  }

  return {
    unit<T>(work: () => T): Promise<T> {
      if (stopped) return Promise.reject(stopped);
      return new Promise<T>((resolve, reject) => {
        pending.push({ work, resolve: resolve as (value: never) => void, reject, value: undefined });
        schedule();
      });
    },
    flush() {
      while (pending.length > 0) run();
    },
    stop(error) {
      stopped = error;
    },
  };
}
