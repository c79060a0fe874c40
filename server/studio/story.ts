/** A conversation that took place, written down as a story: what the customer did, what was shown, what an agent did, and the hours between. */
import type { Program } from "../../dialogue/program.ts";
import { eventOf } from "../../model/entry.ts";
import type { Attachment, Control, Heard, Referral } from "../../model/event.ts";
import type {
  ChangeSkeleton,
  DeliverySkeleton,
  JournalRow,
  LinePersonal,
  LineSkeleton,
  TurnPersonal,
  TurnSkeleton,
} from "../../model/journal.ts";
import type { Json, JsonObject } from "../../model/json.ts";
import type { Message } from "../../model/message.ts";
import type { Ticket } from "../../model/ticket.ts";
import { textOf } from "../story-player.ts";
import { spanOf } from "./graph.ts";

export type StorySource = {
  title: string;
  program: Program;
  channel: string;
  rows: JournalRow[];
  tickets: Map<string, Ticket>;
  /** How the channel cuts a message: a story expects what the customer sees, piece by piece. */
  pieces(message: Message): Message[];
  customer: JsonObject;
  language: string | null;
};

export type Written = { text: string; left: string[] };

/** A silence shorter than this is nobody's, and not written down. */
const PAUSE_MS = 60_000;

export function writeStory(source: StorySource): Written {
  const { program, rows } = source;
  const script: string[] = [];
  const left = new Set<string>();
  const states = new Map<string, string>();
  for (const row of rows) {
    if (row.kind !== "delivery") continue;
    const { line, state } = row.skeleton as unknown as DeliverySkeleton;
    states.set(line, state);
  }
  let toldMs = rows[0]?.atMs ?? 0;
  const wait = (atMs: number, atLeastMs: number) => {
    if (atMs - toldMs < atLeastMs) return;
    const ms = Math.ceil((atMs - toldMs) / 1_000) * 1_000;
    script.push(`wait: ${spanOf(ms)}`);
    toldMs += ms;
  };
  const offered = new Set<string>();
  for (const row of rows) {
    const event = row.kind === "heard" || row.kind === "control" ? eventOf(row) : null;
    if (event?.kind === "due" || event?.kind === "ticket_due") wait(row.atMs, 1);
    else if (row.kind === "heard" && event && event.kind !== "called") wait(row.atMs, PAUSE_MS);
    if (row.kind === "heard" && event) script.push(...heardLines(event as Heard, offered));
    if (row.kind === "control" && event) {
      if (event.kind !== "ticket_due") wait(row.atMs, PAUSE_MS);
      script.push(...controlLines(event as Control, left));
    }
    if (row.kind === "line") script.push(...saidLines(row, source, states, offered));
    if (row.kind === "change") script.push(...handoffLines(row, source));
  }
  const head = [
    "format: 1",
    `story: ${scalar(source.title)}`,
    `bot: ${program.bot.name}`,
    `channel: ${source.channel}`,
    `at: ${new Date(rows[0]?.atMs ?? 0).toISOString()}`,
    ...(source.language !== null && source.language !== program.bot.languages[0] ? [`texts: ${source.language}`] : []),
    ...closedLine(rows),
    ...fixtures(source),
    "script:",
    ...script.map((line) => `  - ${line}`),
  ];
  return { text: `${head.join("\n")}\n`, left: [...left] };
}

function heardLines(event: Heard, offered: Set<string>): string[] {
  switch (event.kind) {
    case "said": {
      if (event.payload !== undefined && offered.has(event.text)) return [`tap: ${scalar(event.text)}`];
      const parts = event.attachments.map(attachment);
      const more = [
        ...(event.referral ? [`referral: ${flow(referral(event.referral))}`] : []),
        ...(event.text !== "" && parts[0] ? [`attachment: ${flow(parts[0])}`] : []),
      ];
      if (event.text === "") return parts.map((part) => `attachment: ${flow(part)}`);
      return [more.length === 0 ? `customer: ${scalar(event.text)}` : `{ customer: ${quoted(event.text)}, ${more.join(", ")} }`];
    }
    case "tapped":
      return event.title !== undefined && offered.has(event.title)
        ? [`tap: ${scalar(event.title)}`]
        : [`payload: ${scalar(event.payload)}`];
    case "referred":
      return [`referral: ${flow(referral(event.referral))}`];
    case "happened": {
      const { payload: _ours, ...fields } = event.fields;
      const named = event.name === "get_started" ? {} : fields;
      return [Object.keys(named).length === 0 ? `event: ${event.name}` : `{ event: ${event.name}, fields: ${flow(named)} }`];
    }
    default:
      return [];
  }
}

function controlLines(event: Control, left: Set<string>): string[] {
  switch (event.kind) {
    case "agent_said":
      return event.message.text === undefined ? [] : [`agent: ${scalar(event.message.text)}`];
    case "returned": {
      const facts = Object.fromEntries(event.facts.map(({ key, value }) => [key, value]));
      const given = [
        ...(Object.keys(facts).length > 0 ? [`facts: ${flow(facts)}`] : []),
        ...(event.toStep ? [`to_step: ${event.toStep}`] : []),
        ...(event.note ? [`note: ${quoted(event.note)}`] : []),
      ];
      return [given.length === 0 ? "agent_returns: true" : `agent_returns: { ${given.join(", ")} }`];
    }
    case "resolved":
      return ["agent_resolves: true"];
    case "noted":
    case "transferred":
    case "requeued":
    case "person_spoke":
    case "thread_taken":
    case "thread_given":
    case "thread_wanted":
      left.add(event.kind);
      return [];
    default:
      return [];
  }
}

