/** X: webhooks of either API become events, pieces of messages become direct messages. */
import type { Adapter, Profile } from "../../model/adapter.ts";
import type { ChannelName } from "../../model/address.ts";
import type { Clock } from "../../model/clock.ts";
import type { Delivery } from "../../model/delivery.ts";
import { type Failpoint, NO_FAILPOINT } from "../../model/failpoint.ts";
import type { Keeper } from "../../model/keeper.ts";
import { openPool } from "../post.ts";
import { record } from "../wire.ts";
import { type Api, ask, authorise } from "./api.ts";
import { isShort, leftOf, newBudget } from "./budget.ts";
import { check } from "./check.ts";
import type { EncryptedPolicy, Known } from "./context.ts";
import { readProfile } from "./dm.ts";
import { refusalIn } from "./errors.ts";
import { find } from "./history.ts";
import { BUDGETS, DAY_MS, pieceLimits, QUARTER_MS } from "./limits.ts";
import type { OAuth1 } from "./oauth1.ts";
import { createTokens, type OAuth2 } from "./oauth2.ts";
import { joinable, joined, pieces } from "./pieces.ts";
import { receive } from "./receive.ts";
import { type Account, hasV1, isReachable, learnV1, readCount, type Sending, send } from "./send.ts";
import type { FetchMedia } from "./upload.ts";
import { publishWelcome } from "./welcome.ts";
import { sameWords } from "./words.ts";

export type TwitterAccount = { userId: string; oauth1: { accessToken: string; accessSecret: string } | null; oauth2: OAuth2 | null };

export type TwitterOptions = {
  accounts: TwitterAccount[];
  /** Accounts whose webhooks come here too, and which another bot serves. */
  accountsElsewhere?: ReadonlySet<string>;
  /** The app's id at X, where it is known: echoes of other apps are then people at once. */
  appId?: string;
  consumerKey: string;
  /** The newest first: our calls are signed with it. Webhooks may be signed with any. */
  consumerSecrets: string[];
  /** e.g. `https://api.x.com`; a path in it is kept. */
  apiUrl: string;
  /** What becomes of a message that only X's own apps can read. */
  encrypted?: EncryptedPolicy;
  /** Fetches what a line shows, on safe terms. Absent: pictures leave as links. */
  fetchMedia?: FetchMedia;
  /** What X lets one account send in 15 minutes and in a day, where a brand has agreed otherwise than the table says. */
  sends?: { quarter: number; day: number };
  keeper: Keeper;
  clock: Clock;
  failpoint?: Failpoint;
  timeoutMs?: number;
};

const TIMEOUT_MS = 10_000;
const CONNECTIONS = 32;
const PEOPLE_KEPT = 5_000;
/** Where X keeps the files of direct messages: only their hosts get our signature. */
const FILE_HOSTS = new Set(["ton.twitter.com", "ton.x.com"]);

