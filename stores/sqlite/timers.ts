/** Stored deadlines. Becoming due is one unit: the timer goes, its event stands in the inbox. */
import { entryOf } from "../../model/entry.ts";
import type { BotName, ConversationId, TimerId } from "../../model/ids.ts";
import type { Timer } from "../../model/store.ts";
import type { Database } from "./database.ts";
import type { Known, KnownConversations } from "./known.ts";
import type { Recorder } from "./recorder.ts";

const SET = "INSERT OR REPLACE INTO timers (conversation, id, bot, due_at_ms, event) VALUES (?, ?, ?, ?, ?)";
const CANCEL = "DELETE FROM timers WHERE conversation = ? AND id = ?";
const DUE = `
  SELECT t.id, c.id, t.due_at_ms, t.event FROM timers t JOIN conversations c ON c.n = t.conversation
  WHERE t.bot = ? AND t.due_at_ms <= ? ORDER BY t.due_at_ms, t.id LIMIT ?`;
const NEXT_DUE = "SELECT min(due_at_ms) FROM timers WHERE bot = ?";

export interface Timers {
  set(known: Known, timer: Timer): void;
  cancel(known: Known, id: TimerId): void;
  ring(bot: BotName, nowMs: number, limit: number): ConversationId[];
}

export function timers(db: Database, known: KnownConversations, recorder: Recorder): Timers {
  const set = db.prepare(SET);
  const cancel = db.prepare(CANCEL);
  const due = db.prepare(DUE);
  return {
    set(conversation, timer) {
      set.write([conversation.n, timer.id, conversation.bot, timer.dueAtMs, JSON.stringify(timer.event)]);
    },
    cancel(conversation, id) {
      cancel.write([conversation.n, id]);
    },
    ring(bot, nowMs, limit) {
      const rung = new Set<ConversationId>();
      for (const [id, conversation, dueAtMs, event] of due.rows([bot, nowMs, limit])) {
        const heard = known.byId(bot, conversation as ConversationId);
        if (!heard) continue;
        cancel.write([heard.n, id as string]);
        // In its place among what waits: a deadline missed while we were down comes before the texts that arrived after it.
        recorder.await(heard, entryOf(JSON.parse(event as string) as Timer["event"], dueAtMs as number), nowMs);
        rung.add(heard.id);
      }
      return [...rung];
    },
  };
}

export function nextDue(db: Database): (bot: BotName) => number | null {
  const next = db.prepare(NEXT_DUE);
  return (bot) => (next.row([bot])?.[0] ?? null) as number | null;
}
