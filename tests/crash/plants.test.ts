/** The harness itself on trial: every promise has a bug planted against it, and each is caught. */
import { rmSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import { PLANTED, PLANTS, planted } from "./plants.ts";
import { crashRun } from "./run.ts";

afterAll(() => rmSync(PLANTED, { recursive: true, force: true }));

describe("a planted bug is caught", () => {
  for (const plant of PLANTS) {
    it(`${plant.title}: «${plant.breaks}» is seen to break`, { timeout: 120_000 }, async () => {
      const kills = [300, 450, 350, 500].map((afterMs) => ({ afterMs }));
      const run = await crashRun({
        program: await planted(plant),
        echoes: plant.echoes,
        customers: 16,
        rounds: 100_000,
        kills,
        duplicates: true,
        finishMs: 20_000,
      });
      expect(run.broken.map((one) => one.promise)).toContain(plant.breaks);
    });
  }

  it("and without one the same run breaks nothing", { timeout: 120_000 }, async () => {
    const kills = [300, 450, 350, 500].map((afterMs) => ({ afterMs }));
    const run = await crashRun({ echoes: true, customers: 16, rounds: 100_000, kills, duplicates: true, finishMs: 20_000 });
    expect(run.broken).toEqual([]);
  });

  it("every promise has one", () => {
    const promises = ["nothing lost", "nothing twice", "in order", "state kept", "timers survive", "one ticket"];
    expect(promises.filter((promise) => !PLANTS.some((plant) => plant.breaks === promise))).toEqual([]);
  });
});
