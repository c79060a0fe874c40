/** What an Instagram account shows before anything is said: its lasting menu and its ice breakers, set by the Messenger Profile. */
import type { Pool } from "undici";
import type { Delivery } from "../../model/delivery.ts";
import type { Button, Choice } from "../../model/message.ts";
import { clip } from "../cut.ts";
import type { Page } from "../meta/send.ts";
import { parseJson } from "../parse.ts";
import { type Answer, call } from "../post.ts";
import { list, record, text } from "../wire.ts";
import { instagramLimits } from "./limits.ts";

type Json = Record<string, unknown>;
type Edge = { pool: Pool; base: string; page: Page };

/** Payloads that our own buttons carry; whoever set another ice breaker meant it. */
const OURS = "baton:";

/** Source: Meta, Messenger Profile, `persistent_menu`; the parameter `platform` is unconfirmed; read 2026-09-28. */
export async function setMenu(edge: Edge, entries: Button[]): Promise<Delivery> {
  const { max, titleMax } = instagramLimits.menu!;
  const actions = entries.slice(0, max).flatMap(({ title, payload, url }): Json[] => {
    if (url !== undefined) return [{ type: "web_url", title: clip(title, titleMax), url }];
    return payload === undefined ? [] : [{ type: "postback", title: clip(title, titleMax), payload }];
  });
  return post(edge, { persistent_menu: [{ locale: "default", composer_input_disabled: false, call_to_actions: actions }] });
}

/** Ice breakers that somebody set in Meta's own screens stay. */
export async function setIceBreakers(edge: Edge, choices: Choice[]): Promise<Delivery> {
  const { max, titleMax } = instagramLimits.iceBreakers!;
  const there = await call(edge.pool, { method: "GET", path: pathOf(edge, "&fields=ice_breakers"), headers: edge.page.headers });
  const theirs = list(record(parseJson(there.kind === "answered" ? there.body : ""))?.data).flatMap((one) =>
    list(record(one)?.ice_breakers),
  );
  const actions = theirs.flatMap((one) => list(record(one)?.call_to_actions).map(record));
  if (actions.some((one) => !(text(one?.payload) ?? "").startsWith(OURS)))
    return { kind: "never", because: "not_owner", why: "somebody set ice breakers in Instagram's own settings, and they stay" };
  const shown = choices.slice(0, max).map(({ title, payload }) => ({ question: clip(title, titleMax), payload }));
  return post(edge, { ice_breakers: [{ locale: "default", call_to_actions: shown }] });
}

async function post(edge: Edge, profile: Json): Promise<Delivery> {
  const body = JSON.stringify({ platform: "instagram", ...profile });
  return judged(await call(edge.pool, { method: "POST", path: pathOf(edge), headers: edge.page.headers, body }));
}

function pathOf({ base, page }: Edge, more = ""): string {
  return `${base}/me/messenger_profile?platform=instagram${more}&appsecret_proof=${page.proof}`;
}

/** It is tried at the next start in any case, so only the reason matters. */
function judged(answer: Answer): Delivery {
  if (answer.kind === "failed") return { kind: "unknown", why: `no answer (${answer.why})` };
  const body = record(parseJson(answer.body));
  if (answer.status === 200 && (body?.result === "success" || body?.success === true)) return { kind: "sent", channelMessageId: null };
  const code = record(body?.error)?.code;
  return { kind: "never", because: "content", why: code === undefined ? `HTTP ${answer.status}` : `code ${String(code)}` };
}
