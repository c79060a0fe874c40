/** The brand's files while somebody edits them: watched, compiled on save, live when they are right, shown with their problems when not. */
import { type FSWatcher, readdirSync, readFileSync, statSync, watch } from "node:fs";
import { join, relative, sep } from "node:path";
import { compile } from "../../dialogue/compile.ts";
import { type Problem, renderProblem } from "../../dialogue/problem.ts";
import type { Program } from "../../dialogue/program.ts";
import type { BotName } from "../../model/ids.ts";
import { type Log, saying } from "../../runtime/log.ts";
import { systemClock } from "../clock.ts";
import type { Reading } from "../programs.ts";
import { type Project, packageHome, readProject } from "../project.ts";
import type { FileKind, FileTextView, FileView, ProblemView, VersionView } from "./views.ts";

export type FilesOptions = {
  project: Project;
  /** Everything that compiling needs beside the files. */
  reading: Omit<Reading, "bot">;
  programs: Program[];
  log: Log;
  /** A bot's files are right again and say something new. */
  changed(bot: BotName, program: Program, files: Project["files"]): Promise<void>;
};

export type FilesNotice = { changed: string[]; reloaded: { bot: string; hash: string; tookMs: number }[] };

export type BrandFiles = {
  root: string;
  builtinRoot: string;
  /** Manifest files by bot. */
  manifests: Map<string, string>;
  sources(): Project["files"];
  program(bot: string): Program | null;
  version(bot: string): VersionView | null;
  list(): FileView[];
  stories(bot: string): FileView[];
  problems(): ProblemView[];
  text(path: string): FileTextView | null;
  onChange(listener: (notice: FilesNotice) => void): () => void;
  close(): void;
};

/** Editors write a file in several strokes. */
const SETTLED_MS = 40;
const BUILT_IN = "built-in/";
const STORIES = "tests/stories";

