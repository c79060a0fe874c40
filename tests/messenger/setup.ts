/** What these tests share: recorded bodies, a signed webhook, a still clock, a tiny platform that answers as recorded. */
import { createHmac } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createMessengerAdapter, type MessengerAdapter, type MessengerOptions } from "../../adapters/messenger/adapter.ts";
import type { Outbound, Received } from "../../model/adapter.ts";
import { address } from "../../model/address.ts";
import type { Clock } from "../../model/clock.ts";
import type { Envelope } from "../../model/event.ts";
import type { LineId } from "../../model/ids.ts";

export const FIXTURES = new URL("../fixtures/messenger/", import.meta.url);
export const PAGE = "102030405060708";
export const CUSTOMER = "6100000000000001";
export const OUR_APP = "400000000000001";
export const SECRET = "fixture-app-secret";
export const TOKEN = "fixture-page-token";
export const NOW_MS = 1_760_000_002_000;

export function fixture(name: string): Buffer {
  return readFileSync(new URL(name, FIXTURES));
}

export function eventFixtures(): string[] {
  return readdirSync(FIXTURES)
    .filter((name) => name.endsWith(".json") && name !== "signature-vectors.json" && name !== "verification-request.json")
    .sort();
}

/** A clock that stands still until told; `monotonicMs` goes with it. */
export function stillClock(startMs = NOW_MS): Clock & { advance(ms: number): void } {
  let nowMs = startMs;
  let sleepers: { atMs: number; wake: () => void }[] = [];
  return {
    nowMs: () => nowMs,
    monotonicMs: () => nowMs,
    sleepUntil: (atMs, signal) =>
      atMs <= nowMs || signal?.aborted
        ? Promise.resolve()
        : new Promise((wake) => {
            sleepers.push({ atMs, wake });
            signal?.addEventListener("abort", () => wake());
          }),
    advance(ms) {
      nowMs += ms;
      const due = sleepers.filter((one) => one.atMs <= nowMs);
      sleepers = sleepers.filter((one) => one.atMs > nowMs);
      for (const one of due) one.wake();
    },
  };
}

export function adapter(options: Partial<MessengerOptions> = {}): MessengerAdapter {
  return createMessengerAdapter({
    accounts: [{ pageId: PAGE, pageToken: TOKEN }],
    appId: OUR_APP,
    appSecrets: [SECRET],
    verifyToken: "mytoken",
    apiUrl: "http://127.0.0.1:9",
    clock: stillClock(),
    ...options,
  });
}

export function sign(body: Buffer | string, secret = SECRET): string {
  return `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
}

export function post(to: MessengerAdapter, body: Buffer | string, headers: Record<string, string> = {}): Received {
  const bytes = Buffer.from(body);
  return to.receive({
    method: "POST",
    url: "/webhooks/messenger",
    headers: { "x-hub-signature-256": sign(bytes), ...headers },
    body: bytes,
    receivedAtMs: NOW_MS,
  });
}

export function eventsOf(received: Received): Envelope[] {
  if (received.kind !== "events") throw new Error(`Expected events, got ${JSON.stringify(received)}`);
  return received.events;
}

/** One messaging item in its envelope. */
export function item(fields: Record<string, unknown>): string {
  const messaging = [{ sender: { id: CUSTOMER }, recipient: { id: PAGE }, timestamp: 1_760_000_000_123, ...fields }];
  return JSON.stringify({ object: "page", entry: [{ id: PAGE, time: 1_760_000_000_923, messaging }] });
}

export function outbound(more: Partial<Outbound> = {}): Outbound {
  return {
    line: "ms_01" as LineId,
    address: address("messenger", PAGE, CUSTOMER),
    message: { text: "Hello!" },
    by: "bot",
    purpose: "reply",
    marks: { openings: { message: NOW_MS - 1_000 }, heardAtMs: NOW_MS - 1_000, spent: 0 },
    nowMs: NOW_MS,
    ...more,
  };
}

export type Taken = { method: string; url: string; headers: IncomingHttpHeaders; body: Record<string, unknown> };
export type Reply = { status: number; body: unknown; headers?: Record<string, string> } | "reset" | "hang" | "cut";

/** Answers every call with what `reply` says, and keeps what it was sent. */
export async function platform(reply: (taken: Taken) => Reply): Promise<{ url: string; taken: Taken[]; close(): Promise<void> }> {
  const taken: Taken[] = [];
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const raw = Buffer.concat(chunks).toString("utf8");
      const call = {
        method: request.method ?? "",
        url: request.url ?? "",
        headers: request.headers,
        body: raw === "" ? {} : JSON.parse(raw),
      };
      taken.push(call);
      const answer = reply(call);
      if (answer === "hang") return;
      if (answer === "reset") return void request.socket.resetAndDestroy();
      if (answer === "cut") {
        response.writeHead(200, { "content-type": "application/json", "content-length": 100 });
        response.write('{"recipient_id":');
        setImmediate(() => request.socket.destroy());
        return;
      }
      response.writeHead(answer.status, answer.headers);
      response.end(typeof answer.body === "string" ? answer.body : JSON.stringify(answer.body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    taken,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

export function response(name: string): { status: number; body: unknown; headers?: Record<string, string> } {
  return JSON.parse(fixture(`responses/${name}.json`).toString("utf8"));
}
