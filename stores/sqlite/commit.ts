/** One turn's commit: guard, decided events, journal, outbox, timers, tickets, customer, feed. All of it, or nothing where the guard fails. */
import type { LineId } from "../../model/ids.ts";
import type { Json } from "../../model/json.ts";
import type { Committed, Decision } from "../../model/store.ts";
import type { CustomerWriter } from "./customers.ts";
import { type Database, exact } from "./database.ts";
import { MENTION } from "./desk-shelf.ts";
import type { FeedWriter } from "./feed.ts";
import { joinMarks, type Known, type KnownConversations } from "./known.ts";
import type { Outbox } from "./outbox.ts";
import { place } from "./place.ts";
import type { Held, Recorder } from "./recorder.ts";
import type { ticketWriter } from "./tickets.ts";
import type { Timers } from "./timers.ts";

const ANSWERED = "SELECT digest, answer FROM answered WHERE bot = ? AND key = ?";
const ANSWER = "INSERT INTO answered (bot, key, at_ms, digest, answer) VALUES (?, ?, ?, ?, ?)";
const DECIDE = "UPDATE conversations SET version = version + 1, marks = ?, session = ? WHERE n = ? AND version = ?";
const DECIDE_WITHOUT_SESSION = "UPDATE conversations SET version = version + 1, marks = ? WHERE n = ? AND version = ?";
const PASS = "UPDATE conversations SET epoch = ?, controller = ?, agent = ?, ticket = ? WHERE n = ?";
const DECIDED = "DELETE FROM inbox WHERE place = ?";

export type CommitParts = {
  known: KnownConversations;
  recorder: Recorder;
  outbox: Outbox;
  timers: Timers;
  writeTicket: ReturnType<typeof ticketWriter>;
  customers: CustomerWriter;
  feed: FeedWriter;
};

/** `held`: what the decision answers, where that is written with it. It is, when and only when the answer is `committed`. */
export type Commit = (decision: Decision, held?: Held | null) => Committed;

export function committer(db: Database, parts: CommitParts): Commit {
  const { known, recorder, outbox, timers, writeTicket, customers, feed } = parts;
  const answered = answeredReader(db);
  const answer = db.prepare(ANSWER);
  const decide = db.prepare(DECIDE);
  const decideWithoutSession = db.prepare(DECIDE_WITHOUT_SESSION);
  const pass = db.prepare(PASS);
  const decided = db.prepare(DECIDED);
  const mention = db.prepare(MENTION);

  /** Raises the version if it is still the one the turn began from. */
  function guarded(conversation: Known, decision: Decision): boolean {
    const { n } = conversation;
    const marks = decision.marks ? joinMarks(conversation, decision.marks) : conversation.marks;
    const changed = decision.session
      ? decide.run([JSON.stringify(marks), JSON.stringify(decision.session), n, decision.began])
      : decideWithoutSession.run([JSON.stringify(marks), n, decision.began]);
    if (changed === 0) return false;
    conversation.version = decision.began + 1;
    conversation.marks = marks;
    const { controller, agent, ticketOpen } = decision;
    if (controller === undefined && agent === undefined && ticketOpen === undefined) return true;
    if (controller !== undefined) {
      conversation.epoch++;
      conversation.controller = controller;
    }
    if (agent !== undefined) conversation.agent = agent;
    if (ticketOpen !== undefined) conversation.ticket = ticketOpen;
    pass.write([conversation.epoch, conversation.controller, conversation.agent, conversation.ticket, n]);
    return true;
  }

  return (decision, held) => {
    const { bot, atMs } = decision;
    if (decision.seen) {
      const before = answered(bot, decision.seen.key);
      if (before) return before.digest === decision.seen.digest ? { kind: "repeated", answer: before.answer } : { kind: "mismatch" };
    }
    const conversation = known.byId(bot, decision.conversation);
    if (!conversation || conversation.version !== decision.began || !guarded(conversation, decision)) return { kind: "conflict" };
    if (decision.seen) {
      const { key, digest } = decision.seen;
      answer.write([bot, exact(key), atMs, digest, JSON.stringify(decision.seen.answer)]);
    }
    for (const seq of decision.decided) decided.write([place(conversation.n, seq)]);
    const seqs = recorder.appendAll(conversation, decision.journal, held);
    let passed: { dropped: LineId[]; underWay: LineId[] } = { dropped: [], underWay: [] };
    if (decision.controller !== undefined) passed = outbox.passControl(conversation, decision.survive ?? [], atMs);
    for (const row of decision.outbox) {
      const seq = seqs[row.entry];
      if (seq === undefined) throw new Error(`Outbox row ${row.id} names journal entry ${row.entry} of ${seqs.length}.`);
      outbox.add(conversation, row, seq, decision.journal[row.entry]!.skeleton.line === row.id);
    }
    for (const id of decision.timers.cancel) timers.cancel(conversation, id);
    for (const timer of decision.timers.set) timers.set(conversation, timer);
    for (const ticket of decision.tickets) writeTicket(conversation, ticket);
    for (const agent of decision.mentions?.agents ?? []) {
      const seq = seqs[decision.mentions!.entry];
      if (seq === undefined) throw new Error("A mention names a journal entry that is not there.");
      mention.write([bot, agent, place(conversation.n, seq), decision.conversation, atMs]);
    }
    if (decision.customer) customers.remember(conversation, decision.customer, atMs);
    for (const notice of decision.feed) feed.add(bot, notice, atMs);
    return { kind: "committed", version: conversation.version, epoch: conversation.epoch, seqs, ...passed };
  };
}

/** What a client id was answered. */
export function answeredReader(db: Database): (bot: string, key: string) => { digest: string; answer: Json } | null {
  const row = db.prepare(ANSWERED);
  return (bot, key) => {
    const found = row.row([bot, exact(key)]);
    return found && { digest: found[0] as string, answer: JSON.parse(found[1] as string) as Json };
  };
}
