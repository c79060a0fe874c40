/** Every kind of activity: what it means to a conversation, or why it means nothing to us. */
import type { Envelope, Heard, Incoming } from "../../model/event.ts";
import type { JsonObject } from "../../model/json.ts";
import { keep, list, personId, record, text } from "../wire.ts";
import { activityId, envelope, type Item, ignored } from "./context.ts";
import { fromHandoffInitiate, fromHandoffStatus, HANDOFF_INITIATE, HANDOFF_STATUS } from "./handoff.ts";
import { fromDelete, fromMessage, fromReaction, fromUpdate } from "./messages.ts";
import { payloadIn } from "./taps.ts";

/** `answer`: the body that the caller wants at once, with its status. */
export type Translated = { events: Envelope[]; answer?: unknown; status?: number };

const IGNORED: Record<string, string> = {
  typing: "The customer is typing.",
  trace: "A trace is for emulators and logs.",
  suggestion: "A suggestion is for the channel's own screens.",
  command: "No command of a channel is known to us.",
  commandResult: "No command of ours waits for a result.",
  invokeResponse: "It answers an invoke, and we send none.",
  handoff: "Handing over is told by events named handoff.initiate and handoff.status.",
};

/** Source: Bot Framework activity schema 3.x; read 2026-11-24. */
export function fromActivity(item: Item): Translated {
  const type = text(item.wire.type) ?? "";
  const translated = translate(item, type);
  // Our answers come by the connector, also for who would rather wait for them here.
  return text(item.wire.deliveryMode) === "expectReplies" && translated.answer === undefined
    ? { ...translated, answer: { activities: [] } }
    : translated;
}

function translate(item: Item, type: string): Translated {
  switch (type) {
    case "message":
      return { events: [fromMessage(item)] };
    case "messageUpdate":
      return { events: [fromUpdate(item)] };
    case "messageDelete":
      return { events: [fromDelete(item)] };
    case "messageReaction":
      return { events: fromReaction(item) };
    case "conversationUpdate":
      return { events: [fromMembers(item)] };
    case "installationUpdate":
    case "contactRelationUpdate":
      return { events: [fromInstallation(item, type)] };
    case "event":
      return { events: [fromEvent(item)] };
    case "invoke":
      return fromInvoke(item);
    case "endOfConversation":
      return { events: [happened(item, "conversation_ended", { code: text(item.wire.code)?.slice(0, 60) ?? "unknown" })] };
    case "deleteUserData":
      return { events: [happened(item, "delete_user_data", {})] };
    default: {
      const why = Object.hasOwn(IGNORED, type) ? IGNORED[type]! : "We do not know this kind of activity.";
      return { events: [ignored(item, type, why, activityId(item))] };
    }
  }
}

function happened(item: Item, name: string, fields: JsonObject, more: { messageId?: string } = {}): Envelope {
  const { customer } = item;
  if (customer === undefined) return ignored(item, name, "It does not say of which conversation, or of whom.", activityId(item));
  return envelope(item, name, activityId(item), { kind: "happened", name, fields, ...more });
}

const GET_STARTED: Extract<Heard, { kind: "happened" }> = { kind: "happened", name: "get_started", fields: {} };
const MEMBERS_MAX = 100;

/** Somebody entered: the conversation begins. Windows in a page tell it twice, once for the bot itself. */
function fromMembers(item: Item): Envelope {
  const { wire, bot, customer } = item;
  const ids = (given: unknown) =>
    list(given)
      .slice(0, MEMBERS_MAX)
      .flatMap((one) => personId(record(one)?.id) ?? []);
  const added = ids(wire.membersAdded);
  const removed = ids(wire.membersRemoved);
  if (customer === undefined) return ignored(item, "conversationUpdate", "It does not say of which conversation, or of whom.");
  // Without an id: told again, it is the same beginning.
  if (added.some((one) => one !== bot)) return envelope(item, "began", "members", GET_STARTED);
  if (removed.includes(bot)) return envelope(item, "left", activityId(item), { kind: "happened", name: "unfollowed", fields: {} });
  if (added.length > 0) return ignored(item, "conversationUpdate", "The bot itself was added.");
  const why = removed.length > 0 ? "Somebody else left." : "Nobody came or left: a name or a setting was changed.";
  return ignored(item, "conversationUpdate", why);
}

function fromInstallation(item: Item, type: string): Envelope {
  const action = text(item.wire.action) ?? "";
  if (item.customer === undefined) return ignored(item, type, "It does not say of which conversation, or of whom.");
  if (action === "add") return envelope(item, "began", activityId(item), GET_STARTED);
  if (action === "remove") return envelope(item, "left", activityId(item), { kind: "happened", name: "unfollowed", fields: {} });
  return ignored(item, type, "The app was renewed, and is where it was.");
}

/** Names under which pages ask for a first word. */
const BEGINNINGS = new Set(["webchat/join", "startConversation", "requestWelcomeDialog", "conversation/start"]);
const NAME_MAX = 100;

function fromEvent(item: Item): Envelope {
  const name = text(item.wire.name)?.slice(0, NAME_MAX);
  if (name === undefined) return ignored(item, "event", "The event has no name.", activityId(item));
  if (item.customer === undefined) return ignored(item, "event", "It does not say of which conversation, or of whom.", activityId(item));
  if (name === HANDOFF_STATUS) return fromHandoffStatus(item);
  if (name === HANDOFF_INITIATE) return fromHandoffInitiate(item);
  if (BEGINNINGS.has(name)) return envelope(item, "began", "members", GET_STARTED);
  return happened(item, name, { value: keep(item.wire.value ?? null) });
}

/** An invoke wants its answer at once. A card's action is a tap; everything else is said to be not implemented, as the protocol has it. */
function fromInvoke(item: Item): Translated {
  const name = text(item.wire.name)?.slice(0, NAME_MAX) ?? "";
  const id = activityId(item);
  const why = "It wants an answer at once, and is told that none is implemented.";
  if (name !== "adaptiveCard/action" || item.customer === undefined)
    return {
      events: [ignored(item, `invoke ${name}`, why, id)],
      answer: { error: { code: "NotImplemented", message: "not implemented" } },
      status: 501,
    };
  const action = record(record(item.wire.value)?.action);
  const payload = payloadIn(action?.data, "");
  const more = id === undefined ? {} : { messageId: id };
  const event: Incoming =
    payload === undefined
      ? {
          kind: "happened",
          name: "card_submitted",
          fields: { verb: text(action?.verb)?.slice(0, NAME_MAX) ?? "", data: keep(action?.data ?? null) },
          ...more,
        }
      : { kind: "tapped", payload, ...more };
  return {
    events: [envelope(item, "invoke", id, event)],
    answer: { statusCode: 200, type: "application/vnd.microsoft.activity.message", value: "" },
  };
}
