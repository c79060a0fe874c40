/** A bot with its whole runtime on a virtual clock and a store in memory: what stories and `baton chat` play on. */
import { channelLimits } from "../adapters/limits.ts";
import { simulatedChannel } from "../adapters/simulated.ts";
import { createRanker, type Ranker } from "../answers/match.ts";
import type { Program } from "../dialogue/program.ts";
import type { Adapter, Outbound, Profile } from "../model/adapter.ts";
import { type Address, address } from "../model/address.ts";
import type { Answerer } from "../model/answerer.ts";
import type { ControlOutcome } from "../model/desk.ts";
import type { Control, Envelope, Heard } from "../model/event.ts";
import type { AgentId, BotName, ConversationId, PersonId, QueueName } from "../model/ids.ts";
import type { JournalRow } from "../model/journal.ts";
import type { JsonObject } from "../model/json.ts";
import type { Limits } from "../model/limits.ts";
import type { Message } from "../model/message.ts";
import { EMPTY_SESSION, type Session } from "../model/session.ts";
import type { Conversation, Store } from "../model/store.ts";
import type { Ticket } from "../model/ticket.ts";
import type { Ranking } from "../model/turn.ts";
import type { Log } from "../runtime/log.ts";
import { NO_METRICS } from "../runtime/metrics.ts";
import type { CallFunction } from "../runtime/road.ts";
import { createRuntime, type Runtime } from "../runtime/runtime.ts";
import { openSqliteStore } from "../stores/sqlite.ts";
import { createVirtualClock, type VirtualClock } from "./clock.ts";
import { createCountedIds, createCountedLinkCodes } from "./ids.ts";

/** What the customer's screen shows, in order. */
export type Shown = { by: Outbound["by"]; message: Message; atMs: number };

export const STAGE_AGENT = "ag_stage" as AgentId;
const ACCOUNT = "stage";
const CUSTOMER = "customer";
/** Long enough for anything that only waits a moment (a settled burst, a doubtful send), short before any real timer. */
const MOMENT_MS = 1_000;

export type StageOptions = {
  program: Program;
  channel: string;
  atMs: number;
  /** What the channel would tell about the customer. */
  profile: Profile;
  /** What the brand knows of the customer already, by field. */
  customer: JsonObject;
  /** Queues that are closed although their hours say otherwise. */
  closed: string[];
  /** Runs actions that the program names as functions. */
  callFunction?: CallFunction;
  /** Who is asked where the bot is not sure; absent: nobody, whatever the manifest names. */
  answerer?: Answerer;
  /** Made from the program already, where many stages play the same one. */
  rank?: Ranker;
  log?: Log;
};

export type Stage = {
  clock: VirtualClock;
  runtime: Runtime;
  store: Store;
  program: Program;
  bot: BotName;
  shown: Shown[];
  /** Something the customer (or the channel) does now; resolves when all that follows at once has happened. */
  hears(event: Heard, options?: { key?: string; opens?: string }): Promise<void>;
  /** From now on the same person does what they do in another channel; false: the bot has none of that name. */
  goesTo(channel: string): boolean;
  /** Puts the conversation where a story begins; before anything is heard. */
  begins(session: Session): Promise<void>;
  /** Turns the clock, stopping at every timer on the way. */
  passes(ms: number): Promise<void>;
  control(control: Control): Promise<ControlOutcome>;
  conversation(): Promise<Conversation | null>;
  ticket(): Promise<Ticket | null>;
  journal(): Promise<JournalRow[]>;
  customer(): Promise<Record<string, unknown>>;
  settles(): Promise<void>;
  close(): Promise<void>;
};

