/** X's API, played: who calls is found out first, then what they may still do, then whether this can be done. */
import { parseJson } from "../../parse.ts";
import { list, record, text, type Wire } from "../../wire.ts";
import type { Params } from "../oauth1.ts";
import { good, lacksPermission, noContent, notFound, notInPlan, rateExceeded, type TwinAnswer } from "./answers.ts";
import type { Counter } from "./counting.ts";
import type { Caller, Doorkeeper } from "./keys.ts";
import { type Managed, manage } from "./manage.ts";
import type { Platform, PlayedLine, PlayedThread } from "./platform.ts";
import { mayReach, type Taken, takeV1, takeV2 } from "./sends.ts";
import { PICTURE, type Uploads } from "./uploads.ts";
import { type Welcomes, welcome } from "./welcome.ts";

export type Rest = {
  platform: Platform;
  doorkeeper: Doorkeeper;
  counter: Counter;
  uploads: Uploads;
  managed: Managed;
  welcomes: Welcomes;
  /** Does this account have the older endpoints? */
  hasV1: boolean;
  /** May the app read and write direct messages? */
  mayWrite: boolean;
};
export type Asked = {
  method: string;
  origin: string;
  path: string;
  query: Params;
  type: string;
  body: Buffer;
  authorization: string | undefined;
};
/** What was done, and what is told once the caller may know (`echo_first` tells before). */
export type Done = { answer: TwinAnswer; tell?: () => void; bytes?: Buffer };

export async function answerRest(rest: Rest, asked: Asked): Promise<Done> {
  const { doorkeeper, counter } = rest;
  const isForm = asked.type.startsWith("application/x-www-form-urlencoded");
  const form = new URLSearchParams(isForm ? asked.body.toString("utf8") : "");
  if (asked.method === "POST" && (asked.path === "/2/oauth2/token" || asked.path === "/oauth2/token"))
    return { answer: doorkeeper.token(form, asked.authorization) };
  const caller = doorkeeper.whoCalls({ ...asked, url: `${asked.origin}${asked.path}`, params: [...asked.query, ...form] });
  if (caller.kind === "refused") return { answer: caller.answer };
  const isV1 = asked.path.startsWith("/1.1/direct_messages/");
  if (isV1 && !rest.hasV1) return { answer: notInPlan() };
  if (!rest.mayWrite && caller.kind === "account") return { answer: lacksPermission() };
  const kind = kindOf(asked);
  const counted = kind === null ? { ok: true, headers: {} } : counter.take(kind, caller.kind === "account" ? caller.userId : "app");
  const done = counted.ok ? await route(rest, asked, form, caller) : { answer: rateExceeded() };
  return { ...done, answer: { ...done.answer, headers: { ...counted.headers, ...done.answer.headers } } };
}

function kindOf({ method, path }: Asked): string | null {
  if (method === "POST" && /^\/2\/dm_conversations\/with\/[^/]+\/messages$/.test(path)) return "send";
  if (method === "POST" && path === "/1.1/direct_messages/events/new.json") return "send_v1";
  return method === "GET" && path.endsWith("/dm_events") ? "lookup" : null;
}

async function route(rest: Rest, asked: Asked, form: URLSearchParams, caller: Caller & { kind: "account" | "app" }): Promise<Done> {
  const { method, path } = asked;
  const json = () => record(parseJson(asked.body.toString("utf8")));
  const managed = await manage(rest.managed, asked, json, caller);
  if (managed) return { answer: managed };
  if (caller.kind === "app") return { answer: notFound("This endpoint needs an account.") };
  const account = caller.userId;
  const { uploads, platform } = rest;
  const [, customer] = /^\/2\/dm_conversations\/with\/([^/]+)\/(?:messages|dm_events)$/.exec(path) ?? [];
  if (customer !== undefined && method === "POST") return accept(rest, account, customer, takeV2(json(), account, uploads), false);
  if (customer !== undefined) return { answer: { status: 200, body: history(platform.find(account, customer), account, customer) } };
  if (path === "/1.1/direct_messages/events/new.json") {
    const { to, taken } = takeV1(json(), account, uploads);
    return accept(rest, account, to, taken, true);
  }
  if (method === "GET" && path === "/2/dm_events") return { answer: { status: 200, body: { meta: { result_count: 0 } } } };
  const about = form.get("recipient_id") ?? "";
  if (path === "/1.1/direct_messages/indicate_typing.json")
    return { answer: marked(platform, platform.find(account, about), (thread) => (thread.typing = true)) };
  if (path === "/1.1/direct_messages/mark_read.json")
    return { answer: marked(platform, platform.find(account, about), (thread) => (thread.readId = form.get("last_read_event_id"))) };
  const welcomed = welcome(rest.welcomes, asked, json);
  if (welcomed) return { answer: welcomed };
  if (path.startsWith("/1.1/ton/data/dm/"))
    return { answer: { status: 200, body: "", headers: { "content-type": "image/png" } }, bytes: PICTURE };
  return { answer: media(uploads, account, asked, json) ?? people(platform, account, path) ?? notFound(`${method} ${path}`) };
}

