/** What the store's tests send in and decide: small, whole, and different each time. */
import { type Address, address } from "../../model/address.ts";
import type { Clock } from "../../model/clock.ts";
import type { Incoming } from "../../model/event.ts";
import type {
  AgentId,
  BotName,
  CallId,
  ConversationId,
  IdPrefix,
  Ids,
  LineId,
  PersonId,
  QueueName,
  TicketId,
  TimerId,
} from "../../model/ids.ts";
import type { JournalEntry } from "../../model/journal.ts";
import type { Speaker } from "../../model/message.ts";
import type { Decision, Inbound, Lane, NewOutboxRow, OutboxState, Settlement, Store, Timer } from "../../model/store.ts";
import type { Ticket } from "../../model/ticket.ts";

export const ALDER = "alder" as BotName;
export const NOON_MS = Date.UTC(2026, 10, 24, 12);
export const MEI: Address = address("messenger", "104200000000001", "7000000000000001");
export const OLA: Address = address("messenger", "104200000000001", "7000000000000002");

/** Ids that grow, and a clock that stands where it is put. */
export function madeIds(): Ids {
  let last = 0;
  const run = Math.random().toString(36).slice(2, 8).toUpperCase();
  return { next: (prefix: IdPrefix) => `${prefix}_01${String(++last).padStart(10, "0")}${run}` };
}

export type StandingClock = Clock & { atMs: number };
export function standingClock(atMs = NOON_MS): StandingClock {
  const clock: StandingClock = {
    atMs,
    nowMs: () => clock.atMs,
    monotonicMs: () => clock.atMs,
    sleepUntil: async (untilMs) => {
      clock.atMs = Math.max(clock.atMs, untilMs);
    },
  };
  return clock;
}

export function said(text: string, messageId?: string): Incoming {
  return { kind: "said", text, attachments: [], ...(messageId ? { messageId } : {}) };
}

export function inbound(ids: Ids, key: string, event: Incoming, more: Partial<Inbound["envelope"]> & { bot?: BotName } = {}): Inbound {
  const { bot = ALDER, ...envelope } = more;
  return {
    bot,
    envelope: { key, address: MEI, atMs: NOON_MS, event, ...envelope },
    newConversation: ids.next("cv") as ConversationId,
    newPerson: ids.next("cu") as PersonId,
    receivedAtMs: envelope.atMs ?? NOON_MS,
  };
}

/** Hears one text and returns where it landed. */
export async function hear(
  store: Store,
  ids: Ids,
  key: string,
  text = "hello",
  more: Partial<Inbound["envelope"]> & { bot?: BotName } = {},
): Promise<{ id: ConversationId; seq: number }> {
  const [received] = await store.receive([inbound(ids, key, said(text, key), more)]);
  if (received?.kind !== "received") throw new Error(`The message ${key} was taken for a repeated one.`);
  return { id: received.conversation, seq: received.seq };
}

export function decision(id: ConversationId, began: number, more: Partial<Decision> = {}): Decision {
  return {
    bot: ALDER,
    conversation: id,
    began,
    atMs: NOON_MS,
    decided: [],
    journal: [],
    outbox: [],
    timers: { set: [], cancel: [] },
    tickets: [],
    feed: [],
    ...more,
  };
}

export function entry(
  kind: JournalEntry["kind"],
  personal: JournalEntry["personal"] = null,
  more: Partial<JournalEntry> = {},
): JournalEntry {
  return { kind, v: 1, atMs: NOON_MS, by: "bot", cause: null, skeleton: {}, personal, ...more };
}

export function line(
  id: string,
  entryAt: number,
  more: Partial<{ epoch: number; by: Speaker; state: OutboxState; lane: Lane; text: string }> = {},
): NewOutboxRow {
  return {
    id: id as LineId | CallId,
    lane: more.lane ?? "line",
    epoch: more.epoch ?? 0,
    by: more.by ?? "bot",
    agent: more.by === "agent" ? ("ag_mei" as AgentId) : null,
    state: more.state ?? "ready",
    nextAtMs: NOON_MS,
    giveUpAtMs: NOON_MS + 86_400_000,
    body: { message: { text: more.text ?? `text of ${id}` }, purpose: "reply", flow: null, step: null },
    entry: entryAt,
  };
}

/** The journal's entry of one line, which says its id. */
export function lineEntry(lineId: string, personal: JournalEntry["personal"] = null): JournalEntry {
  return entry("line", personal, { skeleton: { line: lineId } });
}

/** A decision that says one line. */
export function saying(
  id: ConversationId,
  began: number,
  lineId: string,
  more: Partial<Decision> & { line?: Parameters<typeof line>[2] } = {},
): Decision {
  const { line: about, ...rest } = more;
  const text = about?.text ?? `text of ${lineId}`;
  return decision(id, began, {
    journal: [lineEntry(lineId, { text })],
    outbox: [line(lineId, 0, about)],
    ...rest,
  });
}

export function settled(id: ConversationId, row: string, state: OutboxState, more: Partial<Settlement> = {}): Settlement {
  return {
    bot: ALDER,
    id: row as LineId,
    conversation: id,
    state,
    attempts: 1,
    nextAtMs: NOON_MS,
    channelMessageId: null,
    why: null,
    ...more,
  };
}

export function timer(id: ConversationId, name: string, dueAtMs: number, event: Timer["event"] = { kind: "due" }): Timer {
  return { id: name as TimerId, bot: ALDER, conversation: id, dueAtMs, event };
}

export function ticket(conversation: ConversationId, id: string, more: Partial<Ticket> = {}): Ticket {
  return {
    id: id as TicketId,
    bot: ALDER,
    conversation,
    queue: "delivery" as QueueName,
    state: "waiting",
    outcome: null,
    agent: null,
    offer: null,
    priority: "normal",
    skills: [],
    language: "en",
    openedAtMs: NOON_MS,
    claimedAtMs: null,
    closedAtMs: null,
    promisedAtMs: null,
    expiresAtMs: null,
    windowClosesAtMs: null,
    answered: false,
    request: {
      queue: "delivery" as QueueName,
      code: "customer_asked",
      detail: "",
      flow: null,
      step: null,
      priority: "normal",
      skills: [],
      askAgent: [],
      returnTo: null,
      notice: null,
    },
    package: null,
    packageSeq: 0,
    rung: 0,
    wrapUp: null,
    note: null,
    ...more,
  };
}
