/** Empties everything personal of one customer in one unit. What remains tells that something was, and when, but not of whom or what. */
import type { BotName, Ids, PersonId } from "../../model/ids.ts";
import { NO_MARKS } from "../../model/limits.ts";
import { EMPTY_SESSION } from "../../model/session.ts";
import type { Ticket } from "../../model/ticket.ts";
import type { Database } from "./database.ts";
import { FORGET_SHELF } from "./desk-shelf.ts";
import type { FeedWriter } from "./feed.ts";
import type { Known, KnownConversations } from "./known.ts";
import type { Leaving } from "./leaving.ts";
import { FORGET_LINKS } from "./links.ts";
import { INDEXED, OPEN } from "./outbox.ts";
import { firstPlace, lastPlace } from "./place.ts";
import type { Recorder } from "./recorder.ts";
import { ticketReader, type ticketWriter } from "./tickets.ts";

const CONVERSATIONS = "SELECT id FROM conversations WHERE bot = ? AND person = ?";
const EMPTY_CONVERSATION = `
  UPDATE conversations SET customer = ?, session = ?, marks = ?, version = version + 1, epoch = epoch + 1,
    controller = 'none', agent = NULL, ticket = NULL, linked = 0
  WHERE n = ?`;
export const UNLINK = `
  DELETE FROM addresses WHERE (bot, channel, account, customer) = (SELECT bot, channel, account, customer FROM conversations WHERE n = ?)`;
const EMPTY_JOURNAL = "UPDATE journal SET personal = NULL WHERE place BETWEEN ? AND ? AND personal IS NOT NULL";
const EMPTY_INBOX = "DELETE FROM inbox WHERE place BETWEEN ? AND ?";
// Those that still go out, and by the journal those at their end: an index of all rows by conversation would cost every turn.
const LINES = `
  SELECT id FROM outbox WHERE place BETWEEN ?1 AND ?2 AND ${INDEXED}
  UNION SELECT json_extract(skeleton, '$.line') FROM journal
  WHERE place BETWEEN ?1 AND ?2 AND kind = 'line' AND json_type(skeleton, '$.line') = 'text'`;
const EMPTY_LINE = `
  UPDATE outbox SET body = '{}', channel_message_id = NULL, why = 'erased',
    state = CASE WHEN ${OPEN} THEN 'dropped' ELSE state END
  WHERE id = ? AND place BETWEEN ? AND ?`;
const KEEP_KEYS = `
  INSERT OR IGNORE INTO erased_keys (bot, key, at_ms)
  SELECT c.bot, s.key, s.at_ms FROM seen s JOIN conversations c ON c.n = s.conversation WHERE s.conversation = ?`;
export const EMPTY_SEEN = "DELETE FROM seen WHERE conversation = ?";
const EMPTY_TIMERS = "DELETE FROM timers WHERE conversation = ?";
const EMPTY_FEED = "UPDATE feed SET data = '{}' WHERE bot = ? AND conversation = ?";
const EMPTY_CUSTOMER = "UPDATE customers SET fields = '{}', erased_at_ms = ? WHERE bot = ? AND person = ?";
// Whoever was linked to them for a while: what their turns and packages knew of the erased customer, they knew from then on.
const PARTNERS = `
  SELECT json_extract(skeleton, '$.conversation'), min(at_ms) FROM journal
  WHERE place BETWEEN ? AND ? AND kind = 'control' AND json_extract(skeleton, '$.kind') = 'linked' GROUP BY 1`;
const FORGET_SEEN_FIELDS = `
  UPDATE journal SET personal = json_set(personal, '$.view.customer', json('{}'))
  WHERE place BETWEEN ?1 AND ?2 AND at_ms >= ?3 AND kind = 'turn' AND json_type(personal, '$.view.customer') IS NOT NULL`;
const FORGET_SEEN_PACKAGES = `
  UPDATE tickets SET body = json_set(body, '$.package', NULL)
  WHERE conversation = ? AND state = 'closed' AND opened_at_ms >= ? AND json_extract(body, '$.package') IS NOT NULL`;
const LEDGER = "INSERT OR IGNORE INTO erasures (bot, keyed_hash, said_by, at_ms) VALUES (?, ?, ?, ?)";
const READ_LEDGER = "SELECT keyed_hash, said_by, at_ms FROM erasures WHERE bot = ? ORDER BY at_ms, keyed_hash";

export type Erased = { conversations: number; entries: number; lines: number };
export type Erase = (bot: BotName, person: PersonId, by: string, atMs: number, keyedHashes: string[]) => Erased;

export type EraseParts = {
  known: KnownConversations;
  leaving: Leaving;
  recorder: Recorder;
  feed: FeedWriter;
  writeTicket: ReturnType<typeof ticketWriter>;
  ids: Ids;
};

