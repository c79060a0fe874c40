/** One piece out: within the budget, as what the account can show, judged by the dated table and nothing else. */
import type { Outbound } from "../../model/adapter.ts";
import type { Clock } from "../../model/clock.ts";
import type { Delivery } from "../../model/delivery.ts";
import type { Failpoint } from "../../model/failpoint.ts";
import type { LineId } from "../../model/ids.ts";
import type { Json } from "../../model/json.ts";
import type { Keeper } from "../../model/keeper.ts";
import type { Message } from "../../model/message.ts";
import { id, record } from "../wire.ts";
import { type Api, type Asked, ask } from "./api.ts";
import { type Budget, giveBack, hold, keptOf, readHeaders, spend, takeUp } from "./budget.ts";
import { deliveryOf, RATE_FLOOR_MS, refusalIn } from "./errors.ts";
import { DAY_MS, V1 } from "./limits.ts";
import { asPlainText } from "./pieces.ts";
import { type FetchMedia, type Uploads, upload } from "./upload.ts";

/** An account we send for, with all that we learn of it. */
export type Account = {
  id: string;
  api: Api;
  budgets: { v2: Budget; v1: Budget; lookups: Budget };
  /** Does it have the older endpoints (quick replies, links, typing)? Found out by the first that needs them; asked again after a day. */
  v1: "unknown" | "yes" | "no";
  v1AskedAtMs: number;
  /** What left from here, by X's id: an echo of it is ours. */
  left: Map<string, LineId[]>;
  uploads: Uploads;
  /** Until what an earlier process counted is known. */
  counted: Promise<void>;
  sent: number;
  refused: number;
  stoppedWhy: string | null;
};

export type Sending = { clock: Clock; failpoint: Failpoint; fetchMedia: FetchMedia | null; keeper: Keeper };

const REFUSED_CONNECTION_RETRY_MS = 1_000;
const LEFT_KEPT = 2_000;

/** Whom X takes a message to: a number, and nobody who only spoke in public. */
export function isReachable(customer: string): boolean {
  return /^\d{1,20}$/.test(customer);
}

export function hasV1(account: Account, nowMs: number): boolean {
  if (account.v1 === "no" && nowMs - account.v1AskedAtMs > DAY_MS) account.v1 = "unknown"; // a plan may have been changed
  return account.v1 !== "no" && account.api.oauth1 !== null;
}

export function learnV1(account: Account, has: boolean, nowMs: number): void {
  account.v1 = has ? "yes" : "no";
  account.v1AskedAtMs = nowMs;
}

export async function send(sending: Sending, account: Account, outbound: Outbound): Promise<Delivery> {
  const { address, message } = outbound;
  if (!isReachable(address.customer))
    return { kind: "never", because: "blocked", why: "They have not written to this account; X lets nobody write to them first." };
  await account.counted;
  const nowMs = sending.clock.nowMs();
  const wantsV1 = (message.choices?.length ?? 0) > 0 || (message.buttons?.length ?? 0) > 0;
  const asV1 = wantsV1 && hasV1(account, nowMs);
  const budget = asV1 ? account.budgets.v1 : account.budgets.v2;
  const waitMs = spend(budget, outbound.by, nowMs);
  if (waitMs > 0) {
    const why = "the budget that X gives this account is used up; what is left of it is kept for people";
    return { kind: "later", retryAfterMs: waitMs, holds: "line", why };
  }
  await keepCount(sending, account); // before X counts it: a crash may cost one, and never gives one
  const medium = message.image ?? message.video;
  let mediaId: string | null = null;
  let words = asV1 ? (message.text ?? "") : asPlainText(message);
  if (medium !== undefined) {
    const uploaded = await upload(
      { api: account.api, uploads: account.uploads, fetchMedia: sending.fetchMedia },
      outbound.line,
      medium.url,
    );
    if (uploaded.kind === "not_yet") {
      giveBack(budget);
      return noted(account, uploaded.delivery);
    }
    if (uploaded.kind === "media") mediaId = uploaded.id;
    else words = [words, medium.url].filter((part) => part !== "").join("\n\n");
  }
  sending.failpoint("twitter.send.before-request");
  const answer = await ask(
    account.api,
    asV1 ? v1Request(address.customer, message, words, mediaId) : v2Request(address.customer, words, mediaId),
  );
  sending.failpoint("twitter.send.after-answer");
  if (asV1 && answer.kind === "answered") {
    const act = refusalIn(answer.status, answer.body)?.act;
    if (act === "plan" || (act === "stop" && account.v1 === "unknown")) {
      learnV1(account, false, nowMs);
      giveBack(budget);
      return send(sending, account, outbound); // refused for good, so nothing was sent: the same words, as a numbered list
    }
    if (act === undefined) learnV1(account, true, nowMs);
  }
  return judge(sending, account, budget, outbound, answer);
}

