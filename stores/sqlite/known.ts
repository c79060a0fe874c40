/**
 * The conversations this process knows by heart: the few facts that receiving and deciding need at each turn. One process writes an
 * SQLite store, so what stands here is the truth, as long as it is forgotten whenever a transaction fails.
 */
import type { AccountId, Address, ChannelName, CustomerId } from "../../model/address.ts";
import { marksAfter } from "../../model/entry.ts";
import type { AgentId, BotName, ConversationId, PersonId, TicketId } from "../../model/ids.ts";
import type { JsonObject } from "../../model/json.ts";
import type { Marks } from "../../model/limits.ts";
import type { Controller } from "../../model/store.ts";
import { type Database, exact, inexact } from "./database.ts";
import { firstPlace, lastPlace, seqOf } from "./place.ts";

export type Known = {
  n: number;
  id: ConversationId;
  bot: BotName;
  address: Address;
  person: PersonId;
  /** Its customer has other addresses too. */
  linked: boolean;
  version: number;
  epoch: number;
  controller: Controller;
  agent: AgentId | null;
  ticket: TicketId | null;
  createdAtMs: number;
  marks: Marks;
  /** `marks.spent` before the last opening set it to 0: a turn that began before it counted on from there. */
  spentBefore: number;
  nextSeq: number;
};

export interface KnownConversations {
  byId(bot: BotName, id: ConversationId): Known | null;
  byAddress(bot: BotName, address: Address): Known | null;
  remember(known: Known): void;
  forget(): void;
  readonly size: number;
}

const COLUMNS = "n, id, bot, channel, account, customer, person, version, epoch, controller, agent, ticket, created_at_ms, marks, linked";
const BY_ID = `SELECT ${COLUMNS} FROM conversations WHERE bot = ? AND id = ?`;
const BY_ADDRESS = `
  SELECT ${COLUMNS} FROM conversations
  WHERE n = (SELECT conversation FROM addresses WHERE bot = ? AND channel = ? AND account = ? AND customer = ?)`;
// Not a column of conversations: that would be one UPDATE more for every event received.
const LAST_PLACE = "SELECT max(place) FROM journal WHERE place BETWEEN ? AND ?";
const UNDECIDED_OPENINGS = `
  SELECT j.at_ms, j.skeleton FROM inbox i CROSS JOIN journal j ON j.place = i.place
  WHERE i.place BETWEEN ? AND ? ORDER BY i.place`;

type Generation = { byId: Map<string, Known>; byAddress: Map<string, Known> };

/** Two generations instead of a list in order of use: whoever was not asked for while the young half filled is let go. */
export function knownConversations(db: Database, max: number): KnownConversations {
  const byIdRow = db.prepare(BY_ID);
  const byAddressRow = db.prepare(BY_ADDRESS);
  const half = Math.max(1, Math.ceil(max / 2));
  let young: Generation = generation();
  let old: Generation = generation();
  const read = conversationReader(db);

  function remember(known: Known): void {
    if (young.byId.size >= half) {
      old = young;
      young = generation();
    }
    young.byId.set(idKey(known.bot, known.id), known);
    young.byAddress.set(addressKey(known.bot, known.address), known);
  }

  function recall(from: (generation: Generation) => Known | undefined): Known | null {
    const known = from(young);
    if (known) return known;
    const fading = from(old);
    if (fading) remember(fading);
    return fading ?? null;
  }

  return {
    remember,
    byId(bot, id) {
      const key = idKey(bot, id);
      const known = recall((among) => among.byId.get(key));
      if (known) return known;
      const row = byIdRow.row([bot, exact(id)]);
      if (!row) return null;
      const stored = read(row);
      remember(stored);
      return stored;
    },
    byAddress(bot, address) {
      const key = addressKey(bot, address);
      const known = recall((among) => among.byAddress.get(key));
      if (known) return known;
      const row = byAddressRow.row([bot, exact(address.channel), exact(address.account), exact(address.customer)]);
      if (!row) return null;
      const stored = read(row);
      remember(stored);
      return stored;
    },
    forget() {
      young = generation();
      old = generation();
    },
    get size() {
      return young.byId.size + old.byId.size;
    },
  };
}

