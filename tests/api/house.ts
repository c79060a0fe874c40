/** Two brands on the real road (SQLite in memory, the runtime, express on a free port); only the channel's network is played. */
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import express from "express";
import { channelLimits } from "../../adapters/limits.ts";
import { simulatedChannel } from "../../adapters/simulated.ts";
import { createRanker } from "../../answers/match.ts";
import { compile } from "../../dialogue/compile.ts";
import type { Program } from "../../dialogue/program.ts";
import type { Adapter, Outbound } from "../../model/adapter.ts";
import { address } from "../../model/address.ts";
import type { Delivery } from "../../model/delivery.ts";
import type { Envelope, Heard, Incoming, Referral } from "../../model/event.ts";
import type { AgentId, BotName, QueueName } from "../../model/ids.ts";
import type { Conversation, Store } from "../../model/store.ts";
import type { Agent } from "../../model/ticket.ts";
import { createMediaFetcher } from "../../runtime/fetch-media.ts";
import { NO_METRICS } from "../../runtime/metrics.ts";
import type { BotSettings } from "../../runtime/road.ts";
import { createRuntime, type Runtime } from "../../runtime/runtime.ts";
import { createDeskApi } from "../../server/api/desk.ts";
import { createLive } from "../../server/api/live.ts";
import { hashToken } from "../../server/api/token.ts";
import { systemClock } from "../../server/clock.ts";
import { createCountedLinkCodes, createIds } from "../../server/ids.ts";
import { loginReader } from "../../server/login.ts";
import { readBuiltins } from "../../server/project.ts";
import { createSignIn } from "../../server/sign-in/accounts.ts";
import type { SignIn } from "../../server/sign-in/sign-in.ts";
import { type UploadFiles, uploadFiles } from "../../server/upload-files.ts";
import { openSqliteStore } from "../../stores/sqlite.ts";

const MANIFEST = (name: string) => `
format: 1
bot: ${name}
name: ${name} Outdoor
languages: [en]
timezone: UTC
currency: USD
flows: [../flows]
actions: ./${name}.actions.yaml
channels: { messenger: { page: "page_${name}" } }
defaults: { queue: care, idle_after: 30m }
queues:
  care:    { answer_within: 2m, max_wait: 15m, notice: A person will be with you. }
  billing: { answer_within: 5m }
`;
const ACTIONS = `
format: 1
actions:
  orders.find:
    safe: true
    input: { number: text }
    output: { state: text }
    function: ./shop.ts#find
events:
  order_shipped: { fields: { number: text, parcels: integer, carrier?: text } }
`;
const FLOWS: Record<string, string> = {
  "flows/returns.flow.yaml": `
format: 1
flow: returns
triggers:
  - phrases: [I want to return my order, send my boots back]
slots:
  order: { type: text, pattern: "AL-[0-9]{6}" }
  email: { type: email, personal: true }
  reason: { type: choice, of: { small: Too small, big: Too big } }
  exception: { type: yes_no, default: false }
steps:
  - { collect: order, ask: "What's your order number?" }
  - action: orders.find
    id: look_up
    with: { number: "{{ slots.order }}" }
    save: found
    on_error: [ { send: "I could not look that up." } ]
  - { collect: email, ask: "Your e-mail?" }
  - { collect: reason, ask: "What is wrong with it?" }
  - id: decided
    send: "Exception {{ slots.exception ? 'granted' : 'refused' }}."
`,
  "flows/shipped.flow.yaml": `
format: 1
flow: shipped
triggers: [ { event: order_shipped } ]
steps: [ { send: "Your order {{ event.fields.number ?? '?' }} is on its way." } ]
`,
  "flows/shipping.faq.yaml": `
format: 1
faq:
  - id: how_long
    questions: [How long does shipping take?, When will my parcel arrive?]
    answer: Two to four days.
`,
  "flows/spring.ads.yaml": `
format: 1
ads:
  - { match: { ref: boots_spring }, campaign: spring_boots, start: returns }
`,
};

/** The fields that tests read of the API's answers; which of them one has is what the test says. */
export type Told = {
  id: string;
  conversation_id: string;
  epoch: number;
  ticket_id: string;
  token: string;
  next_after_seq: number;
  more: boolean;
  next: string | null;
  tickets: { id: string; conversation_id: string }[];
  conversations: { id: string }[];
  messages: { seq: number; kind: string; direction: string; text: string }[];
  conversation: { epoch: number };
  agent: { id: string; away: boolean };
  package: { reason: unknown };
  state: string;
  error: { code: string; message: string; retryable: boolean; details: { epoch: number; messages: { text: string }[] } };
};
export type Answer = { status: number; body: Told; headers: Headers; text: string };
type Refusing = { text: string; with: Delivery }[];
/** What the brand's own systems sign with. */
export const LOGIN_SECRET = "a secret of at least thirty-two characters";

