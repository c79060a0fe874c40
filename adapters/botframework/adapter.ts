/** Bot Framework: activities of any channel of Azure Bot Service become events, pieces of messages become activities. */
import type { Adapter, Profile } from "../../model/adapter.ts";
import type { Address, ChannelName } from "../../model/address.ts";
import type { Clock } from "../../model/clock.ts";
import type { Delivery } from "../../model/delivery.ts";
import { type Failpoint, NO_FAILPOINT } from "../../model/failpoint.ts";
import { parseJson } from "../parse.ts";
import { openPool } from "../post.ts";
import { record, text } from "../wire.ts";
import { frameOf } from "./body.ts";
import { checkUp } from "./check.ts";
import type { Cloud } from "./clouds.ts";
import { createConnector } from "./connector.ts";
import { type People, toldOf } from "./handoff.ts";
import { createHosts } from "./hosts.ts";
import { libraryVerify } from "./library.ts";
import { botframeworkLimits, limitsOf, showsOf } from "./limits.ts";
import { pieces } from "./pieces.ts";
import { placeOf, type Way, wayOf } from "./place.ts";
import { createProof, type Verify } from "./proof.ts";
import { claimOf, receive } from "./receive.ts";
import { type App, send } from "./send.ts";
import { type Credentials, createTokens } from "./tokens.ts";

/** `people`: where the bot's people are; absent: at our desk. */
export type BotFrameworkApp = { appId: string; credentials: Credentials; people?: People };

export type BotFrameworkOptions = {
  apps: BotFrameworkApp[];
  cloud: Cloud;
  /** Hosts or origins beside those of Azure's channels. */
  serviceHosts?: readonly string[];
  /** The account of programs on this machine that prove nothing, such as an emulator; absent: none is let in so. */
  localAccount?: string;
  /** Where the people of that account are. */
  localPeople?: People;
  /** How tokens are verified, where it is not botbuilder that does it. */
  verify?: (appId: string, cloud: Cloud) => Verify;
  clock: Clock;
  failpoint?: Failpoint;
  timeoutMs?: number;
};

/** Channels answer within 15 s or not at all. Source: Azure Bot Service, troubleshooting HTTP 504; read 2026-11-24. */
const TIMEOUT_MS = 15_000;
const LOGIN_CONNECTIONS = 2;
const PEOPLE_KEPT = 5_000;

export function createBotFrameworkAdapter(options: BotFrameworkOptions): Adapter {
  const { clock, cloud, localAccount = null } = options;
  const timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
  const hosts = createHosts(options.serviceHosts ?? []);
  const connector = createConnector(hosts, localAccount !== null, timeoutMs);
  const loginUrl = new URL(cloud.loginUrl);
  const login = { pool: openPool(loginUrl.origin, LOGIN_CONNECTIONS, timeoutMs), base: loginUrl.pathname.replace(/\/+$/, "") };
  const apps = new Map<string, App>();
  const verifiers = new Map<string, Verify>();
  for (const { appId, credentials } of options.apps) {
    const tokens = createTokens({ appId, credentials, cloud, login, clock });
    apps.set(appId, { id: appId, tokens, sent: 0, refused: 0, stoppedWhy: null });
    verifiers.set(appId, (options.verify ?? libraryVerify)(appId, cloud));
  }
  if (localAccount !== null && !apps.has(localAccount))
    apps.set(localAccount, { id: localAccount, tokens: null, sent: 0, refused: 0, stoppedWhy: null });
  const people = new Map(options.apps.map((app): [string, People] => [app.appId, app.people ?? "desk"]));
  if (localAccount !== null && !people.has(localAccount)) people.set(localAccount, options.localPeople ?? "desk");
  const proof = createProof(verifiers, clock);
  const met = new Map<string, Profile>();
  /** Where conversations came from: typing asks for no more than what this process has heard. */
  const ways = new Map<string, Way>();
  const receiving = {
    proof,
    hosts,
    localAccount,
    meet: (account: string, customer: string, profile: Profile) => keep(met, `${account} ${customer}`, profile),
  };
  const failpoint = options.failpoint ?? NO_FAILPOINT;

  return {
    channel: "botframework" as ChannelName,
    path: "/webhooks/botframework",
    limits: botframeworkLimits,
    echoes: false,
    async prove(request) {
      const wire = request.method === "POST" ? record(parseJson(request.body.toString("utf8"))) : undefined;
      if (wire === undefined || text(wire.type) === undefined) return true; // refused whoever it is from
      const claim = claimOf(request, wire);
      return claim === null || proof.learn(claim);
    },
    receive(request) {
      const received = receive(receiving, request);
      if (received.kind !== "events") return received;
      for (const { address, via } of received.events) {
        const way = wayOf(via);
        if (way !== null) keep(ways, keyOf(address), way);
      }
      return received;
    },
    pieces: (message, to) => pieces(limitsOf(to ? (placeOf(to.customer)?.channelId ?? null) : null), message),
    async send(outbound) {
      const app = apps.get(outbound.address.account);
      if (app === undefined) return notServed(outbound.address.account);
      return send(connector, app, failpoint, outbound, ways.get(keyOf(outbound.address)) ?? null);
    },
    async signal(address, what) {
      const app = apps.get(address.account);
      const place = placeOf(address.customer);
      const way = ways.get(keyOf(address));
      if (what !== "typing" || app === undefined || place === null || way === undefined || !showsOf(place.channelId).typing) return;
      const path = `/v3/conversations/${encodeURIComponent(place.conversation)}/activities`;
      await connector.ask(way.serviceUrl, app.tokens, { method: "POST", path, json: { type: "typing", ...frameOf(place, way) } });
    },
    async profile(address) {
      return met.get(keyOf(address)) ?? null; // what came with their messages; rosters are not every channel's
    },
    handover(account, to, passage) {
      const place = placeOf(to.customer);
      return place !== null && showsOf(place.channelId).events ? toldOf(people.get(account) ?? "desk", passage) : null;
    },
    async fileRequest(url) {
      for (const { tokens } of apps.values()) {
        const authorization = tokens && (await connector.authorization(url, tokens));
        if (authorization) return { url, headers: { authorization } };
      }
      return null;
    },
    async check(account, about) {
      const tokens = apps.get(account)?.tokens;
      return tokens ? checkUp(tokens, cloud.openIdUrl, timeoutMs, about) : [];
    },
    describe: () => ({
      login: `${loginUrl.origin}${login.base}`,
      withoutProof: localAccount !== null,
      accounts: [...apps.values()].map((app) => ({
        id: app.id,
        state: app.stoppedWhy === null ? "ok" : "stopped",
        why: app.stoppedWhy,
        sent: app.sent,
        refused: app.refused,
      })),
    }),
    async close() {
      await Promise.all([connector.close(), login.pool.close()]);
    },
  };
}

function keyOf({ account, customer }: Address): string {
  return `${account} ${customer}`;
}

/** The newest at the end; the oldest goes. */
function keep<T>(known: Map<string, T>, key: string, value: T): void {
  known.delete(key);
  known.set(key, value);
  if (known.size > PEOPLE_KEPT) for (const oldest of known.keys()) if (known.delete(oldest)) break;
}

function notServed(account: string): Delivery {
  return { kind: "never", because: "not_owner", why: `App ${account} is not among the apps of this adapter.` };
}
