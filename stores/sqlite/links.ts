/** One customer at several addresses: codes that are given and taken, what platforms and brands vouch for, and the way back. */
import { entryOf } from "../../model/entry.ts";
import type { BotName, ConversationId, PersonId } from "../../model/ids.ts";
import {
  type CustomerAddress,
  type LinkOutcome,
  type LinkRefusal,
  type LinkRequest,
  type Proof,
  type UnlinkOutcome,
  WRONG_CODES,
} from "../../model/link.ts";
import type { CustomerWriter, OwnPart } from "./customers.ts";
import { type Database, exact } from "./database.ts";
import type { FeedWriter } from "./feed.ts";
import { addressOf, type Known, type KnownConversations } from "./known.ts";
import type { Recorder } from "./recorder.ts";

const OFFER = `
  INSERT OR REPLACE INTO link_codes (conversation, bot, hash, expires_at_ms, used_by, used_at_ms) VALUES (?, ?, ?, ?, NULL, NULL)`;
const CODE = "SELECT conversation, expires_at_ms, used_by FROM link_codes WHERE bot = ? AND hash = ?";
const USE_CODE = "UPDATE link_codes SET used_by = ?, used_at_ms = ? WHERE conversation = ?";
const TRIES = "SELECT since_ms, wrong FROM link_tries WHERE bot = ? AND conversation = ?";
const TRY = "INSERT OR REPLACE INTO link_tries (bot, conversation, since_ms, wrong) VALUES (?, ?, ?, ?)";
const SPENT = "SELECT answer FROM answered WHERE bot = ? AND key = ?";
const SPEND = "INSERT INTO answered (bot, key, at_ms, digest, answer) VALUES (?, ?, ?, '', ?)";
const IDENTITY = "SELECT unlinked_at_ms FROM identities WHERE bot = ? AND kind = ? AND key = ? AND conversation = ?";
const IDENTIFY = "INSERT OR REPLACE INTO identities (bot, kind, key, conversation, at_ms, unlinked_at_ms) VALUES (?, ?, ?, ?, ?, NULL)";
const SAME = `
  SELECT conversation FROM identities WHERE bot = ? AND kind = ? AND key = ? AND conversation <> ? AND unlinked_at_ms IS NULL
  ORDER BY conversation LIMIT 1`;
const PART_WAYS = "UPDATE identities SET unlinked_at_ms = ? WHERE conversation = ?";
const BY_N = "SELECT bot, id FROM conversations WHERE n = ?";
const OF_PERSON = "SELECT id FROM conversations WHERE bot = ? AND person = ? ORDER BY n";
const JOIN_CONVERSATION = "UPDATE conversations SET person = ?, linked = ?, version = version + 1 WHERE n = ?";
const AT = "(bot, channel, account, customer) = (SELECT bot, channel, account, customer FROM conversations WHERE n = ?)";
const HOME = `SELECT home, proof FROM addresses WHERE ${AT}`;
const JOIN_ADDRESS = `UPDATE addresses SET person = ?, home = ? WHERE ${AT}`;
const PROVE = `UPDATE addresses SET proof = ?, linked_at_ms = ? WHERE ${AT}`;
const PART_ADDRESS = `UPDATE addresses SET person = ?, home = NULL, own = NULL, proof = 'first_message', linked_at_ms = ? WHERE ${AT}`;
const CREATED = "SELECT created_at_ms FROM customers WHERE bot = ? AND person = ?";
const ADDRESSES = `
  SELECT a.channel, a.account, a.customer, c.id, a.proof, a.linked_at_ms, a.home FROM conversations c
  JOIN addresses a ON a.bot = c.bot AND a.channel = c.channel AND a.account = c.account AND a.customer = c.customer
  WHERE c.bot = ? AND c.person = ? ORDER BY c.n`;
const NOW_OF_HOME = "SELECT person FROM addresses WHERE bot = ? AND home = ?";
const HAS_CONVERSATION = "SELECT 1 FROM conversations WHERE bot = ? AND person = ? LIMIT 1";