export async function createStage(options: StageOptions): Promise<Stage> {
  const program = withClosed(options.program, options.closed);
  const bot = program.bot.name as BotName;
  const clock = createVirtualClock(options.atMs);
  const ids = createCountedIds();
  const shown: Shown[] = [];
  const adapters = new Map(
    [options.channel, ...program.bot.channels.map(({ channel }) => channel).filter((channel) => simulatedChannel(channel) !== null)].map(
      (channel) => [channel, stageAdapter(channel, channel === options.channel ? options.profile : {}, shown, clock)],
    ),
  );
  const store = await openSqliteStore({ path: ":memory:", clock, ids, process: { id: ids.next("pr"), pid: process.pid, host: "stage" } });
  await store.saveAgent(
    {
      id: STAGE_AGENT,
      bot,
      name: "Agent",
      role: "admin",
      queues: [] as QueueName[],
      skills: [],
      languages: [],
      away: false,
      capacity: 1_000,
      disabled: false,
    },
    null,
  );
  const ranker = options.rank ?? createRanker(program);
  const rank = (_program: Program, text: string): Ranking => ranker(text);
  const runtime = createRuntime({
    bots: [
      {
        name: bot,
        programs: { newest: program, named: (hash) => (hash === program.hash ? program : null) },
        accounts: [...adapters.values()].map((adapter) => ({ account: ACCOUNT, adapter })),
        settings: { offers: false },
        ...(options.callFunction ? { callFunction: options.callFunction } : {}),
        ...(options.answerer ? { answerer: options.answerer } : {}),
      },
    ],
    store,
    clock,
    ids,
    log: options.log ?? (() => {}),
    rank,
    metrics: NO_METRICS,
    linkCode: createCountedLinkCodes(),
    pollMs: null,
  });
  await runtime.start();
  let where: Address = address(options.channel, ACCOUNT, CUSTOMER);
  const been = [where];
  let count = 0;
  const conversationId = (): Promise<ConversationId | null> => store.find(bot, where);

  /** The conversation's row, made by an event that says nothing. */
  async function open(): Promise<Conversation> {
    await store.receive([
      {
        bot,
        envelope: {
          key: "stage:begin",
          address: where,
          atMs: clock.nowMs(),
          event: { kind: "ignored", what: "stage", why: "The story begins here." },
        },
        newConversation: ids.next("cv") as ConversationId,
        newPerson: ids.next("cu") as PersonId,
        receivedAtMs: clock.nowMs(),
      },
    ]);
    const id = await conversationId();
    const conversation = id && (await store.load(bot, id));
    if (!conversation) throw new Error("The stage has no conversation.");
    return conversation;
  }

  const stage: Stage = {
    clock,
    runtime,
    store,
    program,
    bot,
    shown,
    goesTo(channel) {
      if (!adapters.has(channel)) return false;
      where = been.find((one) => one.channel === channel) ?? address(channel, ACCOUNT, CUSTOMER);
      if (!been.includes(where)) been.push(where);
      return true;
    },
    async hears(event, { key, opens } = {}) {
      const adapter = adapters.get(where.channel)!;
      count++;
      if (count > 1) clock.set(clock.nowMs() + 1); // nobody says two things at the same moment
      if (count === 1 && Object.keys(options.customer).length > 0 && (await conversationId()) === null) await stage.begins(EMPTY_SESSION);
      const envelope: Envelope = {
        key: key ?? `stage:${count}`,
        address: where,
        atMs: clock.nowMs(),
        event,
        opens: opens ?? openingOf(adapter.limits, event),
      };
      const body = Buffer.from(JSON.stringify([envelope]));
      const answer = await runtime.receive(bot, adapter, {
        method: "POST",
        url: adapter.path,
        headers: {},
        body,
        receivedAtMs: clock.nowMs(),
      });
      if (answer.status !== 200) throw new Error(`The stage could not take an event (${answer.status}).`);
      await stage.settles();
    },
    async begins(session) {
      const conversation = await open();
      const decision = { bot, conversation: conversation.id, began: conversation.version, atMs: clock.nowMs(), decided: [], session };
      await store.commit({
        ...decision,
        journal: [],
        outbox: [],
        timers: { set: [], cancel: [] },
        tickets: [],
        customer: options.customer,
        feed: [],
      });
    },
    async passes(ms) {
      const untilMs = clock.nowMs() + ms;
      for (;;) {
        await runtime.idle();
        const nextMs = clock.nextWakeMs();
        if (nextMs === null || nextMs > untilMs) break;
        clock.set(Math.max(nextMs, clock.nowMs()));
      }
      clock.set(untilMs);
      await stage.settles();
    },
    async settles() {
      const untilMs = clock.nowMs() + MOMENT_MS;
      for (;;) {
        await runtime.idle();
        const nextMs = clock.nextWakeMs();
        if (nextMs === null || nextMs > untilMs) return;
        clock.set(Math.max(nextMs, clock.nowMs()));
      }
    },
    async control(control) {
      const conversation = await conversationId();
      if (!conversation) return { ok: false, refused: "not_found", status: 404, message: "Nobody has written yet." };
      const outcome = await runtime.control({ bot, conversation, control });
      await stage.settles();
      return outcome;
    },
    async conversation() {
      const id = await conversationId();
      return id ? store.load(bot, id) : null;
    },
    async ticket() {
      const conversation = await stage.conversation();
      return conversation?.ticket ? store.ticket(bot, conversation.ticket) : null;
    },
    async journal() {
      const rows: JournalRow[] = [];
      for (const address of been) {
        const id = await store.find(bot, address);
        if (id) rows.push(...(await store.journal(bot, id, 0, 10_000)));
      }
      return rows;
    },
    async customer() {
      const conversation = await stage.conversation();
      return conversation ? store.customer(bot, conversation.person) : {};
    },
    async close() {
      await runtime.stop(0);
      await store.close();
    },
  };
  return stage;
}

