/** Builds `dist/`: the server and its commands as one file, rare parts as chunks that load when they are needed. */
import { chmodSync, existsSync, rmSync } from "node:fs";
import { build } from "esbuild";
import { OPTIONS, ROOT } from "./build-options.mjs";

if (process.argv.includes("--if-missing") && existsSync(`${ROOT}dist/baton.js`)) process.exit(0);

rmSync(`${ROOT}dist`, { recursive: true, force: true });
await build({ ...OPTIONS, outdir: "dist" });
chmodSync(`${ROOT}dist/baton.js`, 0o755);
