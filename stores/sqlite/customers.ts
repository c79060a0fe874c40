/** What is known of a customer: fields, the last writer of each wins, beside the conversation's version and not under it. */
import type { BotName, PersonId } from "../../model/ids.ts";
import type { JsonObject } from "../../model/json.ts";
import { EMPTY_PART, joinParts, type Part, writeAt, writeFields } from "../../model/parts.ts";
import type { Database, Statement } from "./database.ts";
import type { Known } from "./known.ts";

const READ = "SELECT fields FROM customers WHERE bot = ? AND person = ?";
const READ_PART = "SELECT fields, written FROM customers WHERE bot = ? AND person = ?";
const WRITE = `
  INSERT INTO customers (bot, person, fields, written, created_at_ms) VALUES (?, ?, ?, ?, ?)
  ON CONFLICT (bot, person) DO UPDATE SET fields = excluded.fields, written = excluded.written WHERE erased_at_ms IS NULL`;
const REMOVE = "DELETE FROM customers WHERE bot = ? AND person = ?";
const PARTS = `
  SELECT c.n, a.own FROM conversations c
  JOIN addresses a ON a.bot = c.bot AND a.channel = c.channel AND a.account = c.account AND a.customer = c.customer
  WHERE c.bot = ? AND c.person = ? ORDER BY c.n`;
const WRITE_OWN = `
  UPDATE addresses SET own = ?
  WHERE (bot, channel, account, customer) = (SELECT bot, channel, account, customer FROM conversations WHERE n = ?)`;

/** What one address of a linked customer keeps for itself. */
export type OwnPart = { n: number; part: Part };

export interface CustomerWriter {
  /** A null removes its field. */
  remember(conversation: Known, fields: JsonObject, atMs: number): void;
  /** The customer's row as one part. */
  whole(bot: BotName, person: PersonId): Part;
  /** Of the addresses of a linked customer, each one's own. */
  parts(bot: BotName, person: PersonId): OwnPart[];
  /** Writes these parts and, from them, what the customer's row says. */
  keepParts(bot: BotName, person: PersonId, parts: OwnPart[], atMs: number): void;
  /** The row of a customer with one address. */
  keepWhole(bot: BotName, person: PersonId, part: Part, atMs: number): void;
  remove(bot: BotName, person: PersonId): void;
}

export function customerWriter(db: Database): CustomerWriter {
  const readPart = db.prepare(READ_PART);
  const write = db.prepare(WRITE);
  const removal = db.prepare(REMOVE);
  const partsOf = db.prepare(PARTS);
  const writeOwn: Statement = db.prepare(WRITE_OWN);

  function whole(bot: BotName, person: PersonId): Part {
    const row = readPart.row([bot, person]);
    return row ? { fields: JSON.parse(row[0] as string), written: JSON.parse(row[1] as string) } : EMPTY_PART;
  }

  function parts(bot: BotName, person: PersonId): OwnPart[] {
    return partsOf
      .rows([bot, person])
      .map(([n, own]) => ({ n: n as number, part: own === null ? EMPTY_PART : (JSON.parse(own as string) as Part) }));
  }

  function keepWhole(bot: BotName, person: PersonId, part: Part, atMs: number): void {
    write.write([bot, person, JSON.stringify(part.fields), JSON.stringify(part.written), atMs]);
  }

  function keepParts(bot: BotName, person: PersonId, all: OwnPart[], atMs: number): void {
    for (const { n, part } of all) writeOwn.write([JSON.stringify(part), n]);
    keepWhole(bot, person, joinParts(all.map(({ part }) => part)), atMs);
  }

  return {
    whole,
    parts,
    keepParts,
    keepWhole,
    remove: (bot, person) => removal.write([bot, person]),
    remember({ bot, person, n, linked }, fields, atMs) {
      if (!linked) {
        keepWhole(bot, person, writeFields(whole(bot, person), fields, atMs), atMs);
        return;
      }
      const known = parts(bot, person);
      const after = writeAt(
        known.map(({ part }) => part),
        known.findIndex((one) => one.n === n),
        fields,
        atMs,
      );
      keepParts(
        bot,
        person,
        known.map((one, at) => ({ n: one.n, part: after[at]! })),
        atMs,
      );
    },
  };
}

export function customerReader(db: Database): (bot: BotName, person: PersonId) => JsonObject {
  const read = db.prepare(READ);
  return (bot, person) => JSON.parse((read.row([bot, person])?.[0] as string | undefined) ?? "{}") as JsonObject;
}
