/** Runs one exported function of a TypeScript file of the tests, bundled first: Node 20 reads none by itself. */
import { rmSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));

/** @param {string} entry below the repository's root @param {string} name of the function @param {unknown[]} args */
export async function runBundled(entry, name, ...args) {
  const made = `${root}dist/.${name}.mjs`;
  await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile: made,
    bundle: true,
    platform: "node",
    format: "esm",
    packages: "external",
    define: { "import.meta.url": JSON.stringify(pathToFileURL(`${root}tests/tidy/sources.ts`).href) },
  });
  try {
    return await (await import(pathToFileURL(made).href))[name](...args);
  } finally {
    rmSync(made, { force: true });
  }
}
