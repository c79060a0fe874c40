/**
 * The ground that a phone stands on: the running server with its twin (`live`), or a stage of its own (`time`), which is
 * the whole runtime with the channel's real adapter and another twin on a virtual clock and a store in memory.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { PlayedPhones } from "../../adapters/played-phone.ts";
import type { Program } from "../../dialogue/program.ts";
import type { AccountId } from "../../model/address.ts";
import type { Clock } from "../../model/clock.ts";
import type { AgentId, BotName, QueueName } from "../../model/ids.ts";
import type { Keeper } from "../../model/keeper.ts";
import type { Store } from "../../model/store.ts";
import type { Agent } from "../../model/ticket.ts";
import type { Log } from "../../runtime/log.ts";
import { NO_METRICS } from "../../runtime/metrics.ts";
import type { CallFunction, Rank } from "../../runtime/road.ts";
import { createRuntime, type Runtime } from "../../runtime/runtime.ts";
import { openSqliteStore } from "../../stores/sqlite.ts";
import type { Opening } from "../channels/opening.ts";
import { openPlayed } from "../channels.ts";
import { createVirtualClock, systemClock } from "../clock.ts";
import { createIds, drawLinkCode } from "../ids.ts";
import { lastingOf } from "../menus.ts";
import { type AnswerWebhook, takeWebhook } from "../webhooks.ts";
import type { PhoneMode } from "./views.ts";

export type Ground = {
  mode: PhoneMode;
  bot: BotName;
  channel: string;
  account: string;
  phones: PlayedPhones;
  store: Store;
  runtime: Runtime;
  clock: Clock;
  /** Resolves when all that follows at once has happened; on the live server things happen in their own time. */
  settles(): Promise<void>;
  /** Turns the clock, stopping at every timer on the way; null where time is everybody's. */
  passes: ((ms: number) => Promise<void>) | null;
  close(): Promise<void>;
};

export const STUDIO_AGENT = "ag_studio" as AgentId;

/** Long enough for anything that only waits a moment, short before any real timer. */
const MOMENT_MS = 1_000;
/** A webhook that does not come through in so long is not waited for. */
const SETTLE_MAX_MS = 3_000;
/** A stage forgets its tokens with everything else. */
const NO_KEEPER: Keeper = { read: async () => null, write: async () => {} };

export type StageOptions = {
  program: Program;
  named(hash: string): Program | null;
  channel: string;
  /** What opening a channel takes from the house. */
  opening: Pick<Opening, "settings" | "secret" | "failpoint" | "fetchBytes">;
  root: string;
  rank: Rank;
  callFunction: CallFunction | undefined;
  log: Log;
};

export async function openStage(options: StageOptions): Promise<Ground> {
  const { program, channel } = options;
  const bot = program.bot.name as BotName;
  const clock = createVirtualClock(systemClock.nowMs());
  const ids = createIds(clock);
  const store = await openSqliteStore({ path: ":memory:", clock, ids, process: { id: ids.next("pr"), pid: process.pid, host: "studio" } });
  await store.saveAgent(stageAgent(bot), null);
  let answer: AnswerWebhook = async () => ({ status: 503, body: "", contentType: "text/plain" });
  const webhooks = createServer((request, response) => takeWebhook(request, response, clock, (webhook) => answer(webhook)));
  await new Promise<void>((listening) => webhooks.listen(0, "127.0.0.1", listening));
  const serverUrl = `http://127.0.0.1:${(webhooks.address() as AddressInfo).port}`;
  const { adapter, accounts, twin, phones } = await openPlayed(channel, bot, {
    ...options.opening,
    root: options.root,
    clock,
    ids,
    serverUrl,
    keeper: NO_KEEPER,
  });
  const account = accounts[0] ?? "";
  const runtime = createRuntime({
    bots: [
      {
        name: bot,
        programs: { newest: program, named: options.named },
        accounts: [{ account, adapter }],
        settings: { offers: false },
        ...(options.callFunction ? { callFunction: options.callFunction } : {}),
      },
    ],
    store,
    clock,
    ids,
    log: options.log,
    rank: options.rank,
    metrics: NO_METRICS,
    linkCode: drawLinkCode,
    pollMs: null,
  });
  await runtime.start();
  answer = (webhook) => runtime.receive(bot, adapter, webhook);
  const { menu, welcome } = lastingOf(program, channel, account);
  if (adapter.publishMenu && menu) await adapter.publishMenu(account as AccountId, menu.entries, menu.title);
  if (adapter.publishWelcome && welcome) await adapter.publishWelcome(account as AccountId, welcome);

  /** Quiet on both sides: what the runtime sends makes webhooks, and webhooks make work for the runtime. */
  async function quiet(): Promise<void> {
    const untilMs = systemClock.monotonicMs() + SETTLE_MAX_MS;
    for (;;) {
      const before = phones.counts();
      await runtime.idle();
      await soon(phones.settled());
      await runtime.idle();
      const after = phones.counts();
      if (after.delivered === before.delivered && after.sends === before.sends) return;
      if (systemClock.monotonicMs() > untilMs) return;
    }
  }

  async function until(atMs: number): Promise<void> {
    for (;;) {
      await quiet();
      const nextMs = clock.nextWakeMs();
      if (nextMs === null || nextMs > atMs) return;
      clock.set(Math.max(nextMs, clock.nowMs()));
    }
  }

  return {
    mode: "time",
    bot,
    channel,
    account,
    phones,
    store,
    runtime,
    clock,
    settles: () => until(clock.nowMs() + MOMENT_MS),
    async passes(ms) {
      const atMs = clock.nowMs() + ms;
      await until(atMs);
      if (clock.nowMs() < atMs) clock.set(atMs);
      await until(clock.nowMs() + MOMENT_MS);
    },
    async close() {
      await runtime.stop(0);
      await twin.close();
      const closed = new Promise<void>((resolve) => webhooks.close(() => resolve()));
      webhooks.closeAllConnections();
      await closed;
      await adapter.close();
      await store.close();
    },
  };
}

async function soon(work: Promise<void>): Promise<void> {
  const late = new AbortController();
  await Promise.race([work, systemClock.sleepUntil(systemClock.nowMs() + SETTLE_MAX_MS, late.signal)]);
  late.abort();
}

function stageAgent(bot: BotName): Agent {
  return {
    id: STUDIO_AGENT,
    bot,
    name: "You",
    role: "admin",
    queues: [] as QueueName[],
    skills: [],
    languages: [],
    away: false,
    capacity: 1_000,
    disabled: false,
  };
}
