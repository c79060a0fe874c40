/** Reads a brand's project from disk: `bots/` and `flows/` below one folder, as texts by project-relative path. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { SourceFiles } from "../dialogue/compile.ts";

const READ = /\.(yaml|yml|po|md|txt)$/;
const FOLDERS = ["bots", "flows"];

export type Project = { root: string; files: SourceFiles; bots: string[] };

/** An empty list of bots says that the command was started somewhere else. */
export function readProject(root: string): Project {
  const files: SourceFiles = new Map();
  for (const folder of FOLDERS)
    for (const path of walk(join(root, folder))) files.set(relative(root, path).split(sep).join("/"), readFileSync(path, "utf8"));
  const bots = [...files.keys()].filter((path) => path.endsWith(".bot.yaml"));
  return { root, files, bots };
}

function* walk(folder: string): Generator<string> {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return;
  for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* walk(path);
    else if (READ.test(entry.name)) yield path;
  }
}

/** The patterns that come with Baton and stand behind every brand's folders. */
export function readBuiltins(): SourceFiles {
  const home = packageHome();
  const files: SourceFiles = new Map();
  for (const path of walk(join(home, "flows", "patterns"))) {
    files.set(`built-in/${relative(join(home, "flows"), path).split(sep).join("/")}`, readFileSync(path, "utf8"));
  }
  return files;
}

/** Baton's own folder: this file lies in `server/` of the sources, or somewhere below it in a build. */
export function packageHome(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, "flows", "patterns")) && folder !== dirname(folder)) folder = dirname(folder);
  return folder;
}
