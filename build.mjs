/** Builds `dist/`: the server and its commands as one file, rare parts as chunks that load when they are needed. */
import { chmodSync, existsSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { OPTIONS, ROOT } from "./build-options.mjs";

const dist = join(ROOT, "dist");
const next = join(ROOT, `dist.${process.pid}`);
if (process.argv.includes("--if-missing") && existsSync(join(dist, "baton.js"))) process.exit(0);

await build({ ...OPTIONS, outdir: next });
chmodSync(join(next, "baton.js"), 0o755);
rmSync(dist, { recursive: true, force: true });
renameSync(next, dist); // nobody ever sees half a build
