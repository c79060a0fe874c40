/** How the screens are built: two pages, hashed files, nothing inline, so that a strict content policy holds. */
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));

/** @type {import("vite").UserConfig} */
export default {
  root: here,
  base: "/",
  publicDir: false,
  logLevel: "warn",
  build: {
    outDir: `${here}../dist/web`,
    emptyOutDir: true,
    assetsInlineLimit: 0,
    target: ["chrome123", "firefox121", "safari17.5"], // where `light-dark()` is known
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 900,
    rolldownOptions: {
      // Packages mark what is for browsers with "use client"; here everything is.
      onLog: (level, log, tell) => (log.code === "MODULE_LEVEL_DIRECTIVE" ? undefined : tell(level, log)),
      input: { desk: `${here}desk.html`, studio: `${here}studio.html` },
    },
  },
};