function withClosed(program: Program, closed: string[]): Program {
  if (closed.length === 0) return program;
  const queues = new Map(program.bot.queues);
  for (const name of closed) {
    const queue = queues.get(name);
    if (!queue) continue;
    const days = { mon: [], tue: [], wed: [], thu: [], fri: [], sat: [], sun: [] };
    queues.set(name, { ...queue, hours: { timezone: program.bot.timezone, holidays: [], days } });
  }
  return { ...program, bot: { ...program.bot, queues } };
}

/** The channel's limits and windows without its network: what is sent appears on the customer's screen. */
function stageAdapter(channel: string, profile: Profile, shown: Shown[], clock: VirtualClock): Adapter {
  const simulated = simulatedChannel(channel);
  if (!simulated) throw new Error(`There is no channel called ${channel}. Channels: ${[...channelLimits().keys()].join(", ")}.`);
  const limits: Limits = { ...simulated.limits, rate: { perAccountPerSecond: 1_000_000, perThreadPerSecond: null } };
  let sent = 0;
  return {
    channel: channel as Adapter["channel"],
    limits,
    path: "/webhooks/stage",
    echoes: true,
    receive: (request) => ({ kind: "events", events: JSON.parse(request.body.toString()) as Envelope[] }),
    pieces: simulated.pieces,
    async send({ by, message }) {
      shown.push({ by, message, atMs: clock.nowMs() });
      return { kind: "sent", channelMessageId: `m_${++sent}` };
    },
    profile: async () => profile,
    describe: () => ({}),
    close: async () => {},
  };
}

/** The opening that such an event makes on this channel: what its table calls it, else the first, which is for texts. */
function openingOf(limits: Limits, event: Heard): string | undefined {
  const names = Object.keys(limits.windows.openings);
  if (event.kind === "happened" && names.includes(event.name)) return event.name;
  if (event.kind === "said") return names.includes("message") ? "message" : names[0];
  if (event.kind === "tapped" || (event.kind === "happened" && event.name === "get_started"))
    return names.find((name) => /postback|tap|menu/.test(name)) ?? names[0];
  if (event.kind === "referred") return names.find((name) => /click|scan/.test(name));
  return undefined;
}
