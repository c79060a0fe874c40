/** What the parts of the runtime share: the ports, the running bots and accounts, and the conversations that are live in this process. */

import type { Program } from "../dialogue/program.ts";
import type { Adapter } from "../model/adapter.ts";
import type { Address } from "../model/address.ts";
import { type Answerer, NOTHING_SPENT, type Spent } from "../model/answerer.ts";
import type { Clock } from "../model/clock.ts";
import type { Failpoint } from "../model/failpoint.ts";
import type { AgentId, BotName, ConversationId, Ids, TicketId } from "../model/ids.ts";
import type { JsonObject } from "../model/json.ts";
import type { Conversation, OutboxRow, Store, Waiting } from "../model/store.ts";
import type { Agent, Ticket } from "../model/ticket.ts";
import type { Ranking } from "../model/turn.ts";
import type { Agenda, Appointment } from "./agenda.ts";
import type { FailpointName } from "./failpoints.ts";
import type { ReadLogin } from "./link.ts";
import type { Log } from "./log.ts";
import type { Labels, Metrics } from "./metrics.ts";
import { createPurse, type Purse } from "./purse.ts";
import { type Bucket, bucket } from "./rate.ts";
import type { Queues } from "./staff.ts";

export type Rank = (program: Program, text: string, language?: string) => Ranking;

/** Runs a function that a brand wrote in TypeScript; assemble bundles and imports it. Rejects when it throws. */
export type CallFunction = (
  module: { path: string; name: string },
  input: JsonObject,
  about: { idempotencyKey: string; conversation: string; signal: AbortSignal },
) => Promise<unknown>;

/** What becomes of a line that may have arrived when no echo, receipt or history tells. */
export type OnDoubt = { reply: "again" | "give_up"; followup: "again" | "give_up" };

export type BotSettings = {
  onDoubt: OnDoubt;
  /** Undecided events of the bot beyond which webhooks are answered 503 before anything is stored. */
  queueDepthMax: number;
  /** How long an agent may think about an offer. */
  offerMs: number;
  /** Does the router offer waiting tickets, or do agents only take them? */
  offers: boolean;
  /** Lines a second for each account, where the brand has agreed another rate with the platform than the channel's table says. */
  linesPerSecond: number | null;
};
export const BOT_SETTINGS: BotSettings = {
  onDoubt: { reply: "again", followup: "give_up" },
  queueDepthMax: 10_000,
  offerMs: 45_000,
  offers: false,
  linesPerSecond: null,
};

export type RuntimeBot = {
  name: BotName;
  programs: { newest: Program; named(hash: string): Program | null };
  accounts: { account: string; adapter: Adapter }[];
  settings?: Partial<BotSettings>;
  callFunction?: CallFunction;
  /** Who may be asked where the bot is not sure; absent: nobody. */
  answerer?: Answerer;
};

export type RuntimeDeps = {
  bots: RuntimeBot[];
  store: Store;
  clock: Clock;
  ids: Ids;
  log: Log;
  rank: Rank;
  metrics: Metrics;
  failpoint?: Failpoint;
  /** Where this server is reached from outside, without a slash at its end; for links in a ticket's package. */
  publicUrl?: string;
  /** Who has the desk open now: only they are offered anything. Absent: nobody knows. */
  atDesk?: (bot: BotName) => ReadonlySet<AgentId>;
  /** The keyed hash under which the ledger of erased customers names a person (`BATON_SECRET`). */
  keyedHash?: (text: string) => string;
  /** Makes a code that links two chats, by chance that nobody can foretell; and reads what a brand signed of who is logged in. */
  linkCode?: () => string;
  readLogin?: ReadLogin;
  /** How often to beat and to look behind the wake-ups (null: never, on a virtual clock), and how many conversations to keep in memory. */
  pollMs?: number | null;
  liveMax?: number;
};

/** One page, handle or official account: what holds for everything that it sends. */
export type Account = {
  channel: string;
  account: string;
  adapter: Adapter;
  labels: Labels;
  bucket: Bucket;
  /** Nothing goes out before this (the platform said so for the whole account). */
  heldUntilMs: number;
  /** Token, permission or policy: held until a probe succeeds. */
  stopped: { why: string; sinceMs: number; probing: Live | null } | null;
  probeAt: Appointment | null;
  /** Doubtful lines that waited for an echo in vain since the last echo came. */
  echoesMissed: number;
  /** Conversations whose lanes wait until the account may speak again. */
  behind: Set<Live>;
  /** Conversations that wait for a token of the rate, first come, first served. */
  queue: Set<Live>;
  queueAt: Appointment | null;
};

