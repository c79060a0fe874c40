/** An X of our own on a loopback port: takes messages as the platform would, keeps threads and budgets, calls our webhook back. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Clock } from "../../model/clock.ts";
import { type Diary, NO_DIARY } from "../diary.ts";
import type { PlayedPhones } from "../played-phone.ts";
import { EVENT_TYPES } from "./check.ts";
import { DAY_MS, QUARTER_MS } from "./limits.ts";
import type { TwinAnswer } from "./twin/answers.ts";
import { answerControl } from "./twin/control.ts";
import { createCounter } from "./twin/counting.ts";
import { type Customer, createCustomer } from "./twin/customer.ts";
import { AFTERWARDS, type FaultKind, type Faults, refusalFor, SEND_FAULTS, strike, WEBHOOK_FAULTS } from "./twin/faults.ts";
import { createDoorkeeper, type Doorkeeper, type TwinKeys } from "./twin/keys.ts";
import { twitterPhones } from "./twin/phones.ts";
import { createPlatform, type Envelope, type PlayedLine, type PlayedPerson, type PlayedThread } from "./twin/platform.ts";
import { answerRest, bodyText, type Rest } from "./twin/rest.ts";
import { createUploads } from "./twin/uploads.ts";
import { createWebhooks, type Webhooks } from "./twin/webhooks.ts";

export type TwinOptions = TwinKeys & {
  clock: Clock;
  appId: string;
  /** Where events go; may be named later with `deliverTo`. Until then they wait. */
  webhookUrl?: string;
  port?: number;
  envelope?: Envelope;
  /** Has the account the older endpoints (quick replies, typing, welcome messages)? Default: no, as on most plans. */
  hasV1?: boolean;
  mayWrite?: boolean;
  /** Which events of the account go to the webhook, as its subscriptions say; what is told does not depend on it. */
  subscribed?: readonly string[];
  sends?: { quarter: number; day: number };
  people?: Map<string, PlayedPerson>;
  webhookTimeoutMs?: number;
  /** Lets threads outlive this process. Absent: they end with it. */
  diary?: Diary;
};

export type TwitterTwin = {
  /** The address to use as `TWITTER_API_URL`. */
  url: string;
  deliverTo(webhookUrl: string): void;
  customer: Customer;
  /** What both sides said, in order; `[]` for a stranger. */
  thread(customer: string): PlayedLine[];
  threadState(customer: string): PlayedThread | undefined;
  fault(kind: FaultKind, times?: number): void;
  doorkeeper: Pick<Doorkeeper, "endTokens" | "revoke">;
  webhook: Pick<Webhooks, "check" | "settled" | "state">;
  welcomes(): Rest["welcomes"];
  uploaded(): Map<string, number>;
  counts(): { sends: number; calls: number };
  /** Whose profile shows what name. */
  people: Map<string, PlayedPerson>;
  /** What the account may still send. */
  budget(): { left: number; max: number; untilMs: number | null };
  /** Calls back after each change of any thread. @returns how to stop */
  watch(told: () => void): () => void;
  phones: PlayedPhones;
  close(): Promise<void>;
};

const BODY_MAX_BYTES = 6 * 1_048_576;
const FAULT_KINDS: ReadonlySet<string> = new Set([...SEND_FAULTS, ...WEBHOOK_FAULTS]);
const LOOKUPS = 15;

