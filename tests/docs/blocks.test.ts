/** An example nobody runs soon lies: every block of README and docs is compiled, checked or run. */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { channelLimits } from "../../adapters/limits.ts";
import { compile } from "../../dialogue/compile.ts";
import { parseStory } from "../../dialogue/read/story.ts";
import { readBuiltins, readProject } from "../../server/project.ts";
import { ROOT } from "../tidy/sources.ts";
import { blocks, pages } from "./blocks.ts";
import { type Demo, startDemo } from "./demo.ts";

describe("YAML", () => {
  const project = readProject(ROOT);
  const builtins = readBuiltins();
  const limits = channelLimits();

  for (const block of blocks("yaml")) {
    it(`${block.file}:${block.line} means what it shows`, () => {
      const file = /file=(\S+)/.exec(block.info)?.[1];
      if (!file) {
        expect(parse(block.text)).toBeDefined(); // a fragment: it is YAML at least
        return;
      }
      if (file.endsWith(".story.yaml")) {
        expect(parseStory(block.text, file).problems).toEqual([]);
        return;
      }
      const files = new Map(project.files).set(file, block.text);
      const bot = file.endsWith(".bot.yaml") ? file : "bots/alder.bot.yaml";
      const { problems } = compile({ bot, files, builtins, limits, env: {} });
      expect(problems.filter((problem) => problem.file === file && problem.severity === "error")).toEqual([]);
    });
  }
});

describe("TypeScript and JSON", () => {
  it("every TypeScript block type-checks", { timeout: 60_000 }, () => {
    const folder = join(ROOT, "tests", "docs", ".blocks");
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    for (const [at, block] of blocks("ts").entries())
      writeFileSync(join(folder, `${at}.ts`), `// ${block.file}:${block.line}\n${block.text}\nexport {};\n`);
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ extends: "../../../tsconfig.json", include: ["*.ts"] }));
    const { status, stdout } = spawnSync("npx", ["tsc", "-p", folder], { cwd: ROOT, encoding: "utf8" });
    rmSync(folder, { recursive: true, force: true });
    expect(status === 0 || blocks("ts").length === 0 ? "" : stdout).toBe("");
  });

  for (const block of blocks("json")) {
    it(`${block.file}:${block.line} is JSON`, () => {
      expect(() => JSON.parse(block.text)).not.toThrow();
    });
  }
});

describe("commands", () => {
  const scripts = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")).scripts;
  let demo: Demo;
  beforeAll(async () => {
    demo = await startDemo();
  }, 60_000);
  afterAll(() => demo?.stop());

  for (const block of blocks("sh")) {
    it(`${block.file}:${block.line} can be typed as it stands`, { timeout: 120_000 }, async () => {
      for (const command of commands(block.text)) await tryOut(command);
    });
  }

  async function tryOut(command: string): Promise<void> {
    const [program, word, third] = command.split(/\s+/);
    if (program === "npm" && (word === "ci" || word === "start" || word === "test")) {
      if (word !== "ci") expect(scripts[word]).toBeDefined(); // these three are what `.ci/run` and the demo here really do
      return;
    }
    if (program === "npm" && word === "run") {
      expect(scripts[third!], command).toBeDefined();
      return;
    }
    if (program === "npx" && word === "baton" && third === "chat") return; // played by tests/cli
    const withSettings = /^(?:[A-Z_]+=\S+\s+)+npm (start|run (\S+))$/.exec(command);
    if (withSettings) {
      if (withSettings[2]) expect(scripts[withSettings[2]], command).toBeDefined();
      return; // names of settings are checked below
    }
    if (program === "cp" || program === "export" || program === "git" || program === "cd") return;
    const line = command.replace(/localhost:3978/g, demo.host).replace(/^npx baton/, "node dist/baton.js");
    const { status, stdout, stderr } = spawnSync("bash", ["-c", line.replace(/^curl /, "curl --fail-with-body -sS --max-time 10 ")], {
      cwd: ROOT,
      encoding: "utf8",
      env: { ...process.env, TOKEN: demo.token, BATON_STORE: demo.otherStore },
    });
    expect(status === 0 ? "" : `${command}\n${stdout}${stderr}`).toBe("");
  }
});

describe("names", () => {
  it("every setting that the docs name exists", () => {
    const known = ["server/settings.ts", "tests/answers/public-sets.test.ts"]
      .map((path) => readFileSync(join(ROOT, path), "utf8"))
      .join("\n");
    const named = new Set(pages().flatMap(({ text }) => [...text.matchAll(/\b(?:BATON|MESSENGER)_[A-Z_]+\b/g)].map((match) => match[0])));
    expect([...named].filter((name) => !known.includes(name))).toEqual([]);
  });

  it("every link within the docs leads somewhere", () => {
    const broken = pages().flatMap(({ file, text }) =>
      [...text.matchAll(/\]\(((?!https?:|#)[^)\s]+?)(?:#[^)]*)?\)/g)]
        .map((match) => match[1]!)
        .filter((link) => {
          try {
            readFileSync(join(ROOT, file, "..", link));
            return false;
          } catch (error) {
            return (error as NodeJS.ErrnoException).code !== "EISDIR";
          }
        })
        .map((link) => `${file}: ${link}`),
    );
    expect(broken).toEqual([]);
  });
});

/** The lines of a block, continued ones joined, comments gone. */
function commands(text: string): string[] {
  return text
    .replace(/\\\n\s*/g, " ")
    .split("\n")
    .map((line) =>
      line
        .replace(/^\$ /, "")
        .replace(/\s+#.*$/, "")
        .trim(),
    )
    .filter((line) => line !== "" && !line.startsWith("#"));
}
