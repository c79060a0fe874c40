/** Messenger: webhooks of pages become events, pieces of messages become calls of the Send API. */
import type { Adapter, Profile } from "../../model/adapter.ts";
import type { Address, ChannelName } from "../../model/address.ts";
import type { Clock } from "../../model/clock.ts";
import type { Delivery } from "../../model/delivery.ts";
import { type Failpoint, NO_FAILPOINT } from "../../model/failpoint.ts";
import { parseJson } from "../parse.ts";
import { call, openPool } from "../post.ts";
import { checkUp } from "./check.ts";
import { COMMENTER, USER_REF } from "./context.ts";
import { DAY_MS, messengerLimits, windowTable } from "./limits.ts";
import { pieces } from "./pieces.ts";
import { PROFILE_FIELDS, readProfile } from "./profile.ts";
import { receive } from "./receive.ts";
import { judge, type Page, type Sending, send } from "./send.ts";
import { appsecretProof } from "./signature.ts";
import { UNUSED, waitMs } from "./usage.ts";

export type MessengerOptions = {
  accounts: { pageId: string; pageToken: string }[];
  /** Pages whose webhooks come here too, and which another bot serves. */
  pagesElsewhere?: ReadonlySet<string>;
  appId: string;
  /** The newest first: our calls are proved with it. Webhooks may be signed with any. */
  appSecrets: string[];
  verifyToken: string;
  /** e.g. `https://graph.facebook.com`; a path in it is kept. */
  apiUrl: string;
  apiVersion?: string;
  /** How long the first message after an ad click lets us speak on these pages; up to seven days. */
  adWindowMs?: number;
  clock: Clock;
  failpoint?: Failpoint;
  timeoutMs?: number;
};

/** The calls of Conversation Routing beside those of every channel; `sent` means done. */
export type MessengerAdapter = Adapter & {
  passThread(address: Address, toApp: string, note?: string): Promise<Delivery>;
  takeThread(address: Address, note?: string): Promise<Delivery>;
  releaseThread(address: Address, note?: string): Promise<Delivery>;
};

/** v26.0 is open-ended; v21.0 ends on 2027-01-21. Source: Meta, Graph API changelog; read 2026-09-28. */
const API_VERSION = "v26.0";
const TIMEOUT_MS = 10_000;
const CONNECTIONS = 64;

export function createMessengerAdapter(options: MessengerOptions): MessengerAdapter {
  const { clock, appId, appSecrets, verifyToken } = options;
  const limits = messengerLimits(options.adWindowMs);
  const api = new URL(options.apiUrl);
  const base = `${api.pathname.replace(/\/+$/, "")}/${options.apiVersion ?? API_VERSION}`;
  const timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
  const pool = openPool(api.origin, CONNECTIONS, timeoutMs);
  const pages = new Map(options.accounts.map((account) => [account.pageId, pageOf(base, appSecrets[0] ?? "", account)]));
  const sending: Sending = {
    pool,
    limits,
    dayWindows: windowTable(DAY_MS),
    clock,
    failpoint: options.failpoint ?? NO_FAILPOINT,
    tries: new Map(),
  };
  const pagesElsewhere = options.pagesElsewhere ?? new Set<string>();
  const receiving = { pages: new Set(pages.keys()), pagesElsewhere, appId, appSecrets, verifyToken };

  const control = async (verb: string, { account, customer }: Address, more: Record<string, string | undefined>): Promise<Delivery> => {
    const page = pages.get(account);
    if (page === undefined) return notServed(account);
    const body = JSON.stringify({ recipient: { id: customer }, ...more });
    const path = `${base}/${page.id}/${verb}_thread_control?appsecret_proof=${page.proof}`;
    return judge(sending, page, await call(pool, { method: "POST", path, headers: page.headers, body }), null);
  };

  return {
    channel: "messenger" as ChannelName,
    path: "/webhooks/messenger",
    limits,
    echoes: true,
    receive: (request) => receive(receiving, request),
    pieces: (message) => pieces(limits, message),
    async send(outbound) {
      const page = pages.get(outbound.address.account);
      return page === undefined ? notServed(outbound.address.account) : send(sending, page, outbound);
    },
    async signal({ account, customer }, what) {
      const page = pages.get(account);
      if (page === undefined || customer.startsWith(COMMENTER) || customer.startsWith(USER_REF)) return;
      if (waitMs({ ...page.usage }, clock.monotonicMs()) > 0) return; // a page that must slow down spends nothing on typing
      const body = JSON.stringify({ recipient: { id: customer }, sender_action: what === "typing" ? "typing_on" : "mark_seen" });
      await call(pool, { method: "POST", path: page.messagesPath, headers: page.headers, body });
    },
    async profile({ account, customer }): Promise<Profile | null> {
      const page = pages.get(account);
      if (page === undefined || !/^\d+$/.test(customer)) return null;
      const path = `${base}/${customer}?fields=${PROFILE_FIELDS}&appsecret_proof=${page.proof}`;
      const answer = await call(pool, { method: "GET", path, headers: page.headers });
      return answer.kind === "answered" && answer.status === 200 ? readProfile(parseJson(answer.body)) : null;
    },
    passThread: (address, toApp, note) => control("pass", address, { target_app_id: toApp, metadata: note }),
    takeThread: (address, note) => control("take", address, { metadata: note }),
    releaseThread: (address, note) => control("release", address, { metadata: note }),
    async check(account, about) {
      const page = pages.get(account);
      return page ? checkUp({ pool, base, page, appId, appSecret: appSecrets[0] ?? "", verifyToken }, about) : [];
    },
    describe: () => ({
      api: `${api.origin}${base}`,
      pages: [...pages.values()].map((page) => ({
        id: page.id,
        state: page.stoppedWhy === null ? "ok" : "stopped",
        why: page.stoppedWhy,
        sent: page.sent,
        refused: page.refused,
        ratePercent: page.usage.percent,
        adWindowIsDay: page.adWindowIsDay,
      })),
    }),
    close: () => pool.close(),
  };
}

function pageOf(base: string, secret: string, { pageId, pageToken }: { pageId: string; pageToken: string }): Page {
  const proof = appsecretProof(secret, pageToken);
  return {
    id: pageId,
    proof,
    messagesPath: `${base}/${pageId}/messages?appsecret_proof=${proof}`,
    headers: ["authorization", `Bearer ${pageToken}`, "content-type", "application/json", "accept", "application/json"],
    usage: { ...UNUSED },
    adWindowIsDay: false,
    sent: 0,
    refused: 0,
    stoppedWhy: null,
  };
}

function notServed(account: string): Delivery {
  return { kind: "never", because: "not_owner", why: `Page ${account} is not among the pages of this adapter.` };
}
