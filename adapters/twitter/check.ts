/** What an account needs at X, asked of X itself: keys, clock, permission, the webhook and its events. */
import type { CheckUp, Finding } from "../../model/adapter.ts";
import { parseJson } from "../parse.ts";
import { call } from "../post.ts";
import { list, record, text, type Wire } from "../wire.ts";
import { type Asked, ask } from "./api.ts";
import { refusalIn } from "./errors.ts";
import type { Account } from "./send.ts";
import { crcAnswer } from "./signature.ts";

/** Without the first two nobody is heard, and a person who answers in X's app is not seen. */
const NEEDED_TYPES = ["dm.received", "dm.sent"];
export const EVENT_TYPES: readonly string[] = [
  ...NEEDED_TYPES,
  "dm.read",
  "chat.received",
  "chat.sent",
  "post.mention.create",
  "post.reply.create",
  "post.quote.create",
];
/** X refuses signatures that are five minutes off; a minute off is wrong already. */
const CLOCK_OFF_MAX_MS = 60_000;

export async function check(
  account: Account,
  app: { consumerKey: string; consumerSecret: string },
  { webhookUrl, nowMs, probe }: CheckUp,
): Promise<Finding[]> {
  const me = await ask(account.api, { method: "GET", path: "/2/users/me" });
  const answers = await challenge(app.consumerSecret, webhookUrl, probe);
  const findings = [clock(me, nowMs), who(me, account.id), answers];
  if (me.kind !== "answered" || me.status !== 200) return findings;
  const query: [string, string][] = [["max_results", "1"]];
  findings.push(permission(await ask(account.api, { method: "GET", path: "/2/dm_events", query })));
  const bearer = await appBearer(account, app);
  if (bearer === null) {
    const next = "Compare TWITTER_CONSUMER_KEY and TWITTER_CONSUMER_SECRET with the app's page at X, Keys and tokens.";
    return [...findings, { what: "the app's own token", ok: false, found: "X gives none for these keys", next }];
  }
  findings.push(webhook(await asApp(account, bearer, "/2/webhooks"), webhookUrl));
  findings.push(subscriptions(await asApp(account, bearer, "/2/activity/subscriptions"), account.id));
  return findings;
}

function clock(answer: Asked, nowMs: number): Finding {
  const what = "the clock of this machine";
  const told = answer.kind === "answered" ? Date.parse(String(answer.headers.date ?? "")) : Number.NaN;
  if (!Number.isFinite(told)) return { what, ok: null, found: "X's time is not known" };
  const offS = Math.round((nowMs - told) / 1_000);
  if (Math.abs(offS) * 1_000 <= CLOCK_OFF_MAX_MS) return { what, ok: true, found: "right" };
  const next = "Set it by a time server: X refuses calls that are signed with a wrong time.";
  return { what, ok: false, found: `${Math.abs(offS)} s ${offS > 0 ? "ahead" : "behind"}`, next };
}

function who(answer: Asked, account: string): Finding {
  const what = "the account's keys";
  if (answer.kind === "unauthorised")
    return { what, ok: false, found: whyOf(answer), next: "Sign the account in again: docs/channels/twitter.md." };
  if (answer.kind === "failed")
    return { what, ok: null, found: `X could not be reached (${answer.why})`, next: "Look at the network, and at TWITTER_API_URL." };
  if (answer.status !== 200) {
    const next = "Generate the access token and secret anew at X, and set them.";
    return { what, ok: false, found: refusalIn(answer.status, answer.body)?.why ?? `HTTP ${answer.status}`, next };
  }
  const user = record(answer.body?.data);
  const id = text(user?.id);
  const name = text(user?.username) ?? "?";
  if (id === account) return { what, ok: true, found: `they are @${name}'s` };
  return {
    what,
    ok: false,
    found: `they are @${name}'s (${id}), and TWITTER_USER_ID is ${account}`,
    next: `Set TWITTER_USER_ID=${id}, or the other account's keys.`,
  };
}