export function openFiles({ project, reading, programs, log, changed }: FilesOptions): BrandFiles {
  const { root } = project;
  const manifests = new Map<string, string>();
  const running = new Map<string, { program: Program; sinceMs: number; tookMs: number | null; behind: boolean }>();
  const listeners = new Set<(notice: FilesNotice) => void>();
  let sources = project.files;
  let problems: Problem[] = [];
  const startedMs = systemClock.nowMs();
  const today = () => new Date(systemClock.nowMs()).toISOString().slice(0, 10);

  for (const bot of project.bots) {
    const { program, problems: found } = compile({ ...reading, bot, files: sources, today: today() });
    problems.push(...found);
    const mine = programs.find((one) => one.bot.name === program?.bot.name) ?? program;
    if (!mine) continue;
    manifests.set(mine.bot.name, bot);
    running.set(mine.bot.name, { program: mine, sinceMs: startedMs, tookMs: null, behind: false });
  }

  async function look(touched: Set<string>, beganMs: number): Promise<void> {
    const read = readProject(root);
    sources = read.files;
    const reloaded: FilesNotice["reloaded"] = [];
    const found: Problem[] = [];
    for (const [name, bot] of manifests) {
      const result = compile({ ...reading, bot, files: sources, today: today() });
      found.push(...result.problems);
      const mine = running.get(name)!;
      const right = result.program !== null && result.program.bot.name === name;
      mine.behind = !right;
      if (!right || result.program!.hash === mine.program.hash) continue;
      await changed(name as BotName, result.program!, sources);
      mine.program = result.program!;
      mine.sinceMs = systemClock.nowMs();
      mine.tookMs = Math.max(1, Math.round(systemClock.monotonicMs() - beganMs));
      reloaded.push({ bot: name, hash: mine.program.hash, tookMs: mine.tookMs });
    }
    problems = found;
    for (const tell of listeners) tell({ changed: [...touched], reloaded });
  }

  const watching = watchFolders(root, ["bots", "flows"], log, look);

  const textOf = (path: string) => sources.get(path) ?? reading.builtins.get(path) ?? "";
  const viewsOf = (list: Problem[]): ProblemView[] => {
    const seen = new Set<string>();
    const views: ProblemView[] = [];
    for (const problem of list) {
      const key = JSON.stringify([problem.file, problem.line, problem.column, problem.code, problem.message]);
      if (seen.has(key)) continue; // a file that two bots share
      seen.add(key);
      const text = textOf(problem.file);
      views.push({ ...problem, text: renderProblem(problem, text), excerpt: text.split("\n")[problem.line - 1]?.trimEnd() ?? "" });
    }
    return views;
  };

  return {
    root,
    builtinRoot: join(packageHome(), "flows"),
    manifests,
    sources: () => sources,
    program: (bot) => running.get(bot)?.program ?? null,
    version(bot) {
      const mine = running.get(bot);
      return mine ? { hash: mine.program.hash, sinceMs: mine.sinceMs, tookMs: mine.tookMs, behind: mine.behind } : null;
    },
    list() {
      const views = new Map<string, FileView>();
      for (const path of sources.keys()) views.set(path, { path, kind: kindOf(path), errors: 0, warnings: 0 });
      for (const { file, severity } of viewsOf(problems)) {
        const view = views.get(file);
        if (view) view[severity === "error" ? "errors" : "warnings"]++;
      }
      return [...views.values()];
    },
    stories(bot) {
      const folder = join(root, ...STORIES.split("/"), bot);
      if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return [];
      return readdirSync(folder)
        .filter((name) => name.endsWith(".story.yaml"))
        .sort()
        .map((name) => ({ path: `${STORIES}/${bot}/${name}`, kind: "story" as const, errors: 0, warnings: 0 }));
    },
    problems: () => viewsOf(problems),
    text(path) {
      const builtIn = reading.builtins.get(path);
      if (builtIn !== undefined)
        return { path, absolute: join(packageHome(), "flows", path.slice(BUILT_IN.length)), text: builtIn, readOnly: true, problems: [] };
      const story = /^tests\/stories\/[a-z0-9_]+\/[A-Za-z0-9._-]+\.story\.yaml$/.test(path);
      const absolute = join(root, ...path.split("/"));
      const text = story && statSync(absolute, { throwIfNoEntry: false })?.isFile() ? readFileSync(absolute, "utf8") : sources.get(path);
      if (text === undefined) return null; // only what was read of the brand is shown: no path leads elsewhere
      return { path, absolute, text, readOnly: false, problems: viewsOf(problems.filter((one) => one.file === path)) };
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: watching,
  };
}

/** Calls `look` once a burst of changes is over, and never twice at a time. @returns what ends it */
function watchFolders(
  root: string,
  folders: string[],
  log: Log,
  look: (touched: Set<string>, beganMs: number) => Promise<void>,
): () => void {
  const watchers: FSWatcher[] = [];
  const closing = new AbortController();
  let touched = new Set<string>();
  let beganMs = 0;
  let looking = false;

  async function settle(): Promise<void> {
    if (looking) return;
    looking = true;
    while (touched.size > 0 && !closing.signal.aborted) {
      await systemClock.sleepUntil(systemClock.nowMs() + SETTLED_MS, closing.signal);
      if (closing.signal.aborted) break;
      const mine = touched;
      touched = new Set();
      try {
        await look(mine, beganMs);
      } catch (error) {
        log("error", `The changed files could not be read: ${saying(error)}. The bot runs on as it was.`);
      }
    }
    looking = false;
  }

  for (const folder of folders) {
    const path = join(root, folder);
    if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) continue;
    try {
      const watcher = watch(path, { recursive: true, persistent: false }, (_event, name) => {
        const file = name === null ? folder : relative(root, join(path, name)).split(sep).join("/");
        if (touched.size === 0) beganMs = systemClock.monotonicMs();
        touched.add(file);
        void settle();
      });
      watcher.on("error", (error) => log("warn", `${folder}/ is no longer watched: ${saying(error)}. Start again to see changes.`));
      watchers.push(watcher);
    } catch (error) {
      log("warn", `${folder}/ cannot be watched: ${saying(error)}. Start again to see changes.`);
    }
  }
  return () => {
    closing.abort();
    for (const watcher of watchers) watcher.close();
  };
}

const KINDS: [RegExp, FileKind][] = [
  [/\.bot\.ya?ml$/, "bot"],
  [/\.actions\.ya?ml$/, "actions"],
  [/\.flow\.ya?ml$/, "flow"],
  [/\.faq\.ya?ml$/, "faq"],
  [/\.ads\.ya?ml$/, "ads"],
  [/\.po$/, "locale"],
];

function kindOf(path: string): FileKind {
  return KINDS.find(([form]) => form.test(path))?.[1] ?? "other";
}
