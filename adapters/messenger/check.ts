/** What a page needs before it can serve: asked of the platform, one finding each, with what to click next. */
import type { Pool } from "undici";
import type { CheckUp, Finding } from "../../model/adapter.ts";
import { clockFinding } from "../clock-skew.ts";
import { parseJson } from "../parse.ts";
import { type Answer, call } from "../post.ts";
import { list, record, text, type Wire } from "../wire.ts";
import type { Page } from "./send.ts";

/** Without these something that customers or agents feel is missing. */
const FIELDS_NEEDED = ["messages", "messaging_postbacks", "messaging_referrals", "message_echoes", "message_reads", "message_deliveries"];
const DASHBOARD = "Meta app dashboard, Messenger, API setup";

export type Checked = { pool: Pool; base: string; page: Page; appId: string; appSecret: string; verifyToken: string };

export async function checkUp({ pool, base, page, appId, appSecret, verifyToken }: Checked, about: CheckUp): Promise<Finding[]> {
  const get = (path: string, headers: string[] = page.headers) => call(pool, { method: "GET", path: `${base}${path}`, headers });
  const me = await get(`/me?fields=id,name&appsecret_proof=${page.proof}`);
  const findings = [credentials(me, page)];
  findings.push(clockFinding(dateOf(me), about.nowMs));
  if (findings[0]!.ok) {
    const apps = bodyOf(await get(`/${page.id}/subscribed_apps?fields=id,subscribed_fields&appsecret_proof=${page.proof}`));
    findings.push(subscribed(apps, appId));
  }
  const asApp = ["authorization", `Bearer ${appId}|${appSecret}`, "accept", "application/json"];
  findings.push(address(await get(`/${appId}/subscriptions`, asApp), about.webhookUrl));
  findings.push(await handshake(verifyToken, about));
  return findings;
}

function bodyOf(answer: Answer): Wire | undefined {
  return answer.kind === "answered" ? record(parseJson(answer.body)) : undefined;
}

function dateOf(answer: Answer): number | null {
  const atMs = answer.kind === "answered" ? Date.parse(String(answer.headers.date ?? "")) : Number.NaN;
  return Number.isNaN(atMs) ? null : atMs;
}

function noAnswer(what: string): Finding {
  return { what, ok: null, found: "The platform did not answer.", next: "Look at this server's way out: DNS, proxy, firewall." };
}

/** The platform's own sentence says most; it holds no secret, but only its code and the first of it are kept. */
function refusalIn(body: Wire | undefined): string | null {
  const error = record(body?.error);
  return error === undefined ? null : `code ${String(error.code)}: ${(text(error.message) ?? "").slice(0, 160)}`;
}

function credentials(answer: Answer, page: Page): Finding {
  const what = "page token";
  const body = bodyOf(answer);
  if (body === undefined) return noAnswer(what);
  const refused = refusalIn(body);
  if (refused !== null)
    return {
      what,
      ok: false,
      found: `The platform refuses it (${refused}).`,
      next: `Make a new page token in ${DASHBOARD}, and set MESSENGER_PAGE_TOKEN.`,
    };
  if (String(body.id) !== page.id)
    return {
      what,
      ok: false,
      found: `It is the token of page ${String(body.id)}.`,
      next: `Set MESSENGER_PAGE_ID to ${String(body.id)}, or make a token for ${page.id}.`,
    };
  return { what, ok: true, found: `It speaks for page ${page.id}.` };
}

function subscribed(body: Wire | undefined, appId: string): Finding {
  const what = "page subscription";
  if (body === undefined) return noAnswer(what);
  const next = `In ${DASHBOARD}, webhooks, subscribe the page to ${FIELDS_NEEDED.join(", ")}.`;
  const refused = refusalIn(body);
  if (refused !== null) return { what, ok: false, found: `The platform refuses to say (${refused}).`, next };
  const app = list(body.data)
    .map(record)
    .find((one) => String(one?.id) === appId);
  if (app === undefined) return { what, ok: false, found: "The page sends its events to another app, or to none.", next };
  const has = new Set(list(app.subscribed_fields).map(String));
  const lacks = FIELDS_NEEDED.filter((field) => !has.has(field));
  if (lacks.length > 0) return { what, ok: false, found: `It lacks ${lacks.join(", ")}.`, next };
  return { what, ok: true, found: "The page sends us everything that is needed." };
}

function address(answer: Answer, webhookUrl: string | null): Finding {
  const what = "app secret and webhook address";
  const body = bodyOf(answer);
  if (body === undefined) return noAnswer(what);
  const refused = refusalIn(body);
  if (refused !== null)
    return {
      what,
      ok: false,
      found: `The platform refuses app id and secret (${refused}).`,
      next: "Copy both from the app's settings, basic.",
    };
  const page = list(body.data)
    .map(record)
    .find((one) => one?.object === "page");
  const next = `In ${DASHBOARD}, webhooks, set the callback URL${webhookUrl === null ? "" : ` to ${webhookUrl}`} and the verify token that is set here.`;
  if (page === undefined || page.active === false) return { what, ok: false, found: "The app has no webhook for pages.", next };
  const callback = text(page.callback_url) ?? "";
  if (webhookUrl !== null && callback !== webhookUrl) return { what, ok: false, found: `Events go to ${callback}.`, next };
  return { what, ok: true, found: `Events go to ${callback}.` };
}

const CHALLENGE = "1158201444";

/** The platform's own check of the address, made by us from outside. */
async function handshake(verifyToken: string, { webhookUrl, probe }: CheckUp): Promise<Finding> {
  const what = "webhook";
  if (webhookUrl === null)
    return { what, ok: null, found: "Nobody said where this server is reached.", next: "Set BATON_URL to its public address, with https." };
  const query = new URLSearchParams({ "hub.mode": "subscribe", "hub.verify_token": verifyToken, "hub.challenge": CHALLENGE });
  const answer = await probe(`${webhookUrl}?${query}`);
  if (answer?.status === 200 && answer.body === CHALLENGE)
    return { what, ok: true, found: `${webhookUrl} answers as the platform expects.` };
  const found = answer === null ? `${webhookUrl} does not answer.` : `${webhookUrl} answers ${answer.status} and not with the challenge.`;
  return {
    what,
    ok: false,
    found,
    next: "Start the server with the same MESSENGER_VERIFY_TOKEN, and lead port 443 of that address to it.",
  };
}