/** X's own check of the address, made by us from outside. */
async function challenge(consumerSecret: string, webhookUrl: string | null, probe: CheckUp["probe"]): Promise<Finding> {
  const what = "the webhook's answer to X's check";
  if (webhookUrl === null)
    return { what, ok: null, found: "nobody said where this server is reached", next: "Set BATON_URL to its public address, with https." };
  const token = "baton doctor";
  const answer = await probe(`${webhookUrl}?${new URLSearchParams({ crc_token: token, nonce: "1" })}`);
  const told = answer?.status === 200 ? text(record(parseJson(answer.body))?.response_token) : undefined;
  if (told === crcAnswer(consumerSecret, token)) return { what, ok: true, found: `${webhookUrl} answers as X expects` };
  if (told !== undefined) {
    const next =
      "Start the server with the TWITTER_CONSUMER_SECRET that is set here: X will refuse this answer and switch the webhook off.";
    return { what, ok: false, found: `${webhookUrl} answers with another consumer secret`, next };
  }
  const found = answer === null ? `${webhookUrl} does not answer` : `${webhookUrl} answers ${answer.status} and not with the proof`;
  return { what, ok: false, found, next: "Start the server, and lead port 443 of that address to it." };
}

function permission(answer: Asked): Finding {
  const what = "permission to read and write direct messages";
  if (answer.kind !== "answered") return { what, ok: null, found: whyOf(answer) };
  const refusal = refusalIn(answer.status, answer.body);
  if (refusal === null) return { what, ok: true, found: "given" };
  if (refusal.act === "rate") return { what, ok: null, found: refusal.why, next: "Ask again in a quarter of an hour." };
  const next =
    'Set the app to "Read and write and Direct message" at X, then generate the access token anew: old tokens keep the old permission.';
  return { what, ok: false, found: refusal.why, next };
}

function webhook(answer: Wire | null, webhookUrl: string | null): Finding {
  const what = "the webhook";
  if (answer === null) return { what, ok: null, found: "X did not say" };
  const all = list(answer.data).map(record);
  const told = all.map((one) => text(one?.url)).join(", ");
  if (webhookUrl === null)
    return { what, ok: null, found: told === "" ? "none is registered" : `registered: ${told}`, next: "Set BATON_URL to compare." };
  const mine = all.find((one) => text(one?.url) === webhookUrl);
  if (mine === undefined)
    return {
      what,
      ok: false,
      found: told === "" ? "none is registered" : `X has ${told}`,
      next: `Register ${webhookUrl}: docs/channels/twitter.md, step 5.`,
    };
  if (mine.valid === true) return { what, ok: true, found: "registered, and its check succeeds" };
  const next = `See that ${webhookUrl} answers from outside within 3 s, then PUT /2/webhooks/${text(mine.id) ?? ""}.`;
  return { what, ok: false, found: "X has switched it off, since its check failed", next };
}

function subscriptions(answer: Wire | null, account: string): Finding {
  const what = "the events that X sends";
  if (answer === null) return { what, ok: null, found: "X did not say" };
  const types = new Set(
    list(answer.data).flatMap((given) => {
      const one = record(given);
      return text(record(one?.filter)?.user_id) === account ? (text(one?.event_type) ?? []) : [];
    }),
  );
  const missing = NEEDED_TYPES.filter((type) => !types.has(type));
  if (missing.length === 0) return { what, ok: true, found: [...types].join(", ") };
  const next = "Subscribe to them (docs/channels/twitter.md, step 6), unless this account still uses the Account Activity API.";
  return { what, ok: false, found: `${missing.join(" and ")} ${missing.length > 1 ? "are" : "is"} missing`, next };
}

function whyOf(answer: Exclude<Asked, { kind: "answered" }>): string {
  return answer.kind === "failed"
    ? `X could not be reached (${answer.why})`
    : "why" in answer.delivery
      ? answer.delivery.why
      : "not authorised";
}

/** Webhooks and subscriptions belong to the app: they are asked for with its own token. */
async function appBearer({ api }: Account, app: { consumerKey: string; consumerSecret: string }): Promise<string | null> {
  const basic = Buffer.from(`${app.consumerKey}:${app.consumerSecret}`).toString("base64");
  const headers = ["authorization", `Basic ${basic}`, "content-type", "application/x-www-form-urlencoded"];
  const answer = await call(api.pool, {
    method: "POST",
    path: `${api.basePath}/oauth2/token`,
    headers,
    body: "grant_type=client_credentials",
  });
  return answer.kind === "answered" && answer.status === 200 ? (text(record(parseJson(answer.body))?.access_token) ?? null) : null;
}

async function asApp({ api }: Account, bearer: string, path: string): Promise<Wire | null> {
  const headers = ["authorization", `Bearer ${bearer}`, "accept", "application/json"];
  const answer = await call(api.pool, { method: "GET", path: `${api.basePath}${path}`, headers });
  return answer.kind === "answered" && answer.status === 200 ? (record(parseJson(answer.body)) ?? null) : null;
}
