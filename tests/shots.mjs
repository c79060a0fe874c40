/** `npm run shots`: pictures of the running product for docs/shots, taken by a script so that they stay honest. */
import { mkdirSync, rmSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const made = `${root}dist/.shots.mjs`;
mkdirSync(`${root}docs/shots`, { recursive: true });
await build({
  absWorkingDir: root,
  entryPoints: ["tests/screens/shots.ts"],
  outfile: made,
  bundle: true,
  platform: "node",
  format: "esm",
  packages: "external",
  define: { "import.meta.url": JSON.stringify(pathToFileURL(`${root}tests/tidy/sources.ts`).href) },
});
try {
  const { takeShots } = await import(pathToFileURL(made).href);
  await takeShots(`${root}docs/shots`);
} finally {
  rmSync(made, { force: true });
}
