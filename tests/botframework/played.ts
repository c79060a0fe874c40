/** Bot Framework on the real road: its twin, its adapter, SQLite and the runtime on one clock that the test turns. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type BotFrameworkOptions, createBotFrameworkAdapter } from "../../adapters/botframework/adapter.ts";
import type { Who } from "../../adapters/botframework/twin/customer.ts";
import { type BotFrameworkTwinOptions, createBotFrameworkTwin } from "../../adapters/botframework/twin.ts";
import { channelLimits } from "../../adapters/limits.ts";
import { createRanker } from "../../answers/match.ts";
import { compile } from "../../dialogue/compile.ts";
import { address } from "../../model/address.ts";
import type { Control } from "../../model/event.ts";
import type { AgentId, BotName, QueueName } from "../../model/ids.ts";
import { createRuntime } from "../../runtime/runtime.ts";
import { createVirtualClock, systemClock } from "../../server/clock.ts";
import { createCountedIds } from "../../server/ids.ts";
import { createMetrics } from "../../server/metrics.ts";
import { readBuiltins } from "../../server/project.ts";
import { openSqliteStore } from "../../stores/sqlite.ts";
import { APP, SECRET } from "./setup.ts";

export const BOT = "shop" as BotName;
export const AGENT = "ag_mei" as AgentId;
export const ANA: Who = { person: "ana" };

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
  many: keyword(
    "many",
    "MANY",
    '  - { collect: size, ask: Which number? }\n  - send: "You took {{ slots.size }}."\n',
    `slots: { size: { type: choice, of: { ${Array.from({ length: 25 }, (_, at) => `n${at + 1}: Number ${at + 1}`).join(", ")} } } }\n`,
  ),
  buttons: keyword(
    "buttons",
    "BUTTONS",
    "  - send: What next?\n    buttons: [ { title: Say it, link: hello }, { title: Site, url: 'https://shop.example' } ]\n",
  ),
  later: keyword("later", "LATER", "  - send: I will come back to you.\n  - wait: 30m\n  - send: Still there?\n"),
  welcome: "format: 1\nflow: welcome\ndescription: For newcomers.\ntriggers: [ get_started ]\nsteps:\n  - send: Welcome to the shop.\n",
  person: keyword("person", "PERSON", "  - handoff: care\n"),
};

const BRAND = `format: 1
bot: shop
name: Shop
languages: [en]
timezone: UTC
currency: USD
flows: [../flows]
channels: { botframework: { app: "${APP}" } }
defaults: { queue: care, idle_after: 300h }
queues:
  care: { answer_within: 2m, max_wait: 15m, notice: A person will be with you. }
`;

const opened: (() => Promise<void>)[] = [];
/** Ends everything that `played` began; for `afterEach`. */
export async function endAll(): Promise<void> {
  for (const close of opened.splice(0).reverse()) await close();
}

export type PlayedOptions = Partial<BotFrameworkTwinOptions> & {
  people?: "desk" | "hub";
  adapter?: Partial<BotFrameworkOptions>;
  store?: string;
};

export async function played(options: PlayedOptions = {}) {
  const { adapter: more, store: path = ":memory:", people = "desk", ...rest } = options;
  const signs = rest.signs ?? false; // a key is costly to make; whoever tests the proof asks for it
  const clock = createVirtualClock(systemClock.nowMs());
  const ids = createCountedIds();
  const metrics = createMetrics();
  const twin = await createBotFrameworkTwin({ clock, signsBy: systemClock, appId: APP, secret: SECRET, ...rest, signs });
  const files = new Map([
    ["bots/shop.bot.yaml", BRAND],
    ...Object.entries(FLOWS).map(([name, text]): [string, string] => [`flows/${name}.flow.yaml`, text]),
  ]);
  const { program, problems } = compile({ bot: "bots/shop.bot.yaml", files, builtins: readBuiltins(), limits: channelLimits(), env: {} });
  if (!program) throw new Error(problems.map((one) => `${one.file}:${one.line} ${one.message}`).join("\n"));
  const ranker = createRanker(program);

  async function openRuntime() {
    const adapter = createBotFrameworkAdapter({
      apps: signs ? [{ appId: APP, credentials: { kind: "secret", secret: SECRET, tenantId: null }, people }] : [],
      cloud: twin.cloud,
      serviceHosts: signs ? [twin.url] : [],
      ...(signs ? {} : { localAccount: APP, localPeople: people }),
      clock,
      timeoutMs: 3_000,
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
          accounts: [{ account: APP, adapter }],
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
      const webhook = { method, url, headers, body: Buffer.concat(chunks), receivedAtMs: clock.nowMs(), isFromHere: true };
      running.runtime.receive(BOT, running.adapter, webhook).then(
        (answer) => response.writeHead(answer.status, { "content-type": answer.contentType }).end(answer.body),
        () => response.writeHead(503).end(),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const webhookUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks/botframework`;
  twin.deliverTo(webhookUrl);
  opened.push(async () => {
    await running.close();
    await twin.close();
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await closed;
  });

  const customerIdOf = ({ person, channelId = "webchat" }: Who) => `${channelId}/${channelId}-${person}|played`;
  const find = (who: Who) => running.store.find(BOT, address("botframework", APP, customerIdOf(who)));
  const house = {
    clock,
    twin,
    webhookUrl,
    /** All that follows at once has happened, on both sides. */
    async settled() {
      for (let quiet = 0; quiet < 2; ) {
        const before = JSON.stringify(twin.counts());
        await twin.settled();
        await running.runtime.idle();
        quiet = before === JSON.stringify(twin.counts()) ? quiet + 1 : 0;
      }
    },
    async says(text: string, who: Who = ANA) {
      twin.customer.says(who, text);
      await house.settled();
    },
    async taps(title: string, who: Who = ANA) {
      if (!twin.customer.taps(who, title)) throw new Error(`There is nothing called ${title} to be tapped.`);
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
    told: (who: Who = ANA) =>
      twin.thread(who).flatMap((line) => (line.by === "bot" && line.activity.type === "message" ? [line.text] : [])),
    /** Events that the bot told the channel. */
    events: (who: Who = ANA) => twin.thread(who).flatMap(({ activity }) => (activity.type === "event" ? [activity] : [])),
    async conversation(who: Who = ANA) {
      const id = await find(who);
      if (!id) throw new Error(`Customer ${who.person} has not written yet.`);
      return (await running.store.load(BOT, id))!;
    },
    async journal(who: Who = ANA) {
      const id = await find(who);
      return id ? running.store.journal(BOT, id, 0, 1_000) : [];
    },
    async desk(control: Control, who: Who = ANA) {
      const outcome = await running.runtime.control({ bot: BOT, conversation: (await house.conversation(who)).id, control });
      if ("refused" in outcome) throw new Error(`The desk was refused: ${JSON.stringify(outcome)}`);
      await house.settled();
      return outcome;
    },
    /** This process ends, and another takes its place: only the store is left. */
    async restarts() {
      await running.close();
      running = await openRuntime();
      await house.settled();
    },
    numbers: () => metrics.text(),
  };
  return house;
}
