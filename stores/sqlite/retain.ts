/** Forgetting by age, in units small enough to pass between turns. What is under way is never touched. */
import type { BotName, PersonId } from "../../model/ids.ts";
import type { Database, Row } from "./database.ts";
import { FORGET_SHELF } from "./desk-shelf.ts";
import { EMPTY_SEEN, UNLINK } from "./erase.ts";
import type { KnownConversations } from "./known.ts";
import type { Leaving } from "./leaving.ts";
import { FORGET_LINKS, type Linker } from "./links.ts";
import { INDEXED } from "./outbox.ts";
import { firstPlace, lastPlace } from "./place.ts";
import { DELETE_OLD_DAYS, FORGET_SPENDING } from "./spending.ts";

const CONVERSATIONS_A_UNIT = 100;
const ROWS_A_UNIT = 1000;

const OLD_CONVERSATIONS = "SELECT n FROM conversations WHERE +bot = ? AND n > ? AND created_at_ms < ? ORDER BY n LIMIT ?";
// Undecided events and lines that still go out keep their words until they are at an end.
const FORGET_SAID = `
  UPDATE journal SET personal = NULL WHERE place BETWEEN ?1 AND ?2 AND at_ms < ?3 AND personal IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM inbox WHERE inbox.place = journal.place)`;
const LINES_AFTER = `
  SELECT o.id, o.state IN ('sent', 'dropped', 'refused', 'failed') AND coalesce(j.at_ms, 0) < ?
  FROM outbox o LEFT JOIN journal j ON j.place = o.place WHERE o.id > ? AND o.bot = ? ORDER BY o.id LIMIT ?`;
const DELETE_LINE = "DELETE FROM outbox WHERE id = ?";
const FORGET_PACKAGES = `
  UPDATE tickets SET body = json_set(body, '$.package', NULL, '$.note', NULL, '$.request.detail', '')
  WHERE conversation = ? AND state = 'closed' AND closed_at_ms < ? AND json_extract(body, '$.package') IS NOT NULL`;
const QUIET_SINCE = `
  SELECT c.n, c.person FROM conversations c
  WHERE c.n = ?1
    AND coalesce((SELECT at_ms FROM journal WHERE place BETWEEN ?2 AND ?3 ORDER BY place DESC LIMIT 1), c.created_at_ms) < ?4
    AND NOT EXISTS (SELECT 1 FROM inbox WHERE place BETWEEN ?2 AND ?3)
    AND NOT EXISTS (SELECT 1 FROM outbox WHERE place BETWEEN ?2 AND ?3 AND ${INDEXED})
    AND NOT EXISTS (SELECT 1 FROM tickets WHERE conversation = ?1 AND state <> 'closed')
    AND NOT EXISTS (SELECT 1 FROM timers WHERE conversation = ?1)`;
const DELETE_JOURNAL = "DELETE FROM journal WHERE place BETWEEN ? AND ?";
const DELETE_OWNED: string[] = [
  ...FORGET_SHELF,
  FORGET_SPENDING,
  "DELETE FROM tickets WHERE conversation = ?",
  ...FORGET_LINKS,
  EMPTY_SEEN,
  UNLINK,
  "DELETE FROM conversations WHERE n = ?",
];
const DELETE_CUSTOMER = `
  DELETE FROM customers WHERE bot = ?1 AND person = ?2 AND NOT EXISTS (SELECT 1 FROM conversations WHERE bot = ?1 AND person = ?2)`;
const SEEN_AFTER = `
  SELECT s.conversation, s.key, s.at_ms < ?3 AND c.bot = ?4 FROM seen s LEFT JOIN conversations c ON c.n = s.conversation
  WHERE (s.conversation, s.key) > (?1, ?2) ORDER BY s.conversation, s.key LIMIT ?5`;
const DELETE_SEEN = "DELETE FROM seen WHERE conversation = ? AND key = ?";
const DELETE_KEYS: string[] = ["answered", "erased_keys"].map(
  (table) => `DELETE FROM ${table} WHERE bot = ?1 AND key IN (SELECT key FROM ${table} WHERE bot = ?1 AND at_ms < ?2 LIMIT ?3)`,
);
const DELETE_FEED = `
  DELETE FROM feed WHERE bot = ?1 AND n IN (
    SELECT n FROM feed WHERE bot = ?1 AND at_ms < ?2 AND n < (SELECT max(n) FROM feed WHERE bot = ?1) ORDER BY n LIMIT ?3)`;

export type Rule = { saidBeforeMs: number; customersBeforeMs: number; seenBeforeMs: number };
/** Runs one small unit in a transaction of its own. */
type Unit = <T>(work: () => T) => Promise<T>;
type Step<Cursor> = { removed: number; next: Cursor | null };
type Key = [conversation: number, key: string];

