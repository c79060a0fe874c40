/** A bot's programs: the newest from the files, and every older one that a conversation still stands on, from the store. */
import { compile, type SourceFiles } from "../dialogue/compile.ts";
import type { Program } from "../dialogue/program.ts";
import type { BotName } from "../model/ids.ts";
import type { Limits } from "../model/limits.ts";
import type { Store } from "../model/store.ts";

export type Reading = { bot: string; builtins: SourceFiles; limits: Map<string, Limits>; env: Record<string, string | undefined> };

/**
 * Keeps the newest program's files and reads the older ones, so that a turn finds any of them without waiting; they are
 * compiled when a conversation first needs them.
 *
 * @returns the program of a hash; null when its files are gone or no longer compile
 */
export async function keepPrograms(
  store: Store,
  newest: Program,
  files: SourceFiles,
  reading: Reading,
  nowMs: number,
): Promise<(hash: string) => Program | null> {
  const bot = newest.bot.name as BotName;
  await store.saveProgram(bot, newest.hash, Object.fromEntries(files), nowMs);
  const older = new Map<string, Record<string, string>>();
  for (const hash of await store.programs(bot)) {
    const kept = hash === newest.hash ? null : await store.program(bot, hash);
    if (kept) older.set(hash, kept);
  }
  const compiled = new Map<string, Program | null>([[newest.hash, newest]]);
  return (hash) => {
    const known = compiled.get(hash);
    if (known !== undefined) return known;
    const kept = older.get(hash);
    const program = kept ? compile({ ...reading, files: new Map(Object.entries(kept)) }).program : null;
    compiled.set(hash, program);
    return program;
  };
}
