/** A ticket as a row of a list shows it: who and where, what was said last, since when nobody has answered, and how long we may still write. */
import { type TranscriptEntry, transcript } from "../../handoff/transcript.ts";
import type { JsonObject } from "../../model/json.ts";
import { messagesLeft, windowState } from "../../model/limits.ts";
import type { Conversation } from "../../model/store.ts";
import type { Agent, Ticket } from "../../model/ticket.ts";
import type { DeskDeps } from "./deps.ts";
import { iso, ticketJson } from "./ticket-json.ts";

const LOOKED_BACK = 24;
const SHOWN_MAX = 280;

export type TicketRow = {
  json: JsonObject;
  /** The first words of the customer that nobody has answered; null when the last word is ours. */
  unansweredMs: number | null;
  /** Until when a person may write; null: no end. */
  windowMs: number | null;
};

export async function ticketRow(deps: DeskDeps, ticket: Ticket, agents: Agent[], reader: Agent): Promise<TicketRow> {
  const { store } = deps;
  const json = ticketJson(ticket, agents, reader);
  const conversation = await store.load(ticket.bot, ticket.conversation);
  if (!conversation) return { json, unansweredMs: null, windowMs: null };
  const [fields, rows] = await Promise.all([
    store.customer(ticket.bot, conversation.person),
    store.tail(ticket.bot, conversation.id, LOOKED_BACK, undefined, ["heard", "line", "control"]),
  ]);
  const untilMs = ticket.closedAtMs ?? Number.POSITIVE_INFINITY; // an earlier ticket tells nothing of what came after it
  const said = transcript(rows).filter((entry) => entry.kind === "message" && entry.atMs <= untilMs);
  // The engine's own notices say nothing of the matter.
  const last = said.findLast((entry) => entry.by !== "system") ?? said.at(-1);
  const unansweredMs = ticket.state === "closed" ? null : firstUnanswered(said, ticket);
  const window = windowJson(deps, conversation);
  return {
    json: {
      ...json,
      channel: conversation.address.channel,
      customer: { id: conversation.person, name: nameOf(fields) ?? packageName(ticket) },
      ad: adOf(ticket),
      window,
      last: last ? { by: last.by, text: shortened(last.text), at: iso(last.atMs), kind: mediumOf(last) } : null,
      unanswered_since: iso(unansweredMs),
    },
    unansweredMs,
    windowMs: window === null ? null : untilOf(window),
  };
}

/** Lines of the bot from before the ticket are answers; those that came with it only say that a person will. */
function firstUnanswered(said: TranscriptEntry[], ticket: Ticket): number | null {
  let first: number | null = null;
  for (const entry of [...said].reverse()) {
    if (entry.direction === "in") first = entry.atMs;
    else if (entry.by === "agent" || entry.by === "person") break;
    else if (entry.atMs < ticket.openedAtMs && first !== null) break;
  }
  return first;
}

export function windowJson(deps: DeskDeps, { address, bot, marks }: Conversation): JsonObject | null {
  const limits = deps.program(bot)?.limits.get(address.channel);
  if (!limits) return null;
  const window = windowState(limits.windows, marks, deps.clock.nowMs());
  return {
    open: window.open,
    opened_at: iso(window.openedBy === null ? null : (marks.openings[window.openedBy] ?? null)),
    closes_at: iso(window.closesAtMs),
    human_agent_until: iso(window.humanUntilMs),
    left: messagesLeft(limits.windows, marks, deps.clock.nowMs()),
  };
}

function untilOf(window: JsonObject): number | null {
  const ends = [window.closes_at, window.human_agent_until].filter((end) => typeof end === "string").map((end) => Date.parse(end));
  return ends.length === 0 ? null : Math.max(...ends);
}

/** What a channel or a flow told of the person. */
export function nameOf(fields: JsonObject): string | null {
  const parts = [fields.first_name, fields.last_name].filter((part) => typeof part === "string" && part !== "");
  if (parts.length > 0) return parts.join(" ");
  return typeof fields.name === "string" && fields.name !== "" ? fields.name : null;
}

function packageName({ package: told }: Ticket): string | null {
  const name = part(part(told, "identity"), "name");
  return typeof name === "string" ? name : null;
}

function adOf({ package: told }: Ticket): JsonObject | null {
  const ad = part(part(told, "origin"), "ad");
  if (typeof ad !== "object" || ad === null || Array.isArray(ad)) return null;
  return { title: ad.title ?? null, ref: ad.ref ?? null };
}

function part(whole: unknown, name: string): Ticket["package"] | undefined {
  return typeof whole === "object" && whole !== null && Object.hasOwn(whole, name)
    ? (whole as Record<string, Ticket["package"]>)[name]
    : undefined;
}

function mediumOf(entry: TranscriptEntry): string {
  if (entry.text) return "message";
  return entry.attachments?.[0]?.kind ?? (entry.message?.image ? "image" : entry.message ? "file" : "message");
}

export function shortened(text: string | null): string | null {
  if (text === null || text.length <= SHOWN_MAX) return text;
  return `${[...text.slice(0, SHOWN_MAX)].slice(0, -1).join("")}…`;
}
