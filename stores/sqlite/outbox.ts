/** What leaves: rows are marked before each attempt, where the epoch is checked, and settled after it. A row at its end never moves again. */
import type { AgentId, BotName, CallId, ConversationId, LineId } from "../../model/ids.ts";
import type { JournalEntry } from "../../model/journal.ts";
import type { Speaker } from "../../model/message.ts";
import type { Lane, NewOutboxRow, OutboxRow, OutboxState, Settlement } from "../../model/store.ts";
import { type Database, exact, inexact, type Row } from "./database.ts";
import type { FeedWriter } from "./feed.ts";
import { joinMarks, type Known, type KnownConversations } from "./known.ts";
import { doubtLeaving, type Leaving } from "./leaving.ts";
import { firstPlace, lastPlace, NUMBER_OF_PLACE, place, seqOf } from "./place.ts";
import type { Recorder } from "./recorder.ts";
import { spendingWriter } from "./spending.ts";

/** Not at its end. */
export const OPEN = "state IN ('ready', 'sending', 'in_doubt', 'leaving')";
/** The condition of the index `outbox_open`, word for word. */
export const INDEXED = "state IN ('ready', 'sending', 'in_doubt')";
const COLUMNS = `o.id, o.bot, c.id, o.place, o.lane, o.epoch, o.said_by, o.agent, o.state, o.attempts, o.next_at_ms, o.give_up_at_ms,
  o.body, o.channel_message_id, o.why`;
const FROM = `FROM outbox o JOIN conversations c ON c.n = (o.place >> 24)`;

