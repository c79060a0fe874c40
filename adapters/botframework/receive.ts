/** An activity that a channel posts becomes an event: proved, from a host that is the channel's, understood or ignored with its reason. */
import type { Profile, Received, WebhookRequest } from "../../model/adapter.ts";
import { parseJson } from "../parse.ts";
import { record, text, type Wire } from "../wire.ts";
import { itemOf } from "./context.ts";
import type { Hosts } from "./hosts.ts";
import { fromActivity } from "./kinds.ts";
import type { Proof } from "./proof.ts";

export type Receiving = {
  proof: Proof;
  hosts: Hosts;
  /** The account of programs on this machine that prove nothing; null: none is let in so. */
  localAccount: string | null;
  meet(account: string, customer: string, profile: Profile): void;
};

const BODY_MAX_BYTES = 1_048_576;

/** What is asked of whoever has to prove it: the token, and what it must have been made for. */
export type Claim = { authorization: string; channelId: string; serviceUrl: string };

export function receive(receiving: Receiving, request: WebhookRequest): Received {
  if (request.method !== "POST") return { kind: "refused", status: 400, why: "An activity is posted." };
  if (request.body.length > BODY_MAX_BYTES) return { kind: "refused", status: 400, why: "The body is larger than 1 MB." };
  const wire = record(parseJson(request.body.toString("utf8")));
  if (wire === undefined) return { kind: "refused", status: 400, why: "The body is not a JSON object." };
  if (text(wire.type) === undefined) return { kind: "refused", status: 400, why: "The activity has no type." };
  const let_in = admit(receiving, request, wire);
  if (!("account" in let_in)) return let_in;
  const { account, serviceUrl } = let_in;
  const meet = (customer: string, profile: Profile) => receiving.meet(account, customer, profile);
  const { events, answer, status } = fromActivity(itemOf(wire, { account, serviceUrl, receivedAtMs: request.receivedAtMs, meet }));
  return answer === undefined
    ? { kind: "events", events, answer: "" }
    : {
        kind: "events",
        events,
        answer: JSON.stringify(answer),
        answerAs: { status: status ?? 200, contentType: "application/json; charset=utf-8" },
      };
}

type Admitted = { account: string; serviceUrl: string };

/** Whose app it is for, and where its channel may be answered. */
function admit(
  { proof, hosts, localAccount }: Receiving,
  request: WebhookRequest,
  wire: Wire,
): Admitted | Extract<Received, { kind: "refused" }> {
  const claim = claimOf(request, wire);
  if (claim === null) {
    const serviceUrl = hosts.here(text(wire.serviceUrl) ?? "");
    const isJson = String(request.headers["content-type"] ?? "").startsWith("application/json");
    if (localAccount !== null && request.isFromHere === true && isJson && serviceUrl !== null) return { account: localAccount, serviceUrl };
    return { kind: "refused", status: 401, why: "It carries no token, and is not from a program on this machine that may come without." };
  }
  const account = proof.accountOf(claim);
  if (account === null) return { kind: "refused", status: 401, why: `Its token does not prove it: ${proof.whyOf(claim)}` };
  const serviceUrl = hosts.trusted(claim.serviceUrl);
  if (serviceUrl === null) {
    const why = `It asks to be answered at ${JSON.stringify(hostOf(claim.serviceUrl))}, which is no host of a channel. BOTFRAMEWORK_SERVICE_HOSTS adds one.`;
    return { kind: "refused", status: 403, why };
  }
  return { account, serviceUrl };
}

/** null: it carries no token. */
export function claimOf(request: WebhookRequest, wire: Wire): Claim | null {
  const { authorization } = request.headers;
  if (typeof authorization !== "string" || authorization === "") return null;
  return { authorization, channelId: text(wire.channelId) ?? "", serviceUrl: text(wire.serviceUrl) ?? "" };
}

function hostOf(serviceUrl: string): string {
  return URL.canParse(serviceUrl) ? new URL(serviceUrl).host.slice(0, 80) : serviceUrl.slice(0, 80);
}
