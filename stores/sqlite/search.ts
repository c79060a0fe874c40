/**
 * Looks for words: in what is known of customers, and in the newest tickets and lines. Nothing is kept for it, so that it costs a
 * turn nothing and forgets with everything else; how far back it looks is bounded instead.
 */
import type { BotName, ConversationId, PersonId } from "../../model/ids.ts";
import type { JournalRow } from "../../model/journal.ts";
import type { Json, JsonObject } from "../../model/json.ts";
import type { Found } from "../../model/store.ts";
import type { Ticket } from "../../model/ticket.ts";
import { type Database, exact, type Row } from "./database.ts";

const WORDS_MAX = 6;
const TICKETS_BACK = 5_000;
const ENTRIES_BACK = 20_000;
/** JSON has names as well as values: what matches only a name is dropped afterwards, so more is read than is asked for. */
const READ_MAX = 400;

const ALL = (column: string) => Array.from({ length: WORDS_MAX }, (_, at) => `${column} LIKE ?${at + 2} ESCAPE '!'`).join(" AND ");
const CUSTOMERS = `SELECT person, fields FROM customers WHERE bot = ?1 AND ${ALL("fields")} ORDER BY created_at_ms DESC LIMIT ${READ_MAX}`;
const TICKETS = `
  SELECT body FROM (SELECT n, body FROM tickets WHERE bot = ?1 ORDER BY n DESC LIMIT ${TICKETS_BACK})
  WHERE ${ALL("body")} ORDER BY n DESC LIMIT ${READ_MAX}`;
const SAID = `
  SELECT j.place, j.at_ms, j.kind, j.v, j.said_by, j.cause, j.skeleton, j.personal, c.id
  FROM (SELECT * FROM journal ORDER BY n DESC LIMIT ${ENTRIES_BACK}) j JOIN conversations c ON c.n = (j.place >> 24)
  WHERE c.bot = ?1 AND j.kind IN ('heard', 'line', 'note') AND ${ALL("j.personal")} ORDER BY j.n DESC LIMIT ${READ_MAX}`;

export function searcher(
  db: Database,
  entryOf: (row: Row, conversation: ConversationId) => JournalRow,
): (bot: BotName, words: string[], limit: number) => Found {
  const customers = db.prepare(CUSTOMERS);
  const tickets = db.prepare(TICKETS);
  const said = db.prepare(SAID);
  return (bot, given, limit) => {
    const words = given.slice(0, WORDS_MAX).map((word) => word.toLowerCase());
    if (words.length === 0) return { customers: [], tickets: [], said: [] };
    const asked = [bot, ...Array.from({ length: WORDS_MAX }, (_, at) => exact(likeOf(words[at] ?? "")))];
    return {
      customers: customers
        .rows(asked)
        .map((row) => ({ person: row[0] as PersonId, fields: JSON.parse(row[1] as string) as JsonObject }))
        .filter(({ fields }) => says(fields, words))
        .slice(0, limit),
      tickets: tickets
        .rows(asked)
        .map((row) => JSON.parse(row[0] as string) as Ticket)
        .filter((ticket) => says([ticket.id, ticket.package, ticket.note, ticket.wrapUp], words))
        .slice(0, limit),
      said: said
        .rows(asked)
        .map((row) => entryOf(row, row[8] as ConversationId))
        .filter(({ personal }) => says(personal, words))
        .slice(0, limit),
    };
  };
}

/** As JSON spells it, with SQL's wild cards taken literally. */
function likeOf(word: string): string {
  const spelled = JSON.stringify(word).slice(1, -1);
  return `%${spelled.replace(/[!%_]/g, "!$&")}%`;
}

/** Do the values, taken together, have each word? */
function says(value: Json, words: string[]): boolean {
  const texts: string[] = [];
  gather(value, texts);
  const whole = texts.join("\n").toLowerCase();
  return words.every((word) => whole.includes(word));
}

function gather(value: Json, texts: string[]): void {
  if (typeof value === "string" || typeof value === "number") texts.push(String(value));
  else if (Array.isArray(value)) for (const one of value) gather(one, texts);
  else if (value !== null && typeof value === "object") for (const one of Object.values(value)) gather(one, texts);
}
