/** The demo brand's shop: a small HTTP service with a few orders, one of each kind, so that flows have something real to call. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export type DemoShop = { url: string; close(): Promise<void> };

type Order = {
  status: "packed" | "on_the_way" | "delayed" | "delivered";
  age_days: number;
  days: number;
  total_cents: number;
  carrier?: string;
  items: { sku: string; title: string }[];
};

const RIDGE = { sku: "ridge-42", title: "Ridge boots" };
const FELL = { sku: "fell-40", title: "Fell trail shoes" };
const SOCKS = { sku: "socks-m", title: "merino socks" };

/** What each number shows; any other number is not found. */
const ORDERS = new Map<string, Order>([
  ["AL-100001", { status: "on_the_way", age_days: 0, days: 2, total_cents: 18900, carrier: "UPS", items: [RIDGE] }],
  ["AL-100002", { status: "delivered", age_days: 12, days: 0, total_cents: 20700, carrier: "UPS", items: [RIDGE, SOCKS] }],
  ["AL-100003", { status: "delivered", age_days: 90, days: 0, total_cents: 12900, carrier: "USPS", items: [FELL] }],
  ["AL-100004", { status: "packed", age_days: 0, days: 3, total_cents: 14700, items: [FELL, SOCKS] }],
  ["AL-100005", { status: "delayed", age_days: 0, days: 6, total_cents: 18900, carrier: "UPS", items: [RIDGE] }],
  ["AL-123456", { status: "delivered", age_days: 12, days: 0, total_cents: 18900, carrier: "UPS", items: [RIDGE] }],
]);
const FAILING = "AL-500500";
/** Never answered: the caller's own patience decides. */
const SILENT = "AL-504504";
const BODY_MAX_BYTES = 64 * 1024;

/** @param port 0: any free one */
export async function startDemoShop(port = 0): Promise<DemoShop> {
  const server = createDemoShop();
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const address = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Answers given under an idempotency key are given again. */
function createDemoShop(): Server {
  const answered = new Map<string, string>();
  let references = 1000;

  return createServer((request, response) => {
    const path = new URL(request.url ?? "/", "http://shop").pathname;
    const number = /^\/orders\/([^/]+)$/.exec(path)?.[1];
    if (request.method === "GET" && number !== undefined) findOrder(decode(number).toUpperCase(), response);
    else if (request.method === "POST" && path === "/returns")
      void once(request, response, answered, (asked) => createReturn(asked, ++references));
    else if (request.method === "POST" && path === "/messages") void once(request, response, answered, () => createMessage(++references));
    else reply(response, 404, { error: "no such page" });
  });
}

function findOrder(number: string, response: ServerResponse): void {
  if (number === SILENT) return;
  const order = ORDERS.get(number);
  if (number === FAILING) reply(response, 500, { error: "the warehouse system is down" });
  else if (order === undefined) reply(response, 404, { error: "no such order" });
  else reply(response, 200, shown(number, order));
}

function shown(number: string, order: Order): object {
  return { number, ...order, currency: "USD", links: { tracking: `https://alder.example/track/${number}` } };
}

function createReturn(asked: Record<string, unknown>, reference: number): { status: number; body: object } {
  const number = String(asked.number ?? "").toUpperCase();
  if (!ORDERS.has(number)) return { status: 404, body: { error: "no such order" } };
  return { status: 201, body: { reference: `R-${reference}`, days: 5, links: { label: `https://alder.example/label/R-${reference}` } } };
}

function createMessage(reference: number): { status: number; body: object } {
  return { status: 201, body: { reference: `M-${reference}` } };
}

/** Reads a JSON body, does the thing once per idempotency key, and answers. */
async function once(
  request: IncomingMessage,
  response: ServerResponse,
  answered: Map<string, string>,
  act: (asked: Record<string, unknown>) => { status: number; body: object },
): Promise<void> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > BODY_MAX_BYTES) return reply(response, 413, { error: "too long" });
      chunks.push(chunk);
    }
  } catch {
    return; // the caller went away
  }
  let asked: unknown;
  try {
    asked = JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch {
    return reply(response, 400, { error: "not JSON" });
  }
  if (typeof asked !== "object" || asked === null || Array.isArray(asked)) return reply(response, 400, { error: "not an object" });
  const key = String(request.headers["idempotency-key"] ?? "");
  const before = key === "" ? undefined : answered.get(key);
  if (before !== undefined) {
    response.writeHead(200, { "content-type": "application/json" }).end(before);
    return;
  }
  const { status, body } = act(asked as Record<string, unknown>);
  if (key !== "" && status < 300) answered.set(key, JSON.stringify(body));
  reply(response, status, body);
}

function reply(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
