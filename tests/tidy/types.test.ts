/** Types hold and the format is the agreed one: part of `npm test`, so that nothing lands without. */
import { spawnSync } from "node:child_process";
import { expect, it } from "vitest";
import { ROOT } from "./sources.ts";

const run = (command: string, args: string[]) => {
  const { status, stdout, stderr } = spawnSync("npx", [command, ...args], { cwd: ROOT, encoding: "utf8" });
  return status === 0 ? "" : `${stdout}${stderr}`;
};

it("every file type-checks", { timeout: 120_000 }, () => {
  expect(run("tsc", ["--noEmit"])).toBe("");
  expect(run("tsc", ["--noEmit", "-p", "web"])).toBe("");
});

it("every file is formatted and free of lint", { timeout: 60_000 }, () => {
  expect(run("biome", ["check", "."])).toBe("");
});
