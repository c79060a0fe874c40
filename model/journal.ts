/** The numbered record of one conversation. `skeleton` is kept for ever; `personal` holds all that a person said or is, and one erase empties it. */

import type { Address } from "./address.ts";
import { roadOf } from "./entry.ts";
import type { Event } from "./event.ts";
import type { AgentId, CallId, ConversationId, LineId, QueueName, TicketId } from "./ids.ts";
import type { Json, JsonObject } from "./json.ts";
import type { Message, Purpose, Speaker } from "./message.ts";
import type { Controller, OutboxState } from "./store.ts";
import type { TicketOutcome, TicketState } from "./ticket.ts";
import type { Ranking, Trace, Turn, View } from "./turn.ts";

/**
 * heard, control, receipt, ignored: the event as it came. turn: what was decided about event `cause`.
 * line: a message to the customer, as written. delivery: what became of a line. note: for agents only.
 * change: of controller or ticket. dead: an event that threw three times.
 */
export type JournalKind = "heard" | "control" | "receipt" | "ignored" | "turn" | "line" | "delivery" | "note" | "change" | "dead";

export type JournalEntry = {
  kind: JournalKind;
  v: 1;
  atMs: number;
  by: "customer" | "bot" | "system" | "platform" | `agent:${string}`;
  cause: number | null; // the seq of the event that led to it
  skeleton: JsonObject;
  personal: Json; // null when there is nothing personal
};
export type JournalRow = JournalEntry & { conversation: ConversationId; seq: number };

// What lies in the rows of each kind. Every reader (package, desk, studio, replay) relies on these shapes; `v` counts them.

/** heard, control, receipt, ignored: `entryOf` and `eventRow` write them, `eventOf` in model/entry.ts reads them. */
export type EventBody = { kind: JournalKind; skeleton: JsonObject; personal: Json };

/** turn: `calls` and `answered` say what was tried; the view is kept so that a replay decides the same. */
export type TurnSkeleton = {
  ends: Turn["ends"];
  program: string;
  /** Where the run stands after the turn. */
  flow: string | null;
  step: string | null;
  /** Work outside that the turn asked for; its result is a `called` event with this key. */
  calls?: { key: string; id: CallId; action: string }[];
  /** FAQ entries that were answered in it. */
  answered?: string[];
  handoff?: TicketId;
  /** Besides `cause`: events that were decided in the same turn (a burst of texts, an ad's referral told apart). */
  joined?: number[];
};
export type TurnPersonal = { view: KeptView; trace: Trace[] } | null;

/** A view as its turn keeps it: without what the row and its conversation say themselves. `viewOf` puts that back. */
export type KeptView = Pick<View, "nowMs" | "customer" | "window" | "queues" | "answerer"> & { rankings?: [string, Ranking][] };

export function viewOf(turn: JournalRow, address: Address): View {
  const { rankings, ...kept } = (turn.personal as unknown as NonNullable<TurnPersonal>).view;
  const view: View = { ...kept, conversation: turn.conversation, address, seq: turn.cause ?? 0 };
  if (rankings) view.rankings = new Map(rankings);
  return view;
}

/** line: `message` is the whole message, before a channel's adapter cuts it. */
export type LineSkeleton = {
  line: LineId;
  by: Speaker;
  agent?: AgentId;
  purpose: Purpose;
  flow: string | null;
  step: string | null;
  clientId?: string;
};
export type LinePersonal = { message: Message } | null;

/** delivery: what became of a line or call. `why` is ours or the platform's sentence, never the customer's words. */
export type DeliverySkeleton = { line: LineId | CallId; state: OutboxState; attempts: number; why: string | null };

/** note: for agents only, by an agent or by a flow's `note:` step. */
export type NoteSkeleton = { agent?: AgentId; flow?: string | null; step?: string | null; clientId?: string };
export type NotePersonal = { text: string } | null;

/** change: of controller or ticket. `what` is the control event's kind, or how the talk itself changed hands. */
export type ChangeSkeleton = {
  what: string;
  from: Controller;
  to: Controller;
  epoch: number; // after it
  ticket: TicketId | null;
  queue: QueueName | null;
  agent: AgentId | null; // who has the conversation after it
  by: AgentId | null; // who did it
  ticketState: TicketState | null;
  outcome: TicketOutcome | null;
  why?: string;
};

/** Keys of each event that stay when the customer is erased; "all": nothing in it is personal. */
const KEPT: { [K in Event["kind"]]: readonly string[] | "all" } = {
  said: ["kind"],
  tapped: ["kind"],
  referred: ["kind"],
  happened: ["kind", "name"],
  due: "all",
  called: ["kind", "call"],
  claimed: "all",
  took_over: "all",
  agent_said: ["kind", "agent", "clientId"],
  noted: ["kind", "agent", "clientId"],
  transferred: ["kind", "agent", "queue"],
  requeued: "all",
  returned: ["kind", "agent", "toStep"],
  resolved: ["kind", "agent", "code"],
  snoozed: "all",
  woke: "all",
  offered: "all",
  offer_ended: "all",
  ticket_due: "all",
  person_spoke: ["kind", "app"],
  thread_taken: ["kind", "app"],
  thread_given: ["kind", "from"],
  thread_wanted: ["kind", "app"],
  erased: "all",
  echoed: ["kind", "line"],
  delivered: ["kind", "untilMs"],
  read: "all",
  edited: ["kind", "edit"],
  unsent: ["kind"],
  undelivered: ["kind", "line", "because", "why"],
  ignored: "all",
};

/** An event as it lies in its row: `personal` holds it whole, the skeleton what stays when the customer is erased. */
export function eventRow(event: Event): EventBody {
  const kind = roadOf(event);
  const kept = KEPT[event.kind];
  const whole = event as unknown as JsonObject;
  if (event.kind === "due") return { kind, skeleton: whole, personal: null };
  if (kept === "all") return { kind, skeleton: whole, personal: whole };
  const skeleton: JsonObject = {};
  for (const key of kept) if (Object.hasOwn(whole, key)) skeleton[key] = whole[key] as Json;
  return { kind, skeleton, personal: whole };
}
