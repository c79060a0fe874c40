/** What answerers have used, added up by conversation, by day and in all; written in the unit that settles the call. */
import { NOTHING_SPENT, type Spent } from "../../model/answerer.ts";
import type { BotName } from "../../model/ids.ts";
import { type Settlement, SPENT_IN_ALL, spentOfConversation, spentOfDay } from "../../model/store.ts";
import { type Database, exact } from "./database.ts";

const ADD = `
  INSERT INTO spending (bot, scope, tokens, micros, ms, asks) VALUES (?, ?, ?, ?, ?, ?)
  ON CONFLICT (bot, scope) DO UPDATE SET
    tokens = tokens + excluded.tokens, micros = micros + excluded.micros, ms = ms + excluded.ms, asks = asks + excluded.asks`;
const READ = "SELECT tokens, micros, ms, asks FROM spending WHERE bot = ? AND scope = ?";

/** Of a conversation that goes as a whole; before its own row, which names it. */
export const FORGET_SPENDING = `
  DELETE FROM spending WHERE (bot, scope) = (SELECT bot, 'conversation ' || id FROM conversations WHERE n = ?)`;
export const DELETE_OLD_DAYS = `
  DELETE FROM spending WHERE bot = ?1 AND scope IN (
    SELECT scope FROM spending WHERE bot = ?1 AND scope >= 'day ' AND scope < 'day ' || date(?2 / 1000, 'unixepoch') LIMIT ?3)`;

export function spendingWriter(db: Database): (settlement: Settlement) => void {
  const add = db.prepare(ADD);
  return ({ bot, conversation, spent }) => {
    if (!spent) return;
    const { tokens, micros, ms, asks } = spent.by;
    for (const scope of [spentOfConversation(conversation), spentOfDay(spent.day), SPENT_IN_ALL])
      add.write([bot, exact(scope), tokens, micros, ms, asks]);
  };
}

export function spendingReader(db: Database): (bot: BotName, scope: string) => Spent {
  const read = db.prepare(READ);
  return (bot, scope) => {
    const row = read.row([bot, exact(scope)]) as [number, number, number, number] | null;
    return row ? { tokens: row[0], micros: row[1], ms: row[2], asks: row[3] } : NOTHING_SPENT;
  };
}
