/** The verbs that only look, for the writing process and for commands beside it. */
import type { Address } from "../../model/address.ts";
import type { AgentId, BotName, ConversationId, PersonId, TicketId } from "../../model/ids.ts";
import type { JournalEntry, JournalKind, JournalRow } from "../../model/journal.ts";
import type { Json, JsonObject } from "../../model/json.ts";
import type { Session } from "../../model/session.ts";
import type { Controller, Conversation, Store, StoreReader, Waiting } from "../../model/store.ts";
import { agentReader } from "./agents.ts";
import { answeredReader } from "./commit.ts";
import { customerReader } from "./customers.ts";
import { type Database, exact, type Row } from "./database.ts";
import { shelfReader } from "./desk-shelf.ts";
import { erasureReader } from "./erase.ts";
import { feedEnd, feedReader } from "./feed.ts";
import { addressOf, type KnownConversations, marksReader } from "./known.ts";
import { addressReader, personReader } from "./links.ts";
import { outboxReader } from "./outbox.ts";
import { firstPlace, lastPlace, NUMBER_OF_PLACE, place, seqOf } from "./place.ts";
import { programLister, programReader } from "./programs.ts";
import { searcher } from "./search.ts";
import { spendingReader } from "./spending.ts";
import { ticketReader } from "./tickets.ts";
import { nextDue } from "./timers.ts";

const CONVERSATION = `
  SELECT n, id, bot, channel, account, customer, person, version, epoch, controller, agent, ticket, session, marks, created_at_ms, linked
  FROM conversations`;
const BY_ID = `${CONVERSATION} WHERE bot = ? AND id = ?`;
const BY_PERSON = `${CONVERSATION} WHERE bot = ? AND person = ? ORDER BY id`;
const NEWEST = `${CONVERSATION} WHERE bot = ? AND (? IS NULL OR id < ?) ORDER BY id DESC LIMIT ?`;
const SESSION = "SELECT session FROM conversations WHERE n = ?";
const NUMBER = "SELECT n FROM conversations WHERE bot = ? AND id = ?";
const FIND = `
  SELECT c.id FROM addresses a JOIN conversations c ON c.n = a.conversation
  WHERE a.bot = ? AND a.channel = ? AND a.account = ? AND a.customer = ?`;
const ENTRY = "j.place, j.at_ms, j.kind, j.v, j.said_by, j.cause, j.skeleton, j.personal";
const WAITING = `
  SELECT ${ENTRY}, i.at_ms, i.ready_at_ms FROM inbox i CROSS JOIN journal j ON j.place = i.place
  WHERE i.place BETWEEN ? AND ? ORDER BY i.at_ms, i.place`;
const JOURNAL = `SELECT ${ENTRY} FROM journal j WHERE j.place BETWEEN ? AND ? ORDER BY j.place LIMIT ?`;
const TAIL = `
  SELECT ${ENTRY} FROM journal j WHERE j.place BETWEEN ?1 AND ?2 AND (?4 IS NULL OR j.kind IN (SELECT value FROM json_each(?4)))
  ORDER BY j.place DESC LIMIT ?3`;
// From the end: receipts come with almost every line, so the newest is near. The range ends where the reader began.
const RECEIPT = `
  SELECT j.at_ms, json_extract(j.personal, '$.untilMs') FROM journal j
  WHERE j.place BETWEEN ? AND ? AND j.kind = 'receipt' AND json_extract(j.skeleton, '$.kind') = ? ORDER BY j.place DESC LIMIT 1`;
const DELIVERIES = `SELECT ${ENTRY} FROM journal j WHERE j.place BETWEEN ? AND ? AND j.kind = 'delivery' ORDER BY j.place`;
const COUNTS: [table: string, sql: string][] = [
  ...["conversations", "customers", "answered", "outbox", "timers", "tickets", "feed", "agents", "programs", "erasures"].map(
    (table): [string, string] => [table, `SELECT count(*) FROM ${table} WHERE bot = ?`],
  ),
  ["seen", "SELECT count(*) FROM seen t CROSS JOIN conversations c ON c.n = t.conversation WHERE c.bot = ?"],
  ...["journal", "inbox"].map((table): [string, string] => [
    table,
    `SELECT count(*) FROM ${table} t CROSS JOIN conversations c ON c.n = ${NUMBER_OF_PLACE.replace("place", "t.place")} WHERE c.bot = ?`,
  ]),
];

