/** A Messenger or an Instagram of our own on a loopback port: takes sends as the platform would, keeps threads, calls our webhook back. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Clock } from "../../model/clock.ts";
import type { PlayedPhones } from "../played-phone.ts";
import type { TwinAnswer } from "./twin/answers.ts";
import { answerControl } from "./twin/control.ts";
import { type Customer, createCustomer } from "./twin/customer.ts";
import type { TwinDialect } from "./twin/dialect.ts";
import { type Fault, type FaultKind, type Faults, refusalFor, SEND_FAULTS, strike, WEBHOOK_FAULTS } from "./twin/faults.ts";
import { answerGraph } from "./twin/graph.ts";
import { type Memory, NO_MEMORY } from "./twin/memory.ts";
import { metaPhones } from "./twin/phones.ts";
import { createPlatform, type PlayedProfile } from "./twin/platform.ts";
import type { Thread, ThreadLine } from "./twin/thread.ts";
import { createWebhooks } from "./twin/webhooks.ts";

export type TwinOptions = {
  clock: Clock;
  appId: string;
  appSecret: string;
  pages: { pageId: string; pageToken: string }[];
  /** Where events go; may be named later with `deliverTo`. Until then they wait. */
  webhookUrl?: string;
  port?: number;
  /** Conversation Routing with a default app. Default: none, as on most pages. */
  routing?: boolean;
  adWindowMs?: number;
  ratePerSecond?: number;
  profile?: (psid: string) => PlayedProfile | null;
  faults?: Fault[];
  /** Where threads, names and events on their way outlive the process. Default: nowhere. */
  memory?: Memory;
  webhookTimeoutMs?: number;
};

export type Twin = {
  /** The address to use as the channel's `…_API_URL`. */
  url: string;
  deliverTo(webhookUrl: string): void;
  /** The customer's side of the first page's threads. */
  customer: Customer;
  customerOf(pageId: string): Customer;
  customerSays: Customer["says"];
  taps: Customer["taps"];
  clicksAd: Customer["clicksAd"];
  clicksLink: Customer["clicksLink"];
  sendsAttachment: Customer["sendsAttachment"];
  reacts: Customer["reacts"];
  pageInboxSays: Customer["pageInboxSays"];
  /** What both sides said, in order; `[]` for a stranger. */
  thread(psid: string, pageId?: string): ThreadLine[];
  /** Window, owner and marks of a thread as the platform keeps them. */
  threadState(psid: string, pageId?: string): Thread | undefined;
  /** Gives a customer a name that their profile shows from now on. */
  name(psid: string, profile: PlayedProfile): void;
  /** The name that was given, also by an earlier process. */
  named(psid: string): PlayedProfile | null;
  /** Calls back after each change of any thread. @returns how to stop */
  watch(told: () => void): () => void;
  fault(kind: FaultKind, times?: number, after?: number): void;
  /** Resolves when no webhook is on its way. */
  settled(): Promise<void>;
  counts(): { delivered: number; failed: number; waiting: number; unsubscribed: boolean; sends: number };
  phones: PlayedPhones;
  close(): Promise<void>;
};

const DAY_MS = 86_400_000;
const BODY_MAX_BYTES = 1_048_576;
const FAULT_KINDS: ReadonlySet<string> = new Set([...SEND_FAULTS, ...WEBHOOK_FAULTS]);

/** Someone to talk about, in a demo without a network. */
export const SOMEBODY: PlayedProfile = { first_name: "Robin", last_name: "Example", locale: "en_US", timezone: 0 };

export async function createMetaTwin(dialect: TwinDialect, options: TwinOptions): Promise<Twin> {
  const { clock, appId, appSecret, pages } = options;
  const faults: Faults = { waiting: [...(options.faults ?? [])] };
  const memory = options.memory ?? NO_MEMORY;
  const webhooks = createWebhooks({
    clock,
    appSecret,
    object: dialect.object,
    faults,
    timeoutMs: options.webhookTimeoutMs ?? 5_000,
    memory,
  });
  const platform = createPlatform(
    {
      clock,
      appId,
      appSecret,
      pages,
      routing: options.routing ?? false,
      adWindowMs: options.adWindowMs ?? DAY_MS,
      ratePerSecond: options.ratePerSecond ?? 300,
      profile: options.profile ?? (() => SOMEBODY),
      memory,
      dialect,
    },
    webhooks,
  );
  const first = pages[0]?.pageId ?? "";
  const customers = new Map(pages.map(({ pageId }) => [pageId, createCustomer(platform, pageId)]));
  const customer = customers.get(first) ?? createCustomer(platform, first);
  const thread = (psid: string, pageId = first) => platform.find(pageId, psid)?.lines ?? [];
  const fault = (kind: FaultKind, times = 1, after?: number) =>
    void faults.waiting.push(after === undefined ? { kind, times } : { kind, times, after });
  const controls = { customer, lines: thread, fault, faults: FAULT_KINDS };
  let sends = 0;

  const answer = (request: IncomingMessage, response: ServerResponse, body: string) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://twin.invalid");
    const method = request.method ?? "GET";
    // A page in somebody's browser is not the terminal that these addresses are for.
    if (pathname.startsWith("/_twin/") && request.headers.origin !== undefined) return reply(response, { status: 403, body: {} });
    if (pathname.startsWith("/_twin/")) return reply(response, answerControl(controls, method, pathname, searchParams, body));
    const isSend = method === "POST" && pathname.endsWith("/messages");
    if (isSend) sends += 1;
    const struck = isSend ? strike(faults, SEND_FAULTS) : null;
    if (struck === "reset_before") return void request.socket.resetAndDestroy();
    const refusal = struck === null ? null : refusalFor(struck);
    if (refusal !== null) return reply(response, refusal);
    const { authorization } = request.headers;
    const given = answerGraph(platform, { method, path: pathname, query: searchParams, authorization, body });
    if (struck === "reset_after") return void request.socket.resetAndDestroy();
    if (struck !== "hang") reply(response, given);
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
    request.on("end", () => answer(request, response, Buffer.concat(chunks).toString("utf8")));
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  if (options.webhookUrl !== undefined) webhooks.deliverTo(options.webhookUrl);

  const twin = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    deliverTo: webhooks.deliverTo,
    customer,
    customerOf: (pageId: string) => customers.get(pageId) ?? createCustomer(platform, pageId),
    customerSays: customer.says,
    taps: customer.taps,
    clicksAd: customer.clicksAd,
    clicksLink: customer.clicksLink,
    sendsAttachment: customer.sendsAttachment,
    reacts: customer.reacts,
    pageInboxSays: customer.pageInboxSays,
    thread,
    threadState: (psid: string, pageId = first) => platform.find(pageId, psid),
    name: platform.name,
    named: platform.named,
    watch: platform.watch,
    fault,
    settled: webhooks.settled,
    counts: () => ({ ...webhooks.counts(), sends }),
  };
  return {
    ...twin,
    phones: metaPhones(twin, dialect),
    async close() {
      await webhooks.close();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

function reply(response: ServerResponse, { status, body, headers }: TwinAnswer): void {
  const isText = typeof body === "string";
  const bytes = Buffer.from(isText ? body : JSON.stringify(body));
  response.writeHead(status, {
    "content-type": isText ? "text/html" : "application/json; charset=UTF-8",
    "content-length": bytes.length,
    ...headers,
  });
  response.end(bytes);
}
