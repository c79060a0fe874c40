/** What these tests share: recorded pushes, a push signed in each mode, the crypto vectors. */
import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { createWechatAdapter, type WechatOptions } from "../../adapters/wechat/adapter.ts";
import { encrypt, keyOf, signatureOf } from "../../adapters/wechat/crypto.ts";
import type { Adapter, Received } from "../../model/adapter.ts";
import type { Envelope } from "../../model/event.ts";
import { createVirtualClock } from "../../server/clock.ts";
import type { Webhook } from "../channels/subject.ts";

export const FIXTURES = new URL("../fixtures/wechat/", import.meta.url);
export const ACCOUNT = "gh_0123456789ab";
export const MINI = "gh_fedcba987654";
export const CUSTOMER = "oA1b2C3d4E5f6G7h8I9j0K1l2M3n";
export const TOKEN = "handoff_Token9";
export const AES_KEY = "bWh5ZTRkZ2tqNHVqc2ZkM2s5cGxxMnd4OGN2YjdubTE";
export const APP_ID = "wx0123456789abcdef";
export const NOW_MS = 1_760_000_002_000;

export function fixture(name: string): Buffer {
  return readFileSync(new URL(name, FIXTURES));
}

/** Recorded bodies of pushes in plain, XML and JSON. */
export function pushFixtures(): string[] {
  const json = readdirSync(new URL("json/", FIXTURES)).map((name) => `json/${name}`);
  return [...readdirSync(FIXTURES), ...json].filter((name) => /(^|\/)(message|event|mini|wecom)-.*\.(xml|json)$/.test(name)).sort();
}

export type Vector = Record<"id" | "token" | "encodingAesKey" | "appId" | "timestamp" | "nonce" | "encrypt" | "msgSignature", string> & {
  direction: string;
  plaintextXml: string;
  plaintextFormat: string;
  random16Hex: string;
  urlSignature: string;
};
export type UrlVector = Record<"id" | "token" | "timestamp" | "nonce" | "signature", string> & { echostr?: string; valid: boolean };

export function vectors(): { vectors: Vector[]; negativeVectors: Vector[]; urlSignatureVectors: UrlVector[] } {
  return JSON.parse(fixture("crypto-vectors.json").toString("utf8"));
}

export function response(name: string): { status: number; body: unknown } {
  return { status: 200, body: JSON.parse(fixture(`responses/${name}.json`).toString("utf8")) };
}

const account = { account: ACCOUNT, appId: APP_ID, appSecret: "fixture-app-secret", token: TOKEN };

export function adapter(options: Partial<WechatOptions> = {}, aesKeys: string[] = []): Adapter {
  return createWechatAdapter({
    accounts: [{ ...account, aesKeys }],
    apiUrl: "http://127.0.0.1:9",
    clock: createVirtualClock(NOW_MS),
    fetchBytes: async () => null,
    boundary: () => "boundary0123456789",
    ...options,
  });
}

export { account };

const [timestamp, nonce] = ["1732000001", "1390424177"];

/** As the platform posts in plain mode. */
export function plain(body: Buffer | string, token = TOKEN): Webhook {
  const url = `/webhooks/wechat?signature=${signatureOf(token, timestamp, nonce)}&timestamp=${timestamp}&nonce=${nonce}&openid=${CUSTOMER}`;
  return { method: "POST", url, headers: { "content-type": "text/xml" }, body: Buffer.from(body) };
}

/** As the platform posts in safe mode; in JSON where the body is JSON. */
export function safe(body: Buffer | string, key = AES_KEY): Webhook {
  const encrypted = encrypt(keyOf(key), APP_ID, Buffer.from(body), randomBytes(16));
  const envelope = String(body).trimStart().startsWith("{")
    ? JSON.stringify({ ToUserName: ACCOUNT, Encrypt: encrypted })
    : `<xml><ToUserName><![CDATA[${ACCOUNT}]]></ToUserName><Encrypt><![CDATA[${encrypted}]]></Encrypt></xml>`;
  return enveloped(envelope, encrypted);
}

export function enveloped(envelope: Buffer | string, encrypted: string, more: { token?: string; signature?: string } = {}): Webhook {
  const signature = more.signature ?? signatureOf(more.token ?? TOKEN, timestamp, nonce, encrypted);
  const url = `/webhooks/wechat?timestamp=${timestamp}&nonce=${nonce}&openid=${CUSTOMER}&encrypt_type=aes&msg_signature=${signature}`;
  return { method: "POST", url, headers: { "content-type": "text/xml" }, body: Buffer.from(envelope) };
}

export function take(to: Adapter, webhook: Webhook): Received {
  return to.receive({ ...webhook, receivedAtMs: NOW_MS });
}

export function eventsOf(received: Received): Envelope[] {
  if (received.kind !== "events") throw new Error(`Expected events, got ${JSON.stringify(received)}`);
  return received.events;
}
