/** A webhook of any Meta product, proved before it is read: the check of the address, the signature, and what the body is about. */
import type { Received, WebhookRequest } from "../../model/adapter.ts";
import { parseJson } from "../parse.ts";
import { record, type Wire } from "../wire.ts";
import { sameSecret, signedByUs } from "./signature.ts";

export type WebhookSecrets = {
  /** The newest first; a webhook may be signed with any. */
  appSecrets: readonly string[];
  verifyToken: string;
};

export type Proved = { kind: "proved"; envelope: Wire } | Exclude<Received, { kind: "events" }>;

const BODY_MAX_BYTES = 1_048_576;
const CHALLENGE = /^[\w-]{1,200}$/;

/** @param about the `object` that our webhooks carry, and what it is in a sentence */
export function prove(secrets: WebhookSecrets, request: WebhookRequest, about: { object: string; called: string }): Proved {
  if (request.method === "GET") return handshake(secrets.verifyToken, request.url);
  if (request.method !== "POST") return { kind: "refused", status: 400, why: "A webhook is a GET or a POST." };
  const { body } = request;
  if (body.length > BODY_MAX_BYTES) return { kind: "refused", status: 400, why: "The body is larger than 1 MB." };
  if (!signedByUs(secrets.appSecrets, body, request.headers["x-hub-signature-256"]))
    return { kind: "refused", status: 401, why: "The signature is missing or not made with our app's secret." };
  const envelope = record(parseJson(body.toString("utf8")));
  if (envelope === undefined) return { kind: "refused", status: 400, why: "The body is not a JSON object." };
  if (envelope.object !== about.object) return { kind: "refused", status: 404, why: `The webhook is not about ${about.called}.` };
  return { kind: "proved", envelope };
}

/** The platform's check of the address. The challenge is echoed only where it is what they send: a short plain word. */
function handshake(verifyToken: string, url: string): Exclude<Received, { kind: "events" }> {
  const query = new URLSearchParams(url.slice(url.indexOf("?") + 1 || url.length));
  const challenge = query.get("hub.challenge") ?? "";
  const isOurs =
    query.get("hub.mode") === "subscribe" && verifyToken !== "" && sameSecret(verifyToken, query.get("hub.verify_token") ?? "");
  if (!isOurs) return { kind: "refused", status: 403, why: "The verify token is not ours." };
  if (!CHALLENGE.test(challenge)) return { kind: "refused", status: 400, why: "The challenge is not a short plain word." };
  return { kind: "handshake", body: challenge };
}
