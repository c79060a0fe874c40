/** Every program that a session may still stand on, as the files it was compiled from. */
import type { BotName } from "../../model/ids.ts";
import type { Database } from "./database.ts";

const SAVE = "INSERT OR IGNORE INTO programs (bot, hash, files, at_ms) VALUES (?, ?, ?, ?)";
const READ = "SELECT files FROM programs WHERE bot = ? AND hash = ?";

/** The hash names the files: saved once, never changed. */
export function programWriter(db: Database): (bot: BotName, hash: string, files: { [path: string]: string }, atMs: number) => void {
  const save = db.prepare(SAVE);
  return (bot, hash, files, atMs) => {
    save.run([bot, hash, JSON.stringify(files), atMs]);
  };
}

const LIST = "SELECT hash FROM programs WHERE bot = ? ORDER BY at_ms DESC, hash";

export function programLister(db: Database): (bot: BotName) => string[] {
  const list = db.prepare(LIST);
  return (bot) => list.rows([bot]).map((row) => row[0] as string);
}

export function programReader(db: Database): (bot: BotName, hash: string) => { [path: string]: string } | null {
  const read = db.prepare(READ);
  return (bot, hash) => {
    const row = read.row([bot, hash]);
    return row && (JSON.parse(row[0] as string) as { [path: string]: string });
  };
}