const ADD = `
  INSERT INTO outbox (id, bot, place, lane, epoch, said_by, agent, state, attempts, next_at_ms, give_up_at_ms, body)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;
// The line that leaves straight from its commit: most lines do. What is the same for all of them need not be bound.
const ADD_LEAVING = `
  INSERT INTO outbox (id, bot, place, lane, epoch, said_by, agent, state, attempts, next_at_ms, give_up_at_ms, body)
  VALUES (?, ?, ?, 'line', ?, ?, ?, 'leaving', 1, ?, ?, ?)`;
const INDEXED_ROWS = `SELECT ${COLUMNS} ${FROM} WHERE o.place BETWEEN ? AND ? AND o.${INDEXED} ORDER BY o.place, o.id`;
const LEAVING_ROW = `SELECT ${COLUMNS} ${FROM} WHERE o.id = ? AND o.state = 'leaving'`;
const ROW = `SELECT ${COLUMNS} ${FROM} WHERE o.id = ? AND o.bot = ?`;
// By the conversation's own lines: an index of a platform's random ids would cost every turn as much as the row itself.
const LINE_OF_CONVERSATION = `
  SELECT ${COLUMNS} ${FROM} WHERE o.id IN (
    SELECT json_extract(skeleton, '$.line') FROM journal
    WHERE place BETWEEN (SELECT n << 24 FROM conversations WHERE bot = ?1 AND id = ?2)
      AND (SELECT (n << 24) + 16777215 FROM conversations WHERE bot = ?1 AND id = ?2) AND kind = 'line')
  AND o.channel_message_id = ?3 AND o.bot = ?1`;
const LINE_OF_ANY = `SELECT ${COLUMNS} ${FROM} WHERE o.channel_message_id = ? AND o.bot = ?`;
const MARK_SENDING = "UPDATE outbox SET state = 'sending', attempts = attempts + 1 WHERE id = ?";
const DROP = "UPDATE outbox SET state = 'dropped', why = ?, body = '{}' WHERE id = ?";
const RESTAMP = "UPDATE outbox SET epoch = ? WHERE id = ?";
const SETTLE = `
  UPDATE outbox SET state = ?, attempts = ?, next_at_ms = ?, channel_message_id = coalesce(?, channel_message_id), why = ?
  WHERE id = ? AND bot = ? AND ${OPEN}`;
// At its end a row keeps no words: the journal has them. Half the bytes, and an erase need not look for them here.
const SETTLE_AT_END = `
  UPDATE outbox SET state = ?, attempts = ?, next_at_ms = ?, channel_message_id = coalesce(?, channel_message_id), why = ?, body = '{}'
  WHERE id = ? AND bot = ? AND ${OPEN}`;
const STATE = "SELECT state FROM outbox WHERE id = ? AND bot = ?";
const WRITE_MARKS = "UPDATE conversations SET marks = ? WHERE n = ?";
const LEFT_SENDING = `UPDATE outbox SET state = 'in_doubt', why = 'the process that sent it has died' WHERE ${INDEXED} AND state = 'sending'`;
const IN_DOUBT = `SELECT ${COLUMNS} ${FROM} WHERE o.${INDEXED} AND o.state = 'in_doubt' AND o.bot = ? ORDER BY o.place, o.id`;
const UNFINISHED = `
  SELECT c.id FROM (
    SELECT ${NUMBER_OF_PLACE} AS n FROM inbox UNION SELECT ${NUMBER_OF_PLACE} FROM outbox WHERE ${INDEXED}
  ) unfinished CROSS JOIN conversations c ON c.n = unfinished.n
  WHERE c.bot = ? ORDER BY c.n`;

export interface Outbox {
  /** `named`: does the journal's entry of this row say the row's id? A line that leaves at once is found again by that. */
  add(known: Known, row: NewOutboxRow, seq: number, named: boolean): void;
  /** At a change of controller: lines of `survive` get the new epoch, others that wait are dropped and journalled. */
  passControl(known: Known, survive: readonly Speaker[], atMs: number): { dropped: LineId[]; underWay: LineId[] };
  markSending(bot: BotName, ids: (LineId | CallId)[], nowMs: number): { sending: OutboxRow[]; dropped: OutboxRow[] };
  settle(settlements: Settlement[], nowMs: number): void;
  recover(bot: BotName): { conversations: ConversationId[]; inDoubt: OutboxRow[] };
}

export type OutboxParts = { known: KnownConversations; recorder: Recorder; feed: FeedWriter; leaving: Leaving };

export function outbox(db: Database, { known, recorder, feed, leaving }: OutboxParts): Outbox {
  const add = db.prepare(ADD);
  const addLeaving = db.prepare(ADD_LEAVING);
  const openRows = openRowsReader(db, leaving.of);
  const rowById = db.prepare(ROW);
  const markSending = db.prepare(MARK_SENDING);
  const drop = db.prepare(DROP);
  const restamp = db.prepare(RESTAMP);
  const settle = db.prepare(SETTLE);
  const settleAtEnd = db.prepare(SETTLE_AT_END);
  const stateOf = db.prepare(STATE);
  const writeMarks = db.prepare(WRITE_MARKS);
  const inDoubt = db.prepare(IN_DOUBT);
  const unfinished = db.prepare(UNFINISHED);
  const spend = spendingWriter(db);
  const recovered = new Set<BotName>();

  function dropRow(conversation: Known, row: OutboxRow, atMs: number): OutboxRow {
    drop.write(["epoch", row.id]);
    recorder.append(conversation, droppedEntry(row, atMs));
    return { ...row, state: "dropped", why: "epoch" };
  }

  function settleOne(settlement: Settlement, nowMs: number): void {
    const { id, bot, state, attempts, nextAtMs, channelMessageId, why } = settlement;
    spend(settlement); // it was used, whatever has become of the conversation meanwhile
    const told = channelMessageId === null ? null : exact(channelMessageId);
    const statement = state === "ready" || state === "sending" || state === "in_doubt" ? settle : settleAtEnd;
    leaving.gone(id);
    const changed = statement.run([state, attempts, nextAtMs, told, why === null ? null : exact(why), exact(id), bot]);
    // An echo may have said `sent` before the sender did: what is journalled beside it still holds. Anything else came too late.
    if (changed === 0 && (stateOf.row([exact(id), bot])?.[0] !== state || settlement.inbox)) return;
    if (!settlement.journal && !settlement.inbox && !settlement.marks && !settlement.feed) return;
    const conversation = known.byId(bot, settlement.conversation);
    if (!conversation) return;
    if (settlement.journal) recorder.append(conversation, settlement.journal);
    if (settlement.inbox) recorder.await(conversation, settlement.inbox, settlement.inbox.atMs);
    if (settlement.marks) {
      conversation.marks = joinMarks(conversation, settlement.marks);
      writeMarks.write([JSON.stringify(conversation.marks), conversation.n]);
    }
    if (settlement.feed) feed.add(bot, settlement.feed, nowMs);
  }

  return {
    add(conversation, row, seq, named) {
      const at = place(conversation.n, seq);
      if (named && row.lane === "line" && row.state === "sending") {
        const { id, epoch, by, agent, nextAtMs, giveUpAtMs, body } = row;
        addLeaving.write([id, conversation.bot, at, epoch, by, agent, nextAtMs, giveUpAtMs, JSON.stringify(body)]);
        leaving.add(id, at);
        return;
      }
      add.write([
        row.id,
        conversation.bot,
        at,
        row.lane,
        row.epoch,
        row.by,
        row.agent,
        row.state,
        row.state === "sending" ? 1 : 0,
        row.nextAtMs,
        row.giveUpAtMs,
        JSON.stringify(row.body),
      ]);
    },

    passControl(conversation, survive, atMs) {
      const dropped: LineId[] = [];
      const underWay: LineId[] = [];
      for (const row of openRows(conversation.n)) {
        if (row.lane !== "line") continue; // calls and notices belong to nobody who speaks
        if (row.state !== "ready") underWay.push(row.id as LineId);
        if (survive.includes(row.by)) restamp.write([conversation.epoch, row.id]);
        else if (row.state === "ready") dropped.push(dropRow(conversation, row, atMs).id as LineId);
      }
      return { dropped, underWay };
    },

    markSending(bot, ids, nowMs) {
      const sending: OutboxRow[] = [];
      const dropped: OutboxRow[] = [];
      for (const id of ids) {
        const cells = rowById.row([exact(id), bot]);
        if (!cells) continue;
        const row = outboxRow(cells);
        if (row.state !== "ready" && row.state !== "in_doubt") continue;
        const conversation = known.byId(bot, row.conversation);
        if (!conversation) continue;
        if (row.lane === "line" && row.epoch !== conversation.epoch) {
          dropped.push(dropRow(conversation, row, nowMs));
          continue;
        }
        markSending.write([exact(id)]);
        sending.push({ ...row, state: "sending", attempts: row.attempts + 1 });
      }
      return { sending, dropped };
    },

    settle(settlements, nowMs) {
      for (const settlement of settlements) settleOne(settlement, nowMs);
    },

    recover(bot) {
      const conversations = unfinished.rows([bot]).map((row) => row[0] as ConversationId);
      if (recovered.has(bot)) return { conversations, inDoubt: [] };
      recovered.add(bot); // those of dead processes became `in_doubt` as this store was opened
      return { conversations, inDoubt: inDoubt.rows([bot]).map(outboxRow) };
    },
  };
}

/** One process writes this store: whatever is `sending` when it opens was left so by one that has died. */
export function doubtWhatWasLeft(db: Database): number {
  return db.prepare(LEFT_SENDING).run([]) + doubtLeaving(db);
}

/** What is not at its end, in order: by the index, and what is just leaving. */
function openRowsReader(db: Database, leavingOf: (conversation: number) => string[]): (conversation: number) => OutboxRow[] {
  const indexed = db.prepare(INDEXED_ROWS);
  const leavingRow = db.prepare(LEAVING_ROW);
  return (conversation) => {
    const rows = indexed.rows([firstPlace(conversation), lastPlace(conversation)]).map(outboxRow);
    for (const id of leavingOf(conversation)) {
      const row = leavingRow.row([id]);
      if (row) rows.push(outboxRow(row));
    }
    return rows.sort((one, other) => one.seq - other.seq || (one.id < other.id ? -1 : 1));
  };
}

export type OutboxReader = {
  open(conversation: number): OutboxRow[];
  row(bot: BotName, id: LineId | CallId): OutboxRow | null;
  lineOf(bot: BotName, channelMessageId: string, conversation?: ConversationId): OutboxRow | null;
};

/** `leavingOf`: the ids of a conversation's lines that are just leaving. */
export function outboxReader(db: Database, leavingOf: (conversation: number) => string[]): OutboxReader {
  const rowById = db.prepare(ROW);
  const lineOfConversation = db.prepare(LINE_OF_CONVERSATION);
  const lineOfAny = db.prepare(LINE_OF_ANY);
  return {
    open: openRowsReader(db, leavingOf),
    row(bot, id) {
      const row = rowById.row([exact(id), bot]);
      return row && outboxRow(row);
    },
    lineOf(bot, channelMessageId, conversation) {
      const told = exact(channelMessageId);
      const row = conversation ? lineOfConversation.row([bot, conversation, told]) : lineOfAny.row([told, bot]);
      return row && outboxRow(row);
    },
  };
}

function outboxRow(row: Row): OutboxRow {
  return {
    id: row[0] as LineId | CallId,
    bot: row[1] as BotName,
    conversation: row[2] as ConversationId,
    seq: seqOf(row[3] as number),
    lane: row[4] as Lane,
    epoch: row[5] as number,
    by: row[6] as Speaker,
    agent: row[7] as AgentId | null,
    state: row[8] === "leaving" ? "sending" : (row[8] as OutboxState),
    attempts: row[9] as number,
    nextAtMs: row[10] as number,
    giveUpAtMs: row[11] as number,
    body: JSON.parse(row[12] as string) as OutboxRow["body"],
    channelMessageId: row[13] === null ? null : inexact(row[13] as string),
    why: row[14] === null ? null : inexact(row[14] as string),
  };
}

function droppedEntry(row: OutboxRow, atMs: number): JournalEntry {
  const skeleton = { line: row.id, state: "dropped", code: "epoch", by: row.by };
  return { kind: "delivery", v: 1, atMs, by: "system", cause: row.seq, skeleton, personal: null };
}