function media(uploads: Uploads, account: string, { method, path, query, body }: Asked, json: () => Wire | undefined): TwinAnswer | null {
  if (method === "GET" && path === "/2/media/upload") return uploads.status(query.find(([key]) => key === "media_id")?.[1] ?? "");
  const [, id, step] = /^\/2\/media\/upload\/(?:(\d+)\/)?(initialize|append|finalize)$/.exec(path) ?? [];
  if (method !== "POST" || step === undefined) return null;
  if (step === "initialize") return uploads.initialize(account, json());
  return step === "append" ? uploads.append(id ?? "", body) : uploads.finalize(id ?? "");
}

function people(platform: Platform, account: string, path: string): TwinAnswer | null {
  const [, id] = /^\/2\/users\/(me|\d+)$/.exec(path) ?? [];
  if (id === undefined) return null;
  if (id === "me" || id === account) return good({ id: account, name: "Alder Outdoor", username: "alder_outdoor" });
  const { name, username } = platform.person(id);
  return good({ id, name, username, profile_image_url: "https://abs.twimg.com/sticky/default_profile_images/default_profile_normal.png" });
}

function marked(platform: Platform, thread: PlayedThread | undefined, mark: (thread: PlayedThread) => void): TwinAnswer {
  if (thread === undefined) return notFound("There is no such conversation.");
  mark(thread);
  platform.changed();
  return noContent();
}

function accept({ platform }: Rest, account: string, customer: string, taken: Taken, isV1: boolean): Done {
  const thread = platform.find(account, customer);
  const closed = mayReach(thread);
  if (closed) return { answer: closed };
  if (taken.kind === "refused") return { answer: taken.answer };
  thread!.typing = false;
  const { line, tell } = platform.say(account, thread!, taken.line, taken.shown);
  const created = { type: "message_create", id: line.id, created_timestamp: String(line.atMs) };
  const message_create = { target: { recipient_id: customer }, sender_id: account, message_data: { text: line.text } };
  const answer = isV1
    ? { status: 200, body: { event: { ...created, message_create } } }
    : good({ dm_conversation_id: conversationOf(account, customer), dm_event_id: line.id }, 201);
  return { answer, tell };
}

function conversationOf(a: string, b: string): string {
  return BigInt(a) < BigInt(b) ? `${a}-${b}` : `${b}-${a}`;
}

const PAGE = 50;

/** The newest first. */
function history(thread: PlayedThread | undefined, account: string, customer: string): unknown {
  const events = (thread?.lines ?? [])
    .toReversed()
    .slice(0, PAGE)
    .map((line: PlayedLine) => ({
      id: line.id,
      event_type: "MessageCreate",
      text: line.text,
      sender_id: line.by === "customer" ? customer : account,
      dm_conversation_id: conversationOf(account, customer),
      created_at: new Date(line.atMs).toISOString(),
      ...(line.mediaId === null ? {} : { attachments: { media_keys: [`13_${line.mediaId}`] } }),
    }));
  return { data: events, meta: { result_count: events.length } };
}

export function bodyText(body: unknown): string {
  return text(body) ?? (list(body).length > 0 || record(body) !== undefined ? JSON.stringify(body) : "");
}
