/** The way in: a webhook is verified, translated, stored, and only then answered; what was stored wakes its conversation. */
import type { Adapter, WebhookRequest } from "../model/adapter.ts";
import type { Address } from "../model/address.ts";
import { entryOf, marksAfter } from "../model/entry.ts";
import type { Envelope, Event } from "../model/event.ts";
import type { ConversationId, PersonId } from "../model/ids.ts";
import type { JsonObject } from "../model/json.ts";
import { NO_MARKS } from "../model/limits.ts";
import { EMPTY_SESSION } from "../model/session.ts";
import type { Conversation, Inbound, ReceivedEvent } from "../model/store.ts";
import { atOnce } from "./at-once.ts";
import { saying } from "./log.ts";
import type { Labels } from "./metrics.ts";
import { accountOf, begin, end, type Live, liveOf, type Road, type RunningBot } from "./road.ts";
import { insertWaiting, wakeLane } from "./worker.ts";

export type Answer = { status: number; body: string; contentType: string };

const TEXT = "text/plain; charset=utf-8";
const OLDEST_MS = 36 * 60 * 60_000;
const NEWEST_MS = 5 * 60_000;

/** Answers one webhook request. 503 means: nothing was stored, deliver it again. */
export async function receiveWebhook(road: Road, bot: RunningBot, adapter: Adapter, request: WebhookRequest): Promise<Answer> {
  const labels = labelsOf(bot, adapter.channel);
  if (adapter.prove && !(await adapter.prove(request))) {
    road.metrics.count("webhooks_not_judged", labels);
    road.log("error", `A webhook for ${adapter.channel} could not be judged, and was not acknowledged.`, { bot: bot.name });
    return { status: 503, body: "", contentType: TEXT };
  }
  const received = adapter.receive(request);
  if (received.kind === "handshake") return { status: 200, body: received.body, contentType: received.contentType ?? TEXT };
  if (received.kind === "refused") {
    road.metrics.count("webhooks_refused", labels);
    road.log("warn", `A webhook for ${adapter.channel} was refused: ${received.why}`, { bot: bot.name, status: received.status });
    return { status: received.status, body: "", contentType: TEXT };
  }
  if (road.draining || bot.depth >= bot.settings.queueDepthMax) {
    road.metrics.count("inbox_full", labels);
    return { status: 503, body: "", contentType: TEXT };
  }
  const beganMs = road.clock.monotonicMs();
  try {
    await storeEvents(road, bot, received.events, request.receivedAtMs);
  } catch (error) {
    road.storeFails = true;
    road.metrics.count("webhooks_not_stored", labels);
    road.log("error", `A webhook for ${adapter.channel} could not be stored and was not acknowledged: ${saying(error)}`, { bot: bot.name });
    return { status: 503, body: "", contentType: TEXT };
  }
  road.metrics.observe("receive_ms", road.clock.monotonicMs() - beganMs, labels);
  return { body: received.answer ?? "EVENT_RECEIVED", ...(received.answerAs ?? { status: 200, contentType: TEXT }) };
}

/** One object for each channel of a bot, however many webhooks it brings. */
function labelsOf(bot: RunningBot, channel: string): Labels {
  let labels = bot.labelsByChannel.get(channel);
  if (!labels) {
    labels = { bot: bot.name, channel };
    bot.labelsByChannel.set(channel, labels);
  }
  return labels;
}

/** Stores what came and wakes whom it concerns. Rejects when the store could not write: then nothing happened. */
export async function storeEvents(road: Road, bot: RunningBot, envelopes: Envelope[], receivedAtMs: number): Promise<ReceivedEvent[]> {
  if (envelopes.length === 0) return [];
  const inbound: Inbound[] = envelopes.map((envelope) => ({
    bot: bot.name,
    envelope: timed(envelope, receivedAtMs),
    newConversation: road.ids.next("cv") as ConversationId,
    newPerson: road.ids.next("cu") as PersonId,
    receivedAtMs,
  }));
  begin(road);
  try {
    road.strike("receive.before-store");
    const { results, decided } = inbound.length === 1 ? await receiveOne(road, bot, inbound[0]!) : await receiveAll(road, inbound);
    road.strike("receive.after-store");
    if (decided) road.metrics.count("events_received", bot.labels);
    else for (let at = 0; at < results.length; at++) arrived(road, bot, inbound[at]!, results[at]!);
    for (const result of results) if (result.kind === "received") wake(road, result.conversation); // only now: all of one POST waits together
    return results;
  } finally {
    end(road);
  }
}