/** The two verbs of every turn again, by what the writing process knows already: one statement each, where a reader needs three. */
export function readingKnown(db: Database, known: KnownConversations): Pick<Store, "load" | "find" | "waiting"> {
  const session = db.prepare(SESSION);
  const waiting = db.prepare(WAITING);
  return {
    async load(bot, id) {
      const found = known.byId(bot, id);
      if (!found) return null;
      const { address, person, linked, version, epoch, controller, agent, ticket, marks, createdAtMs } = found;
      const stored = JSON.parse(session.row([found.n])?.[0] as string) as Session;
      const conversation = { id, bot, address, person, version, epoch, controller, agent, ticket, session: stored, marks, createdAtMs };
      return linked ? { ...conversation, linked } : conversation;
    },
    async find(bot, to) {
      return known.byAddress(bot, to)?.id ?? null;
    },
    async waiting(bot, id) {
      const found = known.byId(bot, id);
      return found ? waiting.rows([firstPlace(found.n), lastPlace(found.n)]).map((row) => waitingOf(row, id)) : [];
    },
  };
}

/** Everything rejects together with the statement that throws: these are promises only so that an engine may move to a thread. */
/** `leavingOf`: the ids of a conversation's lines that are just leaving. */
export function reading(db: Database, leavingOf: (conversation: number) => string[]): Omit<StoreReader, "close"> {
  const byId = db.prepare(BY_ID);
  const byPerson = db.prepare(BY_PERSON);
  const newest = db.prepare(NEWEST);
  const number = db.prepare(NUMBER);
  const find = db.prepare(FIND);
  const waiting = db.prepare(WAITING);
  const journal = db.prepare(JOURNAL);
  const tail = db.prepare(TAIL);
  const receipt = db.prepare(RECEIPT);
  const deliveries = db.prepare(DELIVERIES);
  const counts = COUNTS.map(([table, sql]): [string, ReturnType<Database["prepare"]>] => [table, db.prepare(sql)]);
  const conversationOf = conversationReader(db);
  const answered = answeredReader(db);
  const lines = outboxReader(db, leavingOf);
  const tickets = ticketReader(db);
  const search = searcher(db, journalRow);
  const feed = feedReader(db);
  const feedLast = feedEnd(db);
  const due = nextDue(db);
  const customer = customerReader(db);
  const agents = agentReader(db);
  const program = programReader(db);
  const programs = programLister(db);
  const erasures = erasureReader(db);
  const spent = spendingReader(db);
  const addresses = addressReader(db);
  const person = personReader(db);
  const numberOf = (bot: BotName, id: ConversationId) => (number.row([bot, exact(id)])?.[0] ?? null) as number | null;

  return {
    ...shelfReader(db),
    spent: async (bot, scope) => spent(bot, scope),
    async load(bot, id) {
      const row = byId.row([bot, exact(id)]);
      return row && conversationOf(row);
    },
    async find(bot, { channel, account, customer }: Address) {
      return (find.row([bot, exact(channel), exact(account), exact(customer)])?.[0] ?? null) as ConversationId | null;
    },
    async waiting(bot, id) {
      const n = numberOf(bot, id);
      return n === null ? [] : waiting.rows([firstPlace(n), lastPlace(n)]).map((row) => waitingOf(row, id));
    },
    async answered(bot, key) {
      return answered(bot, key);
    },
    async outbox(bot, id) {
      const n = numberOf(bot, id);
      return n === null ? [] : lines.open(n);
    },
    async outboxRow(bot, id) {
      return lines.row(bot, id);
    },
    async lineOf(bot, channelMessageId, conversation) {
      return lines.lineOf(bot, channelMessageId, conversation);
    },
    async nextDue(bot) {
      return due(bot);
    },
    async tickets(filter) {
      return tickets.tickets(filter);
    },
    async ticket(bot, id: TicketId) {
      return tickets.ticket(bot, id);
    },
    async waitingByQueue(bot) {
      return tickets.waitingByQueue(bot);
    },
    async journal(bot, id, afterSeq, limit) {
      const n = numberOf(bot, id);
      if (n === null) return [];
      return journal.rows([place(n, Math.max(0, afterSeq) + 1), lastPlace(n), limit]).map((row) => journalRow(row, id));
    },
    async tail(bot, id, limit, beforeSeq, only) {
      const n = numberOf(bot, id);
      if (n === null) return [];
      const to = beforeSeq === undefined ? lastPlace(n) : Math.min(lastPlace(n), firstPlace(n) + beforeSeq - 1);
      return tail
        .rows([firstPlace(n), to, limit, only ? JSON.stringify(only) : null])
        .map((row) => journalRow(row, id))
        .reverse();
    },
    async deliveries(bot, id, fromSeq, beforeSeq) {
      const n = numberOf(bot, id);
      if (n === null) return [];
      const to = Math.min(lastPlace(n), firstPlace(n) + beforeSeq - 1);
      return deliveries.rows([firstPlace(n) + fromSeq, to]).map((row) => journalRow(row, id));
    },
    async receiptMarks(bot, id, afterSeq) {
      const n = numberOf(bot, id);
      if (n === null) return { deliveredUntilMs: null, readUntilMs: null };
      const until = (kind: string) => {
        const row = receipt.row([place(n, Math.max(0, afterSeq) + 1), lastPlace(n), kind]);
        return row && ((row[1] ?? row[0]) as number);
      };
      return { deliveredUntilMs: until("delivered"), readUntilMs: until("read") };
    },
    async loads(bot) {
      return tickets.loads(bot);
    },
    async ticketTimes(bot, fromMs, toMs, limit) {
      return tickets.ticketTimes(bot, fromMs, toMs, limit);
    },
    async search(bot, words, limit) {
      return search(bot, words, limit);
    },
    async ticketsOf(bot, id) {
      const n = numberOf(bot, id);
      return n === null ? [] : tickets.ofConversation(n);
    },
    async feed(bot, after, limit) {
      return feed(bot, after, limit);
    },
    async feedEnd(bot) {
      return feedLast(bot);
    },
    async customer(bot, person) {
      return customer(bot, person);
    },
    async addressesOf(bot, person) {
      return addresses(bot, person);
    },
    async personOf(bot, id) {
      return person(bot, id);
    },
    async conversationsOf(bot, person: PersonId) {
      return byPerson.rows([bot, person]).map(conversationOf);
    },
    async conversations(bot, limit, before) {
      return newest.rows([bot, before ?? null, before ?? null, limit]).map(conversationOf);
    },
    async agents(bot) {
      return agents.all(bot);
    },
    async agentByToken(tokenHash) {
      return agents.byToken(tokenHash);
    },
    async program(bot, hash) {
      return program(bot, hash);
    },
    async programs(bot) {
      return programs(bot);
    },
    async erasures(bot) {
      return erasures(bot);
    },
    async counts(bot) {
      return Object.fromEntries(counts.map(([table, statement]) => [table, Number(statement.row([bot])?.[0] ?? 0)]));
    },
  };
}

