/** X on the real road: its twin, its adapter, SQLite and the runtime on one clock that the test turns. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { channelLimits } from "../../adapters/limits.ts";
import { createTwitterAdapter, type TwitterOptions } from "../../adapters/twitter/adapter.ts";
import { createTwitterTwin, type TwinOptions } from "../../adapters/twitter/twin.ts";
import { createRanker } from "../../answers/match.ts";
import { compile } from "../../dialogue/compile.ts";
import { address } from "../../model/address.ts";
import type { Control } from "../../model/event.ts";
import type { AgentId, BotName, QueueName } from "../../model/ids.ts";
import { createRuntime } from "../../runtime/runtime.ts";
import { createVirtualClock } from "../../server/clock.ts";
import { createCountedIds } from "../../server/ids.ts";
import { createMetrics } from "../../server/metrics.ts";
import { readBuiltins } from "../../server/project.ts";
import { openSqliteStore } from "../../stores/sqlite.ts";
import { ACCOUNT, CUSTOMER, KEYS, memoryKeeper, SECRET } from "./setup.ts";

export const BOT = "shop" as BotName;
export const AGENT = "ag_mei" as AgentId;
export const OUR_APP = "90000009";
const START_MS = Date.UTC(2026, 9, 2, 10, 0, 0);

const keyword = (flow: string, word: string, steps: string, more = "") =>
  `format: 1\nflow: ${flow}\ndescription: For these tests.\ntriggers: [ { keyword: [${word}] } ]\n${more}steps:\n${steps}`;
const FLOWS: Record<string, string> = {
  hello: keyword("hello", "MAGIC", "  - send: It works.\n"),
  three: keyword("three", "THREE", "  - send: one\n  - send: two\n  - send: three\n"),
  few: keyword(
    "few",
    "FEW",
    '  - { collect: size, ask: Which size? }\n  - send: "You took {{ slots.size }}."\n',
    "slots: { size: { type: choice, of: { small: Small, big: Big } } }\n",
  ),
  picture: keyword("picture", "PICTURE", "  - send: Here they are.\n    image: https://shop.example/boots.png\n"),
  person: keyword("person", "PERSON", "  - handoff: care\n"),
};

const BRAND = `format: 1
bot: shop
name: Shop
languages: [en]
timezone: UTC
currency: USD
flows: [../flows]
channels: { twitter: { user: "${ACCOUNT}" } }
defaults: { queue: care, idle_after: 300h }
queues:
  care: { answer_within: 2m, max_wait: 15m, notice: A person will be with you. }
`;

const opened: (() => Promise<void>)[] = [];
/** Ends everything that `played` began; for `afterEach`. */
export async function endAll(): Promise<void> {
  for (const close of opened.splice(0).reverse()) await close();
}

export type PlayedOptions = Partial<TwinOptions> & { adapter?: Partial<TwitterOptions>; store?: string };

