/** `npm run bench:answers`: how well the matcher understands, on public sets, beside nlp.js and minisearch. */
import { runBundled } from "../bundled.mjs";

await runBundled("tests/bench/answers.ts", "measureAnswers", process.argv.slice(2));
