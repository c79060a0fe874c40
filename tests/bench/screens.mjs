/** `npm run bench:screens`: first paint, weight and the way from an event to the screen. */
import { runBundled } from "../bundled.mjs";

await runBundled("tests/bench/screens.ts", "measureScreens");
