/** How `dist/` is bundled; the crash harness builds its planted bugs the same way. */
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL(".", import.meta.url));

/** @type {import("esbuild").BuildOptions} */
export const OPTIONS = {
  absWorkingDir: ROOT,
  entryPoints: { baton: "cli/baton.ts" },
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20",
  // Native, dynamic inside or optional: these stay packages.
  external: ["libsql", "esbuild", "pino", "botbuilder"],
  // Bundled CommonJS packages ask for `require`, which ES modules lack.
  banner: {
    js: '#!/usr/bin/env node\nimport { createRequire as baton_require } from "node:module"; const require = baton_require(import.meta.url);',
  },
  define: { "process.env.NODE_ENV": '"production"' },
  // Names stay, so that stack traces and profiles can be read.
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: "none",
  logLevel: "warning",
};
