import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

const SCREENS = "tests/screens/**/*.test.ts";

/** The crash runs take minutes: they begin first, so that no worker is left with one of them at the end. */
class CrashFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isCrash = ({ moduleId }: TestSpecification) => moduleId.includes("/tests/crash/");
    return [...sorted.filter(isCrash), ...sorted.filter((file) => !isCrash(file))];
  }
}

export default defineConfig({
  test: {
    testTimeout: 30_000,
    hookTimeout: 30_000,
    pool: "forks",
    maxWorkers: 2,
    sequence: { sequencer: CrashFirst },
    projects: [
      // A browser on a busy machine may be late for once: such a test gets a second try, and is named at the end if it needed one.
      { extends: true, test: { name: "screens", include: [SCREENS], retry: 1 } },
      { extends: true, test: { name: "house", include: ["tests/**/*.test.ts"], exclude: [SCREENS, "node_modules"] } },
    ],
  },
});
