/** A push of the platform becomes events: proved, opened, read, and either understood or ignored with its reason. */
import type { Received, WebhookRequest } from "../../model/adapter.ts";
import { NOBODY } from "../../model/address.ts";
import { type Item, ignored } from "./context.ts";
import { decrypt, sameSignature, signatureOf } from "./crypto.ts";
import { fromEvent } from "./events.ts";
import { fromMessage } from "./messages.ts";
import { type Push, readPush, word } from "./push.ts";

/** One official account as its pushes are read; the newest key first. No key: the account pushes in plain. */
export type Inlet = { account: string; appId: string; token: string; keys: readonly Buffer[] };

const BODY_MAX_BYTES = 64 * 1024;
const ECHO = /^[\w-]{1,200}$/;
/** One sentence for whatever is wrong with a push, so that no answer helps to guess what was nearly right. */
const NOT_THEIRS: Received = { kind: "refused", status: 401, why: "This is not a push of the platform for one of our accounts." };

/** @param inlets accounts served here. Accounts with one token are told apart by the push's `ToUserName` */
export function receive(inlets: readonly Inlet[], request: WebhookRequest): Received {
  const query = new URLSearchParams(request.url.slice(request.url.indexOf("?") + 1 || request.url.length));
  if (request.method === "GET") return handshake(inlets, query);
  if (request.method !== "POST") return { kind: "refused", status: 400, why: "A push is a GET or a POST." };
  if (request.body.length > BODY_MAX_BYTES) return { kind: "refused", status: 400, why: "The body is larger than 64 kB." };
  const opened = open(inlets, query, request.body.toString("utf8"));
  if (opened === null) return NOT_THEIRS;
  const { inlet, push } = opened;
  return { kind: "events", events: [translate(inlet, push, request.receivedAtMs)], answer: "success" };
}

/** `echostr` comes in plain; encrypted, with a signature of its own, it is taken too. */
function handshake(inlets: readonly Inlet[], query: URLSearchParams): Received {
  const echo = query.get("echostr") ?? "";
  const hidden = query.get("msg_signature");
  for (const inlet of inlets) {
    if (hidden !== null) {
      if (!isSigned(inlet, query, hidden, echo)) continue;
      const body = decrypted(inlet, echo)?.toString("utf8") ?? "";
      if (ECHO.test(body)) return { kind: "handshake", body };
    } else if (isSigned(inlet, query, query.get("signature")) && ECHO.test(echo)) return { kind: "handshake", body: echo };
  }
  return { kind: "refused", status: 403, why: "The token is not ours, or the echo is not a short plain word." };
}

function isSigned({ token }: Inlet, query: URLSearchParams, claimed: string | null, ...more: string[]): boolean {
  if (token === "" || claimed === null) return false; // a token that was never set is one that everybody knows
  return sameSignature(signatureOf(token, query.get("timestamp") ?? "", query.get("nonce") ?? "", ...more), claimed);
}

function decrypted({ keys, appId }: Inlet, encrypted: string): Buffer | null {
  for (const key of keys) {
    const message = decrypt(key, appId, encrypted);
    if (message) return message;
  }
  return null;
}

/**
 * The account a push is for, and what it says. An account with a key takes nothing but what was encrypted for it: in compatible mode
 * the plain fields beside it are not looked at. One without a key takes plain pushes only.
 */
function open(inlets: readonly Inlet[], query: URLSearchParams, body: string): { inlet: Inlet; push: Push } | null {
  const outer = readPush(body);
  if (outer === null) return null;
  const encrypted = outer.Encrypt;
  const signed = inlets.filter((inlet) =>
    inlet.keys.length === 0
      ? encrypted === undefined && isSigned(inlet, query, query.get("signature"))
      : typeof encrypted === "string" && isSigned(inlet, query, query.get("msg_signature"), encrypted),
  );
  for (const inlet of signed) {
    const message = inlet.keys.length === 0 ? null : decrypted(inlet, encrypted as string);
    const push = inlet.keys.length === 0 ? outer : message && readPush(message.toString("utf8"));
    if (push && (word(push, "ToUserName") === inlet.account || signed.length === 1)) return { inlet, push };
  }
  return null;
}

function translate(inlet: Inlet, push: Push, receivedAtMs: number) {
  const from = word(push, "FromUserName");
  const item: Item = {
    account: inlet.account,
    customer: from !== undefined && from.length <= CUSTOMER_MAX ? from : NOBODY,
    push,
    type: (word(push, "MsgType") ?? "nothing").toLowerCase(),
    atMs: instantMs(word(push, "CreateTime")) ?? receivedAtMs,
  };
  const to = word(push, "ToUserName") ?? "";
  if (to !== inlet.account)
    return ignored({ ...item, customer: NOBODY }, "other_account", `Account ${JSON.stringify(to.slice(0, 40))} is not served here.`);
  if (item.type === "event") return fromEvent(item);
  if (item.customer === NOBODY) return ignored(item, item.type, "It does not say who wrote it.");
  return word(push, "MsgId") === undefined && item.type === "nothing"
    ? ignored(item, "nothing", "The push says neither what it is nor which.")
    : fromMessage(item);
}

const CUSTOMER_MAX = 128;
const LATEST_S = 1e11;

function instantMs(seconds: string | undefined): number | undefined {
  if (seconds === undefined || !/^\d{1,12}$/.test(seconds)) return undefined;
  const value = Number(seconds);
  return value >= 1 && value < LATEST_S ? value * 1_000 : undefined;
}
