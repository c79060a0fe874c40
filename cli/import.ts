/** `baton import`: FAQ and documents out of other people's files, written for review; nothing that is there is touched. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, extname, join, posix, relative, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { channelLimits } from "../adapters/limits.ts";
import { readCsv } from "../answers/import/csv.ts";
import type { Import } from "../answers/import/entry.ts";
import { type Articles, readHelpCentre } from "../answers/import/help-centre.ts";
import { markdownOfHtml, readHtml } from "../answers/import/html.ts";
import { loadDocuments } from "../answers/import/loader.ts";
import { readMarkdown } from "../answers/import/markdown.ts";
import { type Known, keyOf, type Written, writeDocument, writeFaq } from "../answers/import/write.ts";
import { compile } from "../dialogue/compile.ts";
import { renderProblem } from "../dialogue/problem.ts";
import type { Program } from "../dialogue/program.ts";
import { type Project, readBuiltins, readProject } from "../server/project.ts";

export type ImportFlags = {
  project: string;
  bot?: string;
  to?: string;
  as: "faq" | "document";
  language?: string;
  title?: string;
  loader?: string;
};

const READERS: { [extension: string]: (text: string) => Import } = {
  ".csv": readCsv,
  ".tsv": readCsv,
  ".md": readMarkdown,
  ".markdown": readMarkdown,
  ".txt": readMarkdown,
  ".html": readHtml,
  ".htm": readHtml,
  ".json": readHelpCentre,
};

/** @returns the exit status: 0 written, 1 something was left out or nothing could be written, 2 wrong use */
export async function importFiles(paths: string[], flags: ImportFlags): Promise<number> {
  const root = resolve(flags.project);
  const project = readProject(root);
  const bot = botOf(project, flags.bot);
  if (typeof bot === "string") return wrong(bot);
  const folder = resolve(root, flags.to ?? "imported");
  let status = 0;
  for (const path of paths) {
    const written = await readOne(path, flags, knownOf(bot.program), root);
    if (typeof written === "string") {
      console.error(written);
      status = 1;
      continue;
    }
    for (const { line, what } of written.troubles) console.log(`${path}:${line}  ${what}`);
    if (written.troubles.length > 0) status = 1;
    if (written.yaml === null) {
      console.log(`${path}: nothing is left to import.`);
      continue;
    }
    const target = join(folder, `${nameOf(path)}.faq.yaml`);
    const refused = save(target, written);
    if (refused) {
      console.error(refused);
      status = 1;
      continue;
    }
    const shown = relative(root, target);
    const documents = written.documents.size === 0 ? "" : `, ${count(written.documents.size, "document")} among them`;
    console.log(`${shown}: ${count(written.entries, "entry", "entries")}${documents}. Read them, then move the file into ${bot.folder}.`);
    status = Math.max(status, report(project, bot, target, written));
  }
  return status;
}

type Bot = { path: string; program: Program | null; folder: string };

function botOf(project: Project, wanted: string | undefined): Bot | string {
  const reading = { files: project.files, builtins: readBuiltins(), limits: channelLimits(), env: process.env };
  const bots = project.bots.map((path) => ({ path, program: compile({ ...reading, bot: path }).program }));
  if (bots.length === 0) return "There is no bots/*.bot.yaml here. Run this in a brand's folder, or name it with --project.";
  const found = wanted === undefined && bots.length === 1 ? bots[0] : bots.find(({ path }) => posix.basename(path, ".bot.yaml") === wanted);
  if (!found) return `Which bot is it for? Name one with --bot: ${bots.map(({ path }) => posix.basename(path, ".bot.yaml")).join(", ")}.`;
  const beside = [...project.files.keys()].find((path) => path.endsWith(".faq.yaml") || path.endsWith(".flow.yaml"));
  const folder = found.program
    ? posix.dirname([...found.program.faq.values()].find((one) => !one.passage)?.place.file ?? beside ?? "flows/x")
    : "flows";
  return { ...found, folder: `${folder}/` };
}

function knownOf(program: Program | null): Known {
  const byQuestion = new Map<string, string>();
  for (const entry of program?.faq.values() ?? []) for (const { text } of entry.questions) byQuestion.set(keyOf(text), entry.id);
  return { ids: new Set(program?.faq.keys()), answers: (question) => byQuestion.get(keyOf(question)) ?? null };
}

async function readOne(path: string, flags: ImportFlags, known: Known, root: string): Promise<Written | string> {
  if (!existsSync(path)) return `There is no file ${path}.`;
  const name = basename(path);
  const language = flags.language === undefined ? {} : { language: flags.language };
  if (flags.loader !== undefined) {
    const loaded = await loadDocuments(flags.loader, path, (module) => fromFolder(root, module));
    if ("why" in loaded) return loaded.why;
    return writeDocument(name, nameOf(path), flags.title ?? nameOf(path), loaded.text, known, language);
  }
  const extension = extname(path).toLowerCase();
  const read = READERS[extension];
  if (!read)
    return `${path}: files ending in \`${extension || "nothing"}\` are not read. These are: ${Object.keys(READERS).join(", ")}; others with --loader (docs/documents.md).`;
  const bytes = readFileSync(path);
  const text = bytes.toString("utf8");
  if (text.includes("\ufffd")) return `${path} is not UTF-8, or holds signs that were lost before. Save it again as UTF-8.`;
  if (flags.as === "document") {
    const whole = /\.html?$/.test(extension) ? markdownOfHtml(text) : text;
    return writeDocument(name, nameOf(path), flags.title ?? titleIn(whole) ?? nameOf(path), whole, known, language);
  }
  const found = read(text);
  const { bodies } = found as Partial<Articles>;
  return writeFaq(name, found, known, { ...language, ...(bodies ? { bodies } : {}) });
}

const titleIn = (text: string): string | undefined => /^#\s+(.+)$/m.exec(text)?.[1];

function nameOf(path: string): string {
  const name = basename(path, extname(path)).toLowerCase();
  return name.replace(/[^a-z0-9]+/g, "_").replace(/^[^a-z]+|_+$/g, "") || "imported";
}

/** @returns what stands in the way, or null once everything is written */
function save(target: string, { yaml, documents }: Written): string | null {
  const files = new Map([[target, yaml!], ...[...documents].map(([path, text]): [string, string] => [join(dirname(target), path), text])]);
  for (const path of files.keys())
    if (existsSync(path)) return `${path} is there already, and nothing is written over. Move it away, or name another folder with --to.`;
  for (const [path, text] of files) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text, { flag: "wx" });
  }
  return null;
}

/** What the checker will say once the file is where it belongs. */
function report(project: Project, bot: Bot, target: string, { yaml, documents }: Written): number {
  const path = `${bot.folder}${basename(target)}`;
  const files = new Map(project.files).set(path, yaml!);
  for (const [name, text] of documents) files.set(`${bot.folder}${name}`, text);
  const { problems } = compile({ bot: bot.path, files, builtins: readBuiltins(), limits: channelLimits(), env: process.env });
  const mine = problems.filter((one) => one.file === path);
  for (const problem of mine) console.log(`\n${renderProblem({ ...problem, file: basename(target) }, yaml!)}`);
  return mine.some((one) => one.severity === "error") ? 1 : 0;
}

function fromFolder(root: string, name: string): string {
  try {
    return pathToFileURL(createRequire(join(root, "package.json")).resolve(name)).href;
  } catch {
    return name;
  }
}

function count(n: number, one: string, many = `${one}s`): string {
  return `${n} ${n === 1 ? one : many}`;
}

function wrong(sentence: string): number {
  console.error(sentence);
  return 2;
}
