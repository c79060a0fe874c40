/** A brand's own functions: TypeScript modules bundled once, at load, and called by actions. */
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Program } from "../dialogue/program.ts";
import type { CallFunction } from "../runtime/road.ts";

type Functions = Record<string, unknown>;

/**
 * @param root the brand's folder: module paths are relative to it, packages are found from it
 * @throws when a module does not build or lacks a function that an action names: a start-up error, not one of Tuesday night
 */
export async function loadFunctions(root: string, programs: Program[]): Promise<CallFunction | undefined> {
  const wanted = programs.flatMap((program) =>
    [...program.actions.values()].flatMap((action) => (action.module ? [{ action: action.name, ...action.module }] : [])),
  );
  if (wanted.length === 0) return undefined;
  const modules = new Map<string, Functions>();
  for (const path of new Set(wanted.map((one) => one.path))) modules.set(path, await load(root, path));
  for (const { action, path, name } of wanted) {
    if (typeof modules.get(path)?.[name] === "function") continue;
    const near = Object.keys(modules.get(path) ?? {});
    throw new Error(
      `The action ${action} names the function ${name} in ${path}, which exports ${near.length > 0 ? near.join(", ") : "nothing"}.`,
    );
  }
  return async (module, input, about) => {
    const call = modules.get(module.path)?.[module.name];
    if (typeof call !== "function") throw new Error(`${module.path} has no function ${module.name}.`);
    return call(input, about);
  };
}

async function load(root: string, path: string): Promise<Functions> {
  const { build } = await import("esbuild"); // only for brands that have functions
  const built = await build({
    absWorkingDir: root,
    entryPoints: [path],
    bundle: true,
    packages: "external",
    format: "esm",
    platform: "node",
    target: "node20",
    write: false,
    logLevel: "silent",
  });
  const text = built.outputFiles[0]!.text;
  const folder = join(root, "data", "functions");
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${createHash("sha256").update(text).digest("hex").slice(0, 16)}.mjs`);
  writeFileSync(file, text);
  return (await import(pathToFileURL(file).href)) as Functions;
}
