/** Finds and reads the files of one brand: which folder's flow wins, which catalogs translate it. */
import { posix } from "node:path";
import type { z } from "zod";
import { nearNames } from "../expressions/near.ts";
import { PATTERNS } from "../patterns.ts";
import type { Problem } from "../problem.ts";
import { AdsFile, FaqFile } from "../read/content-schema.ts";
import { FlowFile } from "../read/flow-schema.ts";
import { readMended } from "../read/mend.ts";
import { entry, type Node, problemAt, source } from "../read/node.ts";
import { readAs } from "../read/shape.ts";
import type { Written } from "../read/words.ts";
import { type Loaded, load } from "../read/yaml.ts";
import type { Known } from "./brand.ts";
import { type Catalog, catalog, translator } from "./translations.ts";
import { report, type Translate, type Workshop } from "./workshop.ts";

export type Content<T> = { file: T; path: string; translate: Translate };
export type BrandFiles = {
  flows: Map<string, Known>;
  faq: Content<FaqFile>[];
  ads: Content<AdsFile>[];
  catalogs: Catalog[];
  /** Files that were read, built-in ones included. */
  paths: string[];
  /** Those of the brand. */
  own: Set<string>;
};

/** @param folders project-relative, the first wins; `builtins` stand behind all */
export function readFlows(
  shop: Workshop,
  bot: string,
  folders: Written[],
  files: Map<string, string>,
  builtins: Map<string, string>,
): BrandFiles {
  const found: BrandFiles = { flows: new Map(), faq: [], ads: [], catalogs: [], paths: [], own: new Set() };
  const taken = new Set<string>();
  for (const folder of folders) {
    const path = posix.normalize(posix.join(posix.dirname(bot), folder.text)).replace(/\/$/, "");
    const inside = [...files.keys()].filter((file) => (path === "." || file.startsWith(`${path}/`)) && !taken.has(file)).sort();
    if (inside.length === 0) {
      const known = new Set(
        [...files.keys()]
          .filter((file) => file.endsWith(".flow.yaml"))
          .map((file) => posix.relative(posix.dirname(bot), posix.dirname(file))),
      );
      report(shop, folder.at, "empty-folder", `There is no file in the folder \`${path}\`.`, {
        near: nearNames(folder.text, known),
        help: "Folders are written as they are reached from the bot's file.",
      });
    }
    for (const file of inside) {
      taken.add(file);
      found.own.add(file);
    }
    readFolder(shop, found, inside, files, false);
  }
  readFolder(shop, found, [...builtins.keys()].sort(), builtins, true);
  return found;
}

function readFolder(shop: Workshop, found: BrandFiles, paths: string[], files: Map<string, string>, builtin: boolean): void {
  const catalogs: Catalog[] = [];
  for (const path of paths) {
    const language = /(?:^|\/)locales\/([A-Za-z-]+)\.po$/.exec(path)?.[1];
    if (!language) continue;
    const made = catalog(path, language, files.get(path)!);
    shop.problems.push(...made.problems);
    catalogs.push(made.catalog);
    found.paths.push(path);
  }
  if (!builtin) found.catalogs.push(...catalogs);
  const translate = translator(catalogs);
  const here = new Map<string, string>();
  const unread = (name: string) => {
    for (const one of catalogs) one.unread.add(name);
  };
  for (const path of paths) {
    if (path.endsWith(".flow.yaml")) {
      const hidden = builtin && found.flows.has(nameOf(path));
      const whole = !hidden && readFlow(shop, found, path, files.get(path)!, translate, here, builtin);
      if (!whole) unread(nameOf(path));
    } else if (path.endsWith(".faq.yaml")) {
      const file = readFile(shop, path, files.get(path)!, FaqFile);
      if (file) found.faq.push({ file, path, translate });
      else unread("faq");
    } else if (path.endsWith(".ads.yaml")) {
      const file = readFile(shop, path, files.get(path)!, AdsFile);
      if (file) found.ads.push({ file, path, translate });
    } else {
      if (!builtin && !READ_ELSEWHERE.test(path)) shop.problems.push(unreadFile(path, files.get(path)!));
      continue;
    }
    found.paths.push(path);
  }
}

