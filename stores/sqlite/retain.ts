/** Forgetting by age, in units small enough to pass between turns. What is under way is never touched. */
import type { BotName } from "../../model/ids.ts";
import type { Database, Row } from "./database.ts";
import { FORGET_SHELF } from "./desk-shelf.ts";
import { UNLINK } from "./erase.ts";
import type { KnownConversations } from "./known.ts";
import { firstPlace, lastPlace } from "./place.ts";

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
    AND NOT EXISTS (SELECT 1 FROM outbox WHERE place BETWEEN ?2 AND ?3 AND state IN ('ready', 'sending', 'in_doubt'))
    AND NOT EXISTS (SELECT 1 FROM tickets WHERE conversation = ?1 AND state <> 'closed')
    AND NOT EXISTS (SELECT 1 FROM timers WHERE conversation = ?1)`;
const DELETE_JOURNAL = "DELETE FROM journal WHERE place BETWEEN ? AND ?";
const DELETE_OWNED: string[] = [
  ...FORGET_SHELF,
  "DELETE FROM tickets WHERE conversation = ?",
  UNLINK,
  "DELETE FROM conversations WHERE n = ?",
];
const DELETE_CUSTOMER = `
  DELETE FROM customers WHERE bot = ?1 AND person = ?2 AND NOT EXISTS (SELECT 1 FROM conversations WHERE bot = ?1 AND person = ?2)`;
const SEEN_AFTER = "SELECT key, at_ms FROM seen WHERE bot = ? AND key > ? ORDER BY key LIMIT ?";
const DELETE_SEEN = "DELETE FROM seen WHERE bot = ? AND key = ?";
const DELETE_FEED = `
  DELETE FROM feed WHERE bot = ?1 AND n IN (
    SELECT n FROM feed WHERE bot = ?1 AND at_ms < ?2 AND n < (SELECT max(n) FROM feed WHERE bot = ?1) ORDER BY n LIMIT ?3)`;

export type Rule = { saidBeforeMs: number; customersBeforeMs: number; seenBeforeMs: number };
/** Runs one small unit in a transaction of its own. */
type Unit = <T>(work: () => T) => Promise<T>;
type Step = { removed: number; next: string | number | null };

export function retainer(db: Database, known: KnownConversations, unit: Unit): (bot: BotName, rule: Rule) => Promise<number> {
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
  const deleteFeed = db.prepare(DELETE_FEED);

  function forgetWords(n: number, beforeMs: number): number {
    return forgetSaid.run([firstPlace(n), lastPlace(n), beforeMs]) + forgetPackages.run([n, beforeMs]);
  }

  function deleteConversation(bot: BotName, n: number, person: string): number {
    const range = [firstPlace(n), lastPlace(n)];
    let removed = deleteJournal.run(range);
    for (const statement of deleteOwned) removed += statement.run([n]);
    return removed + deleteCustomer.run([bot, person]);
  }

  function oldOnes(bot: BotName, rule: Rule, after: number): Step {
    const before = Math.max(rule.saidBeforeMs, rule.customersBeforeMs);
    const rows = oldConversations.rows([bot, after, before, CONVERSATIONS_A_UNIT]);
    let removed = 0;
    for (const [cell] of rows) {
      const n = cell as number;
      const quiet: Row | null = quietSince.row([n, firstPlace(n), lastPlace(n), rule.customersBeforeMs]);
      if (quiet) {
        known.forget();
        removed += deleteConversation(bot, n, quiet[1] as string);
      } else removed += forgetWords(n, rule.saidBeforeMs);
    }
    return { removed, next: rows.length < CONVERSATIONS_A_UNIT ? null : (rows[rows.length - 1]![0] as number) };
  }

  /** Rows at their end, and what a deleted customer has left. By id, in the order in which they were made. */
  function oldLines(bot: BotName, beforeMs: number, after: string): Step {
    const rows = linesAfter.rows([beforeMs, after, bot, ROWS_A_UNIT]);
    let removed = 0;
    for (const [id, old] of rows) if (old === 1) removed += deleteLine.run([id as string]);
    return { removed, next: rows.length < ROWS_A_UNIT ? null : (rows[rows.length - 1]![0] as string) };
  }

  /** By key, without an index of times: that would cost every event received, and this runs once a day. */
  function oldKeys(bot: BotName, beforeMs: number, after: string): Step {
    const rows = seenAfter.rows([bot, after, ROWS_A_UNIT]);
    let removed = 0;
    for (const [key, atMs] of rows) if ((atMs as number) < beforeMs) removed += deleteSeen.run([bot, key as string]);
    return { removed, next: rows.length < ROWS_A_UNIT ? null : (rows[rows.length - 1]![0] as string) };
  }

  return async (bot, rule) => {
    let removed = 0;
    for (let after: number | null = 0; after !== null; ) {
      const step: Step = await unit(() => oldOnes(bot, rule, after as number));
      removed += step.removed;
      after = step.next as number | null;
    }
    for (let after: string | null = ""; after !== null; ) {
      const step: Step = await unit(() => oldLines(bot, rule.saidBeforeMs, after as string));
      removed += step.removed;
      after = step.next as string | null;
    }
    for (let after: string | null = ""; after !== null; ) {
      const step: Step = await unit(() => oldKeys(bot, rule.seenBeforeMs, after as string));
      removed += step.removed;
      after = step.next as string | null;
    }
    for (let some = ROWS_A_UNIT; some === ROWS_A_UNIT; ) {
      some = await unit(() => deleteFeed.run([bot, rule.seenBeforeMs, ROWS_A_UNIT]));
      removed += some;
    }
    return removed;
  };
}
