/** One bot on the real road: SQLite in memory, the real Messenger adapter against a small platform, a clock that the test turns. */
import { createMessengerAdapter, type MessengerAdapter } from "../../adapters/messenger/adapter.ts";
import { createRanker } from "../../answers/match.ts";
import type { Program } from "../../dialogue/program.ts";
import { address } from "../../model/address.ts";
import type { ControlOutcome } from "../../model/desk.ts";
import type { Control } from "../../model/event.ts";
import type { AgentId, BotName, ConversationId, QueueName, TicketId } from "../../model/ids.ts";
import type { JournalRow } from "../../model/journal.ts";
import type { Conversation, Store } from "../../model/store.ts";
import type { Agent, Ticket } from "../../model/ticket.ts";
import type { Counter, Metrics } from "../../runtime/metrics.ts";
import type { BotSettings, CallFunction } from "../../runtime/road.ts";
import { createRuntime, type Runtime } from "../../runtime/runtime.ts";
import { createVirtualClock, type VirtualClock } from "../../server/clock.ts";
import { createCountedIds, createCountedLinkCodes } from "../../server/ids.ts";
import { openSqliteStore } from "../../stores/sqlite.ts";
import { compileBrand } from "./brand.ts";
import { APP_ID, APP_SECRET, createPlatform, PAGE, type Platform, webhook } from "./platform.ts";

export const BOT = "shop" as BotName;
export const START_MS = Date.UTC(2026, 2, 2, 10, 0, 0); // a Monday

export type House = {
  clock: VirtualClock;
  platform: Platform;
  store: Store;
  runtime: Runtime;
  program: Program;
  adapter: MessengerAdapter;
  counts: Map<Counter, number>;
  logged: string[];
  /** The customer writes; resolves when the webhook is answered. */
  writes(text: string, more?: { from?: string; mid?: string; atMs?: number; referral?: Record<string, unknown> }): Promise<number>;
  posts(...messaging: Record<string, unknown>[]): Promise<number>;
  /** Until nothing is pending that does not wait for time. */
  idle(): Promise<void>;
  /** Turns the clock, stopping wherever something wants to wake. */
  passes(ms: number): Promise<void>;
  said(to?: string): string[];
  conversation(from?: string): Promise<Conversation>;
  ticket(from?: string): Promise<Ticket>;
  journal(from?: string): Promise<JournalRow[]>;
  desk(control: Control, more?: { from?: string; epoch?: number; idempotencyKey?: string }): Promise<ControlOutcome>;
  hires(id: string, more?: Partial<Agent>): Promise<AgentId>;
  /** The process ends without a word; another one takes up what the store holds. */
  restarts(): Promise<void>;
  close(): Promise<void>;
};

export type HouseOptions = {
  settings?: Partial<BotSettings>;
  bot?: string;
  flows?: Record<string, string>;
  callFunction?: CallFunction;
  timeoutMs?: number;
  adapt?: (adapter: MessengerAdapter) => MessengerAdapter;
  program?: (program: Program) => Program;
  path?: string;
  files?: Record<string, string>;
  liveMax?: number;
  /** Stands between the runtime and the real store. */
  guard?: (store: Store) => Store;
};

