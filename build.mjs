/** Builds `dist/`: the server and its commands as one file, rare parts as chunks that load when they are needed. */
import { chmodSync, existsSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));
if (process.argv.includes("--if-missing") && existsSync(`${here}dist/baton.js`)) process.exit(0);

rmSync(`${here}dist`, { recursive: true, force: true });
await build({
  absWorkingDir: here,
  entryPoints: { baton: "cli/baton.ts" },
  outdir: "dist",
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20",
  // Native or dynamic inside: these stay packages.
  external: ["libsql", "esbuild", "pino"],
  // Bundled CommonJS packages ask for `require`, which ES modules lack.
  banner: {
    js: '#!/usr/bin/env node\nimport { createRequire as baton_require } from "node:module"; const require = baton_require(import.meta.url);',
  },
  define: { "process.env.NODE_ENV": '"production"' },
  legalComments: "none",
  logLevel: "warning",
});
chmodSync(`${here}dist/baton.js`, 0o755);
