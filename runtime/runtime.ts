/** The runtime: one inbox, one turn at a time per conversation, one commit, one outbox. The only caller of the store's writing verbs. */
import type { Program } from "../dialogue/program.ts";
import type { Adapter, WebhookRequest } from "../model/adapter.ts";
import type { Address } from "../model/address.ts";
import type { ControlOutcome, ControlRequest, ControlRoad } from "../model/desk.ts";
import { NO_FAILPOINT } from "../model/failpoint.ts";
import type { BotName, ConversationId, PersonId } from "../model/ids.ts";
import type { JsonObject } from "../model/json.ts";
import type { LinkOutcome, UnlinkOutcome } from "../model/link.ts";
import type { ReceivedEvent } from "../model/store.ts";
import { createAgenda } from "./agenda.ts";
import { recoverCall } from "./calls.ts";
import { control } from "./control.ts";
import { learnEchoes } from "./doubt.ts";
import { type Erased, erasePerson } from "./erase.ts";
import { type Answer, receiveWebhook, tell } from "./inbox.ts";
import { linkByToken, unlink } from "./link.ts";
import { saying } from "./log.ts";
import { type Moved, moveConversation } from "./move.ts";
import { pump } from "./outbox.ts";
import { keepRetention } from "./retention.ts";
import { liveOf, type Road, type RunningBot, type RuntimeDeps, runningBot, track } from "./road.ts";
import { routeSoon } from "./router.ts";
import { readStaff, staffChanged } from "./staff.ts";
import { ringDue } from "./timers.ts";
import { agentTypes, showSeen } from "./typing.ts";
import { wakeLane } from "./worker.ts";

const POLL_MS = 3_000; // the store gives a silent process's place away after 8 s
const LIVE_MAX = 2_500; // about 1.5 KB each; the store is asked for the others
const LAST_GRACE_MS = 500;
const TICKETS_MAX = 1_000;

export interface Runtime extends ControlRoad {
  /** One webhook request to its answer. 503: nothing was stored, deliver it again. */
  receive(bot: BotName, adapter: Adapter, request: WebhookRequest): Promise<Answer>;
  control(request: ControlRequest): Promise<ControlOutcome>;
  /** Something the brand's own systems tell a conversation; null: there is no such conversation. */
  happened(bot: BotName, to: ConversationId | Address, name: string, fields: JsonObject, key: string): Promise<ReceivedEvent | null>;
  erase(bot: BotName, person: PersonId, by: string): Promise<Erased>;
  /** Makes this conversation's customer the one whom a brand's token names. `wrong`: the token is none of ours, in a sentence. */
  link(bot: BotName, conversation: ConversationId, token: string, by: string): Promise<LinkOutcome | { wrong: string }>;
  /** Takes a conversation's address away from its customer. */
  unlink(bot: BotName, conversation: ConversationId, by: string): Promise<UnlinkOutcome>;
  /** From now on triggers, patterns, FAQ, ads and queues are this program's; runs under way stay on their own. */
  reload(bot: BotName, program: Program): void;
  /** The runs under way in one conversation go on in the newest program, where they find their place in it. */
  move(bot: BotName, conversation: ConversationId): Promise<Moved>;
  /** The agent who has the conversation types. */
  typing(bot: BotName, conversation: ConversationId): void;
  /** An agent came, went or changed. */
  agentsChanged(bot: BotName): void;
  /** The customer is shown that the agent has seen their words. Best effort. */
  seen(bot: BotName, conversation: ConversationId): void;
  /** Resolves when nothing is pending that does not wait for time to pass. */
  idle(): Promise<void>;
  /** Takes up what a process before this one left. */
  start(): Promise<void>;
  /** Takes nothing new, finishes what can be finished within `deadlineMs`, and stops. What is left is taken up by the next start. */
  stop(deadlineMs: number): Promise<void>;
  health(): Health;
}

export type Health = {
  ready: boolean;
  /** While it cannot write, webhooks are answered 503 and delivered again by the platform. */
  store: "ok" | "cannot write";
  bots: { bot: string; undecided: number; accounts: { channel: string; account: string; stopped: string | null; adapter: JsonObject }[] }[];
  live: number;
  busy: number;
};

