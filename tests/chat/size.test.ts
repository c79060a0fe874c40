/** A brand's page does not grow heavy by it: the whole chat, style sheet included, in one small script. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { files, ROOT } from "../tidy/sources.ts";

const KB = 1_000;
const MAX_KB = 30;

it(`the script that a page loads is below ${MAX_KB} kB, loads nothing more, and needs nothing inline`, () => {
  const script = readFileSync(join(ROOT, "dist", "web", "chat.js"), "utf8");
  expect(gzipSync(script, { level: 9 }).length).toBeLessThan(MAX_KB * KB);
  const found = (pattern: RegExp) => pattern.exec(script)?.[0] ?? null;
  expect(found(/\bimport\s*\(|\beval\(|new Function\(|insertAdjacentHTML|document\.write/)).toBeNull();
  expect(found(/https?:\/\/(?!www\.w3\.org\/)[a-z0-9.-]+\.[a-z]{2,}/i)).toBeNull(); // it speaks only to where it came from
});

it("nothing in its sources turns a text into markup", () => {
  const sources = files(join(ROOT, "web", "chat")).filter((path) => /\.tsx?$/.test(path));
  expect(sources.length).toBeGreaterThan(5);
  expect(sources.filter((path) => /innerHTML|outerHTML|dangerouslySet|insertAdjacentHTML/.test(readFileSync(path, "utf8")))).toEqual([]);
});
