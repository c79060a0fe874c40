/** One channel on the real road: SQLite in memory, the channel's own adapter against a small platform, a clock that the test turns. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { channelLimits } from "../../adapters/limits.ts";
import { createRanker } from "../../answers/match.ts";
import { compile } from "../../dialogue/compile.ts";
import type { Adapter } from "../../model/adapter.ts";
import { address } from "../../model/address.ts";
import type { Control } from "../../model/event.ts";
import type { AgentId, BotName, ConversationId, QueueName } from "../../model/ids.ts";
import type { JournalRow } from "../../model/journal.ts";
import type { Conversation, Store } from "../../model/store.ts";
import { NO_METRICS } from "../../runtime/metrics.ts";
import { createRuntime, type Runtime } from "../../runtime/runtime.ts";
import { createVirtualClock, type VirtualClock } from "../../server/clock.ts";
import { createCountedIds } from "../../server/ids.ts";
import { readBuiltins } from "../../server/project.ts";
import { openSqliteStore } from "../../stores/sqlite.ts";
import type { Reply, Subject, Taken, Webhook } from "./subject.ts";

export const BOT = "shop" as BotName;
export const AGENT = "ag_mei" as AgentId;
const START_MS = Date.UTC(2026, 2, 2, 10, 0, 0);

export type ContractHouse = {
  clock: VirtualClock;
  adapter: Adapter;
  store: Store;
  runtime: Runtime;
  /** What the platform took, in order; and all lines that were tried. */
  shown: { to: string; shown: string }[];
  tried: string[];
  /** Met by the next lines, first come first. */
  fates: Reply[];
  posts(webhook: Webhook): Promise<{ status: number; body: string }>;
  /** The customer writes, and all that follows at once has happened. */
  writes(text: string, from?: string): Promise<void>;
  said(from?: string): string[];
  passes(ms: number): Promise<void>;
  conversation(from?: string): Promise<Conversation>;
  journal(from?: string): Promise<JournalRow[]>;
  /** Everything that was journalled for this customer id, `[]` for a stranger. */
  journalOf(customer: string): Promise<JournalRow[]>;
  desk(control: Control, from?: string): Promise<void>;
  nr(): number;
  close(): Promise<void>;
};

export async function createContractHouse(subject: Subject, flows: Record<string, string>): Promise<ContractHouse> {
  const clock = createVirtualClock(START_MS);
  const ids = createCountedIds();
  const shown: ContractHouse["shown"] = [];
  const tried: string[] = [];
  const fates: Reply[] = [];
  const platform = await listen((taken) => {
    const line = subject.lineIn(taken);
    if (line === null) return subject.accepts(taken, shown.length);
    tried.push(line.shown);
    const fate = fates.shift();
    if (fate !== undefined) return fate;
    shown.push(line);
    return subject.accepts(taken, shown.length);
  });
  const adapter = subject.open({ clock, apiUrl: platform.url, timeoutMs: 5_000 });
  const program = brand(subject, flows);
  const ranker = createRanker(program);
  const store = await openSqliteStore({
    path: ":memory:",
    clock,
    ids,
    process: { id: ids.next("pr"), pid: process.pid, host: "contract" },
  });
  await store.saveAgent(
    {
      id: AGENT,
      bot: BOT,
      name: "Mei",
      role: "agent",
      queues: ["care" as QueueName],
      skills: [],
      languages: [],
      away: false,
      capacity: 5,
      disabled: false,
    },
    null,
  );
  const runtime = createRuntime({
    bots: [
      {
        name: BOT,
        programs: { newest: program, named: (hash) => (hash === program.hash ? program : null) },
        accounts: [{ account: subject.account, adapter }],
        settings: { linesPerSecond: 10_000 },
      },
    ],
    store,
    clock,
    ids,
    log: () => {},
    rank: (_program, text) => ranker(text),
    metrics: NO_METRICS,
    pollMs: 60_000,
  });
  await runtime.start();
  let nr = 0;
  const idOf = (customer: string): Promise<ConversationId | null> => store.find(BOT, address(subject.channel, subject.account, customer));

  const house: ContractHouse = {
    clock,
    adapter,
    store,
    runtime,
    shown,
    tried,
    fates,
    nr: () => ++nr,
    posts: (webhook) => runtime.receive(BOT, adapter, { ...webhook, receivedAtMs: clock.nowMs() }),
    async writes(text, from = "1") {
      const { status } = await house.posts(subject.says({ from, text, nr: ++nr, atMs: clock.nowMs() }));
      if (status !== 200) throw new Error(`The webhook was answered ${status}.`);
      await runtime.idle();
    },
    said: (from = "1") => shown.filter((one) => one.to === subject.customerId(from)).map((one) => one.shown),
    async passes(ms) {
      const untilMs = clock.nowMs() + ms;
      for (;;) {
        await runtime.idle();
        const nextMs = clock.nextWakeMs();
        if (nextMs === null || nextMs > untilMs) break;
        clock.set(Math.max(nextMs, clock.nowMs()));
      }
      clock.set(untilMs);
      await runtime.idle();
    },
    async conversation(from = "1") {
      const id = await idOf(subject.customerId(from));
      if (!id) throw new Error(`Customer ${from} has not written yet.`);
      return (await store.load(BOT, id))!;
    },
    journal: (from = "1") => house.journalOf(subject.customerId(from)),
    async journalOf(customer) {
      const id = await idOf(customer);
      return id ? store.journal(BOT, id, 0, 10_000) : [];
    },
    async desk(control, from = "1") {
      const outcome = await runtime.control({ bot: BOT, conversation: (await house.conversation(from)).id, control });
      if ("refused" in outcome) throw new Error(`The desk was refused: ${JSON.stringify(outcome)}`);
      await runtime.idle();
    },
    async close() {
      await runtime.stop(0);
      await store.close();
      await adapter.close();
      await platform.close();
    },
  };
  return house;
}

function brand(subject: Subject, flows: Record<string, string>) {
  const bot = `format: 1
bot: shop
name: Shop
languages: [en]
timezone: UTC
currency: USD
flows: [../flows]
channels: { ${subject.channel}: ${subject.manifest} }
defaults: { queue: care, idle_after: 300h }
queues:
  care: { answer_within: 2m, max_wait: 15m, notice: A person will be with you. }
`;
  const files = new Map([
    ["bots/shop.bot.yaml", bot],
    ...Object.entries(flows).map(([name, text]): [string, string] => [`flows/${name}.flow.yaml`, text]),
  ]);
  const { program, problems } = compile({ bot: "bots/shop.bot.yaml", files, builtins: readBuiltins(), limits: channelLimits(), env: {} });
  if (!program) throw new Error(problems.map((one) => `${one.file}:${one.line} ${one.code} ${one.message}`).join("\n"));
  return program;
}

/** A platform of a few lines: every call is answered with what `reply` says. */
export async function listen(reply: (taken: Taken) => Reply): Promise<{ url: string; close(): Promise<void> }> {
  const answer = (request: IncomingMessage, response: ServerResponse, body: string) => {
    const given = reply({ method: request.method ?? "", url: request.url ?? "", headers: request.headers, body });
    if (given === "hang") return;
    if (given === "reset") return void request.socket.resetAndDestroy();
    const isText = typeof given.body === "string";
    response.writeHead(given.status, { "content-type": isText ? "text/plain" : "application/json", ...given.headers });
    response.end(isText ? given.body : JSON.stringify(given.body));
  };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => answer(request, response, Buffer.concat(chunks).toString("utf8")));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}