export async function played(options: PlayedOptions = {}) {
  const { adapter: more, store: path = ":memory:", ...played } = options;
  const clock = createVirtualClock(START_MS);
  const ids = createCountedIds();
  const metrics = createMetrics();
  const twin = await createTwitterTwin({
    clock,
    appId: OUR_APP,
    consumerKey: KEYS.consumerKey,
    consumerSecret: SECRET,
    accounts: [{ userId: ACCOUNT, accessToken: KEYS.accessToken, accessSecret: KEYS.accessSecret }],
    ...played,
  });
  const keeper = memoryKeeper();
  const files = new Map([
    ["bots/shop.bot.yaml", BRAND],
    ...Object.entries(FLOWS).map(([name, text]): [string, string] => [`flows/${name}.flow.yaml`, text]),
  ]);
  const { program, problems } = compile({ bot: "bots/shop.bot.yaml", files, builtins: readBuiltins(), limits: channelLimits(), env: {} });
  if (!program) throw new Error(problems.map((one) => `${one.file}:${one.line} ${one.message}`).join("\n"));
  const ranker = createRanker(program);

  async function openRuntime() {
    const adapter = createTwitterAdapter({
      accounts: [{ userId: ACCOUNT, oauth1: { accessToken: KEYS.accessToken, accessSecret: KEYS.accessSecret }, oauth2: null }],
      consumerKey: KEYS.consumerKey,
      consumerSecrets: [SECRET],
      apiUrl: twin.url,
      keeper,
      clock,
      timeoutMs: 3_000,
      ...(options.sends ? { sends: options.sends } : {}),
      ...more,
    });
    const store = await openSqliteStore({ path, clock, ids, process: { id: ids.next("pr"), pid: process.pid, host: "played" } });
    const agent = { id: AGENT, bot: BOT, name: "Mei", role: "agent" as const, queues: ["care" as QueueName], skills: [], languages: [] };
    await store.saveAgent({ ...agent, away: false, capacity: 5, disabled: false }, null);
    const runtime = createRuntime({
      bots: [
        {
          name: BOT,
          programs: { newest: program!, named: (hash) => (hash === program!.hash ? program! : null) },
          accounts: [{ account: ACCOUNT, adapter }],
          settings: { linesPerSecond: 10_000 },
        },
      ],
      store,
      clock,
      ids,
      log: () => {},
      rank: (_program, text) => ranker(text),
      metrics,
      pollMs: 60_000,
    });
    await runtime.start();
    const close = async () => {
      await runtime.stop(0);
      await store.close();
      await adapter.close();
    };
    return { adapter, store, runtime, close };
  }

  let running = await openRuntime();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method = "GET", url = "/", headers } = request;
      const body = Buffer.concat(chunks);
      running.runtime.receive(BOT, running.adapter, { method, url, headers, body, receivedAtMs: clock.nowMs() }).then(
        (answer) => response.writeHead(answer.status, { "content-type": answer.contentType }).end(answer.body),
        () => response.writeHead(503).end(),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  twin.deliverTo(`http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks/twitter`);
  opened.push(async () => {
    await running.close();
    await twin.close();
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await closed;
  });

  const house = {
    clock,
    twin,
    keeper,
    adapter: () => running.adapter,
    store: () => running.store,
    /** All that follows at once has happened, on both sides. */
    async settled() {
      for (let quiet = 0; quiet < 2; ) {
        const before = `${twin.counts().calls} ${JSON.stringify(twin.webhook.state())}`;
        await twin.webhook.settled();
        await running.runtime.idle();
        quiet = before === `${twin.counts().calls} ${JSON.stringify(twin.webhook.state())}` ? quiet + 1 : 0;
      }
    },
    async says(text: string, customer = CUSTOMER) {
      twin.customer.says(customer, text);
      await house.settled();
    },
    async passes(ms: number) {
      const untilMs = clock.nowMs() + ms;
      for (;;) {
        await house.settled();
        const nextMs = clock.nextWakeMs();
        if (nextMs === null || nextMs > untilMs) break;
        clock.set(Math.max(nextMs, clock.nowMs()));
      }
      clock.set(untilMs);
      await house.settled();
    },
    /** What the customer was told, message by message. */
    told: (customer = CUSTOMER) => twin.thread(customer).flatMap((line) => (line.by === "bot" ? [line.text] : [])),
    async conversation(customer = CUSTOMER) {
      const id = await running.store.find(BOT, address("twitter", ACCOUNT, customer));
      if (!id) throw new Error(`Customer ${customer} has not written yet.`);
      return (await running.store.load(BOT, id))!;
    },
    async journal(customer = CUSTOMER) {
      const id = await running.store.find(BOT, address("twitter", ACCOUNT, customer));
      return id ? running.store.journal(BOT, id, 0, 1_000) : [];
    },
    async desk(control: Control, customer = CUSTOMER) {
      const outcome = await running.runtime.control({ bot: BOT, conversation: (await house.conversation(customer)).id, control });
      if ("refused" in outcome) throw new Error(`The desk was refused: ${JSON.stringify(outcome)}`);
      await house.settled();
    },
    /** This process ends, and another takes its place: only the store and what the keeper has are left. */
    async restarts() {
      await running.close();
      running = await openRuntime();
      await house.settled();
    },
    numbers: () => metrics.text(),
  };
  return house;
}