export type House = {
  base: string;
  store: Store;
  runtime: Runtime;
  sent: Outbound[];
  /** What customers were shown beside lines: `c1 typing`. */
  signals: string[];
  logged: string[];
  programs: Map<BotName, Program>;
  signIn: SignIn;
  /** Lines with these words are answered so by the channel. */
  refusing: Refusing;
  files: UploadFiles;
  /** Where uploads lie. */
  folder: string;
  hires(name: string, more?: Partial<Agent> & { bot?: BotName }): Promise<{ agent: Agent; token: string }>;
  writes(text: string, more?: { bot?: string; from?: string; referral?: Referral }): Promise<void>;
  /** A customer sends pictures or files by their addresses. */
  attaches(from: string, urls: string[]): Promise<void>;
  /** Files that the channel gives by an id: `messenger page_alder <id>`. */
  filesById: Map<string, Buffer>;
  /** Any event of the channel. */
  comes(from: string, event: Incoming): Promise<void>;
  conversation(more?: { bot?: string; from?: string }): Promise<Conversation>;
  call(method: string, path: string, token: string | null, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** A customer asks for a person; resolves with the waiting ticket's id. */
  said(from: string): string[];
  asks(from: string, bot?: string): Promise<{ ticket: string; conversation: string }>;
  stop(): void;
  close(): Promise<void>;
};

export async function createHouse(
  settings: Partial<BotSettings> = {},
  signInFor: { idleS?: number; absoluteS?: number } = {},
  trusted: string[] = [],
): Promise<House> {
  const clock = systemClock;
  const ids = createIds(clock);
  const store = await openSqliteStore({ path: ":memory:", clock, ids, process: { id: ids.next("pr"), pid: process.pid, host: "test" } });
  const sent: Outbound[] = [];
  const refusing: Refusing = [];
  const signals: string[] = [];
  const logged: string[] = [];
  const programs = new Map<BotName, Program>();
  const adapters = new Map<string, Adapter>();
  const bots = ["alder", "birch"].map((name) => {
    const files = new Map(Object.entries({ ...FLOWS, [`bots/${name}.bot.yaml`]: MANIFEST(name), [`bots/${name}.actions.yaml`]: ACTIONS }));
    const { program, problems } = compile({
      bot: `bots/${name}.bot.yaml`,
      files,
      builtins: readBuiltins(),
      limits: channelLimits(),
      env: {},
    });
    if (!program) throw new Error(JSON.stringify(problems, null, 1));
    programs.set(name as BotName, program);
    const adapter = playedChannel(sent, signals, refusing);
    adapters.set(name, adapter);
    return {
      name: name as BotName,
      programs: { newest: program, named: () => program },
      accounts: [{ account: `page_${name}`, adapter }],
      settings,
      callFunction: async () => ({ state: "delivered" }),
    };
  });
  const rankers = new Map([...programs.values()].map((program) => [program, createRanker(program)]));
  const runtime = createRuntime({
    bots,
    store,
    clock,
    ids,
    log: (level, sentence) => void (level !== "debug" && logged.push(`${level}: ${sentence}`)),
    rank: (program, text) => rankers.get(program)!(text),
    metrics: NO_METRICS,
    keyedHash: (text) => `hash ${text.length}`,
    linkCode: createCountedLinkCodes(),
    readLogin: loginReader(LOGIN_SECRET, clock.nowMs),
    publicUrl: "https://bot.example",
  });
  await runtime.start();
  const stopping = new AbortController();
  const signIn = createSignIn({ store, clock, secret: "only for tests", isHttps: false, ...signInFor });
  const folder = mkdtempSync(join(tmpdir(), "baton-files-"));
  const files = uploadFiles({ store, clock, secret: "only for tests", folder, publicUrl: "https://bot.example" });
  const media = createMediaFetcher(trusted);
  const filesById = new Map<string, Buffer>(); // what the channel has and names by an id
  const app = express();
  app.use("/files", files.router);
  app.use(
    "/api/v1",
    createDeskApi({
      links: runtime,
      store,
      road: runtime,
      clock,
      ids,
      log: (level, sentence) => void logged.push(`${level}: ${sentence}`),
      program: (bot) => programs.get(bot) ?? null,
      signIn: async () => signIn,
      live: createLive(store, clock),
      publicUrl: "https://bot.example",
      media,
      attachment: async (_bot, to, id) => filesById.get(`${to.channel} ${to.account} ${id}`) ?? null,
      files,
      seen: runtime.seen,
      tell: runtime.happened,
      typing: (bot, conversation) => runtime.typing(bot, conversation),
      agentsChanged: runtime.agentsChanged,
      stopping: stopping.signal,
    }),
  );
  const server: Server = createServer(app);
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1`;
  let heard = 0;
  let hired = 0;

  const house: House = {
    base,
    filesById,
    store,
    runtime,
    sent,
    signals,
    logged,
    programs,
    signIn,
    refusing,
    files,
    folder,
    async hires(name, more = {}) {
      const token = `baton_test_${name}_${++hired}`;
      const agent: Agent = {
        id: `ag_${name}` as AgentId,
        bot: "alder" as BotName,
        name: name[0]!.toUpperCase() + name.slice(1),
        role: "agent",
        queues: [],
        skills: [],
        languages: [],
        away: false,
        capacity: 10_000, // nobody is told that the wait is too long
        disabled: false,
        ...more,
      };
      await store.saveAgent(agent, hashToken(token));
      runtime.agentsChanged(agent.bot);
      return { agent, token };
    },
    async attaches(from, urls) {
      const attachments = urls.map((url) => ({ kind: "image" as const, url }));
      await house.comes(from, { kind: "said", text: "", attachments, messageId: `m_${++heard}` });
    },
    async comes(from, event) {
      const where = address("messenger", "page_alder", from);
      const envelope = { key: `k_${++heard}`, address: where, atMs: clock.nowMs(), event } as Envelope;
      const body = Buffer.from(JSON.stringify([envelope]));
      const request = { method: "POST", url: "/webhooks/played", headers: {}, body, receivedAtMs: clock.nowMs() };
      const { status } = await runtime.receive("alder" as BotName, adapters.get("alder")!, request);
      if (status !== 200) throw new Error(`refused: ${status}`);
      await runtime.idle();
    },
    async writes(text, { bot = "alder", from = "c1", referral } = {}) {
      const event: Heard = { kind: "said", text, attachments: [], messageId: `m_${++heard}`, ...(referral ? { referral } : {}) };
      const where = address("messenger", `page_${bot}`, from);
      const envelope: Envelope = { key: `k_${heard}`, address: where, atMs: clock.nowMs(), event, opens: "message" };
      const body = Buffer.from(JSON.stringify([envelope]));
      const request = { method: "POST", url: "/webhooks/played", headers: {}, body, receivedAtMs: clock.nowMs() };
      const { status } = await runtime.receive(bot as BotName, adapters.get(bot)!, request);
      if (status !== 200) throw new Error(`refused: ${status}`);
      await runtime.idle();
    },
    async conversation({ bot = "alder", from = "c1" } = {}) {
      const id = await store.find(bot as BotName, address("messenger", `page_${bot}`, from));
      return (await store.load(bot as BotName, id!))!;
    },
    async call(method, path, token, body, headers = {}) {
      const response = await fetch(base + path, {
        method,
        headers: {
          ...(token === null ? {} : { authorization: `Bearer ${token}` }),
          ...(body === undefined ? {} : { "content-type": "application/json" }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === "string" || body instanceof Uint8Array ? body : JSON.stringify(body) }),
      } as RequestInit);
      const text = await response.text();
      return {
        status: response.status,
        body: (text.startsWith("{") ? JSON.parse(text) : { text }) as Told,
        headers: response.headers,
        text,
      };
    },
    async asks(from, bot = "alder") {
      await house.writes("I want to talk to a person", { bot, from });
      const conversation = await house.conversation({ bot, from });
      if (!conversation.ticket) throw new Error(`${from} got no ticket: ${house.said(from).join(" | ")}`);
      return { ticket: conversation.ticket, conversation: conversation.id };
    },
    said: (from: string) => sent.filter((one) => one.address.customer === from).map((one) => one.message.text ?? ""),
    stop: () => stopping.abort(),
    async close() {
      stopping.abort();
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
      await runtime.stop(0);
      await media.close();
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return house;
}

export const queues = (...names: string[]) => names as QueueName[];

function playedChannel(sent: Outbound[], signals: string[], refusing: Refusing): Adapter {
  const { limits, pieces } = simulatedChannel("messenger")!;
  return {
    channel: limits.channel as Adapter["channel"],
    limits,
    path: "/webhooks/played",
    echoes: true,
    receive: (request) => ({ kind: "events", events: JSON.parse(request.body.toString()) as Envelope[] }),
    pieces,
    async send(outbound) {
      const refusal = refusing.find((one) => outbound.message.text?.includes(one.text));
      if (refusal) return refusal.with;
      sent.push(outbound);
      return { kind: "sent", channelMessageId: `out_${sent.length}` };
    },
    async signal({ customer }, what) {
      signals.push(`${customer} ${what}`);
    },
    describe: () => ({}),
    async close() {},
  };
}
