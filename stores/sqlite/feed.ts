/** Numbered notices for desks: without gaps and only growing, so that a reader resumes from any number and misses none. */
import type { BotName, ConversationId, QueueName, TicketId } from "../../model/ids.ts";
import type { JsonObject } from "../../model/json.ts";
import type { FeedNotice, FeedRow } from "../../model/store.ts";
import type { Database } from "./database.ts";

const ADD = "INSERT INTO feed (bot, n, at_ms, kind, conversation, ticket, queue, data) VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
const AFTER = "SELECT n, at_ms, kind, conversation, ticket, queue, data FROM feed WHERE bot = ? AND n > ? ORDER BY n LIMIT ?";
const END = "SELECT max(n) FROM feed WHERE bot = ?";

export interface FeedWriter {
  add(bot: BotName, notice: FeedNotice, atMs: number): void;
  /** After a failed transaction its numbers are free again. */
  forget(): void;
  /** After a transaction: tells those who watch, if there is anything new. */
  written(): void;
  watch(told: () => void): () => void;
}

export function feedWriter(db: Database): FeedWriter {
  const add = db.prepare(ADD);
  const end = feedEnd(db);
  const last = new Map<BotName, number>();
  const watching = new Set<() => void>();
  let hasNew = false;
  return {
    add(bot, notice, atMs) {
      const n = (last.get(bot) ?? end(bot)) + 1;
      add.write([bot, n, atMs, notice.kind, notice.conversation, notice.ticket, notice.queue, JSON.stringify(notice.data)]);
      last.set(bot, n);
      hasNew = true;
    },
    forget: () => last.clear(),
    written() {
      if (!hasNew) return;
      hasNew = false;
      for (const told of watching) told();
    },
    watch(told) {
      watching.add(told);
      return () => watching.delete(told);
    },
  };
}

export function feedEnd(db: Database): (bot: BotName) => number {
  const end = db.prepare(END);
  return (bot) => Number(end.row([bot])?.[0] ?? 0);
}

export function feedReader(db: Database): (bot: BotName, after: number, limit: number) => FeedRow[] {
  const rows = db.prepare(AFTER);
  return (bot, after, limit) =>
    rows.rows([bot, after, limit]).map((row) => ({
      n: row[0] as number,
      atMs: row[1] as number,
      kind: row[2] as string,
      conversation: row[3] as ConversationId,
      ticket: row[4] as TicketId | null,
      queue: row[5] as QueueName | null,
      data: JSON.parse(row[6] as string) as JsonObject,
    }));
}
