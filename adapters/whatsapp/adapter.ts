/** The WhatsApp Cloud API: webhooks of a business's numbers become events, pieces of messages become calls. */
import type { Adapter } from "../../model/adapter.ts";
import type { ChannelName } from "../../model/address.ts";
import type { Delivery } from "../../model/delivery.ts";
import { NO_FAILPOINT } from "../../model/failpoint.ts";
import { API_VERSION, checkedWith, type MetaOptions } from "../meta/adapter.ts";
import { type Page, pageOf } from "../meta/send.ts";
import { waitMs } from "../meta/usage.ts";
import { call, openPool } from "../post.ts";
import { checkUp, DASHBOARD } from "./check.ts";
import { WHATSAPP_ERRORS } from "./errors.ts";
import { DAY_MS, whatsappLimits, whatsappWindows } from "./limits.ts";
import { addressOf, createMediaShelf, type FetchBytes } from "./media.ts";
import { createPeople } from "./people.ts";
import { pieces } from "./pieces.ts";
import { receive } from "./receive.ts";
import { send, type WhatsappSending } from "./send.ts";

export type WhatsappOptions = Omit<MetaOptions, "pagesElsewhere"> & {
  accounts: { phoneNumberId: string; token: string; businessId?: string | undefined }[];
  /** Numbers whose webhooks come here too, and which another bot serves. */
  numbersElsewhere?: ReadonlySet<string>;
  /** How long the first message after a click-to-WhatsApp ad lets us speak freely, 24 to 72 h. */
  adWindowMs?: number;
  /** A file of the brand or of an agent, to be put up by its bytes; null where it may not or cannot be had. */
  fetchBytes: FetchBytes;
  /** A text for the borders of a form, new each time. */
  boundary: () => string;
};

const TIMEOUT_MS = 10_000;
const CONNECTIONS = 64;

export function createWhatsappAdapter(options: WhatsappOptions): Adapter {
  const { clock, appSecrets, verifyToken, fetchBytes } = options;
  const limits = whatsappLimits(options.adWindowMs);
  const api = new URL(options.apiUrl);
  const base = `${api.pathname.replace(/\/+$/, "")}/${options.apiVersion ?? API_VERSION}`;
  const pool = openPool(api.origin, CONNECTIONS, options.timeoutMs ?? TIMEOUT_MS);
  const accounts = new Map(options.accounts.map((one) => [one.phoneNumberId, one]));
  const numbers = new Map(
    options.accounts.map((one) => [
      one.phoneNumberId,
      pageOf(`${base}/${one.phoneNumberId}`, appSecrets[0] ?? "", { id: one.phoneNumberId, token: one.token }),
    ]),
  );
  const people = createPeople();
  /** Who asked for the address of a file last: it is given with their token only. */
  const askedBy = new Map<string, Page>();
  const sending: WhatsappSending = {
    channel: "whatsapp",
    pool,
    base,
    limits,
    dayWindows: whatsappWindows(DAY_MS),
    clock,
    failpoint: options.failpoint ?? NO_FAILPOINT,
    takesMark: true,
    errors: WHATSAPP_ERRORS,
    tries: new Map(),
    shelf: createMediaShelf({ fetchBytes, clock, boundary: options.boundary }),
  };
  const receiving = {
    numbers: new Set(numbers.keys()),
    numbersElsewhere: options.numbersElsewhere ?? new Set<string>(),
    appSecrets,
    verifyToken,
    noted: people.note,
  };
  const notServed = (account: string): Delivery => ({
    kind: "never",
    because: "not_owner",
    why: `Number ${account} is not among those of this adapter.`,
  });

  return {
    channel: "whatsapp" as ChannelName,
    path: "/webhooks/whatsapp",
    limits,
    echoes: true,
    receive: (request) => receive(receiving, request),
    pieces: (message) => pieces(limits, message),
    async send(outbound) {
      const number = numbers.get(outbound.address.account);
      return number === undefined ? notServed(outbound.address.account) : send(sending, number, outbound);
    },
    /** Both are tied to a message of the customer's: the last one that we know. */
    async signal({ account, customer }, what) {
      const number = numbers.get(account);
      const message = people.lastMessageOf(account, customer);
      if (number === undefined || message === null || waitMs({ ...number.usage }, clock.monotonicMs()) > 0) return;
      const typing = what === "typing" ? { typing_indicator: { type: "text" } } : {};
      const body = JSON.stringify({ messaging_product: "whatsapp", status: "read", message_id: message, ...typing });
      await call(pool, { method: "POST", path: number.messagesPath, headers: number.headers, body });
    },
    vouches: true,
    renames: true, // a number, and the id that stands for it once the number is hidden
    profile: async ({ account, customer }) => people.profileOf(account, customer),
    async media(account, mediaId) {
      const number = numbers.get(account);
      if (number === undefined) return null;
      const url = await addressOf({ pool, base, headers: number.headers, proof: number.proof }, mediaId);
      if (url === null || !mayHaveToken(url, api.origin)) return null;
      askedBy.set(url, number);
      try {
        return await fetchBytes(url);
      } finally {
        askedBy.delete(url);
      }
    },
    async fileRequest(url) {
      const number = askedBy.get(url);
      return number === undefined ? null : { url, headers: { authorization: number.headers[1]! } };
    },
    async check(account, about) {
      const number = numbers.get(account);
      if (number === undefined) return [];
      const { token, businessId = null } = accounts.get(account)!;
      return checkUp(checkedWith(options, pool, base, number, DASHBOARD), number.id, token, businessId, about);
    },
    describe: () => ({
      api: `${api.origin}${base}`,
      numbers: [...numbers.values()].map((number) => ({
        id: number.id,
        state: number.stoppedWhy === null ? "ok" : "stopped",
        why: number.stoppedWhy,
        sent: number.sent,
        refused: number.refused,
        ratePercent: number.usage.percent,
        adWindowIsDay: number.adWindowIsDay,
      })),
    }),
    close: () => pool.close(),
  };
}

/** The platform names the address itself; over an open line the token goes nowhere but to the platform's own host. */
function mayHaveToken(url: string, origin: string): boolean {
  if (!URL.canParse(url)) return false;
  const address = new URL(url);
  return address.origin === origin || (address.protocol === "https:" && address.port === "" && address.username === "");
}
