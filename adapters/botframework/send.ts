/** One piece out as one activity, to where its conversation last came from; what the connector answers is judged by the dated table. */
import type { Outbound } from "../../model/adapter.ts";
import type { Delivery } from "../../model/delivery.ts";
import type { Failpoint } from "../../model/failpoint.ts";
import { id } from "../wire.ts";
import { messageActivity } from "./body.ts";
import type { Asked, Connector } from "./connector.ts";
import { refusalIn } from "./errors.ts";
import { placeOf, type Way, wayOf } from "./place.ts";
import type { Tokens } from "./tokens.ts";

/** An app we send for. `tokens`: null where there is no app, and only programs on this machine are served. */
export type App = { id: string; tokens: Tokens | null; sent: number; refused: number; stoppedWhy: string | null };

const NOT_CONNECTED_RETRY_MS = 1_000;

/** @param way where the conversation came from, when it is not in the marks (they are from before this channel kept it) */
export async function send(connector: Connector, app: App, failpoint: Failpoint, outbound: Outbound, way: Way | null): Promise<Delivery> {
  const place = placeOf(outbound.address.customer);
  const from = wayOf(outbound.marks.via) ?? way;
  if (place === null || from === null)
    return { kind: "never", because: "blocked", why: "It is not known where this conversation can be answered until they write." };
  const activity = messageActivity(place, from, outbound.message);
  failpoint("botframework.send.before-request");
  const answer = await connector.ask(from.serviceUrl, app.tokens, {
    method: "POST",
    path: `/v3/conversations/${encodeURIComponent(place.conversation)}/activities`,
    json: activity,
  });
  failpoint("botframework.send.after-answer");
  return judge(app, answer);
}

function judge(app: App, answer: Asked): Delivery {
  if (answer.kind === "not_asked") return noted(app, answer.delivery);
  if (answer.kind === "failed") {
    if (answer.left) return { kind: "unknown", why: `no answer (${answer.why})` };
    return { kind: "later", retryAfterMs: NOT_CONNECTED_RETRY_MS, holds: "line", why: `not connected (${answer.why}); nothing was sent` };
  }
  const refusal = refusalIn(answer.status, answer.headers, answer.body);
  if (refusal !== null) {
    app.refused += 1;
    return noted(app, refusal);
  }
  app.sent += 1;
  app.stoppedWhy = null;
  return { kind: "sent", channelMessageId: id(answer.body?.id) ?? null };
}

function noted(app: App, delivery: Delivery): Delivery {
  if (delivery.kind === "stopped") app.stoppedWhy = delivery.why;
  return delivery;
}
