/** nlp.js and minisearch behind the matcher's own two verbs. They are fetched on request into a folder of their own: nothing here needs them. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Labelled } from "../answers/sets.ts";

type Best = (text: string) => { label: string; score: number } | Promise<{ label: string; score: number }>;
/** `labelsMax`: with more examples than these it would take the whole afternoon. */
export type Learner = { name: string; learn(train: Labelled[]): Best | Promise<Best>; labelsMax: number };

const PACKAGES = ["minisearch@7", "@nlpjs/basic@4"];

export async function readPeers(): Promise<Learner[]> {
  const folder = join(tmpdir(), "baton-peers");
  if (!existsSync(join(folder, "node_modules", "@nlpjs", "basic"))) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "package.json"), "{}");
    try {
      execFileSync("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund", ...PACKAGES], { cwd: folder, stdio: "ignore" });
    } catch {
      console.error(`The peers could not be fetched (npm install ${PACKAGES.join(" ")} in ${folder}): Baton is measured alone.`);
      return [];
    }
  }
  const require = createRequire(join(folder, "package.json"));
  return [minisearch(require("minisearch") as MiniSearchClass), nlpjs(require("@nlpjs/basic") as NlpBasic)];
}

type MiniSearchClass = new (options: object) => { addAll(rows: object[]): void; search(text: string): { label: string; score: number }[] };

/** Its own defaults, with prefix and fuzzy search as its manual shows; Chinese by pairs of signs, since it splits at spaces. */
function minisearch(MiniSearch: MiniSearchClass): Learner {
  const tokenize = (text: string): string[] =>
    text
      .split(/[\s\p{P}]+/u)
      .flatMap((word) => (/\p{Script=Han}/u.test(word) && word.length > 1 ? [...word].map((_, at) => word.slice(at, at + 2)) : [word]));
  return {
    name: "minisearch",
    labelsMax: Number.POSITIVE_INFINITY,
    learn(train) {
      const index = new MiniSearch({ fields: ["text"], storeFields: ["label"], tokenize, searchOptions: { prefix: true, fuzzy: 0.2 } });
      index.addAll(train.map((row, id) => ({ id, ...row })));
      return (text) => index.search(text)[0] ?? { label: "", score: 0 };
    },
  };
}

type NlpBasic = { dockStart(settings: object): Promise<{ get(name: string): Nlp }> };
type Nlp = {
  addLanguage(language: string): void;
  addDocument(language: string, text: string, label: string): void;
  train(): Promise<void>;
  process(language: string, text: string): Promise<{ intent: string; score: number }>;
};

function nlpjs({ dockStart }: NlpBasic): Learner {
  return {
    name: "nlp.js",
    labelsMax: 2500,
    async learn(train) {
      const dock = await dockStart({
        settings: { nlp: { forceNER: false, autoSave: false }, "nlu-??": { log: false }, "nlu-en": { log: false } },
        use: ["Basic"],
      });
      const nlp = dock.get("nlp");
      nlp.addLanguage("en");
      for (const { text, label } of train) nlp.addDocument("en", text, label);
      await nlp.train();
      return async (text) => {
        const { intent, score } = await nlp.process("en", text);
        return { label: intent, score: intent === "None" ? 0 : score };
      };
    },
  };
}
