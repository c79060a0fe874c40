/** A webhook of X becomes events: proved, read in either envelope, every item understood or ignored with its reason. */
import type { Received, WebhookRequest } from "../../model/adapter.ts";
import { NOBODY } from "../../model/address.ts";
import type { Envelope } from "../../model/event.ts";
import { parseJson } from "../parse.ts";
import { id, list, record, text, type Wire } from "../wire.ts";
import { fromActivity, readUsers } from "./activity.ts";
import { envelope, type Item, ignored, instantOf, type Known, userId } from "./context.ts";
import { fromDirectMessage, fromRead } from "./dm.ts";
import { fromDeletion, fromFollow, fromTweet } from "./posts.ts";
import { crcAnswer, signedByX } from "./signature.ts";

export type Receiving = {
  accounts: ReadonlySet<string>;
  /** Accounts of the same app that another bot of this process serves: nothing is said of them here. */
  accountsElsewhere: ReadonlySet<string>;
  /** The newest first: the check of our address is answered with it. Webhooks may be signed with any. */
  consumerSecrets: readonly string[];
  known: Known;
};

const BODY_MAX_BYTES = 1_048_576;
const TOKEN_MAX = 1_000;
const ITEMS_MAX = 1_000;

export function receive(receiving: Receiving, request: WebhookRequest): Received {
  if (request.method === "GET") return handshake(receiving, request.url);
  if (request.method !== "POST") return { kind: "refused", status: 400, why: "A webhook is a GET or a POST." };
  const { body } = request;
  if (body.length > BODY_MAX_BYTES) return { kind: "refused", status: 400, why: "The body is larger than 1 MB." };
  if (!signedByX(receiving.consumerSecrets, body, request.headers["x-twitter-webhooks-signature"]))
    return { kind: "refused", status: 401, why: "The signature is missing or not made with our app's consumer secret." };
  const told = record(parseJson(body.toString("utf8")));
  if (told === undefined) return { kind: "refused", status: 400, why: "The body is not a JSON object." };
  return { kind: "events", events: readBody(receiving, told, request.receivedAtMs) };
}

/** X checks our address when it is registered, then hourly: wrong or late answers switch the webhook off. */
function handshake({ consumerSecrets }: Receiving, url: string): Received {
  const token = new URLSearchParams(url.slice(url.indexOf("?") + 1 || url.length)).get("crc_token");
  const secret = consumerSecrets[0] ?? "";
  if (token === null || token === "" || token.length > TOKEN_MAX || secret === "")
    return { kind: "refused", status: 400, why: "The check carries no crc_token." };
  return { kind: "handshake", body: JSON.stringify({ response_token: crcAnswer(secret, token) }), contentType: "application/json" };
}

function readBody(receiving: Receiving, told: Wire, receivedAtMs: number): Envelope[] {
  const { known, accounts, accountsElsewhere } = receiving;
  const activity = record(told.data);
  const forUser = activity === undefined ? id(told.for_user_id) : id(record(activity.filter)?.user_id);
  const base = { wire: told, receivedAtMs, known };
  if (forUser === undefined) return aboutApp(receiving, told, activity, receivedAtMs);
  if (accountsElsewhere.has(forUser)) return [];
  if (!accounts.has(forUser)) {
    const [own = ""] = accounts;
    return [ignored({ ...base, account: own }, "other_account", `Account ${JSON.stringify(forUser.slice(0, 40))} is not served here.`)];
  }
  const about = { ...base, account: forUser, users: readUsers(told, activity) };
  return activity === undefined ? fromAccountActivity(about, told) : fromActivity(about, activity);
}

/** One kind of item of the Account Activity API, in arrays by name. */
const ARRAYS: Record<string, (item: Item) => Envelope[]> = {
  direct_message_events: fromDirectMessage,
  direct_message_indicate_typing_events: (item) => [ignored(item, "typing", "The customer is typing.")],
  direct_message_mark_read_events: fromRead,
  tweet_create_events: fromTweet,
  tweet_delete_events: (item) => fromDeletion(item, id(record(item.wire.status)?.id), userId(record(item.wire.status)?.user_id)),
  follow_events: (item) => fromFollow(item, text(item.wire.type) ?? "follow", record(item.wire.source), record(item.wire.target)),
  unfollow_events: (item) => fromFollow(item, "unfollow", record(item.wire.source), record(item.wire.target)),
  favorite_events: (item) => [ignored(item, "like", "Likes are not talked about.")],
};
const BESIDE = new Set(["for_user_id", "users", "apps", "user_has_blocked", "is_blocked_by"]);

function fromAccountActivity(about: Item, told: Wire): Envelope[] {
  const events: Envelope[] = [];
  for (const key of Object.keys(told)) {
    if (BESIDE.has(key)) continue;
    const translate = Object.hasOwn(ARRAYS, key) ? ARRAYS[key] : undefined;
    if (translate === undefined) {
      events.push(ignored({ ...about, wire: { [key]: told[key] } }, key, "We do not know this kind of event."));
      continue;
    }
    for (const one of list(told[key]).slice(0, ITEMS_MAX)) {
      const wire = record(one);
      if (wire !== undefined) events.push(...translate({ ...about, wire }));
    }
  }
  return events.length > 0 ? events : [ignored(about, "nothing", "The webhook tells of nothing.")];
}

/** What concerns the app or an account's permission. */
function aboutApp(receiving: Receiving, told: Wire, activity: Wire | undefined, receivedAtMs: number): Envelope[] {
  const [own = ""] = receiving.accounts;
  const item = { account: own, wire: told, receivedAtMs };
  const revoke = record(record(told.user_event)?.revoke);
  const account = userId(record(revoke?.source)?.user_id) ?? userId(record(activity?.payload)?.user_id);
  if ((revoke !== undefined || text(activity?.event_type) === "oauth.revoke") && account !== undefined) {
    if (receiving.accountsElsewhere.has(account)) return [];
    if (!receiving.accounts.has(account)) return [ignored(item, "access_revoked", "Of an account that is not served here.")];
    const when = text(revoke?.date_time) ?? text(record(activity?.payload)?.date_time);
    const atMs = instantOf(when, undefined, receivedAtMs);
    const fields = { account };
    return [envelope(account, NOBODY, "access_revoked", String(atMs), atMs, { kind: "happened", name: "access_revoked", fields })];
  }
  const job = record(told.replay_job_status);
  if (job !== undefined) return [ignored(item, "replay_job", `A replay has ended: ${text(job.job_state) ?? "in some way"}.`)];
  return [ignored(item, text(activity?.event_type) ?? Object.keys(told)[0] ?? "nothing", "It names no account.")];
}
