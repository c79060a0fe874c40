/** What these tests share: recorded bodies as one account's, a signed webhook, a still clock, an adapter. */
import { createHmac } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { createTwitterAdapter, type TwitterOptions } from "../../adapters/twitter/adapter.ts";
import type { Adapter, Outbound, Received } from "../../model/adapter.ts";
import { address } from "../../model/address.ts";
import type { Envelope } from "../../model/event.ts";
import type { LineId } from "../../model/ids.ts";
import type { Json } from "../../model/json.ts";
import type { Keeper } from "../../model/keeper.ts";
import { NO_MARKS } from "../../model/limits.ts";
import { NOW_MS, stillClock } from "../messenger/setup.ts";

export const FIXTURES = new URL("../fixtures/twitter/", import.meta.url);
export const ACCOUNT = "3805104374";
export const CUSTOMER = "1700000000000000042";
export const SECRET = "example-consumer-secret";
export const KEYS = { consumerKey: "ck-example", accessToken: `${ACCOUNT}-example`, accessSecret: "ts-example" };

export function read(name: string): string {
  return readFileSync(new URL(name, FIXTURES), "utf8");
}

export function eventFixtures(): string[] {
  return readdirSync(FIXTURES)
    .filter((name) => name.endsWith(".json") && name !== "signature-vectors.json")
    .sort();
}

/** A recording, told of our account instead of the one it was recorded for. */
export function fixture(name: string): Buffer {
  const text = read(name);
  const told = JSON.parse(text);
  const whose =
    told.for_user_id ?? told.data?.filter?.user_id ?? told.data?.payload?.user_id ?? told.user_event?.revoke?.source?.user_id ?? "nobody";
  return Buffer.from(
    text.replaceAll(`"${whose}"`, `"${ACCOUNT}"`).replaceAll(`${whose}"`, `${ACCOUNT}"`).replaceAll(`:${whose}`, `:${ACCOUNT}`),
  );
}

export function memoryKeeper(): Keeper & { kept: Map<string, Json> } {
  const kept = new Map<string, Json>();
  return {
    kept,
    read: async (name) => kept.get(name) ?? null,
    async write(name, value) {
      kept.set(name, value);
    },
  };
}

export function adapter(options: Partial<TwitterOptions> = {}): Adapter {
  return createTwitterAdapter({
    accounts: [{ userId: ACCOUNT, oauth1: { accessToken: KEYS.accessToken, accessSecret: KEYS.accessSecret }, oauth2: null }],
    consumerKey: KEYS.consumerKey,
    consumerSecrets: [SECRET],
    apiUrl: "http://127.0.0.1:9",
    keeper: memoryKeeper(),
    clock: stillClock(),
    ...options,
  });
}

export function sign(body: Buffer | string, secret = SECRET): string {
  return `sha256=${createHmac("sha256", secret).update(body).digest("base64")}`;
}

export function post(to: Adapter, body: Buffer | string, headers: Record<string, string> = {}): Received {
  const bytes = Buffer.from(body);
  return to.receive({
    method: "POST",
    url: "/webhooks/twitter",
    headers: { "x-twitter-webhooks-signature": sign(bytes), ...headers },
    body: bytes,
    receivedAtMs: NOW_MS,
  });
}

export function eventsOf(received: Received): Envelope[] {
  if (received.kind !== "events") throw new Error(`Expected events, got ${JSON.stringify(received)}`);
  return received.events;
}

/** One direct message as the Account Activity API tells it. */
export function dm(fields: {
  id: string;
  text: string;
  from?: string;
  to?: string;
  atMs?: number;
  app?: string;
  more?: Record<string, unknown>;
}): string {
  const { id, text, from = CUSTOMER, to = ACCOUNT, atMs = NOW_MS, app, more = {} } = fields;
  const message_create: Record<string, unknown> = { target: { recipient_id: to }, sender_id: from, message_data: { text, ...more } };
  if (app !== undefined) message_create.source_app_id = app;
  const event = { type: "message_create", id, created_timestamp: String(atMs), message_create };
  return JSON.stringify({ for_user_id: ACCOUNT, direct_message_events: [event], users: {} });
}

export function outbound(more: Partial<Outbound> = {}): Outbound {
  return {
    line: "ms_01" as LineId,
    address: address("twitter", ACCOUNT, CUSTOMER),
    message: { text: "Hello!" },
    by: "bot",
    purpose: "reply",
    marks: NO_MARKS,
    nowMs: NOW_MS,
    ...more,
  };
}
