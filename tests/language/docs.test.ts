import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { compile } from "../../dialogue/compile.ts";
import { parseStory } from "../../dialogue/read/story.ts";
import { ENGINE_TEXTS } from "../../dialogue/texts.ts";
import { BOT, LIMITS } from "./brand.ts";
import { mistakes } from "./mistakes.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const page = (name: string) => readFileSync(`${ROOT}/docs/${name}`, "utf8");

/** Words with a hyphen in the language's sources are codes, but for these; and so is the first word given where a mistake is made. */
const NO_CODES = ["draft-7", "local-only"];
const HYPHENED = /"([a-z]+(?:-[a-z0-9]+)+)"/g;
const GIVEN = /(?:report|mistake|problemAt|wholeProblem)\([^"`;{}=()]*"([a-z]+)"/g;
/** Mistakes of story files, which `story.test.ts` shows. */
const OF_STORIES = ["story-order", "empty-story", "bad-moment"];

function codesInSources(): string[] {
  const folders = ["dialogue/read", "dialogue/check", "dialogue/compile", "dialogue/expressions"];
  const files = [
    ...folders.flatMap((folder) => readdirSync(`${ROOT}/${folder}`).map((name) => `${folder}/${name}`)),
    "dialogue/compile.ts",
  ];
  const found = new Set<string>();
  for (const file of files) {
    const source = readFileSync(`${ROOT}/${file}`, "utf8");
    for (const form of [HYPHENED, GIVEN]) for (const [, word] of source.matchAll(form)) found.add(word!);
  }
  return [...found].filter((word) => !NO_CODES.includes(word)).sort();
}

describe("docs/problems.md", () => {
  const documented = [...page("problems.md").matchAll(/^### (\S+)$/gm)].map((match) => match[1]!).sort();

  it("has a section for every code that the sources can produce, and no other", () => {
    expect(documented).toEqual(codesInSources());
  });

  it("has no section without a test that produces it", () => {
    const shown = new Set([...mistakes(BOT).map((one) => one.code), ...OF_STORIES]);
    expect(documented.filter((code) => !shown.has(code))).toEqual([]);
  });
});

describe("docs/language.md", () => {
  const found = [...page("language.md").matchAll(/^```yaml[^\n]*\n([\s\S]*?)^```/gm)].map((match) => match[1]!);
  const files = new Map<string, string>();
  for (const text of found) {
    const kind = /^(bot|flow|actions|faq|ads|story):/m.exec(text)?.[1];
    const name = /^(?:bot|flow): (\w+)/m.exec(text)?.[1] ?? "x";
    if (kind === "bot") files.set("bots/alder.bot.yaml", text);
    else if (kind === "actions") files.set("bots/alder.actions.yaml", text);
    else if (kind && kind !== "story") files.set(`flows/alder/${name}.${kind}.yaml`, text);
  }

  it("shows files that are right, but for flows that it only names and steps of later releases", () => {
    expect(files.size).toBeGreaterThan(5);
    const { problems } = compile({ bot: "bots/alder.bot.yaml", files, builtins: new Map(), limits: LIMITS, env: {} });
    const allowed = ["not-yet", "unknown-flow", "unknown-channel", "empty-folder"];
    expect(problems.filter((one) => one.severity === "error" && !allowed.includes(one.code))).toEqual([]);
  });

  it("shows stories that can be read", () => {
    const stories = found.filter((text) => /^story:/m.test(text));
    expect(stories.length).toBeGreaterThan(0);
    for (const text of stories) expect(parseStory(text, "x.story.yaml").problems).toEqual([]);
  });
});

describe("docs/texts.md", () => {
  it("lists the engine's lines as they are", () => {
    const text = page("texts.md");
    for (const [name, line] of Object.entries(ENGINE_TEXTS)) {
      expect(text, name).toContain(`\`${name}\``);
      expect(text, name).toContain(line.en);
    }
    const listed = [...text.matchAll(/^- (`\w+`(?:, `\w+`)*): /gm)].flatMap((match) =>
      [...match[1]!.matchAll(/\w+/g)].map((word) => word[0]),
    );
    expect(listed.sort()).toEqual(Object.keys(ENGINE_TEXTS).sort());
  });
});