/** Everything of one conversation that links it: gone with its customer. `?`: its number. */
export const FORGET_LINKS: string[] = [
  "DELETE FROM link_codes WHERE conversation = ?",
  "DELETE FROM link_tries WHERE conversation = ?",
  "DELETE FROM identities WHERE conversation = ?",
];

export type LinkParts = { known: KnownConversations; recorder: Recorder; feed: FeedWriter; customers: CustomerWriter };
export type Linker = {
  offer(bot: BotName, conversation: ConversationId, code: { hash: string; expiresAtMs: number }): void;
  link(request: LinkRequest): LinkOutcome;
  unlink(bot: BotName, conversation: ConversationId, by: string, atMs: number): UnlinkOutcome;
  /** After one of a linked customer's conversations is gone for good: what the others know is all there is. */
  closeRanks(bot: BotName, person: PersonId, atMs: number): void;
};

export function linker(db: Database, { known, recorder, feed, customers }: LinkParts): Linker {
  const offerCode = db.prepare(OFFER);
  const codeOf = db.prepare(CODE);
  const useCode = db.prepare(USE_CODE);
  const triesOf = db.prepare(TRIES);
  const tryAgain = db.prepare(TRY);
  const spent = db.prepare(SPENT);
  const spend = db.prepare(SPEND);
  const identity = db.prepare(IDENTITY);
  const identify = db.prepare(IDENTIFY);
  const same = db.prepare(SAME);
  const partWays = db.prepare(PART_WAYS);
  const byN = db.prepare(BY_N);
  const ofPerson = db.prepare(OF_PERSON);
  const joinConversation = db.prepare(JOIN_CONVERSATION);
  const home = db.prepare(HOME);
  const joinAddress = db.prepare(JOIN_ADDRESS);
  const prove = db.prepare(PROVE);
  const partAddress = db.prepare(PART_ADDRESS);
  const created = db.prepare(CREATED);

  const numbered = (n: number): Known | null => {
    const row = byN.row([n]);
    return row && known.byId(row[0] as BotName, row[1] as ConversationId);
  };
  /** All of a customer's, those in hand among them: of a conversation only one copy counts its numbers. */
  const theirs = (bot: BotName, person: PersonId, inHand: Known[]): Known[] => {
    const all = ofPerson
      .rows([bot, person])
      .flatMap(([id]) => inHand.find((one) => one.id === id) ?? known.byId(bot, id as ConversationId) ?? []);
    for (const one of all) known.remember(one);
    return all;
  };

  function mayTry(bot: BotName, n: number, atMs: number): boolean {
    return [
      { of: n, ...WRONG_CODES.conversation },
      { of: 0, ...WRONG_CODES.bot },
    ].every(({ of, max, withinMs }) => {
      const row = triesOf.row([bot, of]);
      return !row || atMs - (row[0] as number) > withinMs || (row[1] as number) < max;
    });
  }

  function wrong(bot: BotName, n: number, atMs: number): void {
    for (const { of, withinMs } of [
      { of: n, ...WRONG_CODES.conversation },
      { of: 0, ...WRONG_CODES.bot },
    ]) {
      const row = triesOf.row([bot, of]);
      const goesOn = row && atMs - (row[0] as number) <= withinMs;
      tryAgain.write([bot, of, goesOn ? (row[0] as number) : atMs, goesOn ? (row[1] as number) + 1 : 1]);
    }
  }

  function byCode(mine: Known, hash: string, { by, atMs }: LinkRequest): LinkOutcome {
    const row = codeOf.row([mine.bot, hash]);
    const giver = row && numbered(row[0] as number);
    if (row && giver && row[2] === mine.n) return { kind: "already", person: mine.person, other: giver.id }; // told twice
    if (!mayTry(mine.bot, mine.n, atMs)) return refused("too_many");
    const because: LinkRefusal | null =
      !row || !giver ? "unknown" : row[2] !== null ? "used" : (row[1] as number) <= atMs ? "expired" : giver.n === mine.n ? "own" : null;
    if (because !== null) {
      if (because !== "own") wrong(mine.bot, mine.n, atMs);
      return refused(because);
    }
    useCode.write([mine.n, atMs, giver!.n]);
    const outcome = join(mine, giver!, "code", by, atMs);
    if (outcome.kind === "linked")
      recorder.await(
        giver!,
        entryOf({ kind: "happened", name: "linked", fields: { channel: mine.address.channel, account: mine.address.account } }, atMs),
        atMs,
      );
    return outcome;
  }

  /** Somebody whom a system names: whoever is named alike at another address is the same customer. */
  function byIdentity(mine: Known, kind: "signed" | "unionid", key: string, { by, atMs }: LinkRequest): LinkOutcome {
    const at = [mine.bot, kind, exact(key), mine.n];
    const before = identity.row(at);
    if (kind === "unionid" && before) {
      if (before[0] !== null) return refused("kept_apart");
    } else identify.write([...at, atMs]);
    const other = same.row(at);
    const giver = other && numbered(other[0] as number);
    return giver ? join(mine, giver, kind, by, atMs) : { kind: "noted", person: mine.person };
  }

  function join(mine: Known, other: Known, proof: Proof, by: string, atMs: number): LinkOutcome {
    if (mine.person === other.person) return { kind: "already", person: mine.person, other: other.id };
    const { bot } = mine;
    const [person, gone] = elder(bot, mine.person, other.person);
    const inHand = [mine, other];
    const all = [...theirs(bot, mine.person, inHand), ...theirs(bot, other.person, inHand)].sort((a, b) => a.n - b.n);
    const parts: OwnPart[] = all.map((one) => ({ n: one.n, part: ownPart(one) }));
    for (const one of all) joinAddress.write([person, (home.row([one.n])?.[0] as string | null) ?? one.person, one.n]);
    for (const one of [mine, other]) if (home.row([one.n])?.[1] === "first_message") prove.write([proof, atMs, one.n]);
    for (const one of all) becomes(one, person, true);
    customers.keepParts(bot, person, parts, atMs);
    customers.remove(bot, gone);
    for (const [one, its] of [
      [mine, other],
      [other, mine],
    ] as const) {
      const { channel, account } = its.address;
      tell(one, { kind: "linked", proof, channel, account, conversation: its.id, by }, atMs);
    }
    for (const one of all) feed.add(bot, notice("customer.linked", one, proof), atMs);
    return { kind: "linked", person, conversations: all.map(({ id }) => id), other: other.id };
  }

  /** What an address learned itself: while it stands alone, all that its customer's row says. */
  function ownPart(one: Known): OwnPart["part"] {
    if (!one.linked) return customers.whole(one.bot, one.person);
    return customers.parts(one.bot, one.person).find(({ n }) => n === one.n)!.part;
  }

  /** The one who has been a customer longer keeps the id. */
  function elder(bot: BotName, one: PersonId, two: PersonId): [PersonId, PersonId] {
    const since = (person: PersonId) => (created.row([bot, person])?.[0] as number | undefined) ?? Number.MAX_SAFE_INTEGER;
    const order = since(one) - since(two) || (one < two ? -1 : 1);
    return order < 0 ? [one, two] : [two, one];
  }

  /** A turn under way began from what was known before: it loses by version. */
  function becomes(one: Known, person: PersonId, linked: boolean): void {
    joinConversation.write([person, linked ? 1 : 0, one.n]);
    one.person = person;
    one.linked = linked;
    one.version++;
  }

  function tell(one: Known, skeleton: Record<string, string>, atMs: number): void {
    recorder.append(one, { kind: "control", v: 1, atMs, by: "system", cause: null, skeleton, personal: null });
  }

  function notice(kind: string, one: Known, proof: string) {
    return { kind, conversation: one.id, ticket: one.ticket, queue: null, data: { proof } };
  }

  /** Alone again, with what it learned itself, under the id that it had. */
  function standAlone(one: Known, part: OwnPart["part"], atMs: number): void {
    const before = (home.row([one.n])?.[0] as PersonId | null) ?? one.person;
    partAddress.write([before, atMs, one.n]);
    becomes(one, before, false);
    customers.keepWhole(one.bot, before, part, one.createdAtMs);
  }

  function unlink(bot: BotName, id: ConversationId, by: string, atMs: number): UnlinkOutcome {
    const one = known.byId(bot, id);
    if (!one?.linked) return { kind: "not_linked" };
    const { person } = one;
    const all = theirs(bot, person, [one]);
    const parts = customers.parts(bot, person);
    const rest = all.filter(({ n }) => n !== one.n);
    partWays.write([atMs, one.n]);
    customers.remove(bot, person);
    standAlone(one, parts.find(({ n }) => n === one.n)!.part, atMs);
    settleRest(bot, person === one.person ? null : person, rest, parts, atMs);
    const { channel, account } = one.address;
    tell(one, { kind: "unlinked", conversation: one.id, channel, account, by }, atMs);
    for (const other of rest) tell(other, { kind: "unlinked", conversation: one.id, channel, account, by }, atMs);
    for (const each of all) feed.add(bot, notice("customer.unlinked", each, ""), atMs);
    return { kind: "unlinked", person: one.person, conversations: all.map((each) => each.id) };
  }

  /** Those who stay together keep the id, unless it was the leaving one's: then the oldest's of them. */
  function settleRest(bot: BotName, person: PersonId | null, rest: Known[], parts: OwnPart[], atMs: number): void {
    const theirParts = parts.filter(({ n }) => rest.some((one) => one.n === n));
    if (rest.length === 1) {
      standAlone(rest[0]!, theirParts[0]!.part, atMs);
      return;
    }
    const next = person ?? (home.row([rest[0]!.n])?.[0] as PersonId | null) ?? rest[0]!.person;
    for (const one of rest) {
      if (one.person === next) continue;
      joinAddress.write([next, home.row([one.n])?.[0] ?? one.person, one.n]);
      becomes(one, next, true);
    }
    customers.keepParts(bot, next, theirParts, rest[0]!.createdAtMs);
  }

  return {
    offer(bot, id, code) {
      const one = known.byId(bot, id);
      if (one) offerCode.write([one.n, bot, code.hash, code.expiresAtMs]);
    },
    link(request) {
      const { bot, conversation, proof, atMs } = request;
      const mine = known.byId(bot, conversation);
      if (!mine) return refused("no_conversation");
      if (proof.kind === "code") return byCode(mine, proof.hash, request);
      if (proof.kind === "signed") {
        const key = `login ${proof.once}`;
        const before = spent.row([bot, key]);
        if (before && before[0] !== JSON.stringify(mine.id)) return refused("used");
        if (!before) spend.write([bot, key, atMs, JSON.stringify(mine.id)]);
      }
      return byIdentity(mine, proof.kind, proof.key, request);
    },
    unlink,
    closeRanks(bot, person, atMs) {
      const rest = theirs(bot, person, []).filter(({ linked }) => linked);
      if (rest.length === 0) return;
      const parts = customers.parts(bot, person);
      customers.remove(bot, person);
      settleRest(bot, person, rest, parts, atMs);
    },
  };
}

function refused(because: LinkRefusal): LinkOutcome {
  return { kind: "refused", because };
}

export function addressReader(db: Database): (bot: BotName, person: PersonId) => CustomerAddress[] {
  const rows = db.prepare(ADDRESSES);
  return (bot, person) =>
    rows.rows([bot, person]).map(([channel, account, customer, id, proof, atMs, home]) => ({
      address: addressOf(channel, account, customer),
      conversation: id as ConversationId,
      proof: proof as Proof,
      linkedAtMs: atMs as number,
      home: (home as PersonId | null) ?? person,
    }));
}

export function personReader(db: Database): (bot: BotName, id: PersonId) => PersonId | null {
  const has = db.prepare(HAS_CONVERSATION);
  const now = db.prepare(NOW_OF_HOME);
  return (bot, id) => (has.row([bot, id]) ? id : ((now.row([bot, id])?.[0] ?? null) as PersonId | null));
}
