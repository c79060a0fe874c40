/** One piece out: words of our own inside the window, the approved template outside it; judged by the dated table and nothing else. */
import type { Outbound } from "../../model/adapter.ts";
import { NOBODY } from "../../model/address.ts";
import type { Delivery } from "../../model/delivery.ts";
import { windowState } from "../../model/limits.ts";
import { metadataOf } from "../meta/echoes.ts";
import { judge, learnWindow, type Page, type Sending } from "../meta/send.ts";
import { waitMs } from "../meta/usage.ts";
import { call } from "../post.ts";
import { messageBody, templateBody } from "./body.ts";
import type { MediaShelf } from "./media.ts";

export type WhatsappSending = Sending & { base: string; shelf: MediaShelf };

export async function send(sending: WhatsappSending, number: Page, outbound: Outbound): Promise<Delivery> {
  const to = recipientOf(outbound.address.customer);
  if (to === null) return { kind: "never", because: "blocked", why: "This address is nobody to whom WhatsApp takes a message." };
  const { marks, nowMs, message } = outbound;
  const window = windowState(number.adWindowIsDay ? sending.dayWindows : sending.limits.windows, marks, nowMs);
  if (!window.open && message.outside === undefined)
    return {
      kind: "never",
      because: "window",
      why: "The customer service window is closed, and the line names no template; nothing was sent.",
    };
  const slowMs = waitMs(number.usage, sending.clock.monotonicMs());
  if (slowMs > 0)
    return {
      kind: "later",
      retryAfterMs: Math.ceil(slowMs),
      holds: "account",
      why: `${number.usage.percent} % of the platform's rate is used`,
    };
  if (!window.open) return post(sending, number, outbound, to, templateBody(message.outside!));

  const { pool } = sending;
  const edge = { pool, base: sending.base, headers: number.headers, proof: number.proof };
  const uploaded = await sending.shelf.putUp(number.id, edge, message);
  const delivery = await post(sending, number, outbound, to, messageBody(sending.limits, message, uploaded));
  if (delivery.kind !== "never") return delivery;
  if (delivery.because === "content") sending.shelf.forget(message); // perhaps an id that ended early: whoever says it again puts it up again
  if (delivery.because !== "window") return delivery;
  learnWindow(number, outbound);
  // Closed earlier than our clock says. What was refused was not sent, so its template may go at once.
  return message.outside === undefined ? delivery : post(sending, number, outbound, to, templateBody(message.outside));
}

/** A number goes with its plus sign; an id that stands for a person with a username goes as it is. */
export function recipientOf(customer: string): string | null {
  if (customer === NOBODY) return null;
  return /^\d+$/.test(customer) ? `+${customer}` : customer;
}

async function post(
  sending: WhatsappSending,
  number: Page,
  { line }: Outbound,
  to: string,
  content: Record<string, unknown>,
): Promise<Delivery> {
  const head = { messaging_product: "whatsapp", recipient_type: "individual", to };
  const body = JSON.stringify({ ...head, ...content, biz_opaque_callback_data: metadataOf(line) });
  sending.failpoint("whatsapp.send.before-request");
  const answer = await call(sending.pool, { method: "POST", path: number.messagesPath, headers: number.headers, body });
  sending.failpoint("whatsapp.send.after-answer");
  return judge(sending, number, answer, line);
}