function v2Request(customer: string, text: string, mediaId: string | null) {
  const json = { ...(text === "" ? {} : { text: whole(text) }), ...(mediaId === null ? {} : { attachments: [{ media_id: mediaId }] }) };
  return { method: "POST", path: `/2/dm_conversations/with/${customer}/messages`, json } as const;
}

/** Source: X v1.1 reference, `direct_messages/events/new`; read 2026-08-22. */
function v1Request(customer: string, { choices = [], buttons = [] }: Message, words: string, mediaId: string | null) {
  const data: Record<string, unknown> = { text: whole(words) };
  if (choices.length > 0) {
    const options = choices.map(({ title, payload }) => ({ label: whole(title).slice(0, V1.options.labelMax), metadata: whole(payload) }));
    data.quick_reply = { type: "options", options };
  }
  if (buttons.length > 0)
    data.ctas = buttons.map(({ title, url }) => ({ type: "web_url", label: whole(title).slice(0, V1.ctas.labelMax), url }));
  if (mediaId !== null) data.attachment = { type: "media", media: { id: mediaId } };
  const event = { type: "message_create", message_create: { target: { recipient_id: customer }, message_data: data } };
  return { method: "POST", path: "/1.1/direct_messages/events/new.json", json: { event } } as const;
}

/** Half a surrogate pair has no UTF-8. */
function whole(text: string): string {
  return text.replace(/\p{Surrogate}/gu, "\uFFFD");
}

function judge(sending: Sending, account: Account, budget: Budget, outbound: Outbound, answer: Asked): Delivery {
  if (answer.kind === "unauthorised") {
    giveBack(budget);
    return noted(account, answer.delivery);
  }
  if (answer.kind === "failed") {
    if (answer.left) return { kind: "unknown", why: `no answer (${answer.why})` };
    giveBack(budget);
    const why = `not connected (${answer.why}); nothing was sent`;
    return { kind: "later", retryAfterMs: REFUSED_CONNECTION_RETRY_MS, holds: "line", why };
  }
  const nowMs = sending.clock.nowMs();
  const resetMs = readHeaders(budget, answer.headers, nowMs);
  if (resetMs !== null) void keepCount(sending, account);
  const refusal = refusalIn(answer.status, answer.body);
  if (refusal !== null) {
    account.refused += 1;
    if (refusal.act === "rate") {
      hold(budget, nowMs + (resetMs ?? RATE_FLOOR_MS));
      void keepCount(sending, account);
    }
    if (refusal.act === "media") account.uploads.delete(outbound.line);
    if (refusal.act === "token" && answer.renews) {
      const why = "the access token has ended and is renewed";
      return { kind: "later", retryAfterMs: REFUSED_CONNECTION_RETRY_MS, holds: "account", why };
    }
    return noted(account, deliveryOf(refusal, resetMs));
  }
  account.uploads.delete(outbound.line);
  account.sent += 1;
  account.stoppedWhy = null;
  const messageId = id(record(answer.body?.data)?.dm_event_id) ?? id(record(answer.body?.event)?.id) ?? null;
  if (messageId !== null) remember(account, messageId, [outbound.line, ...(outbound.alongside ?? [])]);
  return { kind: "sent", channelMessageId: messageId };
}

const countName = (account: Pick<Account, "id">) => `twitter-budget-${account.id}`;

export async function readCount(keeper: Keeper, account: Account): Promise<void> {
  const kept = (await keeper.read(countName(account)).catch(() => null)) as { v1?: Json; v2?: Json } | null;
  if (kept?.v2 !== undefined) takeUp(account.budgets.v2, kept.v2);
  if (kept?.v1 !== undefined) takeUp(account.budgets.v1, kept.v1);
}

/** A disk that is full costs the count, and not the line. */
function keepCount({ keeper }: Sending, account: Account): Promise<void> {
  const { v1, v2 } = account.budgets;
  return keeper.write(countName(account), { v1: keptOf(v1), v2: keptOf(v2) }).catch(() => undefined);
}

export function remember(account: Account, messageId: string, lines: LineId[]): void {
  account.left.set(messageId, lines);
  if (account.left.size > LEFT_KEPT) for (const oldest of account.left.keys()) if (account.left.delete(oldest)) break;
}

function noted(account: Account, delivery: Delivery): Delivery {
  if (delivery.kind === "stopped") account.stoppedWhy = delivery.why;
  return delivery;
}
