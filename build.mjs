/** Builds `dist/`: the server and its commands as one file with rare parts as chunks, and the two screens. */
import { chmodSync, existsSync, rmSync } from "node:fs";
import { build } from "esbuild";
import { OPTIONS, ROOT } from "./build-options.mjs";

if (process.argv.includes("--if-missing") && existsSync(`${ROOT}dist/baton.js`)) process.exit(0);

rmSync(`${ROOT}dist`, { recursive: true, force: true });
await Promise.all([server(), screens()]);

async function server() {
  await build({ ...OPTIONS, outdir: "dist" });
  chmodSync(`${ROOT}dist/baton.js`, 0o755);
}

/** Without the packages of development (`--omit=dev`) the server is built alone: everything but the screens works. */
async function screens() {
  const vite = await import("vite").catch(() => null);
  if (vite) await vite.build({ configFile: `${ROOT}web/vite.config.mjs` });
  else console.warn("Vite is not installed, so /desk and /studio are not built. `npm ci` installs it.");
}
