/** What a visitor did in the chat window, as this server's own door posts it: sealed, in our own shape, and still believed nothing. */
import type { Received, WebhookRequest } from "../../model/adapter.ts";
import { address } from "../../model/address.ts";
import type { Attachment, Envelope, Incoming, Referral } from "../../model/event.ts";
import { parseJson } from "../parse.ts";
import { id, instantMs, keep, list, personId, record, text, type Wire } from "../wire.ts";
import { isSealed } from "./seal.ts";

export const SEAL_HEADER = "x-baton-chat-seal";
const BODY_MAX_BYTES = 256 * 1024;
const EVENTS_MAX = 50;
const TEXT_MAX = 10_000;
/** What the browser calls one act of its own, by which it is one act however often it is posted. */
export const ACT_ID = /^[A-Za-z0-9_-]{8,64}$/;

/** @param inlet the bot's one chat: its account, and the key that its door seals with */
export function receive(inlet: { account: string; key: Buffer }, request: WebhookRequest): Received {
  if (request.method === "GET") return { kind: "handshake", body: "Baton web chat" };
  if (request.method !== "POST") return { kind: "refused", status: 400, why: "An act of a visitor is a POST." };
  if (request.body.length > BODY_MAX_BYTES) return { kind: "refused", status: 400, why: "The body is larger than 256 kB." };
  const seal = request.headers[SEAL_HEADER];
  if (typeof seal !== "string" || !isSealed(inlet.key, request.body, seal))
    return { kind: "refused", status: 401, why: "This was not posted by the chat's own door." };
  const body = record(parseJson(request.body.toString("utf8")));
  const customer = personId(body?.customer);
  if (body === undefined || customer === undefined || customer === "*")
    return { kind: "refused", status: 400, why: "It names no visitor." };
  const events: Envelope[] = [];
  const keys = new Set<string>();
  for (const one of list(body.events).slice(0, EVENTS_MAX)) {
    const envelope = translate(inlet.account, customer, record(one) ?? {}, request.receivedAtMs);
    if (keys.has(envelope.key)) continue; // the same act twice in one post
    keys.add(envelope.key);
    events.push(envelope);
  }
  return { kind: "events", events };
}

function translate(account: string, customer: string, act: Wire, receivedAtMs: number): Envelope {
  const its = text(act.id);
  const kind = text(act.kind) ?? "nothing";
  const isNamed = its !== undefined && ACT_ID.test(its);
  const event = isNamed ? eventOf(kind, its, act) : ignored(kind, "It has no id of its own.");
  return {
    key: `web:${account.slice(0, 100)}:${customer}:${isNamed ? its : `nameless-${receivedAtMs}`}`,
    address: address("web", account, customer),
    atMs: instantMs(act.at) ?? receivedAtMs,
    event,
  };
}

function eventOf(kind: string, messageId: string, act: Wire): Incoming {
  const referral = readReferral(act.referral);
  const came = referral === undefined ? {} : { referral };
  switch (kind) {
    case "said": {
      const said = typeof act.text === "string" ? act.text.slice(0, TEXT_MAX) : "";
      const attachments = list(act.attachments).slice(0, 10).flatMap(attachmentOf);
      if (said.trim() === "" && attachments.length === 0) return ignored(kind, "It says nothing.");
      const payload = text(act.payload);
      return { kind: "said", text: said, attachments, messageId, ...(payload === undefined ? {} : { payload }), ...came };
    }
    case "tapped": {
      const payload = text(act.payload);
      if (payload === undefined) return ignored(kind, "It names nothing that was tapped.");
      const title = text(act.title);
      return { kind: "tapped", payload, messageId, ...(title === undefined ? {} : { title }), ...came };
    }
    case "opened":
      return { kind: "happened", name: "get_started", fields: {}, messageId, ...came };
    case "referred":
      return referral === undefined ? ignored(kind, "It says nothing about where they came from.") : { kind: "referred", referral };
    case "read": {
      const untilMs = instantMs(act.until);
      return untilMs === undefined ? ignored(kind, "It does not say until when.") : { kind: "read", untilMs };
    }
    default:
      return ignored(kind, "This release does not know such an act.");
  }
}

function ignored(kind: string, why: string): Incoming {
  return { kind: "ignored", what: kind.slice(0, 40), why };
}

const KINDS = new Set<Attachment["kind"]>(["image", "video", "audio", "file"]);

function attachmentOf(value: unknown): Attachment[] {
  const given = record(value);
  const kind = text(given?.kind) as Attachment["kind"] | undefined;
  const url = text(given?.url);
  if (kind === undefined || !KINDS.has(kind) || url === undefined || !/^https?:\/\//.test(url)) return [];
  const title = text(given?.name);
  return [{ kind, url, ...(title === undefined ? {} : { title }) }];
}

const FIELDS = {
  ref: "ref",
  ad_id: "adId",
  ad_title: "adTitle",
  product_id: "productId",
  scene: "scene",
  referer_url: "refererUrl",
} as const;

/** Where a visitor came from, as the page says it. Anyone can forge a link: it is a hint, never a right. */
function readReferral(value: unknown): Referral | undefined {
  const given = record(value);
  if (given === undefined) return undefined;
  const referral: Referral = { source: (text(given.source) ?? "PAGE").slice(0, 100) };
  let says = false;
  for (const [from, to] of Object.entries(FIELDS)) {
    const read = id(given[from])?.slice(0, 500);
    if (read === undefined) continue;
    referral[to] = read;
    says = true;
  }
  const type = text(given.type)?.slice(0, 100);
  if (type !== undefined) referral.type = type;
  const more = record(given.more);
  if (more !== undefined) {
    const kept: Record<string, string> = {};
    for (const [key, one] of Object.entries(more).slice(0, 20))
      if (key !== "__proto__" && key.length <= 60 && typeof one === "string") kept[key] = one.slice(0, 500);
    if (Object.keys(kept).length > 0) referral.more = keep(kept) as Record<string, string>;
  }
  return says || type !== undefined || referral.more !== undefined ? referral : undefined;
}
