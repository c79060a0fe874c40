/** `npm run check`: what an author wants to know within a minute: types, format and lint, borders, stories, docs. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const steps = [
  ["types", ["npm", "run", "-s", "types"]],
  ["format and lint", ["npx", "biome", "check", "."]],
  ["build", ["node", "build.mjs"]],
  ["flows", ["node", "dist/baton.js", "check"]],
  ["stories", ["node", "dist/baton.js", "test"]],
  ["borders and docs", ["npx", "vitest", "run", "tests/tidy", "tests/docs"]],
];

const failed = [];
for (const [name, [command, ...args]] of steps) {
  console.log(`\n── ${name} ──`);
  if (spawnSync(command, args, { cwd: root, stdio: "inherit" }).status !== 0) failed.push(name);
}
console.log(failed.length === 0 ? "\nAll checks passed." : `\nNot yet: ${failed.join(", ")}.`);
process.exit(failed.length === 0 ? 0 : 1);