export async function createHouse(options: HouseOptions = {}): Promise<House> {
  const clock = createVirtualClock(START_MS);
  const ids = createCountedIds();
  const platform = await createPlatform();
  const program = (options.program ?? ((same) => same))(compileBrand(`${platform.url}/shop`, options));
  const ranker = createRanker(program);
  const counts = new Map<Counter, number>();
  const metrics: Metrics = { count: (what, _labels, by = 1) => void counts.set(what, (counts.get(what) ?? 0) + by), observe() {} };
  const logged: string[] = [];
  const plain = createMessengerAdapter({
    accounts: [{ pageId: PAGE, pageToken: "page-token" }],
    appId: APP_ID,
    appSecrets: [APP_SECRET],
    verifyToken: "verify",
    apiUrl: platform.url,
    clock,
    timeoutMs: options.timeoutMs ?? 5_000,
  });
  const adapter = options.adapt ? options.adapt(plain) : plain;
  const linkCode = createCountedLinkCodes();
  const openStore = () =>
    openSqliteStore({ path: options.path ?? ":memory:", clock, ids, process: { id: ids.next("pr"), pid: process.pid, host: "test" } });
  const start = async (store: Store): Promise<Runtime> => {
    const runtime = createRuntime({
      bots: [
        {
          name: BOT,
          programs: { newest: program, named: (hash) => (hash === program.hash ? program : null) },
          accounts: [{ account: PAGE, adapter }],
          settings: { linesPerSecond: 10_000, ...options.settings },
          ...(options.callFunction ? { callFunction: options.callFunction } : {}),
        },
      ],
      store: options.guard ? options.guard(store) : store,
      clock,
      ids,
      ...(options.liveMax === undefined ? {} : { liveMax: options.liveMax }),
      log: (level, sentence) => void (level !== "debug" && logged.push(`${level}: ${sentence}`)),
      rank: (_program, text) => ranker(text),
      metrics,
      keyedHash: (text) => `hash:${text.length}`,
      linkCode,
      readLogin: (_bot, token) => (token.startsWith("signed:") ? { who: token.split(":")[1]!, once: token } : { wrong: "not signed" }),
      pollMs: 60_000,
    });
    await runtime.start();
    return runtime;
  };
  const store = await openStore();
  let mids = 0;
  const idOf = async (from = "1"): Promise<ConversationId> => {
    const id = await house.store.find(BOT, address("messenger", PAGE, from));
    if (!id) throw new Error(`Customer ${from} has not written yet.`);
    return id;
  };

  const house: House = {
    clock,
    platform,
    store,
    runtime: await start(store),
    program,
    adapter,
    counts,
    logged,
    async posts(...messaging) {
      const { body, headers } = webhook(...messaging);
      const url = "/webhooks/messenger";
      return (await house.runtime.receive(BOT, adapter, { method: "POST", url, headers, body, receivedAtMs: clock.nowMs() })).status;
    },
    writes(text, { from = "1", mid = `in_${++mids}`, atMs = clock.nowMs(), referral } = {}) {
      const message = { mid, text, ...(referral ? { referral } : {}) };
      return house.posts({ sender: { id: from }, recipient: { id: PAGE }, timestamp: atMs, message });
    },
    idle: () => house.runtime.idle(),
    async passes(ms) {
      const untilMs = clock.nowMs() + ms;
      for (;;) {
        await house.runtime.idle();
        const nextMs = clock.nextWakeMs();
        if (nextMs === null || nextMs > untilMs) break;
        clock.set(nextMs);
      }
      clock.set(untilMs);
      await house.runtime.idle();
    },
    said: (to = "1") => platform.taken.filter((one) => one.to === to).map((one) => one.text),
    async conversation(from) {
      return (await house.store.load(BOT, await idOf(from)))!;
    },
    async ticket(from) {
      const { ticket } = await house.conversation(from);
      if (!ticket) throw new Error("There is no open ticket.");
      return (await house.store.ticket(BOT, ticket))!;
    },
    async journal(from) {
      return house.store.journal(BOT, await idOf(from), 0, 1_000);
    },
    async desk(control, { from, ...more } = {}) {
      return house.runtime.control({ bot: BOT, conversation: await idOf(from), control, ...more });
    },
    async hires(id, more = {}) {
      const agent: Agent = {
        id: id as AgentId,
        bot: BOT,
        name: id,
        role: "agent",
        queues: [] as QueueName[],
        skills: [],
        languages: [],
        away: false,
        capacity: 5,
        disabled: false,
        ...more,
      };
      await house.store.saveAgent(agent, null);
      house.runtime.agentsChanged(BOT);
      return agent.id;
    },
    async restarts() {
      await house.runtime.stop(0);
      await house.store.close();
      house.store = await openStore();
      house.runtime = await start(house.store);
    },
    async close() {
      await house.runtime.stop(0);
      await house.store.close();
      await adapter.close();
      await platform.close();
    },
  };
  return house;
}

export function claimed(ticket: TicketId, agent: AgentId): Control {
  return { kind: "claimed", ticket, agent };
}
