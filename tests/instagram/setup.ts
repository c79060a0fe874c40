/** What these tests share: recorded bodies, their signature, an adapter, a message on its way. */
import { createHmac } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { createInstagramAdapter, type InstagramOptions } from "../../adapters/instagram/adapter.ts";
import type { Outbound } from "../../model/adapter.ts";
import { address } from "../../model/address.ts";
import type { LineId } from "../../model/ids.ts";
import type { Webhook } from "../channels/subject.ts";
import { stillClock } from "../messenger/setup.ts";

const FIXTURES = new URL("../fixtures/instagram/", import.meta.url);
export const ACCOUNT = "17841400000000001";
export const CUSTOMER = "1784140000000900";
export const APP = "400000000000009";
export const SECRET = "instagram-app-secret";
export const TOKEN = "instagram-token";

export const fixture = (name: string): Buffer => readFileSync(new URL(name, FIXTURES));
export const eventFixtures = (): string[] =>
  readdirSync(FIXTURES)
    .filter((name) => name.endsWith(".json"))
    .sort();

export function sign(body: Buffer | string, secret = SECRET): string {
  return `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
}

export const signed = (body: Buffer): Webhook => ({
  method: "POST",
  url: "/webhooks/instagram",
  headers: { "x-hub-signature-256": sign(body), "content-type": "application/json" },
  body,
});

export function adapter(options: Partial<InstagramOptions> = {}) {
  return createInstagramAdapter({
    accounts: [{ accountId: ACCOUNT, token: TOKEN }],
    login: "instagram",
    appId: APP,
    appSecrets: [SECRET],
    verifyToken: "mytoken",
    apiUrl: "http://127.0.0.1:9",
    clock: stillClock(),
    ...options,
  });
}

export function outbound(nowMs: number, more: Partial<Outbound> = {}): Outbound {
  return {
    line: "ms_01" as LineId,
    address: address("instagram", ACCOUNT, CUSTOMER),
    message: { text: "Hello!" },
    by: "bot",
    purpose: "reply",
    marks: { openings: { message: nowMs }, heardAtMs: nowMs, spent: 0 },
    nowMs,
    ...more,
  };
}
