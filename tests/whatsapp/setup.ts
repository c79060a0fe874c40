/** What these tests share: recorded bodies, their signature, an adapter, a message on its way. */
import { createHmac } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { createWhatsappAdapter, type WhatsappOptions } from "../../adapters/whatsapp/adapter.ts";
import type { Outbound } from "../../model/adapter.ts";
import { address } from "../../model/address.ts";
import type { Envelope } from "../../model/event.ts";
import type { LineId } from "../../model/ids.ts";
import type { Webhook } from "../channels/subject.ts";
import { stillClock } from "../messenger/setup.ts";

const FIXTURES = new URL("../fixtures/whatsapp/", import.meta.url);
export const NUMBER = "106540000000001";
export const BUSINESS = "102290000000001";
export const CUSTOMER = "15550100099";
export const APP = "400000000000008";
export const SECRET = "whatsapp-app-secret";
export const TOKEN = "whatsapp-token";

export const fixture = (name: string): Buffer => readFileSync(new URL(name, FIXTURES));
export const eventFixtures = (): string[] =>
  readdirSync(FIXTURES)
    .filter((name) => name.endsWith(".json"))
    .sort();
export const response = (name: string): { status: number; body: Record<string, unknown> } =>
  JSON.parse(fixture(`responses/${name}.json`).toString("utf8"));

export function sign(body: Buffer | string, secret = SECRET): string {
  return `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
}

export const signed = (body: Buffer): Webhook => ({
  method: "POST",
  url: "/webhooks/whatsapp",
  headers: { "x-hub-signature-256": sign(body), "content-type": "application/json" },
  body,
});

/** One change of the field `messages` in its envelope. */
export function change(value: Record<string, unknown>, field = "messages"): Buffer {
  const metadata = { display_phone_number: "15550100000", phone_number_id: NUMBER };
  const changes = [{ value: { messaging_product: "whatsapp", metadata, ...value }, field }];
  return Buffer.from(JSON.stringify({ object: "whatsapp_business_account", entry: [{ id: BUSINESS, changes }] }));
}

let boundaries = 0;

export function adapter(options: Partial<WhatsappOptions> = {}) {
  return createWhatsappAdapter({
    accounts: [{ phoneNumberId: NUMBER, token: TOKEN, businessId: BUSINESS }],
    appId: APP,
    appSecrets: [SECRET],
    verifyToken: "mytoken",
    apiUrl: "http://127.0.0.1:9",
    clock: stillClock(),
    fetchBytes: async () => null,
    boundary: () => `boundary${++boundaries}`,
    ...options,
  });
}

export function eventsOf(to: ReturnType<typeof adapter>, body: Buffer, receivedAtMs: number): Envelope[] {
  const received = to.receive({ ...signed(body), receivedAtMs });
  if (received.kind !== "events") throw new Error(`Expected events, got ${JSON.stringify(received)}`);
  return received.events;
}

export function outbound(nowMs: number, more: Partial<Outbound> = {}): Outbound {
  return {
    line: "ms_01" as LineId,
    address: address("whatsapp", NUMBER, CUSTOMER),
    message: { text: "Hello!" },
    by: "bot",
    purpose: "reply",
    marks: { openings: { message: nowMs }, heardAtMs: nowMs, spent: 0 },
    nowMs,
    ...more,
  };
}
