/** What these tests share: a channel's key, tokens signed with it, activities as a channel posts them, an adapter of one app. */
import { createHash, createHmac, generateKeyPairSync, sign } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { type BotFrameworkOptions, createBotFrameworkAdapter } from "../../adapters/botframework/adapter.ts";
import { CLOUDS } from "../../adapters/botframework/clouds.ts";
import { isLibraryInstalled } from "../../adapters/botframework/library.ts";
import type { Adapter, Outbound, Received, WebhookRequest } from "../../model/adapter.ts";
import { address } from "../../model/address.ts";
import type { Envelope } from "../../model/event.ts";
import type { LineId } from "../../model/ids.ts";
import { NO_MARKS } from "../../model/limits.ts";
import { systemClock } from "../../server/clock.ts";
import { listen } from "../channels/house.ts";
import type { Reply } from "../channels/subject.ts";

export const HAS_LIBRARY = isLibraryInstalled();
if (!HAS_LIBRARY)
  console.warn("\nbotbuilder is NOT installed, so no test here verifies a signature: `npm install` without --omit=optional brings it.\n");

const FIXTURES = new URL("../fixtures/botframework/", import.meta.url);
export const APP = "11111111-2222-4333-8444-555555555555";
export const SECRET = "example-app-secret";
export const CUSTOMER = "webchat/conv-1";
export const NOW_MS = Date.UTC(2025, 9, 9, 9, 0, 0);

export function fixtureNames(): string[] {
  return readdirSync(FIXTURES)
    .filter((name) => name.endsWith(".json"))
    .map((name) => name.slice(0, -".json".length))
    .sort();
}

export function fixture(name: string): Record<string, unknown> {
  return JSON.parse(readFileSync(new URL(`${name}.json`, FIXTURES), "utf8"));
}

export function response(name: string): Reply & object {
  return JSON.parse(readFileSync(new URL(`responses/${name}.json`, FIXTURES), "utf8"));
}

const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const KID = createHash("sha256")
  .update(publicKey.export({ type: "spki", format: "der" }))
  .digest("base64url");
export const ENDORSED = ["webchat", "emulator", "directline", "msteams", "facebook", "telegram", "skype", "omnichannel"];

/** The document that names the channels' keys, and the keys; what is served can be changed. */
export async function openKeys(): Promise<{
  openIdUrl: string;
  keys: { endorsements: string[]; reply: Reply | null };
  close(): Promise<void>;
}> {
  const keys: { endorsements: string[]; reply: Reply | null } = { endorsements: ENDORSED, reply: null };
  const server = await listen(({ url }) => {
    if (keys.reply !== null) return keys.reply;
    const jwk = { ...publicKey.export({ format: "jwk" }), use: "sig", kid: KID, endorsements: keys.endorsements };
    return {
      status: 200,
      body: url.endsWith("/keys") ? { keys: [jwk] } : { issuer: CLOUDS.public.issuer, jwks_uri: `${server.url}/keys` },
    };
  });
  return { openIdUrl: `${server.url}/openid`, keys, close: server.close };
}

/** What a channel shows: for one app, at one address of its own. The library knows only the real time. */
export function token(serviceUrl: string, claims: Record<string, unknown> = {}, key = privateKey): string {
  const nowS = Math.floor(systemClock.nowMs() / 1_000);
  const all = { iss: CLOUDS.public.issuer, aud: APP, serviceurl: serviceUrl, nbf: nowS - 300, exp: nowS + 3_600, ...claims };
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const told = `${part({ alg: "RS256", typ: "JWT", kid: KID })}.${part(all)}`;
  return `${told}.${sign("RSA-SHA256", Buffer.from(told), key).toString("base64url")}`;
}

/** The old trick: the public key, which everybody has, taken for a secret. */
export function tokenByPublicKey(serviceUrl: string): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const told = `${part({ alg: "HS256", typ: "JWT", kid: KID })}.${token(serviceUrl).split(".")[1]}`;
  const pem = publicKey.export({ type: "pkcs1", format: "pem" });
  return `${told}.${createHmac("sha256", pem).update(told).digest("base64url")}`;
}

export function adapter(openIdUrl: string, options: Partial<BotFrameworkOptions> = {}): Adapter {
  return createBotFrameworkAdapter({
    apps: [{ appId: APP, credentials: { kind: "secret", secret: SECRET, tenantId: null } }],
    cloud: { ...CLOUDS.public, loginUrl: "http://127.0.0.1:9", openIdUrl },
    serviceHosts: ["service.example"],
    clock: systemClock,
    ...options,
  });
}

export function request(body: unknown, headers: Record<string, string> = {}, more: Partial<WebhookRequest> = {}): WebhookRequest {
  return {
    method: "POST",
    url: "/webhooks/botframework",
    headers: { "content-type": "application/json", ...headers },
    body: Buffer.isBuffer(body) ? body : Buffer.from(typeof body === "string" ? body : JSON.stringify(body)),
    receivedAtMs: NOW_MS,
    ...more,
  };
}

/** An activity as its channel posts it: with a token for the address that it names. */
export async function posted(to: Adapter, activity: Record<string, unknown>, claims: Record<string, unknown> = {}): Promise<Received> {
  const one = request(activity, { authorization: `Bearer ${token(String(activity.serviceUrl), claims)}` });
  await to.prove!(one);
  return to.receive(one);
}

/** An activity of a program on this machine. */
export function fromHere(to: Adapter, activity: Record<string, unknown>): Received {
  return to.receive(request({ ...activity, serviceUrl: "http://127.0.0.1:9" }, {}, { isFromHere: true }));
}

export function eventsOf(received: Received): Envelope[] {
  if (received.kind !== "events") throw new Error(`Expected events, got ${JSON.stringify(received)}`);
  return received.events;
}

export function outbound(serviceUrl: string, more: Partial<Outbound> = {}): Outbound {
  return {
    line: "ms_01" as LineId,
    address: address("botframework", APP, CUSTOMER),
    message: { text: "Hello!" },
    by: "bot",
    purpose: "reply",
    marks: { ...NO_MARKS, via: `${serviceUrl} bot@x` },
    nowMs: NOW_MS,
    ...more,
  };
}
