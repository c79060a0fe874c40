/** One piece out as one customer-service message; what the platform answered is judged by the dated table and nothing else. */
import type { Outbound } from "../../model/adapter.ts";
import { NOBODY } from "../../model/address.ts";
import type { Delivery } from "../../model/delivery.ts";
import type { Failpoint } from "../../model/failpoint.ts";
import { type Limits, windowState } from "../../model/limits.ts";
import type { Api, Told } from "./api.ts";
import { messageBody } from "./body.ts";
import { actOf, deliveryOf } from "./errors.ts";
import type { MediaShelf } from "./media.ts";

/** An account we send for. */
export type Office = {
  id: string;
  api: Api;
  shelf: MediaShelf;
  /** May it send menus? Learned from its first refusal: what kind of account may is nowhere written. */
  menus: boolean;
  sent: number;
  refused: number;
  stoppedWhy: string | null;
};

const NOT_CONNECTED_RETRY_MS = 1_000;
const MEDIA_ID_STALE = 40_007;

export async function send(office: Office, limits: Limits, failpoint: Failpoint, outbound: Outbound): Promise<Delivery> {
  const { address, message, marks, nowMs } = outbound;
  if (address.customer === NOBODY)
    return { kind: "never", because: "blocked", why: "This address is nobody to whom WeChat takes a message." };
  if (!windowState(limits.windows, marks, nowMs).open)
    return { kind: "never", because: "window", why: "The window is closed or its messages are used; nothing was sent." };
  const mediaId = await office.shelf.idFor(message);
  const body = messageBody(limits, message, { mediaId, menus: office.menus });
  failpoint("wechat.send.before-request");
  const told = await office.api.ask("/cgi-bin/message/custom/send", { json: { touser: address.customer, ...body } });
  failpoint("wechat.send.after-answer");
  if (told.kind === "told" && told.code === MEDIA_ID_STALE) office.shelf.forget(message);
  if (told.kind === "told" && actOf(told.code) === "menu") return withoutMenu(office, body);
  if (told.kind === "told" && told.code === MEDIA_ID_STALE && mediaId !== null)
    return { kind: "later", retryAfterMs: NOT_CONNECTED_RETRY_MS, holds: "line", why: "the uploaded file had expired; it is sent anew" };
  return judge(office, told);
}

/** The next try says the same with a numbered list. What is no menu and yet refused so will never be taken. */
function withoutMenu(office: Office, body: Record<string, unknown>): Delivery {
  if (body.msgtype !== "msgmenu") return { kind: "never", because: "content", why: "this account may not send this kind of message" };
  office.menus = false;
  return { kind: "later", retryAfterMs: 1, holds: "line", why: "this account may not send menus; said again with a numbered list" };
}

/** Of every call that can be refused. */
export function judge(office: Office, told: Told): Delivery {
  if (told.kind === "failed") {
    if (told.left) return { kind: "unknown", why: `no answer (${told.why})` };
    return { kind: "later", retryAfterMs: NOT_CONNECTED_RETRY_MS, holds: "line", why: `not connected (${told.why}); nothing was sent` };
  }
  const refusal = deliveryOf(told.code);
  if (refusal === null) {
    office.sent += 1;
    office.stoppedWhy = null;
    return { kind: "sent", channelMessageId: null }; // the platform gives none
  }
  office.refused += 1;
  if (refusal.kind === "stopped") office.stoppedWhy = refusal.why;
  return refusal;
}
