/** A played platform on a loopback port: its calls, its mishaps, and the addresses by which a terminal plays the customer. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { PlayedPhones } from "../../played-phone.ts";
import type { Wire } from "../../wire.ts";
import type { Twin } from "../twin.ts";
import type { TwinAnswer } from "./answers.ts";
import { answerControl } from "./control.ts";
import type { Customer } from "./customer.ts";
import { type FaultKind, type Faults, LATER_FAULTS, SEND_FAULTS, strike, WEBHOOK_FAULTS } from "./faults.ts";
import type { GraphCall } from "./graph.ts";
import type { PlayedProfile } from "./platform.ts";
import type { Thread } from "./thread.ts";
import type { Webhooks } from "./webhooks.ts";

/** A platform as whoever serves it needs it. */
export type Played = {
  /** The account of those who name none. */
  first: string;
  customerOf(account: string): Customer;
  find(account: string, customer: string): Thread | undefined;
  name(customer: string, profile: PlayedProfile): void;
  named(customer: string): PlayedProfile | null;
  watch(told: () => void): () => void;
  /** The entries of its lasting menu, as the platform keeps them. */
  menu(): Wire[];
  answer(call: GraphCall): TwinAnswer;
  /** What it says instead of accepting, for a mishap; null where it says nothing. */
  refusalFor(kind: FaultKind): TwinAnswer | null;
  /** How the app looks in a customer's hand. */
  phones(twin: Omit<Twin, "phones" | "close">): PlayedPhones;
};

const BODY_MAX_BYTES = 20 * 1_048_576;
const FAULT_KINDS: ReadonlySet<string> = new Set([...SEND_FAULTS, ...LATER_FAULTS, ...WEBHOOK_FAULTS]);

export async function serveTwin(
  played: Played,
  webhooks: Webhooks,
  faults: Faults,
  options: { port?: number; webhookUrl?: string },
): Promise<Twin> {
  const { first } = played;
  const customer = played.customerOf(first);
  const thread = (psid: string, account = first) => played.find(account, psid)?.lines ?? [];
  const fault = (kind: FaultKind, times = 1, after?: number) =>
    void faults.waiting.push(after === undefined ? { kind, times } : { kind, times, after });
  const controls = { customer, lines: thread, fault, faults: FAULT_KINDS };
  let sends = 0;

  const answer = (request: IncomingMessage, response: ServerResponse, body: Buffer) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://twin.invalid");
    const method = request.method ?? "GET";
    // A page in somebody's browser is not the terminal that these addresses are for.
    if (pathname.startsWith("/_twin/") && request.headers.origin !== undefined) return reply(response, { status: 403, body: {} });
    if (pathname.startsWith("/_twin/"))
      return reply(response, answerControl(controls, method, pathname, searchParams, body.toString("utf8")));
    const isSend = method === "POST" && pathname.endsWith("/messages");
    if (isSend) sends += 1;
    const struck = isSend ? strike(faults, SEND_FAULTS) : null;
    if (struck === "reset_before") return void request.socket.resetAndDestroy();
    const refusal = struck === null ? null : played.refusalFor(struck);
    if (refusal !== null) return reply(response, refusal);
    const { authorization, "content-type": contentType } = request.headers;
    const given = played.answer({ method, path: pathname, query: searchParams, authorization, contentType, body });
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
    request.on("end", () => answer(request, response, Buffer.concat(chunks)));
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
    customerOf: played.customerOf,
    customerSays: customer.says,
    taps: customer.taps,
    clicksAd: customer.clicksAd,
    clicksLink: customer.clicksLink,
    sendsAttachment: customer.sendsAttachment,
    reacts: customer.reacts,
    pageInboxSays: customer.pageInboxSays,
    thread,
    threadState: (psid: string, account = first) => played.find(account, psid),
    name: played.name,
    named: played.named,
    watch: played.watch,
    menu: played.menu,
    fault,
    settled: webhooks.settled,
    counts: () => ({ ...webhooks.counts(), sends }),
  };
  return {
    ...twin,
    phones: played.phones(twin),
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
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(isText ? body : JSON.stringify(body));
  response.writeHead(status, {
    "content-type": isText ? "text/html" : "application/json; charset=UTF-8",
    "content-length": bytes.length,
    ...headers,
  });
  response.end(bytes);
}
