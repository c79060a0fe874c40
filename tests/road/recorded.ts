/** Recorded webhooks, adapted (ids kept, words changed), signed and posted as the platform posts them. */
import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../tidy/sources.ts";
import type { Answer } from "./platform.ts";

/** As the recordings name them. */
export const PAGE = "102030405060708";
export const CUSTOMER = "6100000000000001";
export const APP = "400000000000001";
export const APP_SECRET = "an-app-secret-that-nobody-should-print";
export const PAGE_TOKEN = "a-page-token-that-nobody-should-print";

export const RECORDINGS = join(ROOT, "tests", "fixtures", "messenger");

// biome-ignore lint/suspicious/noExplicitAny: recordings are whatever the platform sent
export type Webhook = { object: string; entry: { id: string; time: number; messaging: any[] }[] };

export function recorded(name: string): Webhook {
  return JSON.parse(readFileSync(join(RECORDINGS, `${name}.json`), "utf8"));
}

export function recordedAnswer(name: string): Answer {
  return JSON.parse(readFileSync(join(RECORDINGS, "responses", `${name}.json`), "utf8"));
}

let mids = 0;
export const newMid = (): string => `m_road_${++mids}`;

/** A recording with other words: `change` is given its one event, which has a message id of its own unless it is kept. */
// biome-ignore lint/suspicious/noExplicitAny: as above
export function adapted(name: string, psid: string, change: (event: any) => void): Webhook {
  const webhook = recorded(name);
  const event = webhook.entry[0]!.messaging[0];
  for (const side of ["sender", "recipient"]) if (event[side].id === CUSTOMER) event[side].id = psid;
  event.timestamp = Date.now();
  for (const kind of ["message", "postback"]) if (event[kind]?.mid) event[kind].mid = newMid();
  change(event);
  return webhook;
}

export const said = (psid: string, text: string): Webhook =>
  adapted("message-text", psid, (event) => {
    event.message.text = text;
  });

/** A tap on a choice that the platform was sent. */
export const chose = (psid: string, choice: { title: string; payload: string }): Webhook =>
  adapted("message-text-quick-reply", psid, (event) => {
    event.message.text = choice.title;
    event.message.quick_reply.payload = choice.payload;
  });

export function signature(body: string | Buffer, secret = APP_SECRET): string {
  return `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
}

/** Signs and posts one webhook. @returns the status */
export async function post(url: string, webhook: Webhook): Promise<number> {
  const body = JSON.stringify(webhook);
  const response = await fetch(`${url}/webhooks/messenger`, {
    method: "POST",
    body,
    headers: { "content-type": "application/json", "x-hub-signature-256": signature(body) },
  });
  await response.arrayBuffer();
  return response.status;
}
