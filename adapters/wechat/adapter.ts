/** WeChat Official Accounts: pushes become events, pieces of messages become customer-service messages. */
import type { Adapter } from "../../model/adapter.ts";
import type { ChannelName } from "../../model/address.ts";
import type { Clock } from "../../model/clock.ts";
import type { Delivery } from "../../model/delivery.ts";
import { type Failpoint, NO_FAILPOINT } from "../../model/failpoint.ts";
import { openPool } from "../post.ts";
import { createApi } from "./api.ts";
import { checkUp } from "./check.ts";
import { keyOf } from "./crypto.ts";
import { wechatLimits } from "./limits.ts";
import { createMediaShelf, download, type FetchBytes } from "./media.ts";
import { menuOf } from "./menu.ts";
import { joinable, joined, pieces } from "./pieces.ts";
import { readProfile } from "./profile.ts";
import { makeCode } from "./qr.ts";
import { type Inlet, receive } from "./receive.ts";
import { judge, type Office, send } from "./send.ts";

export type WechatAccount = {
  /** The account's original id, `gh_…`: pushes name it. */
  account: string;
  appId: string;
  appSecret: string;
  /** Signs every push. */
  token: string;
  /** EncodingAESKey, the newest first: safe and compatible mode. None: plain mode. */
  aesKeys: string[];
};

export type WechatOptions = {
  accounts: WechatAccount[];
  /** e.g. `https://api.weixin.qq.com`; a path in it is kept. */
  apiUrl: string;
  clock: Clock;
  /** How pictures of the brand are had before they are uploaded. */
  fetchBytes: FetchBytes;
  /** A new word for each upload that no file holds. */
  boundary: () => string;
  failpoint?: Failpoint;
  timeoutMs?: number;
};

const TIMEOUT_MS = 10_000;
const CONNECTIONS = 32;

export function createWechatAdapter(options: WechatOptions): Adapter {
  const { clock, fetchBytes, boundary } = options;
  const failpoint = options.failpoint ?? NO_FAILPOINT;
  const url = new URL(options.apiUrl);
  const base = url.pathname.replace(/\/+$/, "");
  const timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
  const pool = openPool(url.origin, CONNECTIONS, timeoutMs);
  const inlets: Inlet[] = [];
  const offices = new Map<string, Office>();
  for (const { account, appId, appSecret, token, aesKeys } of options.accounts) {
    const api = createApi({ pool, base, appId, appSecret, clock });
    inlets.push({ account, appId, token, keys: aesKeys.map(keyOf) });
    const shelf = createMediaShelf({ api, fetchBytes, clock, boundary });
    offices.set(account, { id: account, api, shelf, menus: true, sent: 0, refused: 0, stoppedWhy: null });
  }

  return {
    channel: "wechat" as ChannelName,
    path: "/webhooks/wechat",
    limits: wechatLimits,
    echoes: false,
    receive: (request) => receive(inlets, request),
    pieces: (message) => pieces(wechatLimits, message),
    joins: { howMany: (_account, waiting) => joinable(wechatLimits, waiting), join: joined },
    async send(outbound) {
      const office = offices.get(outbound.address.account);
      return office === undefined ? notServed(outbound.address.account) : send(office, wechatLimits, failpoint, outbound);
    },
    async signal({ account, customer }, what) {
      if (what !== "typing") return; // there is no mark of having seen
      await offices.get(account)?.api.ask("/cgi-bin/message/custom/typing", { json: { touser: customer, command: "Typing" } });
    },
    vouches: true,
    async profile({ account, customer }) {
      const path = `/cgi-bin/user/info?openid=${encodeURIComponent(customer)}&lang=zh_CN`;
      const told = await offices.get(account)?.api.ask(path);
      return told?.kind === "told" && told.code === 0 ? readProfile(told.body) : null;
    },
    async media(account, id) {
      const office = offices.get(account);
      return office ? download(office.api, fetchBytes, id) : null;
    },
    async publishMenu(account, entries, title) {
      const office = offices.get(account);
      if (!office) return notServed(account);
      return judge(office, await office.api.ask("/cgi-bin/menu/create", { json: menuOf(entries, title) }));
    },
    async makeCode(account, scene, forMs) {
      const office = offices.get(account);
      return office ? makeCode(office, scene, forMs, clock.nowMs()) : notServed(account);
    },
    async check(account, about) {
      const office = offices.get(account);
      const inlet = inlets.find((one) => one.account === account);
      return office && inlet ? checkUp(office, inlet, about) : [];
    },
    describe: () => ({
      api: `${url.origin}${base}`,
      accounts: [...offices.values()].map((office) => ({
        id: office.id,
        state: office.stoppedWhy === null ? "ok" : "stopped",
        why: office.stoppedWhy,
        sent: office.sent,
        refused: office.refused,
        menus: office.menus,
      })),
    }),
    close: () => pool.close(),
  };
}

function notServed(account: string): Extract<Delivery, { kind: "never" }> {
  return { kind: "never", because: "not_owner", why: `Account ${account} is not among the accounts of this adapter.` };
}
