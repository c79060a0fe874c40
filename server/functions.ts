/** A brand's own functions: TypeScript modules bundled once, at load, and called by actions. */
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Problem } from "../dialogue/problem.ts";
import type { Action, Program } from "../dialogue/program.ts";
import type { CallFunction } from "../runtime/road.ts";

type Functions = Record<string, unknown>;
type Bundle = { text: string; exports: string[] };
type Built = Bundle | { why: string };

/**
 * @param root the brand's folder: module paths are relative to it, packages are found from it
 * @throws when a module does not build or lacks a function that an action names: a start-up error, not one of Tuesday night
 */
export async function loadFunctions(root: string, programs: Program[]): Promise<CallFunction | undefined> {
  const modules = new Map<string, Functions>();
  for (const [path, { built, actions }] of await bundles(root, programs)) {
    for (const action of actions) {
      const wrong = wrongWith(action, built);
      if (wrong !== null) throw new Error(`The action ${action.name} cannot be called. ${wrong}`);
    }
    modules.set(path, await load(root, built as Bundle));
  }
  if (modules.size === 0) return undefined;
  return async (module, input, about) => {
    const call = modules.get(module.path)?.[module.name];
    if (typeof call !== "function") throw new Error(`${module.path} has no function ${module.name}.`);
    return call(input, about);
  };
}

/** What `loadFunctions` would throw, as mistakes with a place; none of the brand's code runs. */
export async function checkFunctions(root: string, programs: Program[]): Promise<Problem[]> {
  const problems: Problem[] = [];
  for (const { built, actions } of (await bundles(root, programs)).values()) {
    for (const action of actions) {
      const message = wrongWith(action, built);
      if (message === null) continue;
      problems.push({
        code: "bad-function",
        severity: "error",
        ...(action.moduleAt ?? action.place),
        length: `${action.module!.path}#${action.module!.name}`.length,
        message,
        near: [],
        help: "`function` is the module's path from this file, `#`, and the function that it exports: `./actions/tables.ts#book`.",
      });
    }
  }
  return problems;
}

async function bundles(root: string, programs: Program[]): Promise<Map<string, { built: Built; actions: Action[] }>> {
  const found = new Map<string, { built: Built; actions: Action[] }>();
  for (const program of programs) {
    for (const action of program.actions.values()) {
      if (!action.module) continue;
      const { path } = action.module;
      const known = found.get(path) ?? { built: await bundle(root, path), actions: [] };
      known.actions.push(action);
      found.set(path, known);
    }
  }
  return found;
}

function wrongWith({ module }: Action, built: Built): string | null {
  const { path, name } = module!;
  if ("why" in built) return `The module \`${path}\` cannot be used: ${built.why}`;
  if (built.exports.includes(name)) return null;
  return `\`${path}\` exports no function \`${name}\`, but ${built.exports.join(", ") || "nothing"}.`;
}

async function bundle(root: string, path: string): Promise<Built> {
  const { build } = await import("esbuild"); // only for brands that have functions
  try {
    const { outputFiles, metafile } = await build({
      absWorkingDir: root,
      entryPoints: [`./${path}`],
      outfile: "functions.mjs",
      bundle: true,
      packages: "external",
      format: "esm",
      platform: "node",
      target: "node20",
      write: false,
      metafile: true,
      logLevel: "silent",
    });
    return { text: outputFiles[0]!.text, exports: Object.values(metafile.outputs)[0]!.exports };
  } catch (error) {
    const [first] = (error as { errors?: { text: string; location: { file: string; line: number } | null }[] }).errors ?? [];
    if (first === undefined) throw error;
    if (first.location === null) return { why: "there is no such file." };
    return { why: `${first.location.file}:${first.location.line}: ${first.text}` };
  }
}

async function load(root: string, { text }: Bundle): Promise<Functions> {
  const folder = join(root, "data", "functions");
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${createHash("sha256").update(text).digest("hex").slice(0, 16)}.mjs`);
  writeFileSync(file, text);
  return (await import(pathToFileURL(file).href)) as Functions;
}