export type RunningBot = {
  name: BotName;
  newest: Program;
  named(hash: string): Program | null;
  accounts: Map<string, Account>;
  settings: BotSettings;
  callFunction: CallFunction | null;
  /** The answerer and what it may use; null: local only. */
  purse: Purse | null;
  labels: Labels;
  labelsByChannel: Map<string, Labels>;
  /** Undecided events known to this process. */
  depth: number;
  agents: Agent[];
  queues: Queues | null;
  /** Who let an offer of a ticket pass. */
  declined: Map<TicketId, Set<AgentId>>;
  routing: Appointment | null;
  ringing: Appointment | null;
  ringsAtMs: number;
};

/** A conversation that something is or was lately going on in. Everything here is a copy: the store has the truth. */
export type Live = {
  bot: RunningBot;
  id: ConversationId;
  conversation: Conversation | null;
  customer: JsonObject | null;
  /** The conversation's open ticket, as last written. */
  ticket: Ticket | null;
  account: Account | null;
  /** Undecided events, in order of deciding; complete unless `inboxStale`. */
  waiting: Waiting[];
  inboxStale: boolean;
  deciding: boolean;
  /** Lines not yet at an end, in order; complete unless `rowsStale`. */
  rows: OutboxRow[];
  rowsStale: boolean;
  sending: boolean;
  /** The row that this process has marked `sending` and not yet sent; a lane has one at most. */
  claimed: string | null;
  /** Calls and acts of the desk under way: whoever holds this copy must find it again. */
  held: number;
  /** Settlements on their way to the store, and the last of them: the outbox is not read past them. */
  settling: number;
  settled: Promise<void> | null;
  thread: Bucket | null;
  /** The account's queue has set a token aside for this lane's head. */
  hasToken: boolean;
  /** When the store's timer for this session rings, as far as we know. */
  armedAtMs: number | null;
  /** Looks again at the inbox, at the outbox. */
  laneAt: Appointment | null;
  pumpAt: Appointment | null;
  /** Hears of an echo while a line is in doubt. */
  doubt: { line: string; untilMs: number; echoed(messageId: string): void; refused(): void } | null;
  /** Lines on their way that came back before their send was answered, and under which id. */
  cameBack: Map<string, string> | null;
  throws: Map<number, number> | null;
  /** What the answerer has used in this conversation, null: not read; and what it may use for what it is being asked. */
  spent: Spent | null;
  heldSpent: Spent;
  profile: Promise<void> | null;
  profileAsked: boolean;
  /** When the customer was last shown that an agent types. */
  typedAtMs: number | null;
  /** Customer fields that ride in the next commit. */
  unsaved: JsonObject | null;
  /** When the oldest undecided text was received, for `reply_ms`. */
  heardAtMs: number | null;
};

export type Road = {
  store: Store;
  clock: Clock;
  ids: Ids;
  log: Log;
  rank: Rank;
  metrics: Metrics;
  strike(name: FailpointName): void;
  agenda: Agenda;
  publicUrl: string;
  keyedHash: ((text: string) => string) | null;
  linkCode: (() => string) | null;
  readLogin: ReadLogin | null;
  atDesk: ((bot: BotName) => ReadonlySet<AgentId>) | null;
  bots: Map<string, RunningBot>;
  live: Map<string, Live>;
  liveMax: number;
  pollMs: number | null;
  /** Pieces of work under way; `idle` and `stop` wait for zero. */
  busy: number;
  quiet: (() => void)[];
  /** What an earlier process left is known: until then, a conversation's inbox and outbox are read before they are trusted. */
  tookUp: boolean;
  /** Nothing new is taken in; then: nothing new is begun. */
  draining: boolean;
  /** The store's latest word was that it cannot write; asked again by the poll. */
  storeFails: boolean;
  stopping: boolean;
  /** Calls under way, by id: none is run twice by one process. */
  calling: Set<string>;
};

