/** `baton test`: plays stories on a virtual clock and tells which went otherwise, where, and what no story reaches. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { channelLimits } from "../adapters/limits.ts";
import { compile } from "../dialogue/compile.ts";
import { renderProblem } from "../dialogue/problem.ts";
import type { Program, Step } from "../dialogue/program.ts";
import { parseStory, type Story } from "../dialogue/read/story.ts";
import { readBuiltins, readProject } from "../server/project.ts";
import { readSettings } from "../server/settings.ts";
import { playStory } from "../server/story-player.ts";

export type TestFlags = { project: string; coverage?: boolean };

/** @returns the exit status: 0 all went as told, 1 some did not, 2 there is nothing to play */
export async function test(files: string[], flags: TestFlags): Promise<number> {
  const root = resolve(flags.project);
  const paths = (files.length > 0 ? files.map((file) => resolve(file)) : [join(root, "tests", "stories")]).flatMap(storiesIn);
  if (paths.length === 0) {
    console.error("There is no *.story.yaml to play. Stories live in tests/stories; docs/language.md shows one.");
    return 2;
  }
  const bots = readBots(root);
  let failed = 0;
  const reached = new Map<string, Set<string>>();
  for (const path of paths) {
    const file = relative(root, path);
    const text = readFileSync(path, "utf8");
    const { story, problems } = parseStory(text, file);
    if (!story) {
      failed++;
      for (const problem of problems) console.log(`${renderProblem(problem, text)}\n`);
      continue;
    }
    const program = bots(story);
    if (typeof program === "string") {
      failed++;
      console.log(`✗ ${story.title}\n  ${file}:${story.place.line}\n  ${program}\n`);
      continue;
    }
    const played = await playStory(story, program);
    const steps = reached.get(story.bot) ?? new Set();
    for (const step of played.reached) steps.add(step);
    reached.set(story.bot, steps);
    if (!played.wrong) {
      console.log(`✓ ${story.title}`);
      continue;
    }
    failed++;
    console.log(`✗ ${story.title}`);
    for (const { line, sentence } of [played.wrong, ...played.more])
      console.log(`  ${file}:${line}\n  ${(text.split("\n")[line - 1] ?? "").trim()}\n  ${sentence}\n`);
  }
  console.log(`\n${paths.length - failed} of ${paths.length} stories went as told.`);
  for (const [bot, steps] of reached) cover(bots, bot, steps, flags.coverage ?? false);
  return failed > 0 ? 1 : 0;
}

export function storiesIn(path: string): string[] {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return [];
  if (!stat.isDirectory()) return [path];
  return readdirSync(path, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".story.yaml"))
    .sort()
    .map((name) => join(path, name));
}

export type Bots = (story: Pick<Story, "bot" | "texts">) => Program | string;

/** A story's lines are in the files' language unless it says otherwise: then the program is compiled without translations. */
export function readBots(root: string): Bots {
  const project = readProject(root);
  const builtins = readBuiltins();
  const limits = channelLimits();
  const settings = readSettings(root, {});
  const env = "wrong" in settings ? {} : settings.env;
  const plain = (files: Map<string, string>) => new Map([...files].filter(([path]) => !path.endsWith(".po")));
  const programs = new Map<string, { own: Program | null; translated: Program | null }>();
  for (const bot of project.bots) {
    const translated = compile({ bot, files: project.files, builtins, limits, env }).program;
    const own = compile({ bot, files: plain(project.files), builtins: plain(builtins), limits, env }).program;
    const name = translated?.bot.name ?? bot.replace(/^.*\/(.*)\.bot\.yaml$/, "$1");
    programs.set(name, { own, translated });
  }
  return ({ bot, texts }) => {
    const found = programs.get(bot);
    if (!found) return `There is no bot called ${bot}. Bots: ${[...programs.keys()].join(", ")}.`;
    return (texts ? found.translated : found.own) ?? `${bot} has mistakes. \`npx baton check\` shows them.`;
  };
}

/** Steps that leave a mark when they are walked; the others (`set`, `goto` ...) go with those around them. */
const VISIBLE = new Set<Step["kind"]>(["send", "collect", "if", "switch", "action", "answer", "call", "wait", "handoff"]);

function cover(bots: Bots, bot: string, reached: Set<string>, all: boolean): void {
  const program = bots({ bot, texts: null });
  if (typeof program === "string") return;
  const steps = [...program.flows.values()]
    .filter((flow) => !flow.pattern)
    .flatMap((flow) =>
      flow.steps.filter((step) => VISIBLE.has(step.kind)).map((step) => ({ name: `${flow.name}/${step.id}`, place: step.place })),
    );
  const missed = steps.filter((step) => !reached.has(step.name));
  console.log(`${bot}: ${steps.length - missed.length} of ${steps.length} steps are reached by a story.`);
  if (all) for (const { name, place } of missed) console.log(`  ${place.file}:${place.line}  ${name}`);
  else if (missed.length > 0) console.log("  `npx baton test --coverage` lists the others.");
}
