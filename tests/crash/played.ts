/** The channels that are played by their twins in a crash run: each with its credentials, and a road between it and the killed process. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createBotFrameworkTwin } from "../../adapters/botframework/twin.ts";
import { createTwitterTwin } from "../../adapters/twitter/twin.ts";
import { createWechatTwin } from "../../adapters/wechat/twin.ts";
import { systemClock } from "../../server/clock.ts";
import { ROOT } from "./house.ts";

export type Played = {
  /** The manifest's line for this channel, and the settings of a process that serves it. */
  manifest: string;
  env: Record<string, string>;
  deliverTo(webhookUrl: string): void;
  path: string;
  customer(n: number): string;
  says(customer: string, words: string): void;
  /** What the customer was told, in order; lines that left joined are told apart. */
  told(customer: string): string[];
  /** Does this platform show us our own messages, so that a line in doubt is settled without saying it again? */
  echoes: boolean;
  close(): Promise<void>;
};

export async function playWechat(): Promise<Played> {
  const keys = { account: "gh_crash", appId: "wxcrash", appSecret: "a-secret-for-crash-runs", token: "crash_token" };
  const aesKey = "dHdpbnR3aW50d2ludHdpbnR3aW50d2ludHdpbnR3aW4";
  const twin = await createWechatTwin({ ...keys, clock: systemClock, aesKey, webhookTimeoutMs: PLATFORM_WAITS_MS });
  const { account: WECHAT_ACCOUNT, appId: WECHAT_APP_ID, appSecret: WECHAT_APP_SECRET, token: WECHAT_TOKEN } = keys;
  return {
    manifest: `wechat: { account: ${keys.account} }`,
    env: { WECHAT_ACCOUNT, WECHAT_APP_ID, WECHAT_APP_SECRET, WECHAT_TOKEN, WECHAT_AES_KEY: aesKey, WECHAT_API_URL: twin.url },
    deliverTo: twin.deliverTo,
    path: "/webhooks/wechat",
    customer: (n) => `oCrash${String(n).padStart(22, "0")}`,
    says: twin.says,
    told: (customer) => twin.thread(customer).flatMap((line) => (line.by === "bot" ? line.text.split("\n\n") : [])),
    echoes: false,
    close: twin.close,
  };
}

export async function playTwitter(): Promise<Played> {
  const userId = "3805104374";
  const keys = { accessToken: `${userId}-crash`, accessSecret: "crash-access-secret" };
  const app = { consumerKey: "crash-consumer", consumerSecret: "crash-consumer-secret" };
  const sends = { quarter: 1_000_000, day: 1_000_000 }; // its small budget has tests of its own
  const twin = await createTwitterTwin({
    ...app,
    clock: systemClock,
    appId: "90000009",
    accounts: [{ userId, ...keys }],
    sends,
    webhookTimeoutMs: PLATFORM_WAITS_MS,
  });
  return {
    manifest: `twitter: { user: "${userId}" }`,
    env: {
      TWITTER_CONSUMER_KEY: app.consumerKey,
      TWITTER_CONSUMER_SECRET: app.consumerSecret,
      TWITTER_USER_ID: userId,
      TWITTER_ACCESS_TOKEN: keys.accessToken,
      TWITTER_ACCESS_SECRET: keys.accessSecret,
      TWITTER_APP_ID: "90000009",
      TWITTER_API_URL: twin.url,
      TWITTER_SENDS_PER_15_MINUTES: String(sends.quarter),
      TWITTER_SENDS_PER_DAY: String(sends.day),
    },
    deliverTo: twin.deliverTo,
    path: "/webhooks/twitter",
    customer: (n) => String(1_700_000_000_000_000_000n + BigInt(n)),
    says: (customer, words) => void twin.customer.says(customer, words),
    told: (customer) => twin.thread(customer).flatMap((line) => (line.by === "bot" ? line.text.split("\n\n") : [])),
    echoes: true,
    close: twin.close,
  };
}

export async function playBotFramework(): Promise<Played> {
  const app = { appId: "11111111-2222-4333-8444-555555555555", secret: "a-secret-for-crash-runs" };
  const twin = await createBotFrameworkTwin({ ...app, clock: systemClock, signs: true, webhookTimeoutMs: PLATFORM_WAITS_MS });
  return {
    manifest: `botframework: { app: "${app.appId}" }`,
    env: {
      BOTFRAMEWORK_APP_ID: app.appId,
      BOTFRAMEWORK_APP_PASSWORD: app.secret,
      BOTFRAMEWORK_LOGIN_URL: twin.url,
      BOTFRAMEWORK_OPENID_URL: twin.cloud.openIdUrl,
      BOTFRAMEWORK_SERVICE_HOSTS: twin.url,
    },
    deliverTo: twin.deliverTo,
    path: "/webhooks/botframework",
    customer: (n) => `person-${n}`,
    says: (person, words) => void twin.customer.says({ person }, words),
    told: (person) => twin.thread({ person }).flatMap((line) => (line.by === "bot" ? [line.text] : [])),
    echoes: false,
    close: twin.close,
  };
}

/** The crash bot on this channel instead of Messenger, in a folder of its own. */
export function projectOn({ manifest }: Played): { folder: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), "baton-crash-project-"));
  cpSync(join(ROOT, "tests", "crash", "project"), folder, { recursive: true });
  const file = join(folder, "bots", "crash.bot.yaml");
  writeFileSync(file, readFileSync(file, "utf8").replace(/^ {2}messenger: .*$/m, `  ${manifest}`));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

export type Relay = { url: string; close(): Promise<void> };

const AGAIN_MS = 30;
/** A start may take long on a busy machine; the platforms here wait for the relay. */
const PATIENCE_MS = 55_000;
const PLATFORM_WAITS_MS = 60_000;

/** Passes webhooks on as they are, again until they are acknowledged: platforms are as patient, only slower. */
export async function openRelay(to: string): Promise<Relay> {
  let isOpen = true;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", async () => {
      const untilMs = Date.now() + PATIENCE_MS;
      const { host: _ours, connection: _hop, "content-length": _counted, ...headers } = request.headers;
      const body = request.method === "POST" ? { body: Buffer.concat(chunks) } : {};
      for (;;) {
        const answer = await fetch(`${to}${request.url}`, {
          method: request.method ?? "POST",
          headers: headers as Record<string, string>,
          ...body,
        }).catch(() => null);
        const words = answer === null ? "" : await answer.text().catch(() => null);
        if (answer !== null && words !== null && answer.status < 500)
          return void response.writeHead(answer.status, { "content-type": answer.headers.get("content-type") ?? "text/plain" }).end(words);
        if (!isOpen || Date.now() > untilMs) return void response.writeHead(503).end();
        await new Promise((later) => setTimeout(later, AGAIN_MS));
      }
    });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      isOpen = false;
      server.closeAllConnections();
      return new Promise((closed) => server.close(() => closed()));
    },
  };
}
