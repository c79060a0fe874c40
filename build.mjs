/** Builds `dist/`: the server and its commands as one file with rare parts as chunks, and the two screens. */
import { chmodSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { OPTIONS, ROOT } from "./build-options.mjs";

const dist = join(ROOT, "dist");
const next = join(ROOT, `dist.${process.pid}`);
if (process.argv.includes("--if-missing") && existsSync(join(dist, "baton.js"))) process.exit(0);

await Promise.all([server(), screens()]);
rmSync(dist, { recursive: true, force: true });
renameSync(next, dist); // nobody ever sees half a build

async function server() {
  await build({ ...OPTIONS, outdir: next });
  chmodSync(join(next, "baton.js"), 0o755);
}

/** Without the packages of development (`--omit=dev`) the server is built alone: everything but the screens works. */
async function screens() {
  const vite = await import("vite").catch(() => null);
  if (vite) {
    await vite.build({ configFile: join(ROOT, "web", "vite.config.mjs"), build: { outDir: join(next, "web") } });
    squeeze(join(next, "web", "assets"));
  } else console.warn("Vite is not installed, so /desk and /studio are not built. `npm ci` installs it.");
}

/** Squeezed once, here, rather than by the server for everybody who comes first. */
function squeeze(folder) {
  for (const name of readdirSync(folder)) {
    if (!/\.(js|css)$/.test(name)) continue;
    const file = join(folder, name);
    writeFileSync(`${file}.gz`, gzipSync(readFileSync(file), { level: 9 }));
  }
}