export function createTwitterAdapter(options: TwitterOptions): Adapter {
  const { clock, consumerKey, consumerSecrets, keeper } = options;
  const at = new URL(options.apiUrl);
  const basePath = at.pathname.replace(/\/+$/, "");
  const timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
  const pool = openPool(at.origin, CONNECTIONS, timeoutMs);
  const accounts = new Map<string, Account>();
  for (const { userId, oauth1, oauth2 } of options.accounts) {
    const keys: OAuth1 | null = oauth1 && { consumerKey, consumerSecret: consumerSecrets[0] ?? "", ...oauth1 };
    const tokens = oauth2 && createTokens({ keys: oauth2, account: userId, pool, basePath, keeper, clock });
    accounts.set(userId, newAccount(userId, options.sends ?? BUDGETS, { pool, origin: at.origin, basePath, clock, oauth1: keys, tokens }));
  }
  const sending: Sending = { clock, failpoint: options.failpoint ?? NO_FAILPOINT, fetchMedia: options.fetchMedia ?? null, keeper };
  for (const account of accounts.values()) account.counted = readCount(keeper, account);
  const people = new Map<string, Profile>();
  const lastHeard = new Map<string, string>();
  const known: Known = {
    appId: options.appId ?? null,
    encrypted: options.encrypted ?? "answer",
    linesOf: (messageId) => {
      for (const account of accounts.values()) if (account.left.has(messageId)) return account.left.get(messageId);
      return undefined;
    },
    meet: (account, customer, profile) => keep(people, `${account} ${customer}`, profile),
  };
  const receiving = {
    accounts: new Set(accounts.keys()),
    accountsElsewhere: options.accountsElsewhere ?? new Set<string>(),
    consumerSecrets,
    known,
  };

  return {
    channel: "twitter" as ChannelName,
    path: "/webhooks/twitter",
    limits: pieceLimits,
    echoes: true,
    receive(request) {
      const received = receive(receiving, request);
      if (received.kind !== "events") return received;
      for (const { event, address } of received.events)
        if (event.kind === "said" && event.messageId !== undefined)
          keep(lastHeard, `${address.account} ${address.customer}`, event.messageId);
      return received;
    },
    pieces,
    async send(outbound) {
      const account = accounts.get(outbound.address.account);
      return account === undefined ? notServed(outbound.address.account) : send(sending, account, outbound);
    },
    joins: {
      howMany(accountId, waiting) {
        const account = accounts.get(accountId);
        if (account === undefined || !isShort(account.budgets.v2, clock.nowMs())) return 1;
        return joinable(waiting);
      },
      join: joined,
    },
    own: {
      knows: (account, messageId) => accounts.get(account)?.left.has(messageId) === true,
      isLike: sameWords,
    },
    async find({ account: accountId, customer }, _line, doubtful) {
      const account = accounts.get(accountId);
      return account === undefined || !isReachable(customer) ? null : find(sending, account, customer, doubtful);
    },
    async signal({ account: accountId, customer }, what) {
      const account = accounts.get(accountId);
      const nowMs = clock.nowMs();
      if (account === undefined || !isReachable(customer) || !hasV1(account, nowMs)) return;
      const read = lastHeard.get(`${accountId} ${customer}`);
      if (what === "seen" && read === undefined) return;
      const form: [string, string][] = [["recipient_id", customer]];
      if (what === "seen") form.push(["last_read_event_id", read!]);
      const path = what === "seen" ? "/1.1/direct_messages/mark_read.json" : "/1.1/direct_messages/indicate_typing.json";
      const answer = await ask(account.api, { method: "POST", path, form });
      if (answer.kind !== "answered") return;
      const act = refusalIn(answer.status, answer.body)?.act;
      if (act === undefined) learnV1(account, true, nowMs);
      else if (act === "plan" || (act === "stop" && account.v1 === "unknown")) learnV1(account, false, nowMs);
    },
    async profile({ account: accountId, customer }) {
      const met = people.get(`${accountId} ${customer}`);
      if (met !== undefined) return met; // the webhook named them: asking costs
      const account = accounts.get(accountId);
      if (account === undefined || !isReachable(customer)) return null;
      const query: [string, string][] = [["user.fields", "name,profile_image_url"]];
      const answer = await ask(account.api, { method: "GET", path: `/2/users/${customer}`, query });
      const user = answer.kind === "answered" && answer.status === 200 ? record(answer.body?.data) : undefined;
      return user === undefined ? null : readProfile(user);
    },
    async publishWelcome(accountId, message) {
      const account = accounts.get(accountId);
      return account === undefined ? notServed(accountId) : publishWelcome(account, keeper, message, clock.nowMs()).catch(keeperBroke);
    },
    async fileRequest(url) {
      if (!URL.canParse(url)) return null;
      const file = new URL(url);
      const isTheirs = (file.protocol === "https:" && FILE_HOSTS.has(file.hostname) && file.port === "") || file.origin === at.origin;
      if (!isTheirs || !file.pathname.startsWith("/1.1/ton/")) return null;
      for (const { api } of accounts.values()) {
        if (api.oauth1 === null) continue;
        const asked = await authorise({ ...api, origin: file.origin, basePath: "" }, { method: "GET", path: file.pathname });
        if (asked.kind === "header") return { url: `${file.origin}${file.pathname}`, headers: { authorization: asked.header } };
      }
      const [, dm, medium, name] = /\/dm\/(\d+)\/(\d+)\/([\w.-]+)$/.exec(file.pathname) ?? [];
      const [first] = accounts.values();
      if (first === undefined || name === undefined) return null;
      const path = `/2/dm_conversations/media/${dm}/${medium}/${name}`;
      const asked = await authorise(first.api, { method: "GET", path });
      return asked.kind === "header" ? { url: `${at.origin}${basePath}${path}`, headers: { authorization: asked.header } } : null;
    },
    async check(accountId, about) {
      const account = accounts.get(accountId);
      return account === undefined ? [] : check(account, { consumerKey, consumerSecret: consumerSecrets[0] ?? "" }, about);
    },
    describe: () => ({
      api: `${at.origin}${basePath}`,
      accounts: [...accounts.values()].map((account) => ({
        id: account.id,
        state: account.stoppedWhy === null ? "ok" : "stopped",
        why: account.stoppedWhy,
        sent: account.sent,
        refused: account.refused,
        budget: leftOf(account.budgets.v2, clock.nowMs()),
        quickReplies: account.v1,
        signsIn: account.api.tokens !== null ? "oauth2" : "oauth1",
      })),
    }),
    close: () => pool.close(),
  };
}

function newAccount(id: string, sends: { quarter: number; day: number }, api: Api): Account {
  const rules = [
    { max: sends.quarter, windowMs: QUARTER_MS },
    { max: sends.day, windowMs: DAY_MS },
  ];
  return {
    id,
    api,
    budgets: { v2: newBudget(rules), v1: newBudget(BUDGETS.v1), lookups: newBudget([{ max: 15, windowMs: QUARTER_MS }]) },
    v1: api.oauth1 === null ? "no" : "unknown",
    v1AskedAtMs: Number.POSITIVE_INFINITY,
    left: new Map(),
    uploads: new Map(),
    counted: Promise.resolve(),
    sent: 0,
    refused: 0,
    stoppedWhy: null,
  };
}

function keep<T>(into: Map<string, T>, key: string, value: T): void {
  into.delete(key);
  into.set(key, value);
  if (into.size > PEOPLE_KEPT) for (const oldest of into.keys()) if (into.delete(oldest)) break;
}

function keeperBroke(): Delivery {
  return { kind: "later", retryAfterMs: 0, holds: "line", why: "what is set there could not be written down beside the store" };
}

function notServed(account: string): Delivery {
  return { kind: "never", because: "not_owner", why: `Account ${account} is not among the accounts of this adapter.` };
}
