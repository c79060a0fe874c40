/**
 * The store as a port: a handful of verbs, two engines, one contract suite. Every verb is asynchronous, so that an
 * engine may move to a thread. Units that arrive in one turn of the event loop share a transaction, and a promise
 * resolves only once that transaction is on disk.
 */
import type { Address } from "./address.ts";
import type { Spent } from "./answerer.ts";
import type { DeskShelf, DeskShelfReader } from "./desk-shelf.ts";
import type { Envelope } from "./event.ts";
import type { AgentId, BotName, CallId, ConversationId, LineId, PersonId, QueueName, TicketId, TimerId } from "./ids.ts";
import type { JournalEntry, JournalKind, JournalRow } from "./journal.ts";
import type { Json, JsonObject } from "./json.ts";
import type { Marks } from "./limits.ts";
import type { CustomerAddress, LinkOutcome, LinkRequest, UnlinkOutcome } from "./link.ts";
import type { Message, Purpose, Speaker } from "./message.ts";
import type { Session } from "./session.ts";
import type { Agent, Ticket, TicketOutcome, TicketState } from "./ticket.ts";

export type Controller = "bot" | "queue" | "human" | "none";

export type Conversation = {
  id: ConversationId;
  bot: BotName;
  address: Address;
  person: PersonId;
  linked?: true; // absent: this is its customer's only address
  version: number; // decided turns
  epoch: number; // changes of controller
  controller: Controller;
  agent: AgentId | null;
  ticket: TicketId | null; // the open one
  session: Session;
  marks: Marks;
  createdAtMs: number;
};

/** An undecided event, as it waits in the inbox. Order of deciding: (atMs, seq). */
export type Waiting = { seq: number; atMs: number; readyAtMs: number; row: JournalRow };

/** What one POST brought, already given its times. All or nothing. */
export type Inbound = {
  bot: BotName;
  envelope: Envelope;
  newConversation: ConversationId;
  newPerson: PersonId;
  receivedAtMs: number;
  /** Not to be decided before this (a bot's `settle`); absent: at once. */
  readyAtMs?: number;
};
/** `duplicate`: this key was here before, nothing was written for it. */
export type ReceivedEvent =
  | { kind: "received"; conversation: ConversationId; seq: number; isNew: boolean }
  | { kind: "duplicate"; conversation: ConversationId | null };

export type OutboxState = "ready" | "sending" | "in_doubt" | "sent" | "dropped" | "refused" | "failed";
export type Lane = "line" | "call" | "desk" | "track";

export type LineBody = { message: Message; purpose: Purpose; flow: string | null; step: string | null; clientId?: string };
export type CallBody = { key: string; action: string; input: JsonObject; timeoutMs: number; safe: boolean; program: string };

/** A row of work that leaves: a line to the customer, a call, a notice to a desk. In order per conversation and lane. */
export type OutboxRow = {
  id: LineId | CallId;
  bot: BotName;
  conversation: ConversationId;
  seq: number; // of the journal entry that holds it; its order within the lane
  lane: Lane;
  epoch: number;
  by: Speaker;
  agent: AgentId | null;
  state: OutboxState;
  attempts: number;
  nextAtMs: number;
  giveUpAtMs: number;
  body: LineBody | CallBody | JsonObject; // {} once it is at an end: the words are in the journal
  channelMessageId: string | null;
  why: string | null;
};
export type NewOutboxRow = Omit<OutboxRow, "bot" | "conversation" | "seq" | "attempts" | "channelMessageId" | "why"> & {
  /** Index into the decision's `journal` of the entry that holds it: its seq becomes the row's. */
  entry: number;
};

export type Timer = {
  id: TimerId;
  bot: BotName;
  conversation: ConversationId;
  dueAtMs: number;
  event: { kind: "due" } | { kind: "ticket_due"; ticket: TicketId; what: "max_wait" | "promise" | "unanswered" | "offer" | "snooze" };
};