const READ_ELSEWHERE = /(\.(bot|actions|story)\.yaml|\.(md|txt)|(^|\/)locales\/[A-Za-z-]+\.po)$/;

/** A file that nobody reads looks like one whose flow does not work. */
function unreadFile(path: string, text: string): Problem {
  const line = text.split("\n", 1)[0]!.replace(/\r$/, "");
  const start = { source: source(path, text), start: 0, end: Math.max(1, line.length) };
  const po = path.endsWith(".po");
  const kinds = "`.flow.yaml`, `.faq.yaml` and `.ads.yaml`";
  return problemAt(
    start,
    "unread-file",
    `Nothing reads this file: ${po ? "translations lie in `locales/`" : `what is read here ends in ${kinds}`}.`,
    {
      severity: "warning",
      help: po ? "Move it to `locales/zh.po`, named by its language." : "Rename it after what it holds, or move it elsewhere.",
    },
  );
}

function nameOf(path: string): string {
  return posix.basename(path).replace(/\.flow\.yaml$/, "");
}

/** @returns was it taken, and read whole? */
function readFlow(
  shop: Workshop,
  found: BrandFiles,
  path: string,
  text: string,
  translate: Translate,
  here: Map<string, string>,
  builtin: boolean,
): boolean {
  const loaded = load(path, text);
  let broken = loaded.problems.length > 0 || !loaded.root;
  const read = readLoaded(shop, loaded, FlowFile, () => {
    broken = true;
  });
  const spare = `format: 1\nflow: ${nameOf(path)}\nsteps: []\n`;
  const file = read ?? (loaded.root ? readMended(loaded.root, FlowFile, spare) : undefined);
  const written = loaded.root?.kind === "map" ? entry(loaded.root, "flow")?.value : undefined;
  const name = file?.flow.text ?? (written?.kind === "scalar" && written.text !== "" ? written.text : nameOf(path));
  if (read && read.flow.text !== nameOf(path)) {
    report(shop, read.flow.at, "file-name", `This flow is called \`${read.flow.text}\`, and its file \`${posix.basename(path)}\`.`, {
      help: `A flow is called like its file: rename one of the two, for example the file to \`${read.flow.text}.flow.yaml\`.`,
    });
  }
  const earlier = found.flows.get(name);
  if (earlier) {
    const at = file?.flow.at ?? loaded.root ?? { source: loaded.source, start: 0, end: 1 };
    if (here.has(name))
      report(shop, at, "duplicate-name", `There are two flows called \`${name}\` in this folder; the other is \`${here.get(name)}\`.`, {
        help: "Rename one of them.",
      });
    else if (!Object.hasOwn(PATTERNS, name)) {
      report(shop, at, "hidden-flow", `\`${earlier.source.file}\` hides this flow: its folder stands earlier in the bot's \`flows\`.`, {
        severity: "warning",
        help: "Leave it if that is meant; otherwise rename one of the two.",
      });
    }
    return false;
  }
  here.set(name, path);
  found.flows.set(name, {
    name,
    source: loaded.source,
    file: file ?? null,
    broken,
    pattern: Object.hasOwn(PATTERNS, name),
    language: file?.language?.text ?? (builtin ? "en" : shop.languages[0]!),
    slots: new Map(),
    inputs: [],
    outputs: [],
    translate,
  });
  return !broken;
}

/** `fill`: what is done to the tree before it is read; null leaves nothing. */
export function readFile<T>(
  shop: Workshop,
  path: string,
  text: string,
  schema: z.ZodType<T>,
  fill?: (root: Node) => Node | null,
): T | undefined {
  const loaded = load(path, text);
  return readLoaded(shop, fill && loaded.root ? { ...loaded, root: fill(loaded.root) } : loaded, schema);
}

function readLoaded<T>(shop: Workshop, loaded: Loaded, schema: z.ZodType<T>, lost?: () => void): T | undefined {
  shop.problems.push(...loaded.problems);
  shop.sources.set(loaded.source.file, loaded.source);
  if (loaded.root) return readAs(loaded.root, schema, shop.problems, "this file", lost);
  if (loaded.problems.length === 0)
    shop.problems.push(
      problemAt({ source: loaded.source, start: 0, end: 1 }, "empty-file", "This file is empty.", { help: "Begin it with `format: 1`." }),
    );
  return undefined;
}
