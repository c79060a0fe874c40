/** `npm test`: builds what the tests start as a real process, runs them all, and closes with one line that machines read. */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { startVitest } from "vitest/node";

const root = fileURLToPath(new URL("..", import.meta.url));
execFileSync(process.execPath, ["build.mjs"], { cwd: root, stdio: "inherit" });

const vitest = await startVitest("test", process.argv.slice(2), { root, watch: false, run: true });
const count = { passed: 0, failed: 0, skipped: 0 };
const atSecondTry = [];
for (const file of vitest?.state.getTestModules() ?? []) {
  const errors = file.errors().length;
  count.failed += errors;
  for (const test of file.children.allTests()) {
    const state = test.result().state;
    if (test.diagnostic()?.flaky) atSecondTry.push(`${file.relativeModuleId}: ${test.fullName}`);
    if (state === "passed") count.passed++;
    else if (state === "failed") count.failed++;
    else count.skipped++;
  }
}
count.failed += vitest?.state.getUnhandledErrors().length ?? 1;
await vitest?.close();
if (count.passed === 0) count.failed++; // a run that tests nothing has not passed
if (atSecondTry.length > 0) console.log(`\nPassed only at the second try:\n${atSecondTry.join("\n")}`);
console.log(`\n${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
process.exit(count.failed > 0 ? 1 : 0);