export type FeedNotice = { kind: string; conversation: ConversationId; ticket: TicketId | null; queue: QueueName | null; data: JsonObject };
export type FeedRow = FeedNotice & { n: number; atMs: number };

/**
 * One turn's commit. Guarded: nothing of it is written when the conversation's version is no longer `began`.
 * `seen` makes a client's repeated request one act: a key already there answers with what was answered then.
 */
export type Decision = {
  bot: BotName;
  conversation: ConversationId;
  began: number;
  atMs: number;
  seen?: { key: string; digest: string; answer: Json };
  decided: number[]; // inbox seqs
  session?: Session; // absent: unchanged
  controller?: Controller; // with it the epoch rises by one
  agent?: AgentId | null;
  ticketOpen?: TicketId | null; // the conversation's open ticket
  marks?: Marks;
  /** After a change of controller: unsent lines of these speakers get the new epoch, those of the others become `dropped`. */
  survive?: Speaker[];
  journal: JournalEntry[];
  outbox: NewOutboxRow[];
  timers: { set: Timer[]; cancel: TimerId[] };
  tickets: Ticket[]; // written whole
  customer?: JsonObject; // fields; null removes
  /** Who is named in a note: `entry` is its index in `journal`. */
  mentions?: { entry: number; agents: AgentId[] };
  feed: FeedNotice[];
};
export type Committed =
  | { kind: "committed"; version: number; epoch: number; seqs: number[]; dropped: LineId[]; underWay: LineId[] }
  | { kind: "conflict" }
  /** The client id was here before: what was answered, or another body under the same id. */
  | { kind: "repeated"; answer: Json }
  | { kind: "mismatch" };

/** What became of rows of the outbox; written in one unit, in any later transaction. */
export type Settlement = {
  bot: BotName;
  id: LineId | CallId;
  conversation: ConversationId;
  state: OutboxState;
  attempts: number;
  nextAtMs: number;
  channelMessageId: string | null;
  why: string | null;
  /** Journalled beside it (a `delivery` entry), and an event for the inbox (a call's result), in the same transaction. */
  journal?: JournalEntry;
  inbox?: JournalEntry;
  marks?: Marks;
  feed?: FeedNotice;
  /** What the call used: added to the conversation's, the day's and the whole, in the same transaction. */
  spent?: { day: string; by: Spent };
};

/** Under which names spending is added up. */
export const SPENT_IN_ALL = "brand";
export const spentOfDay = (day: string): string => `day ${day}`;
export const spentOfConversation = (id: ConversationId): string => `conversation ${id}`;

export type TicketFilter = { bot: BotName; states?: TicketState[]; queues?: QueueName[]; agent?: AgentId; after?: TicketId; limit: number };

/** When a ticket went through people's hands; for reports. */
export type TicketTimes = {
  queue: QueueName;
  agent: AgentId | null;
  openedAtMs: number;
  claimedAtMs: number | null;
  answeredAtMs: number | null;
  closedAtMs: number | null;
  outcome: TicketOutcome | null;
};

/** What was found by words, the newest first. */
export type Found = { customers: { person: PersonId; fields: JsonObject }[]; tickets: Ticket[]; said: JournalRow[] };

/** Until when the customer has been shown what we said, as the platform told; null: it has not. */
export type ReceiptMarks = { deliveredUntilMs: number | null; readUntilMs: number | null };

/** What a command that only looks may use. It takes no lock, changes nothing and may run beside the writing process. */
export type StoreReader = Pick<
  Store,
  | keyof DeskShelfReader
  | "ticketsOf"
  | "tail"
  | "receiptMarks"
  | "deliveries"
  | "load"
  | "find"
  | "waiting"
  | "answered"
  | "outbox"
  | "outboxRow"
  | "lineOf"
  | "nextDue"
  | "tickets"
  | "ticket"
  | "waitingByQueue"
  | "loads"
  | "ticketTimes"
  | "search"
  | "journal"
  | "feed"
  | "feedEnd"
  | "customer"
  | "addressesOf"
  | "personOf"
  | "conversationsOf"
  | "conversations"
  | "agents"
  | "agentByToken"
  | "program"
  | "programs"
  | "erasures"
  | "counts"
  | "spent"
  | "close"
