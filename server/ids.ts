/** Ids: a prefix and a ULID. Real ones are random; counted ones make tests and stories repeatable. */
import { randomFillSync, randomInt } from "node:crypto";
import { monotonicFactory } from "ulid";
import type { Clock } from "../model/clock.ts";
import type { Ids } from "../model/ids.ts";
import { makeCode } from "../model/link.ts";

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

/** Codes that link two chats: nobody can foretell one, also not from those before it. */
export function drawLinkCode(): string {
  return makeCode((below) => randomInt(below));
}

/** Always the same ones in the same order, for stories. */
export function createCountedLinkCodes(): () => string {
  let count = 0;
  return () => {
    let left = ++count;
    return makeCode((below) => {
      const digit = left % below;
      left = Math.floor(left / below);
      return digit;
    });
  };
}
