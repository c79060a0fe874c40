/** `npm run shots`: pictures of the running product for docs/shots, taken by a script so that they stay honest. */
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { runBundled } from "./bundled.mjs";

const folder = fileURLToPath(new URL("../docs/shots", import.meta.url));
mkdirSync(folder, { recursive: true });
await runBundled("tests/screens/shots.ts", "takeShots", folder);
