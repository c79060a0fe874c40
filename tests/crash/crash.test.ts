/** `kill -9` at every named place of the road and at random under load: nothing acknowledged is lost, nothing is said twice. */
import { describe, expect, it } from "vitest";
import { FAILPOINTS } from "../../runtime/failpoints.ts";
import type { Mood } from "./platform.ts";
import { crashRun } from "./run.ts";

const CUSTOMERS = 15;
/** Places that this talk passes: it has no router that offers, and Messenger's history cannot be asked about a doubtful line. */
const PASSED = FAILPOINTS.filter((place) => place !== "offer.before-commit" && place !== "doubt.before-find");

describe("killed at a named place", () => {
  it("nothing is lost, doubled, reordered or forgotten, and every place really struck", { timeout: 240_000 }, async () => {
    const kills = PASSED.flatMap((place) => [
      { place, pass: 1 },
      { place, pass: 4 },
    ]);
    const run = await crashRun({ echoes: true, customers: CUSTOMERS, rounds: 100_000, kills });
    expect(run.broken).toEqual([]);
    expect(PASSED.filter((place) => !run.struck.has(place))).toEqual([]);
  });
});

describe("killed at random under load", () => {
  const kills = Array.from({ length: 15 }, (_, n) => ({ afterMs: 150 + ((n * 7919) % 900) }));

  it("with echoes: no line is said twice", { timeout: 240_000 }, async () => {
    const run = await crashRun({ echoes: true, customers: 24, rounds: 100_000, kills, duplicates: true });
    expect(run.broken).toEqual([]);
    expect(run.kills).toBe(kills.length);
  });

  it("without echoes: at most the lines under way are said again, none is lost", { timeout: 240_000 }, async () => {
    const run = await crashRun({ echoes: false, customers: 24, rounds: 100_000, kills, duplicates: true });
    expect(run.broken).toEqual([]);
    expect(run.doubled).toBeLessThanOrEqual(run.kills * 24);
  });
});

describe("refused sends", () => {
  it("429, 613, 500, resets before and after: the order holds and nothing is dropped", { timeout: 120_000 }, async () => {
    const moods = ["take", "429", "take", "613", "take", "500", "take", "reset_before", "take", "reset_after"] as const;
    let n = 0;
    const run = await crashRun({
      echoes: true,
      customers: 12,
      rounds: 30,
      kills: [{ afterMs: 6_000 }],
      disturb: (platform) => {
        platform.mood = () => moods[n++ % moods.length]!;
      },
    });
    expect(run.broken).toEqual([]);
  });

  it("never answered, before and after they were taken: in doubt after ten seconds, settled by echo or said again, none twice", {
    timeout: 120_000,
  }, async () => {
    const silent = new Map<number, Mood>([
      [4, "hang"],
      [9, "hang_after"],
      [14, "hang"],
      [19, "hang_after"],
    ]);
    let n = 0;
    const run = await crashRun({
      echoes: true,
      customers: 8,
      rounds: 10,
      kills: [{ afterMs: 16_500 }], // past the time-out and the wait for an echo
      disturb: (platform) => {
        platform.mood = () => silent.get(n++) ?? "take";
      },
    });
    expect(n).toBeGreaterThan(20);
    expect(run.broken).toEqual([]);
    expect(run.doubled).toBe(0);
  });
});
