/** A copy of the demo project that a test may change, thrown away afterwards. */
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "../road/process.ts";
import { ROOT } from "../tidy/sources.ts";

export type Project = {
  path: string;
  /** Replaces words in one file. @throws when they are not there: the demo was changed, and the test says nothing any more */
  change(file: string, words: string, by: string): void;
  remove(): void;
};

export function copyOfDemo(): Project {
  const folder = temporaryFolder();
  for (const part of ["bots", "flows", "tests/stories"]) cpSync(join(ROOT, part), join(folder.path, part), { recursive: true });
  return {
    path: folder.path,
    change(file, words, by) {
      const path = join(folder.path, file);
      const text = readFileSync(path, "utf8");
      if (!text.includes(words)) throw new Error(`${file} does not say ${words}.`);
      writeFileSync(path, text.replace(words, by));
    },
    remove: folder.remove,
  };
}