function conversationReader(db: Database): (row: (string | number | null)[]) => Known {
  const lastPlaceRow = db.prepare(LAST_PLACE);
  const marks = marksReader(db);
  return (row) => {
    const n = row[0] as number;
    const last = lastPlaceRow.row([firstPlace(n), lastPlace(n)])?.[0] as number | null;
    return {
      n,
      id: row[1] as ConversationId,
      bot: row[2] as BotName,
      address: addressOf(row[3], row[4], row[5]),
      person: row[6] as PersonId,
      linked: row[14] === 1,
      version: row[7] as number,
      epoch: row[8] as number,
      controller: row[9] as Controller,
      agent: row[10] as AgentId | null,
      ticket: row[11] as TicketId | null,
      createdAtMs: row[12] as number,
      ...marks(n, row[13] as string),
      nextSeq: last === null ? 1 : seqOf(last) + 1,
    };
  };
}

/** Receiving leaves the row alone; openings not yet decided about are found again in what waits in the inbox. */
export function marksReader(db: Database): (n: number, stored: string) => { marks: Marks; spentBefore: number } {
  const openings = db.prepare(UNDECIDED_OPENINGS);
  return (n, stored) => {
    let marks = JSON.parse(stored) as Marks;
    const spentBefore = marks.spent;
    for (const [atMs, text] of openings.rows([firstPlace(n), lastPlace(n)])) {
      const skeleton = JSON.parse(text as string) as JsonObject;
      const word = (value: unknown) => (typeof value === "string" ? value : undefined);
      marks = marksAfter(marks, String(skeleton.kind), atMs as number, word(skeleton.opens), word(skeleton.via));
    }
    return { marks, spentBefore };
  };
}

export function addressOf(channel: unknown, account: unknown, customer: unknown): Address {
  return {
    channel: inexact(channel as string) as ChannelName,
    account: inexact(account as string) as AccountId,
    customer: inexact(customer as string) as CustomerId,
  };
}

/** Marks that a turn or a send computed, joined with what arrived meanwhile: nothing heard is unheard, nothing spent is forgotten. */
export function joinMarks(known: Known, decided: Marks): Marks {
  const { marks } = known;
  if (decided === marks) return marks;
  const openings: Record<string, number> = { ...decided.openings };
  let opened = false;
  for (const [name, atMs] of Object.entries(marks.openings)) {
    if (Object.hasOwn(decided.openings, name) && decided.openings[name]! >= atMs) continue;
    opened = true;
    Object.defineProperty(openings, name, { value: atMs, enumerable: true, configurable: true, writable: true });
  }
  const spent = opened ? marks.spent + Math.max(0, decided.spent - known.spentBefore) : decided.spent;
  const heardAtMs = later(marks.heardAtMs, decided.heardAtMs);
  const closed = later(marks.closedByChannelAtMs ?? null, decided.closedByChannelAtMs ?? null);
  const joined: Marks = closed === null ? { openings, heardAtMs, spent } : { openings, heardAtMs, spent, closedByChannelAtMs: closed };
  const since = opened ? marks.since : decided.since; // what was spent before an opening changes only with an opening
  if (since !== undefined) joined.since = since;
  return marks.via === undefined ? joined : { ...joined, via: marks.via };
}

function later(one: number | null, other: number | null): number | null {
  return one === null ? other : other === null ? one : Math.max(one, other);
}

function generation(): Generation {
  return { byId: new Map(), byAddress: new Map() };
}

function idKey(bot: BotName, id: ConversationId): string {
  return `${bot} ${id}`;
}

/** Lengths first, so that no two addresses share a key, whatever characters a platform puts into its ids. */
function addressKey(bot: BotName, { channel, account, customer }: Address): string {
  return `${bot.length} ${channel.length} ${account.length} ${bot}${channel}${account}${customer}`;
}
