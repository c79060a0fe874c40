/** Ids: a prefix and a ULID. Real ones are random; counted ones make tests and stories repeatable. */
import { randomFillSync } from "node:crypto";
import { monotonicFactory } from "ulid";
import type { Clock } from "../model/clock.ts";
import type { Ids } from "../model/ids.ts";

export function createIds(clock: Clock): Ids {
  const pool = new Uint8Array(4096); // one call to the system's randomness serves 256 ids
  let used = pool.length;
  const ulid = monotonicFactory(() => {
    if (used === pool.length) {
      randomFillSync(pool);
      used = 0;
    }
    return pool[used++]! / 256;
  });
  return { next: (prefix) => `${prefix}_${ulid(clock.nowMs())}` };
}

export function createCountedIds(): Ids {
  let count = 0;
  return { next: (prefix) => `${prefix}_${String(++count).padStart(26, "0")}` };
}