export type RetainParts = { known: KnownConversations; leaving: Leaving; closeRanks: Linker["closeRanks"]; unit: Unit };

export function retainer(db: Database, { known, leaving, closeRanks, unit }: RetainParts): (bot: BotName, rule: Rule) => Promise<number> {
  const oldConversations = db.prepare(OLD_CONVERSATIONS);
  const forgetSaid = db.prepare(FORGET_SAID);
  const linesAfter = db.prepare(LINES_AFTER);
  const deleteLine = db.prepare(DELETE_LINE);
  const forgetPackages = db.prepare(FORGET_PACKAGES);
  const quietSince = db.prepare(QUIET_SINCE);
  const deleteJournal = db.prepare(DELETE_JOURNAL);
  const deleteOwned = DELETE_OWNED.map((sql) => db.prepare(sql));
  const deleteCustomer = db.prepare(DELETE_CUSTOMER);
  const seenAfter = db.prepare(SEEN_AFTER);
  const deleteSeen = db.prepare(DELETE_SEEN);
  const deleteOld = [...DELETE_KEYS, DELETE_FEED, DELETE_OLD_DAYS].map((sql) => db.prepare(sql));

  function forgetWords(n: number, beforeMs: number): number {
    return forgetSaid.run([firstPlace(n), lastPlace(n), beforeMs]) + forgetPackages.run([n, beforeMs]);
  }

  function deleteConversation(bot: BotName, n: number, person: PersonId, atMs: number): number {
    const range = [firstPlace(n), lastPlace(n)];
    let removed = deleteJournal.run(range);
    for (const statement of deleteOwned) removed += statement.run([n]);
    closeRanks(bot, person, atMs);
    return removed + deleteCustomer.run([bot, person]);
  }

  function oldOnes(bot: BotName, rule: Rule, after: number): Step<number> {
    const before = Math.max(rule.saidBeforeMs, rule.customersBeforeMs);
    const rows = oldConversations.rows([bot, after, before, CONVERSATIONS_A_UNIT]);
    let removed = 0;
    for (const [cell] of rows) {
      const n = cell as number;
      const quiet: Row | null = quietSince.row([n, firstPlace(n), lastPlace(n), rule.customersBeforeMs]);
      if (quiet && leaving.of(n).length === 0) {
        known.forget();
        leaving.lower();
        removed += deleteConversation(bot, n, quiet[1] as PersonId, rule.customersBeforeMs);
      } else removed += forgetWords(n, rule.saidBeforeMs);
    }
    return { removed, next: rows.length < CONVERSATIONS_A_UNIT ? null : (rows[rows.length - 1]![0] as number) };
  }

  /** Rows at their end, and what a deleted customer has left. By id, in the order in which they were made. */
  function oldLines(bot: BotName, beforeMs: number, after: string): Step<string> {
    const rows = linesAfter.rows([beforeMs, after, bot, ROWS_A_UNIT]);
    let removed = 0;
    for (const [id, old] of rows) if (old === 1) removed += deleteLine.run([id as string]);
    return { removed, next: rows.length < ROWS_A_UNIT ? null : (rows[rows.length - 1]![0] as string) };
  }

  /** By key, without an index of times: that would cost every event received, and this runs once a day. */
  function oldKeys(bot: BotName, beforeMs: number, [conversation, key]: Key): Step<Key> {
    const rows = seenAfter.rows([conversation, key, beforeMs, bot, ROWS_A_UNIT]);
    let removed = 0;
    for (const [of, name, old] of rows) if (old === 1) removed += deleteSeen.run([of as number, name as string]);
    const last = rows[rows.length - 1];
    return { removed, next: rows.length < ROWS_A_UNIT || !last ? null : [last[0] as number, last[1] as string] };
  }

  /** Unit after unit until one finds no more; between them whatever else waits is written. */
  async function walk<Cursor>(from: Cursor, step: (after: Cursor) => Step<Cursor>): Promise<number> {
    let removed = 0;
    for (let after: Cursor | null = from; after !== null; ) {
      const at: Cursor = after;
      const done: Step<Cursor> = await unit(() => step(at));
      removed += done.removed;
      after = done.next;
    }
    return removed;
  }

  return async (bot, rule) => {
    let removed = await walk(0, (after) => oldOnes(bot, rule, after));
    removed += await walk("", (after) => oldLines(bot, rule.saidBeforeMs, after));
    removed += await walk<Key>([0, ""], (after) => oldKeys(bot, rule.seenBeforeMs, after));
    for (const statement of deleteOld)
      removed += await walk(0, () => {
        const some = statement.run([bot, rule.seenBeforeMs, ROWS_A_UNIT]);
        return { removed: some, next: some < ROWS_A_UNIT ? null : 0 };
      });
    return removed;
  };
}
