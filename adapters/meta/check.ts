/** What any Meta account needs before it can serve: asked of the platform, one finding each, with what to click next. */
import type { Pool } from "undici";
import type { CheckUp, Finding } from "../../model/adapter.ts";
import { parseJson } from "../parse.ts";
import { type Answer, call } from "../post.ts";
import { list, record, text, type Wire } from "../wire.ts";

/** What a check asks with. `proof`: of the account's token; `dashboard`: where in Meta's screens its settings are. */
export type Checked = {
  pool: Pool;
  base: string;
  headers: string[];
  proof: string;
  appId: string;
  appSecret: string;
  verifyToken: string;
  dashboard: string;
};

export const ask = ({ pool, base, headers }: Checked, path: string, as: string[] = headers): Promise<Answer> =>
  call(pool, { method: "GET", path: `${base}${path}`, headers: as });

/** As the app itself, which may be asked about its webhooks and about tokens. */
export function asApp({ appId, appSecret }: Checked): string[] {
  return ["authorization", `Bearer ${appId}|${appSecret}`, "accept", "application/json"];
}

export function bodyOf(answer: Answer): Wire | undefined {
  return answer.kind === "answered" ? record(parseJson(answer.body)) : undefined;
}

export function dateOf(answer: Answer): number | null {
  const atMs = answer.kind === "answered" ? Date.parse(String(answer.headers.date ?? "")) : Number.NaN;
  return Number.isNaN(atMs) ? null : atMs;
}

export function noAnswer(what: string): Finding {
  return { what, ok: null, found: "The platform did not answer.", next: "Look at this server's way out: DNS, proxy, firewall." };
}

/** The platform's own sentence says most; it holds no secret, but only its code and the first of it are kept. */
export function refusalIn(body: Wire | undefined): string | null {
  const error = record(body?.error);
  return error === undefined ? null : `code ${String(error.code)}: ${(text(error.message) ?? "").slice(0, 160)}`;
}

/** @param says how the account's id reads in the answer, or undefined; the settings are named for the operator */
export function tokenFinding(
  answer: Answer,
  account: string,
  { what, called, says, tokenSetting, idSetting, dashboard }: TokenNames,
): Finding {
  const body = bodyOf(answer);
  if (body === undefined) return noAnswer(what);
  const refused = refusalIn(body);
  if (refused !== null)
    return {
      what,
      ok: false,
      found: `The platform refuses it (${refused}).`,
      next: `Make a new one in ${dashboard}, and set ${tokenSetting}.`,
    };
  const theirs = says(body);
  if (theirs !== account)
    return {
      what,
      ok: false,
      found: `It is the token of ${called} ${theirs ?? "nobody"}.`,
      next: `Set ${idSetting} to ${theirs ?? "the account's id"}, or make a token for ${account}.`,
    };
  return { what, ok: true, found: `It speaks for ${called} ${account}.` };
}

export type TokenNames = {
  what: string;
  called: string;
  says(body: Wire): string | undefined;
  tokenSetting: string;
  idSetting: string;
  dashboard: string;
};

/** Does the account send our app its events, and with these fields, where it names them? */
export function subscribedFinding(what: string, body: Wire | undefined, appId: string, fields: string[], dashboard: string): Finding {
  if (body === undefined) return noAnswer(what);
  const next = `In ${dashboard}, webhooks, subscribe it to ${fields.join(", ")}.`;
  const refused = refusalIn(body);
  if (refused !== null) return { what, ok: false, found: `The platform refuses to say (${refused}).`, next };
  const app = list(body.data)
    .map((one) => record(record(one)?.whatsapp_business_api_data) ?? record(one))
    .find((one) => String(one?.id) === appId);
  if (app === undefined) return { what, ok: false, found: "It sends its events to another app, or to none.", next };
  const lacks = lacking(app.subscribed_fields, fields);
  if (lacks.length > 0) return { what, ok: false, found: `It lacks ${lacks.join(", ")}.`, next };
  return { what, ok: true, found: "It sends us everything that is needed." };
}