export function eraser(db: Database, { known, leaving, recorder, feed, writeTicket, ids }: EraseParts): Erase {
  const conversationsOf = db.prepare(CONVERSATIONS);
  const emptyConversation = db.prepare(EMPTY_CONVERSATION);
  const unlink = db.prepare(UNLINK);
  const emptyJournal = db.prepare(EMPTY_JOURNAL);
  const emptyInbox = db.prepare(EMPTY_INBOX);
  const linesOf = db.prepare(LINES);
  const emptyLine = db.prepare(EMPTY_LINE);
  const keepKeys = db.prepare(KEEP_KEYS);
  const emptySeen = db.prepare(EMPTY_SEEN);
  const emptyTimers = db.prepare(EMPTY_TIMERS);
  const emptyFeed = db.prepare(EMPTY_FEED);
  const emptyCustomer = db.prepare(EMPTY_CUSTOMER);
  const ledger = db.prepare(LEDGER);
  const partnersOf = db.prepare(PARTNERS);
  const forgetSeenFields = db.prepare(FORGET_SEEN_FIELDS);
  const forgetSeenPackages = db.prepare(FORGET_SEEN_PACKAGES);
  const forgetLinks = FORGET_LINKS.map((sql) => db.prepare(sql));
  const forgetShelf = FORGET_SHELF.map((sql) => db.prepare(sql));
  const tickets = ticketReader(db);

  function eraseConversation(conversation: Known, by: string, atMs: number): { entries: number; lines: number } {
    const { bot, n } = conversation;
    const range = [firstPlace(n), lastPlace(n)];
    let lines = 0;
    for (const [id] of linesOf.rows(range)) {
      lines += emptyLine.run([id as string, ...range]);
      leaving.gone(id as string);
    }
    const entries = emptyJournal.run(range);
    emptyInbox.run(range);
    keepKeys.run([n]);
    emptySeen.run([n]);
    emptyTimers.run([n]);
    emptyFeed.run([bot, conversation.id]);
    for (const statement of [...forgetShelf, ...forgetLinks]) statement.run([n]);
    for (const ticket of tickets.ofConversation(n)) {
      const open = ticket.state !== "closed";
      writeTicket(conversation, emptied(ticket, atMs));
      if (open)
        feed.add(
          bot,
          { kind: "ticket.closed", conversation: conversation.id, ticket: ticket.id, queue: ticket.queue, data: { outcome: "erased" } },
          atMs,
        );
    }
    unlink.run([n]);
    // A random address: the same person writing again is somebody new, and nothing of theirs leads back here.
    emptyConversation.run([`erased_${ids.next("cu")}`, JSON.stringify(EMPTY_SESSION), JSON.stringify(NO_MARKS), n]);
    recorder.append(conversation, {
      kind: "control",
      v: 1,
      atMs,
      by: "system",
      cause: null,
      skeleton: { kind: "erased", by },
      personal: null,
    });
    feed.add(bot, { kind: "customer.erased", conversation: conversation.id, ticket: null, queue: null, data: {} }, atMs);
    return { entries, lines };
  }

  /** Conversations that were linked with these and are no longer, each with the moment from which on it was. */
  function partners(bot: BotName, of: Known[]): Map<Known, number> {
    const since = new Map<Known, number>(of.map((one) => [one, 0]));
    for (const [one] of since) // grows while it is walked: a partner's partners knew it too
      for (const [id, atMs] of partnersOf.rows([firstPlace(one.n), lastPlace(one.n)])) {
        const partner = known.byId(bot, id as Known["id"]);
        if (partner && !since.has(partner)) since.set(partner, atMs as number);
      }
    for (const one of of) since.delete(one);
    return since;
  }

  return (bot, person, by, atMs, keyedHashes) => {
    const erased: Erased = { conversations: 0, entries: 0, lines: 0 };
    const all = conversationsOf.rows([bot, person]).flatMap(([id]) => known.byId(bot, id as Known["id"]) ?? []);
    for (const [partner, sinceMs] of partners(bot, all)) {
      forgetSeenFields.run([firstPlace(partner.n), lastPlace(partner.n), sinceMs]);
      forgetSeenPackages.run([partner.n, sinceMs]);
    }
    for (const conversation of all) {
      const { entries, lines } = eraseConversation(conversation, by, atMs);
      erased.conversations++;
      erased.entries += entries;
      erased.lines += lines;
    }
    emptyCustomer.run([atMs, bot, person]);
    for (const keyedHash of keyedHashes) ledger.run([bot, keyedHash, by, atMs]);
    known.forget(); // its address is no longer who it was
    return erased;
  };
}

function emptied(ticket: Ticket, atMs: number): Ticket {
  const open = ticket.state !== "closed";
  return {
    ...ticket,
    state: "closed",
    outcome: open ? "erased" : ticket.outcome,
    offer: open ? null : ticket.offer,
    closedAtMs: open ? atMs : ticket.closedAtMs,
    request: { ...ticket.request, detail: "", notice: null },
    package: null,
    note: null,
  };
}

export function erasureReader(db: Database): (bot: BotName) => { keyedHash: string; by: string; atMs: number }[] {
  const ledger = db.prepare(READ_LEDGER);
  return (bot) =>
    ledger.rows([bot]).map(([keyedHash, by, atMs]) => ({ keyedHash: keyedHash as string, by: by as string, atMs: atMs as number }));
}