export function createRuntime(deps: RuntimeDeps): Runtime {
  const { clock } = deps;
  const road: Road = {
    store: deps.store,
    clock,
    ids: deps.ids,
    log: deps.log,
    rank: deps.rank,
    metrics: deps.metrics,
    strike: deps.failpoint ?? NO_FAILPOINT,
    agenda: createAgenda(clock),
    publicUrl: deps.publicUrl ?? "",
    keyedHash: deps.keyedHash ?? null,
    linkCode: deps.linkCode ?? null,
    readLogin: deps.readLogin ?? null,
    atDesk: deps.atDesk ?? null,
    bots: new Map(deps.bots.map((bot) => [bot.name, runningBot(bot, clock.nowMs())])),
    live: new Map(),
    liveMax: deps.liveMax ?? LIVE_MAX,
    pollMs: deps.pollMs === undefined ? POLL_MS : deps.pollMs,
    busy: 0,
    quiet: [],
    tookUp: false,
    draining: false,
    storeFails: false,
    stopping: false,
    calling: new Set(),
  };
  let started = false;
  const botOf = (name: BotName): RunningBot => {
    const bot = road.bots.get(name);
    if (!bot) throw new Error(`There is no bot ${name} in this process.`);
    return bot;
  };

  return {
    receive: (bot, adapter, request) => receiveWebhook(road, botOf(bot), adapter, request),
    control: (request) => control(road, request),
    happened: (bot, to, name, fields, key) => tell(road, botOf(bot), to, name, fields, key),
    erase: (bot, person, by) => erasePerson(road, botOf(bot), person, by),
    link: (bot, conversation, token, by) => linkByToken(road, botOf(bot), conversation, token, by),
    unlink: (bot, conversation, by) => unlink(road, botOf(bot), conversation, by),
    reload(name, program) {
      const bot = botOf(name);
      const before = bot.newest;
      const older = bot.named;
      bot.newest = program;
      bot.named = (hash) => (hash === program.hash ? program : hash === before.hash ? before : older(hash));
      staffChanged(bot);
    },
    move: (bot, conversation) => moveConversation(road, botOf(bot), conversation),
    typing: (bot, conversation) => agentTypes(road, botOf(bot), conversation),
    agentsChanged(name) {
      const bot = botOf(name);
      staffChanged(bot);
      routeSoon(road, bot);
    },
    seen: (bot, conversation) => showSeen(road, botOf(bot), conversation),
    idle: () => idle(road),
    async start() {
      if (started) return;
      started = true;
      for (const bot of road.bots.values()) await takeUp(road, bot);
      road.tookUp = true;
      if (road.pollMs === null) return;
      pollLater(road, road.pollMs);
      keepRetention(road);
    },
    async stop(deadlineMs) {
      road.draining = true;
      const late = new AbortController();
      await Promise.race([idle(road), clock.sleepUntil(clock.nowMs() + deadlineMs, late.signal)]);
      road.stopping = true;
      const quiet = idle(road);
      await Promise.race([quiet, clock.sleepUntil(clock.nowMs() + Math.min(deadlineMs, LAST_GRACE_MS), late.signal)]);
      late.abort();
      road.agenda.stop();
      if (road.busy > 0) road.log("warn", `Stopped with ${road.busy} pieces of work under way; the next start takes them up.`);
    },
    health: () => ({
      ready: started && !road.draining && !road.storeFails,
      store: road.storeFails ? "cannot write" : "ok",
      bots: [...road.bots.values()].map((bot) => ({
        bot: bot.name,
        undecided: bot.depth,
        accounts: [...bot.accounts.values()].map(({ channel, account, stopped, adapter }) => ({
          channel,
          account,
          stopped: stopped?.why ?? null,
          adapter: adapter.describe(),
        })),
      })),
      live: road.live.size,
      busy: road.busy,
    }),
  };
}

/** Undecided events, unsent lines, lines and calls of a dead process, timers that came due meanwhile. */
async function takeUp(road: Road, bot: RunningBot): Promise<void> {
  await readStaff(road, bot);
  const { conversations, inDoubt } = await road.store.recover(bot.name, road.clock.nowMs());
  if (inDoubt.some((row) => row.lane === "line")) await learnEchoes(road, bot);
  for (const row of inDoubt) {
    if (row.lane === "call") recoverCall(road, liveOf(road, bot, row.conversation), row);
    else road.metrics.count("lines_in_doubt", bot.labels);
  }
  if (inDoubt.length > 0)
    road.log("warn", `The process before this one left ${inDoubt.length} sends and calls in doubt.`, { bot: bot.name });
  for (const id of conversations) {
    const live = liveOf(road, bot, id);
    live.inboxStale = true;
    live.rowsStale = true;
    wakeLane(road, live);
    pump(road, live);
  }
  await takeBack(road, bot);
  await ringDue(road, bot);
  routeSoon(road, bot);
}

/** Whoever was removed while nothing ran leaves no customer behind: what they had goes back to its queue, with its age. */
async function takeBack(road: Road, bot: RunningBot): Promise<void> {
  for (const { id, disabled } of bot.agents) {
    if (!disabled) continue;
    const theirs = await road.store.tickets({ bot: bot.name, states: ["claimed"], agent: id, limit: TICKETS_MAX });
    for (const { conversation } of theirs)
      await control(road, { bot: bot.name, conversation, control: { kind: "requeued", agent: null, why: "away" } });
  }
}

/** Behind every wake-up stands a look at the store: what a wake-up missed is found here. */
function pollLater(road: Road, everyMs: number): void {
  road.agenda.at(road.clock.nowMs() + everyMs, () => {
    track(
      road,
      poll(road).finally(() => {
        if (!road.stopping) pollLater(road, everyMs);
      }),
      (error) => road.log("error", `The store could not be looked at: ${saying(error)}`),
    );
  });
}

async function poll(road: Road): Promise<void> {
  await storeWrites(road);
  for (const bot of road.bots.values()) {
    const { conversations } = await road.store.recover(bot.name, road.clock.nowMs());
    for (const id of conversations) {
      if (road.live.has(id)) continue; // it is being worked, or waits for its time
      const live = liveOf(road, bot, id);
      live.inboxStale = true;
      live.rowsStale = true;
      wakeLane(road, live);
      pump(road, live);
    }
    await ringDue(road, bot);
  }
}

async function storeWrites(road: Road): Promise<void> {
  try {
    await road.store.beat(road.clock.nowMs());
    road.storeFails = false;
  } catch (error) {
    road.storeFails = true;
    throw error;
  }
}

async function idle(road: Road): Promise<void> {
  for (;;) {
    const ran = road.agenda.keep();
    if (road.busy > 0) await new Promise<void>((told) => road.quiet.push(told));
    else if (!ran) {
      await new Promise<void>((told) => setImmediate(told));
      if (road.busy === 0 && !road.agenda.keep()) return;
    }
  }
}
