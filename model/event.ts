/**
 * Everything that enters a conversation. *Heard* passes through a turn, *control* is decided by the law of
 * ownership, a *receipt* only marks what we sent; *ignored* is journalled with its reason and goes no further.
 */
import type { Address } from "./address.ts";
import type { Refusal } from "./delivery.ts";
import type { AgentId, QueueName, TicketId } from "./ids.ts";
import type { Json, JsonObject } from "./json.ts";
import type { Message } from "./message.ts";

/** A link that a person followed: an advertisement, m.me link or QR code. Open sets stay strings. */
export type Referral = {
  source: string; // "ADS", "SHORTLINK", ... as the channel names it
  type?: string;
  ref?: string;
  adId?: string;
  adTitle?: string;
  pictureUrl?: string;
  videoUrl?: string;
  postId?: string;
  productId?: string;
  flowId?: string;
  scene?: string;
  /** What the platform knows this very click by (`ctwa_clid`), to be told what came of it. */
  clickId?: string;
  refererUrl?: string;
  /** What else came with it (lead answers ...), kept as it was. */
  more?: JsonObject;
};

export type Attachment = {
  kind: "image" | "video" | "audio" | "file" | "sticker" | "location" | "link" | "post" | "product" | "appointment" | "unknown";
  url?: string; // an expiring link of the channel: fetch soon
  title?: string;
  id?: string; // sticker, product, post or booking id
  lat?: number;
  lng?: number;
  more?: Json;
};

export type Heard =
  | {
      kind: "said";
      text: string; // "" when there are only attachments
      attachments: Attachment[];
      messageId?: string;
      replyTo?: string; // the channel's id of the message quoted
      payload?: string; // of a choice that was tapped
      referral?: Referral; // part of this event: one turn, one reply
      more?: JsonObject; // what else the channel said of it (`commands` of the composer ...)
    }
  | { kind: "tapped"; payload: string; title?: string; messageId?: string; referral?: Referral }
  | { kind: "referred"; referral: Referral }
  /** A channel's own happening (`get_started`, `followed`, `comment`, `reaction`, `optin` ...) or one told by the brand's systems. */
  | { kind: "happened"; name: string; fields: JsonObject; messageId?: string; referral?: Referral }
  /** Timers of the session are due; which ones, the session knows (`session.timers`). */
  | { kind: "due" }
  /** Work outside came back. `call` is the key that `advance` gave it. */
  | { kind: "called"; call: string; outcome: CallOutcome };

export type CallOutcome = { ok: true; value: Json } | { ok: false; error: { code: CallErrorCode; message: string } };
export type CallErrorCode = "bad_answer" | "timeout" | "unreachable" | "not_found" | "refused" | "failed" | "in_doubt";

/** A fact an agent brings back: the name of a slot of the flow that handed over, and its value. */
export type Fact = { key: string; value: Json };

export type Control =
  | { kind: "claimed"; ticket: TicketId; agent: AgentId; lease?: string }
  /** `by`: the supervisor who gave it to this agent; absent: the agent's own act. */
  | { kind: "took_over"; agent: AgentId; by?: AgentId }
  | { kind: "agent_said"; agent: AgentId; message: Message; clientId: string }
  | { kind: "noted"; agent: AgentId; text: string; clientId: string; mentions?: AgentId[] }
  | { kind: "transferred"; agent: AgentId; queue: QueueName; note?: string }
  | { kind: "requeued"; agent: AgentId | null; why: "agent" | "unanswered" | "away" }
  | { kind: "returned"; agent: AgentId; toStep?: string; facts: Fact[]; note?: string }
  | { kind: "resolved"; agent: AgentId; code?: string; note?: string }
  /** Put aside by the agent who has it, until an instant or until the customer writes; and its end. */
  | { kind: "snoozed"; agent: AgentId; untilMs: number }
  | { kind: "woke"; agent: AgentId }
  /** The router's offer of a waiting ticket, and its end. */
  | { kind: "offered"; ticket: TicketId; agent: AgentId; lease: string; untilMs: number }
  | { kind: "offer_ended"; ticket: TicketId; lease: string; why: "declined" | "expired" }
  /** A ticket's own deadline (`max_wait`, `answer_within`) is due. */
  | { kind: "ticket_due"; ticket: TicketId; what: "max_wait" | "promise" | "unanswered" | "offer" | "snooze" }
  /** Someone answered in the platform's own inbox (an echo that no line of ours explains), or another app holds the thread. */
  | { kind: "person_spoke"; app: string | null; message: Message; messageId: string }
  | { kind: "thread_taken"; app: string | null; note?: string }
  | { kind: "thread_given"; from: string | null; note?: string }
  | { kind: "thread_wanted"; app: string | null; note?: string }
  | { kind: "erased"; by: string };

export type Receipt =
  /** Our own message came back: settles an `in_doubt` line by the id we put in it. */
  | { kind: "echoed"; messageId: string; line: string | null }
  | { kind: "delivered"; messageIds: string[]; untilMs: number | null }
  | { kind: "read"; untilMs: number }
  | { kind: "edited"; messageId: string; text: string; edit: number }
  | { kind: "unsent"; messageId: string }
  /** The platform had taken our message, and now says that it will not arrive. */
  | { kind: "undelivered"; messageId: string; line: string | null; because: Refusal; why: string };

/** Not for us to act on; `what` names the platform's kind, `why` says it in a sentence. */
export type Ignored = { kind: "ignored"; what: string; why: string };

export type Event = Heard | Control | Receipt | Ignored;
export type Incoming =
  | Heard
  | Receipt
  | Ignored
  | Extract<Control, { kind: "person_spoke" | "thread_taken" | "thread_given" | "thread_wanted" }>;

/** One event as an adapter hands it over. */
export type Envelope = {
  /** Unique for ever within the bot: the same key is the same event, delivered again. */
  key: string;
  address: Address;
  /** The platform's time of it, ms. The inbox replaces one more than 36 h before or 5 min after receipt. */
  atMs: number;
  event: Incoming;
  /** The name of the opening in the channel's window table, when this event opens one. */
  opens?: string;
  /** The way it came, where an answer must go the same way. Nothing personal: it outlives an erase. */
  via?: string;
};
