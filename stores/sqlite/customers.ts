/** What is known of a customer: fields, the last writer of each wins, beside the conversation's version and not under it. */
import type { BotName, PersonId } from "../../model/ids.ts";
import type { Json, JsonObject } from "../../model/json.ts";
import type { Database } from "./database.ts";

const READ = "SELECT fields FROM customers WHERE bot = ? AND person = ?";
const WRITE = `
  INSERT INTO customers (bot, person, fields, created_at_ms) VALUES (?, ?, ?, ?)
  ON CONFLICT (bot, person) DO UPDATE SET fields = excluded.fields WHERE erased_at_ms IS NULL`;

export interface CustomerWriter {
  /** A null removes its field. */
  remember(bot: BotName, person: PersonId, fields: JsonObject, atMs: number): void;
}

export function customerWriter(db: Database): CustomerWriter {
  const read = customerReader(db);
  const write = db.prepare(WRITE);
  return {
    remember(bot, person, fields, atMs) {
      const merged = new Map<string, Json>(Object.entries(read(bot, person)));
      for (const [name, value] of Object.entries(fields)) {
        if (value === null) merged.delete(name);
        else merged.set(name, value);
      }
      write.write([bot, person, JSON.stringify(Object.fromEntries(merged)), atMs]);
    },
  };
}

export function customerReader(db: Database): (bot: BotName, person: PersonId) => JsonObject {
  const read = db.prepare(READ);
  return (bot, person) => JSON.parse((read.row([bot, person])?.[0] as string | undefined) ?? "{}") as JsonObject;
}