type Stored = { results: ReceivedEvent[]; decided: boolean };

/** One event, the usual case: decided with its receipt where nothing stands in the way. */
async function receiveOne(road: Road, bot: RunningBot, inbound: Inbound): Promise<Stored> {
  const short = atOnce(road, bot, inbound, conversationOf);
  try {
    const { received, committed } = await road.store.receiveAndDecide([inbound], short.decide);
    return { results: received, decided: short.followed(committed) };
  } catch (error) {
    short.letGo();
    throw error;
  }
}

async function receiveAll(road: Road, inbound: Inbound[]): Promise<Stored> {
  return { results: await road.store.receive(inbound), decided: false };
}

/** An event's time is the platform's, unless its clock has gone wrong or the payload is a recorded one: then receipt. */
function timed(envelope: Envelope, receivedAtMs: number): Envelope {
  const { atMs } = envelope;
  if (Number.isFinite(atMs) && atMs >= receivedAtMs - OLDEST_MS && atMs <= receivedAtMs + NEWEST_MS) return envelope;
  return { ...envelope, atMs: receivedAtMs };
}

function arrived(road: Road, bot: RunningBot, inbound: Inbound, result: ReceivedEvent): void {
  const { envelope } = inbound;
  if (result.kind === "duplicate") {
    road.metrics.count("events_duplicate", bot.labels);
    return;
  }
  road.metrics.count("events_received", bot.labels);
  const live = liveOf(road, bot, result.conversation);
  live.account ??= accountOf(bot, envelope.address);
  const { kind } = envelope.event;
  if (result.isNew) {
    live.customer = {};
    live.conversation = conversationOf(inbound);
  } else if (live.conversation) {
    // The store marked the opening in the receiving commit, without touching the version; our copy follows.
    const marks = marksAfter(live.conversation.marks, kind, envelope.atMs, envelope.opens, envelope.via);
    if (marks !== live.conversation.marks) live.conversation = { ...live.conversation, marks };
  }
  const row = {
    ...entryOf(envelope.event, envelope.atMs, envelope.opens, envelope.via),
    conversation: result.conversation,
    seq: result.seq,
  };
  switch (row.kind) {
    case "receipt":
      heardReceipt(live, envelope.event);
      return;
    case "ignored":
      return;
    default:
      live.heardAtMs ??= inbound.receivedAtMs;
      insertWaiting(live, { seq: result.seq, atMs: envelope.atMs, readyAtMs: inbound.receivedAtMs, row });
  }
}

function wake(road: Road, id: ConversationId): void {
  const live = road.live.get(id);
  if (live && live.waiting.length > 0) wakeLane(road, live);
}

/** A conversation that this event opened: nothing of it is to be read, all of it is known. */
function conversationOf({ bot, envelope, newConversation, newPerson, receivedAtMs }: Inbound): Conversation {
  return {
    id: newConversation,
    bot,
    address: envelope.address,
    person: newPerson,
    version: 0,
    epoch: 0,
    controller: "bot",
    agent: null,
    ticket: null,
    session: EMPTY_SESSION,
    marks: marksAfter(NO_MARKS, envelope.event.kind, envelope.atMs, envelope.opens, envelope.via),
    createdAtMs: receivedAtMs,
  };
}

function heardReceipt(live: Live, event: Event): void {
  if (event.kind === "edited" || event.kind === "unsent") {
    live.inboxStale = live.waiting.length > 0; // what waits may say something else now, or nothing
    return;
  }
  if (event.kind === "undelivered") {
    if (live.doubt && event.line === live.doubt.line) live.doubt.refused();
    live.rowsStale ||= live.rows.length > 0; // the store has ended a line that may stand here still
    return;
  }
  if (event.kind !== "echoed") return;
  if (live.account) live.account.echoesMissed = 0;
  if (live.doubt && event.line === live.doubt.line) live.doubt.echoed(event.messageId);
}

/** Something that the brand's own systems tell a conversation; the key makes it one event however often it is told. */
export async function tell(
  road: Road,
  bot: RunningBot,
  to: ConversationId | Address,
  name: string,
  fields: JsonObject,
  key: string,
): Promise<ReceivedEvent | null> {
  const address = typeof to === "string" ? ((await road.store.load(bot.name, to))?.address ?? null) : to;
  if (!address) return null;
  const nowMs = road.clock.nowMs();
  const envelope: Envelope = { key: `told:${key}`, address, atMs: nowMs, event: { kind: "happened", name, fields } };
  const [result] = await storeEvents(road, bot, [envelope], nowMs);
  return result ?? null;
}