/** What never arrived is not in the story; of the rest, every piece that the customer saw. */
function saidLines(row: JournalRow, source: StorySource, states: Map<string, string>, offered: Set<string>): string[] {
  const { line, by } = row.skeleton as unknown as LineSkeleton;
  const message = (row.personal as unknown as LinePersonal)?.message;
  if (!message || ["dropped", "refused", "failed"].includes(states.get(line) ?? "sent")) return [];
  return source.pieces(message).map((piece) => {
    for (const one of piece.choices ?? []) offered.add(one.title);
    for (const one of [...(piece.buttons ?? []), ...(piece.cards ?? []).flatMap((card) => card.buttons ?? [])]) offered.add(one.title);
    return `${by === "agent" ? "customer_sees" : "bot"}: ${expected(textOf(piece))}`;
  });
}

/** A text that is only a star would stand for any. */
function expected(text: string): string {
  return text === "" ? quoted("*") : scalar(text);
}

function handoffLines(row: JournalRow, { tickets }: StorySource): string[] {
  const { ticketState, from, ticket: id } = row.skeleton as unknown as ChangeSkeleton;
  const ticket = id === null ? undefined : tickets.get(id);
  if (ticketState !== "waiting" || from === "queue" || from === "human" || !ticket) return [];
  const { request } = ticket;
  const parts = [
    `handoff: ${request.queue}`,
    ...(request.priority === "normal" ? [] : [`priority: ${request.priority}`]),
    ...(request.detail === "" ? [] : [`reason: ${quoted(request.detail)}`]),
  ];
  return [`{ ${parts.join(", ")} }`];
}

/** Queues that had nobody, although a stage always has. */
function closedLine(rows: JournalRow[]): string[] {
  const closed = new Set<string>();
  for (const row of rows) {
    if (row.kind !== "turn") continue;
    for (const { what, data } of (row.personal as unknown as TurnPersonal)?.trace ?? [])
      if (what === "nobody can be promised" && typeof data === "string") closed.add(data);
  }
  return closed.size === 0 ? [] : [`closed: [${[...closed].join(", ")}]`];
}

function fixtures({ rows, customer }: StorySource): string[] {
  const lines: string[] = [];
  const known = Object.fromEntries(PROFILE.filter((key) => customer[key] !== undefined).map((key) => [key, customer[key]!]));
  if (Object.keys(known).length > 0) lines.push(`  customer: ${flow(known)}`);
  const first = firstReferral(rows);
  if (first) lines.push(`  referral: ${flow(referral(first))}`);
  const answers = answersOf(rows);
  if (answers.size > 0) lines.push("  actions:");
  for (const [action, given] of answers) lines.push(`    ${action}: ${given.length === 1 ? flow(given[0]!) : flow(given)}`);
  return lines.length === 0 ? [] : ["fixtures:", ...lines];
}

const PROFILE = ["first_name", "last_name", "language", "timezone", "country"];

/** Get Started carries its advertisement outside the line that a story has for it. */
function firstReferral(rows: JournalRow[]): Referral | null {
  const first = rows.find((row) => row.kind === "heard");
  const event = first ? eventOf(first) : null;
  return event?.kind === "happened" && event.referral ? event.referral : null;
}

/** What each action brought back, in the order it was asked. */
function answersOf(rows: JournalRow[]): Map<string, Json[]> {
  const asked = new Map<string, string>();
  const answers = new Map<string, Json[]>();
  for (const row of rows) {
    if (row.kind === "turn") for (const { key, action } of (row.skeleton as unknown as TurnSkeleton).calls ?? []) asked.set(key, action);
    const event = row.kind === "heard" ? eventOf(row) : null;
    const action = event?.kind === "called" ? asked.get(event.call) : undefined;
    if (event?.kind !== "called" || action === undefined) continue;
    const { outcome } = event;
    answers.set(action, [...(answers.get(action) ?? []), outcome.ok ? outcome.value : { error: outcome.error.code }]);
  }
  return answers;
}

function referral(given: Referral): JsonObject {
  const told: JsonObject = {};
  const put = (key: string, value: string | undefined) => {
    if (value !== undefined) told[key] = value;
  };
  put("ref", given.ref);
  put("source", given.source);
  put("ad_id", given.adId);
  put("ad_title", given.adTitle);
  put("post_id", given.postId);
  put("product_id", given.productId);
  return told;
}

function attachment({ kind, url, title, lat, lng }: Attachment): JsonObject {
  const known = ["image", "video", "audio", "file", "sticker", "location"].includes(kind) ? kind : "file";
  return {
    kind: known,
    ...(url ? { url } : {}),
    ...(title ? { title } : {}),
    ...(lat === undefined ? {} : { lat }),
    ...(lng === undefined ? {} : { lng }),
  };
}

const WORDS_OF_YAML = /^(y|n|yes|no|on|off|true|false|null|~)$/i;

/** Plain where YAML reads it as the same text, else in quotes. */
function scalar(text: string): string {
  const plain = /^[\p{L}][\p{L}\p{N} ,.!?'’“”()+/=%€$-]*$/u.test(text) && !text.endsWith(" ") && !WORDS_OF_YAML.test(text);
  return plain ? text : quoted(text);
}

const quoted = (text: string): string => JSON.stringify(text);

/** JSON is YAML; names of one word stand without quotes, as a designer would write them. */
function flow(value: Json): string {
  if (Array.isArray(value)) return `[ ${value.map(flow).join(", ")} ]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const parts = Object.entries(value).map(([key, one]) => `${/^[a-z][a-z0-9_]*$/.test(key) ? key : quoted(key)}: ${flow(one)}`);
  return parts.length === 0 ? "{}" : `{ ${parts.join(", ")} }`;
}
