/** What Messenger and Instagram share as adapters: one Send API, one Conversation Routing, one way to prove who calls. */
import type { Adapter, Profile } from "../../model/adapter.ts";
import type { Address, ChannelName } from "../../model/address.ts";
import type { Clock } from "../../model/clock.ts";
import type { Delivery } from "../../model/delivery.ts";
import { type Failpoint, NO_FAILPOINT } from "../../model/failpoint.ts";
import type { Limits, WindowTable } from "../../model/limits.ts";
import { parseJson } from "../parse.ts";
import { call, openPool } from "../post.ts";
import type { Checked } from "./check.ts";
import { COMMENTER, USER_REF } from "./context.ts";
import { SEND_API_ERRORS } from "./errors.ts";
import { pieces } from "./pieces.ts";
import { type Product, receive } from "./receive.ts";
import { judge, type Page, pageOf, type Sending, send } from "./send.ts";
import { waitMs } from "./usage.ts";

export type MetaOptions = {
  /** Pages or accounts whose webhooks come here too, and which another bot serves. */
  pagesElsewhere?: ReadonlySet<string>;
  appId: string;
  /** The newest first: our calls are proved with it. Webhooks may be signed with any. */
  appSecrets: string[];
  verifyToken: string;
  /** e.g. `https://graph.facebook.com`; a path in it is kept. */
  apiUrl: string;
  apiVersion?: string;
  clock: Clock;
  failpoint?: Failpoint;
  timeoutMs?: number;
};

/** The calls of Conversation Routing beside those of every channel; `sent` means done. */
export type MetaAdapter = Adapter & {
  passThread(address: Address, toApp: string, note?: string): Promise<Delivery>;
  takeThread(address: Address, note?: string): Promise<Delivery>;
  releaseThread(address: Address, note?: string): Promise<Delivery>;
};

/** How one product is spoken to. */
export type Dialect = {
  product: Product;
  limits: Limits;
  /** The windows of an account that was taught that an ad click gives one day. */
  dayWindows: WindowTable;
  /** Whose edges our calls are: the page's id, or `me`, which a token says. */
  edgeOf(account: string): string;
  takesMark: boolean;
  profileFields: string;
  readProfile(answer: unknown): Profile | null;
};

/** v26.0 is open-ended; v21.0 ends on 2027-01-21. Source: Meta, Graph API changelog; read 2026-09-28. */
export const API_VERSION = "v26.0";
const TIMEOUT_MS = 10_000;
const CONNECTIONS = 64;

export type MetaParts = {
  adapter: Omit<MetaAdapter, "check">;
  sending: Sending;
  pages: Map<string, Page>;
  base: string;
};

export function createMetaAdapter(dialect: Dialect, options: MetaOptions, accounts: { id: string; token: string }[]): MetaParts {
  const { clock, appId, appSecrets, verifyToken } = options;
  const { product, limits } = dialect;
  const api = new URL(options.apiUrl);
  const base = `${api.pathname.replace(/\/+$/, "")}/${options.apiVersion ?? API_VERSION}`;
  const timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
  const pool = openPool(api.origin, CONNECTIONS, timeoutMs);
  const pages = new Map(accounts.map((one) => [one.id, pageOf(`${base}/${dialect.edgeOf(one.id)}`, appSecrets[0] ?? "", one)]));
  const sending: Sending = {
    channel: product.channel,
    pool,
    limits,
    dayWindows: dialect.dayWindows,
    clock,
    failpoint: options.failpoint ?? NO_FAILPOINT,
    takesMark: dialect.takesMark,
    errors: SEND_API_ERRORS,
    tries: new Map(),
  };
  const pagesElsewhere = options.pagesElsewhere ?? new Set<string>();
  const receiving = { pages: new Set(pages.keys()), pagesElsewhere, appId, appSecrets, verifyToken };
  const notServed = (account: string): Delivery => ({
    kind: "never",
    because: "not_owner",
    why: `${product.called === "page" ? "Page" : "Account"} ${account} is not among those of this adapter.`,
  });

  const control = async (verb: string, { account, customer }: Address, more: Record<string, string | undefined>): Promise<Delivery> => {
    const page = pages.get(account);
    if (page === undefined) return notServed(account);
    const body = JSON.stringify({ recipient: { id: customer }, ...more });
    const path = `${base}/${dialect.edgeOf(page.id)}/${verb}_thread_control?appsecret_proof=${page.proof}`;
    return judge(sending, page, await call(pool, { method: "POST", path, headers: page.headers, body }), null);
  };

  const adapter: Omit<MetaAdapter, "check"> = {
    channel: product.channel as ChannelName,
    path: `/webhooks/${product.channel}`,
    limits,
    echoes: true,
    receive: (request) => receive(product, receiving, request),
    pieces: (message) => pieces(limits, message),
    async send(outbound) {
      const page = pages.get(outbound.address.account);
      return page === undefined ? notServed(outbound.address.account) : send(sending, page, outbound);
    },
    async signal({ account, customer }, what) {
      const page = pages.get(account);
      if (page === undefined || customer.startsWith(COMMENTER) || customer.startsWith(USER_REF)) return;
      if (waitMs({ ...page.usage }, clock.monotonicMs()) > 0) return; // an account that must slow down spends nothing on typing
      const body = JSON.stringify({ recipient: { id: customer }, sender_action: what === "typing" ? "typing_on" : "mark_seen" });
      await call(pool, { method: "POST", path: page.messagesPath, headers: page.headers, body });
    },
    async profile({ account, customer }): Promise<Profile | null> {
      const page = pages.get(account);
      if (page === undefined || !/^\d+$/.test(customer)) return null;
      const path = `${base}/${customer}?fields=${dialect.profileFields}&appsecret_proof=${page.proof}`;
      const answer = await call(pool, { method: "GET", path, headers: page.headers });
      return answer.kind === "answered" && answer.status === 200 ? dialect.readProfile(parseJson(answer.body)) : null;
    },
    passThread: (address, toApp, note) => control("pass", address, { target_app_id: toApp, metadata: note }),
    takeThread: (address, note) => control("take", address, { metadata: note }),
    releaseThread: (address, note) => control("release", address, { metadata: note }),
    describe: () => ({
      api: `${api.origin}${base}`,
      [`${product.called}s`]: [...pages.values()].map((page) => ({
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
  return { adapter, sending, pages, base };
}

/** What a check-up of one account asks with. */
export function checkedWith(options: MetaOptions, pool: Sending["pool"], base: string, page: Page, dashboard: string): Checked {
  const { appId, appSecrets, verifyToken } = options;
  return { pool, base, headers: page.headers, proof: page.proof, appId, appSecret: appSecrets[0] ?? "", verifyToken, dashboard };
}