function conversationReader(db: Database): (row: Row) => Conversation {
  const marksOf = marksReader(db);
  return (row) => ({
    id: row[1] as ConversationId,
    bot: row[2] as BotName,
    address: addressOf(row[3], row[4], row[5]),
    person: row[6] as PersonId,
    version: row[7] as number,
    epoch: row[8] as number,
    controller: row[9] as Controller,
    agent: row[10] as AgentId | null,
    ticket: row[11] as TicketId | null,
    session: JSON.parse(row[12] as string) as Session,
    marks: marksOf(row[0] as number, row[13] as string).marks,
    createdAtMs: row[14] as number,
    ...(row[15] === 1 ? { linked: true as const } : {}),
  });
}

function journalRow(row: Row, conversation: ConversationId): JournalRow {
  return {
    conversation,
    seq: seqOf(row[0] as number),
    kind: row[2] as JournalKind,
    v: row[3] as 1,
    atMs: row[1] as number,
    by: row[4] as JournalEntry["by"],
    cause: row[5] as number | null,
    skeleton: JSON.parse(row[6] as string) as JsonObject,
    personal: row[7] === null ? null : (JSON.parse(row[7] as string) as Json),
  };
}

function waitingOf(row: Row, conversation: ConversationId): Waiting {
  const entry = journalRow(row, conversation);
  return { seq: entry.seq, atMs: row[8] as number, readyAtMs: row[9] as number, row: entry };
}