/** Some products name fields as words, some as records; those that name none are asked elsewhere. */
function lacking(value: unknown, fields: string[]): string[] {
  if (value === undefined) return [];
  const has = new Set(list(value).map((one) => text(record(one)?.name) ?? String(one)));
  return fields.filter((field) => !has.has(field));
}

/** Where the app sends the events of this kind of object, and which of them. */
export async function addressFinding(
  checked: Checked,
  { object, fields }: { object: string; fields: string[] },
  { webhookUrl }: CheckUp,
): Promise<Finding> {
  const what = "app secret and webhook address";
  const body = bodyOf(await ask(checked, `/${checked.appId}/subscriptions`, asApp(checked)));
  if (body === undefined) return noAnswer(what);
  const refused = refusalIn(body);
  if (refused !== null)
    return {
      what,
      ok: false,
      found: `The platform refuses app id and secret (${refused}).`,
      next: "Copy both from the app's settings, basic.",
    };
  const ours = list(body.data)
    .map(record)
    .find((one) => one?.object === object);
  const to = webhookUrl === null ? "" : ` to ${webhookUrl}`;
  const next = `In ${checked.dashboard}, webhooks, set the callback URL${to} and the verify token that is set here.`;
  if (ours === undefined || ours.active === false) return { what, ok: false, found: `The app has no webhook for \`${object}\`.`, next };
  const callback = text(ours.callback_url) ?? "";
  if (webhookUrl !== null && callback !== webhookUrl) return { what, ok: false, found: `Events go to ${callback}.`, next };
  const lacks = lacking(ours.fields, fields);
  if (lacks.length > 0)
    return {
      what,
      ok: false,
      found: `Events go to ${callback}, without ${lacks.join(", ")}.`,
      next: `In ${checked.dashboard}, webhooks, subscribe to ${fields.join(", ")}.`,
    };
  return { what, ok: true, found: `Events go to ${callback}.` };
}

/** Has the token every permission that the channel uses? And does it end soon? */
export async function scopesFinding(checked: Checked, token: string, needed: string[], nowMs: number): Promise<Finding> {
  const what = "permissions";
  const body = bodyOf(await ask(checked, `/debug_token?input_token=${encodeURIComponent(token)}`, asApp(checked)));
  const data = record(body?.data);
  if (data === undefined) return body === undefined ? noAnswer(what) : { what, ok: null, found: "The platform does not say which it has." };
  const has = new Set(list(data.scopes).map(String));
  const lacks = needed.filter((scope) => !has.has(scope));
  if (lacks.length > 0)
    return { what, ok: false, found: `The token lacks ${lacks.join(", ")}.`, next: `Make it anew in ${checked.dashboard}, with these.` };
  const untilMs = Number(data.expires_at) * 1_000;
  const days = Math.floor((untilMs - nowMs) / 86_400_000);
  if (untilMs > 0 && days < 7)
    return {
      what,
      ok: false,
      found: `The token ends in ${Math.max(0, days)} days.`,
      next: `Make one that lasts, in ${checked.dashboard}.`,
    };
  return { what, ok: true, found: `The token has ${needed.join(", ")}.` };
}

const CHALLENGE = "1158201444";

/** The platform's own check of the address, made by us from outside. */
export async function handshakeFinding(verifyToken: string, setting: string, { webhookUrl, probe }: CheckUp): Promise<Finding> {
  const what = "webhook";
  if (webhookUrl === null)
    return { what, ok: null, found: "Nobody said where this server is reached.", next: "Set BATON_URL to its public address, with https." };
  const query = new URLSearchParams({ "hub.mode": "subscribe", "hub.verify_token": verifyToken, "hub.challenge": CHALLENGE });
  const answer = await probe(`${webhookUrl}?${query}`);
  if (answer?.status === 200 && answer.body === CHALLENGE)
    return { what, ok: true, found: `${webhookUrl} answers as the platform expects.` };
  const found = answer === null ? `${webhookUrl} does not answer.` : `${webhookUrl} answers ${answer.status} and not with the challenge.`;
  return { what, ok: false, found, next: `Start the server with the same ${setting}, and lead port 443 of that address to it.` };
}