export function runningBot(bot: RuntimeBot, nowMs: number): RunningBot {
  const running: RunningBot = {
    name: bot.name,
    newest: bot.programs.newest,
    named: (hash) => (hash === running.newest.hash ? running.newest : bot.programs.named(hash)),
    accounts: new Map(),
    settings: { ...BOT_SETTINGS, ...bot.settings },
    callFunction: bot.callFunction ?? null,
    purse: bot.answerer ? createPurse(bot.answerer) : null,
    labels: { bot: bot.name },
    labelsByChannel: new Map(),
    depth: 0,
    agents: [],
    queues: null,
    declined: new Map(),
    routing: null,
    ringing: null,
    ringsAtMs: Number.POSITIVE_INFINITY,
  };
  for (const { account, adapter } of bot.accounts)
    running.accounts.set(accountKey(adapter.channel, account), {
      channel: adapter.channel,
      account,
      adapter,
      labels: { bot: bot.name, channel: adapter.channel },
      bucket: bucket(running.settings.linesPerSecond ?? adapter.limits.rate.perAccountPerSecond, nowMs),
      heldUntilMs: 0,
      stopped: null,
      probeAt: null,
      echoesMissed: 0,
      behind: new Set(),
      queue: new Set(),
      queueAt: null,
    });
  return running;
}

export function accountKey(channel: string, account: string): string {
  return `${channel} ${account}`;
}

export function accountOf(bot: RunningBot, address: Address): Account | null {
  return bot.accounts.get(accountKey(address.channel, address.account)) ?? null;
}

/** The conversation as this process holds it; made empty, to be read from the store when it is first decided. */
export function liveOf(road: Road, bot: RunningBot, id: ConversationId): Live {
  const known = road.live.get(id);
  if (known) return known;
  const live: Live = {
    bot,
    id,
    conversation: null,
    customer: null,
    ticket: null,
    account: null,
    waiting: [],
    inboxStale: !road.tookUp,
    deciding: false,
    rows: [],
    rowsStale: !road.tookUp,
    sending: false,
    claimed: null,
    held: 0,
    settling: 0,
    settled: null,
    thread: null,
    hasToken: false,
    armedAtMs: null,
    laneAt: null,
    pumpAt: null,
    doubt: null,
    cameBack: null,
    throws: null,
    spent: null,
    heldSpent: NOTHING_SPENT,
    profile: null,
    profileAsked: false,
    typedAtMs: null,
    unsaved: null,
    heardAtMs: null,
  };
  road.live.set(id, live);
  if (road.live.size > road.liveMax) forgetQuiet(road);
  return live;
}

/** Lets go of conversations in which nothing is pending, the longest known first. */
function forgetQuiet(road: Road): void {
  let looked = 0;
  for (const [id, live] of road.live) {
    if (road.live.size <= road.liveMax || ++looked > 64) return;
    if (isQuiet(live)) road.live.delete(id);
    else {
      road.live.delete(id); // to the end: it is busy, look at others first
      road.live.set(id, live);
    }
  }
}

export function isQuiet(live: Live): boolean {
  return (
    !live.deciding &&
    !live.sending &&
    live.held === 0 &&
    live.settling === 0 &&
    live.waiting.length === 0 &&
    live.rows.length === 0 &&
    !live.inboxStale &&
    !live.rowsStale &&
    live.laneAt === null &&
    live.pumpAt === null &&
    live.profile === null
  );
}

/** Counts a piece of work as under way until it ends; it never rejects. */
export function track(road: Road, work: Promise<unknown>, failed: (error: unknown) => void): void {
  begin(road);
  void work.then(
    () => end(road),
    (error: unknown) => {
      end(road);
      failed(error);
    },
  );
}

export function begin(road: Road): void {
  road.busy++;
}

export function end(road: Road): void {
  if (--road.busy > 0 || road.quiet.length === 0) return;
  const quiet = road.quiet.splice(0);
  for (const told of quiet) told();
}

/** Waits on the clock within a piece of work, which is not under way meanwhile: a virtual clock moves only when all is quiet. */
export async function pause(road: Road, untilMs: number): Promise<void> {
  end(road);
  await road.clock.sleepUntil(untilMs);
  begin(road);
}
