/** Turns a brand's files into a program, or says everything that is wrong with them at once. */
import type { Limits } from "../model/limits.ts";
import type { Problem } from "./problem.ts";
import type { Program } from "./program.ts";

/** Project-relative paths with `/`, and the text of each file. */
export type SourceFiles = Map<string, string>;

export type CompileInput = {
  /** Path of the bot file within `files`. */
  bot: string;
  files: SourceFiles;
  /** Patterns that stand behind all folders, by a path for messages (`built-in/patterns/greeting.flow.yaml`). */
  builtins: SourceFiles;
  /** What each channel can show, by channel name. */
  limits: Map<string, Limits>;
  /** Values for `${NAME}` in bot and action files. An unset name without a default leaves its setting out. */
  env: Record<string, string | undefined>;
};

/** `program` is null when any problem is an error. Problems are in order of file and place. */
export type CompileResult = { program: Program | null; problems: Problem[] };