export async function createTwitterTwin(options: TwinOptions): Promise<TwitterTwin> {
  const { clock, appId, consumerSecret } = options;
  const account = options.accounts[0]?.userId ?? "";
  const faults: Faults = { waiting: [] };
  const sends = options.sends ?? { quarter: 15, day: 1_440 };
  const diary = options.diary ?? NO_DIARY;
  const webhooks = createWebhooks({ clock, consumerSecret, faults, timeoutMs: options.webhookTimeoutMs ?? 5_000, diary });
  const people = options.people ?? new Map<string, PlayedPerson>();
  const platform = createPlatform({ clock, appId, envelope: options.envelope ?? "activity", people, diary }, webhooks);
  const doorkeeper = createDoorkeeper(options, clock);
  const uploads = createUploads(clock, platform.nextId);
  const limits = {
    send: [
      { max: sends.quarter, windowMs: QUARTER_MS },
      { max: sends.day, windowMs: DAY_MS },
    ],
    send_v1: [{ max: 1_000, windowMs: DAY_MS }],
    lookup: [{ max: LOOKUPS, windowMs: QUARTER_MS }],
  };
  const rest: Rest = {
    platform,
    doorkeeper,
    counter: createCounter(limits, clock),
    uploads,
    managed: { webhooks, subscribed: new Map([[account, new Set(options.subscribed ?? EVENT_TYPES)]]), nextId: platform.nextId },
    welcomes: { messages: [], rules: [], nextId: platform.nextId, nowMs: clock.nowMs },
    hasV1: options.hasV1 ?? false,
    mayWrite: options.mayWrite ?? true,
  };
  let url = "";
  const customer = createCustomer(platform, account, () => url);
  const thread = (id: string) => platform.find(account, id)?.lines ?? [];
  const fault = (kind: FaultKind, times = 1) => void faults.waiting.push({ kind, times });
  const controls = { customer, lines: thread, fault, faults: FAULT_KINDS, state: () => ({ ...webhooks.state() }) };
  const counts = { sends: 0, calls: 0 };

  const answer = async (request: IncomingMessage, response: ServerResponse, body: Buffer) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://twin.invalid");
    const method = request.method ?? "GET";
    if (pathname.startsWith("/_twin/")) {
      // A page in somebody's browser is not the terminal that these addresses are for.
      if (request.headers.origin !== undefined) return reply(response, { status: 403, body: {} });
      const given = new URLSearchParams([...searchParams, ...new URLSearchParams(body.toString("utf8"))]);
      return reply(response, answerControl(controls, method, pathname, given));
    }
    counts.calls += 1;
    const isSend = method === "POST" && /(\/messages|\/events\/new\.json)$/.test(pathname);
    if (isSend) counts.sends += 1;
    const struck = isSend ? strike(faults, SEND_FAULTS) : null;
    if (struck === "reset_before") return void request.socket.resetAndDestroy();
    const refusal = struck === null ? null : refusalFor(struck);
    if (refusal !== null) return reply(response, refusal);
    const done = await answerRest(rest, {
      method,
      origin: url,
      path: pathname,
      query: [...searchParams],
      type: request.headers["content-type"] ?? "",
      body,
      authorization: request.headers.authorization,
    });
    if (struck === "reset_after") request.socket.resetAndDestroy();
    if (struck !== "echo_first" && struck !== "hang" && struck !== "reset_after")
      reply(response, afterwards(struck) ?? done.answer, done.bytes);
    done.tell?.();
    if (struck === "echo_first") {
      await webhooks.settled();
      reply(response, done.answer, done.bytes);
    }
  };

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > BODY_MAX_BYTES) request.destroy();
      else chunks.push(chunk);
    });
    request.on("error", () => response.destroy());
    request.on("end", () => void answer(request, response, Buffer.concat(chunks)));
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  if (options.webhookUrl !== undefined) webhooks.register(options.webhookUrl);

  const twin = {
    url,
    deliverTo: webhooks.register,
    customer,
    thread,
    threadState: (id: string) => platform.find(account, id),
    fault,
    doorkeeper,
    webhook: webhooks,
    welcomes: () => rest.welcomes,
    uploaded: uploads.sizes,
    counts: () => ({ ...counts }),
    people,
    budget: () => rest.counter.left("send", account),
    watch: platform.watch,
  };
  return {
    ...twin,
    phones: twitterPhones(twin),
    async close() {
      await webhooks.close();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

function afterwards(struck: FaultKind | null): TwinAnswer | null {
  return struck === null ? null : (AFTERWARDS[struck]?.() ?? null);
}

function reply(response: ServerResponse, { status, body, headers }: TwinAnswer, bytes?: Buffer): void {
  const sent = bytes ?? Buffer.from(bodyText(body));
  const type = typeof body === "string" ? "text/html" : "application/json; charset=utf-8";
  response.writeHead(status, { "content-type": type, "content-length": sent.length, ...headers });
  response.end(sent);
}