>;

export interface Store extends DeskShelf {
  /** One POST, one unit. Resolves after the commit; only then may the platform be told 200. */
  receive(inbound: Inbound[]): Promise<ReceivedEvent[]>;
  /**
   * The same, and what `decide` makes of it in the same unit: events that its decision decides never wait in the inbox.
   * Where its guard fails they do, as after `receive`. `decide` may not wait, and is asked again when the unit is tried again.
   */
  receiveAndDecide(
    inbound: Inbound[],
    decide: (received: ReceivedEvent[]) => Decision | null,
  ): Promise<{ received: ReceivedEvent[]; committed: Committed | null }>;
  load(bot: BotName, id: ConversationId): Promise<Conversation | null>;
  find(bot: BotName, address: Address): Promise<ConversationId | null>;
  /** Undecided events in order of deciding. */
  waiting(bot: BotName, id: ConversationId): Promise<Waiting[]>;
  commit(decision: Decision): Promise<Committed>;
  /** What was answered to a client id, so that a repeated request need not be decided again; null: never seen. */
  answered(bot: BotName, key: string): Promise<{ digest: string; answer: Json } | null>;

  /** Marks rows `sending` (attempts + 1) if their epoch is still the conversation's; the others become `dropped`, journalled. */
  markSending(bot: BotName, ids: (LineId | CallId)[], nowMs: number): Promise<{ sending: OutboxRow[]; dropped: OutboxRow[] }>;
  settle(settlements: Settlement[]): Promise<void>;
  /** Rows not yet at an end, in order. */
  outbox(bot: BotName, id: ConversationId): Promise<OutboxRow[]>;
  outboxRow(bot: BotName, id: LineId | CallId): Promise<OutboxRow | null>;
  /** Which line of ours carried this channel message id? Name the conversation where it is known: without it every line is looked at. */
  lineOf(bot: BotName, channelMessageId: string, conversation?: ConversationId): Promise<OutboxRow | null>;

  /** After a start, and by the poll: conversations with undecided events or unfinished rows, and rows a dead process left `sending` (now `in_doubt`). */
  recover(bot: BotName, nowMs: number): Promise<{ conversations: ConversationId[]; inDoubt: OutboxRow[] }>;
  /** Due timers: each removed and put into the inbox in one unit. */
  ring(bot: BotName, nowMs: number, limit: number): Promise<ConversationId[]>;
  /** The earliest timer's time, or null. */
  nextDue(bot: BotName): Promise<number | null>;

  tickets(filter: TicketFilter): Promise<Ticket[]>; // by orderKey
  ticket(bot: BotName, id: TicketId): Promise<Ticket | null>;
  /** Per queue: how many wait or are offered, and since when. */
  waitingByQueue(bot: BotName): Promise<Record<string, { waiting: number; oldestMs: number | null }>>;
  /** How many tickets each agent holds or is being offered. */
  loads(bot: BotName): Promise<Map<AgentId, number>>;
  /** Tickets that were opened in a span of time, in that order. */
  ticketTimes(bot: BotName, fromMs: number, toMs: number, limit: number): Promise<TicketTimes[]>;
  /**
   * Customers by what is known of them, and what the newest tickets and lines say (how far back: the engine's bound). Every word
   * must be there, in any case and order; at most `limit` of each.
   */
  search(bot: BotName, words: string[], limit: number): Promise<Found>;
  /** All tickets that a conversation has had, oldest first. */
  ticketsOf(bot: BotName, id: ConversationId): Promise<Ticket[]>;
  journal(bot: BotName, id: ConversationId, afterSeq: number, limit: number): Promise<JournalRow[]>;
  /** The last rows before a number (absent: of all), in order; `only`: of these kinds. */
  tail(bot: BotName, id: ConversationId, limit: number, beforeSeq?: number, only?: JournalKind[]): Promise<JournalRow[]>;
  /** What became of lines, between two numbers. */
  deliveries(bot: BotName, id: ConversationId, fromSeq: number, beforeSeq: number): Promise<JournalRow[]>;
  /** From the receipts after a number: how far the customer has got. */
  receiptMarks(bot: BotName, id: ConversationId, afterSeq: number): Promise<ReceiptMarks>;
  feed(bot: BotName, after: number, limit: number): Promise<FeedRow[]>;
  /** The number of the newest notice. */
  feedEnd(bot: BotName): Promise<number>;
  /** Told after each commit of this process that added notices; what others write is found by looking. @returns how to stop being told */
  watchFeed(told: () => void): () => void;

