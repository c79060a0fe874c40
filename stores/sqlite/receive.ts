/** One POST becomes numbered entries: conversation → seen → journal → inbox. It leaves the version alone, so a turn under way is not undone. */
import { entryOf, marksAfter, roadOf } from "../../model/entry.ts";
import type { JsonObject } from "../../model/json.ts";
import { NO_MARKS } from "../../model/limits.ts";
import { EMPTY_SESSION } from "../../model/session.ts";
import type { Committed, Decision, FeedNotice, Inbound, ReceivedEvent } from "../../model/store.ts";
import type { Commit } from "./commit.ts";
import { type Database, exact } from "./database.ts";
import type { FeedWriter } from "./feed.ts";
import type { Known, KnownConversations } from "./known.ts";
import type { Receipts } from "./receipt.ts";
import type { Held, Recorder } from "./recorder.ts";

const SEE = "INSERT OR IGNORE INTO seen (conversation, key, at_ms) VALUES (?, ?, ?)";
const ERASED_KEY = "SELECT 1 FROM erased_keys WHERE bot = ? AND key = ?";
const OPEN_CONVERSATION = `
  INSERT INTO conversations (bot, id, channel, account, customer, person, version, epoch, controller, session, marks, created_at_ms)
  VALUES (?, ?, ?, ?, ?, ?, 0, 0, 'bot', ?, ?, ?) RETURNING n`;
const ADD_CUSTOMER = "INSERT INTO customers (bot, person, fields, created_at_ms) VALUES (?, ?, '{}', ?)";
const ADD_ADDRESS = `
  INSERT INTO addresses (bot, channel, account, customer, person, conversation, proof, linked_at_ms)
  VALUES (?, ?, ?, ?, ?, ?, 'first_message', ?)`;

export type Decide = (received: ReceivedEvent[]) => Decision | null;
export type Receive = (inbound: Inbound[], decide: Decide | null) => { received: ReceivedEvent[]; committed: Committed | null };

/** An event that has its number, and is still to be written and decided. */
type Undecided = { conversation: Known; held: Held; readyAtMs: number };

export type ReceiveParts = {
  known: KnownConversations;
  recorder: Recorder;
  receipts: Receipts;
  commit: Commit;
  feed: FeedWriter;
};

export function receiver(db: Database, { known, recorder: record, receipts, commit, feed }: ReceiveParts): Receive {
  const see = db.prepare(SEE);
  const erasedKey = db.prepare(ERASED_KEY);
  const open = conversationOpener(db, known);

  function receiveOne(inbound: Inbound, undecided: Undecided[]): ReceivedEvent {
    const { bot, envelope } = inbound;
    const { address, event, atMs, opens, via } = envelope;
    const key = exact(envelope.key);
    const before = known.byAddress(bot, address);
    // What an erased customer once said makes nobody new when it is delivered again.
    if (!before && erasedKey.row([bot, key])) return { kind: "duplicate", conversation: null };
    const conversation = before ?? open(inbound);
    if (see.run([conversation.n, key, inbound.receivedAtMs]) === 0) return { kind: "duplicate", conversation: conversation.id };
    const entry = entryOf(event, atMs, opens, via);
    switch (roadOf(event)) {
      case "heard":
      case "control": {
        const held = record.hold(conversation, entry);
        undecided.push({ conversation, held, readyAtMs: inbound.readyAtMs ?? inbound.receivedAtMs });
        hear(conversation, event.kind, atMs, opens, via);
        return { kind: "received", conversation: conversation.id, seq: held.seq, isNew: before === null };
      }
      case "receipt": {
        const refused = receipts(conversation, event, inbound.receivedAtMs);
        if (conversation.ticket !== null && (event.kind === "delivered" || event.kind === "read"))
          feed.add(inbound.bot, deliveryNotice(conversation, { state: event.kind }), inbound.receivedAtMs);
        const seq = record.append(conversation, entry);
        if (refused !== null) {
          record.append(conversation, refused);
          feed.add(inbound.bot, deliveryNotice(conversation, refused.skeleton), inbound.receivedAtMs);
        }
        return { kind: "received", conversation: conversation.id, seq, isNew: before === null };
      }
      case "ignored":
        return { kind: "received", conversation: conversation.id, seq: record.append(conversation, entry), isNew: before === null };
    }
  }

  return (inbound, decide) => {
    const undecided: Undecided[] = [];
    const received = inbound.map((one) => receiveOne(one, undecided));
    const decision = decide?.(received) ?? null;
    const [first, ...more] = undecided;
    const withAnswer = decision && first && more.length === 0 && first.conversation.id === decision.conversation ? first.held : null;
    if (!withAnswer) for (const { conversation, held } of undecided) record.write(conversation, held);
    const committed = decision && commit({ ...decision, decided: [] }, withAnswer); // what it decides has not been put into the inbox
    const isDecided = ({ conversation, held }: Undecided) =>
      committed?.kind === "committed" && conversation.id === decision?.conversation && decision.decided.includes(held.seq);
    if (withAnswer && committed?.kind !== "committed") record.write(first!.conversation, withAnswer);
    for (const event of undecided)
      if (!isDecided(event)) record.stand(event.conversation, event.held.seq, event.held.entry.atMs, event.readyAtMs);
    return { received, committed };
  };
}

/** While people work on it, they are shown how far the customer has got. */
function deliveryNotice({ id, ticket }: Known, data: JsonObject): FeedNotice {
  return { kind: "delivery", conversation: id, ticket, queue: null, data };
}

/** The row is written with the turn that decides; until then the marks live here and can be found again from the inbox. */
function hear(conversation: Known, kind: string, atMs: number, opens: string | undefined, via: string | undefined): void {
  const marks = marksAfter(conversation.marks, kind, atMs, opens, via);
  if (opens !== undefined && marks.spent === 0 && conversation.marks.spent > 0) conversation.spentBefore = conversation.marks.spent;
  conversation.marks = marks;
}

function conversationOpener(db: Database, known: KnownConversations): (inbound: Inbound) => Known {
  const openConversation = db.prepare(OPEN_CONVERSATION);
  const addCustomer = db.prepare(ADD_CUSTOMER);
  const addAddress = db.prepare(ADD_ADDRESS);
  return ({ bot, envelope: { address }, newConversation, newPerson, receivedAtMs }) => {
    const at = [exact(address.channel), exact(address.account), exact(address.customer)];
    const session = JSON.stringify(EMPTY_SESSION);
    const marks = JSON.stringify(NO_MARKS);
    const n = openConversation.row([bot, newConversation, ...at, newPerson, session, marks, receivedAtMs])?.[0] as number;
    addCustomer.write([bot, newPerson, receivedAtMs]);
    addAddress.write([bot, ...at, newPerson, n, receivedAtMs]);
    const conversation: Known = {
      n,
      id: newConversation,
      bot,
      address,
      person: newPerson,
      linked: false,
      version: 0,
      epoch: 0,
      controller: "bot",
      agent: null,
      ticket: null,
      createdAtMs: receivedAtMs,
      marks: NO_MARKS,
      spentBefore: 0,
      nextSeq: 1,
    };
    known.remember(conversation);
    return conversation;
  };
}