  customer(bot: BotName, person: PersonId): Promise<JsonObject>;
  /** Where a customer writes from and how that is known, the first one first. */
  addressesOf(bot: BotName, person: PersonId): Promise<CustomerAddress[]>;
  /** The customer that somebody of this id is today: linking gives two of them one id. null: nobody of that id has an address. */
  personOf(bot: BotName, id: PersonId): Promise<PersonId | null>;
  /** Keeps a code that was given in a conversation, in place of the one before it. */
  offerLink(bot: BotName, conversation: ConversationId, code: { hash: string; expiresAtMs: number }): Promise<void>;
  /**
   * Makes two addresses one customer if the proof holds, in one unit with what both conversations' journals say of it. The one who gave
   * a code hears of it as an event. The same proof brought again by the same conversation is answered as before.
   */
  link(request: LinkRequest): Promise<LinkOutcome>;
  /** Takes an address away from its customer, with what was learned there; what was learned at the others stays with them. */
  unlink(bot: BotName, conversation: ConversationId, by: string, atMs: number): Promise<UnlinkOutcome>;
  conversationsOf(bot: BotName, person: PersonId): Promise<Conversation[]>;
  conversations(bot: BotName, limit: number, before?: ConversationId): Promise<Conversation[]>;

  agents(bot: BotName): Promise<Agent[]>;
  saveAgent(agent: Agent, tokenHash: string | null): Promise<void>;
  agentByToken(tokenHash: string): Promise<Agent | null>;

  saveProgram(bot: BotName, hash: string, files: Record<string, string>, atMs: number): Promise<void>;
  program(bot: BotName, hash: string): Promise<Record<string, string> | null>;
  /** Hashes of every program kept, the newest first. */
  programs(bot: BotName): Promise<string[]>;

  /**
   * Empties everything personal of one customer, at all their addresses, in one unit; returns what was emptied, per table. Ledger of
   * keyed hashes included: `alsoHashes` are of the ids that the linked addresses had before, as an older backup knows them.
   */
  erase(
    bot: BotName,
    person: PersonId,
    by: string,
    atMs: number,
    keyedHash: string,
    alsoHashes?: string[],
  ): Promise<{ conversations: number; entries: number; lines: number }>;
  /** The ledger of erased customers, oldest first: a restored backup runs it again. */
  erasures(bot: BotName): Promise<{ keyedHash: string; by: string; atMs: number }[]>;
  /** Deletes what retention no longer allows, in small units. Returns rows removed. */
  retain(bot: BotName, rule: { saidBeforeMs: number; customersBeforeMs: number; seenBeforeMs: number }): Promise<number>;
  counts(bot: BotName): Promise<Record<string, number>>;
  /** What answerers have used under one of the names above; nothing: zeros. */
  spent(bot: BotName, scope: string): Promise<Spent>;

  beat(nowMs: number): Promise<void>;
  close(): Promise<void>;
}
