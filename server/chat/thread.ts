/** A conversation as its visitor's window shows it: read from the journal in its order, each line only once it may be seen. */

import { eventOf } from "../../model/entry.ts";
import type { AgentId, BotName, ConversationId } from "../../model/ids.ts";
import type { ChangeSkeleton, DeliverySkeleton, JournalRow, LinePersonal, LineSkeleton } from "../../model/journal.ts";
import type { Json, JsonObject } from "../../model/json.ts";
import type { Button, Message } from "../../model/message.ts";
import type { OutboxRow, Store } from "../../model/store.ts";

export type Item = { seq: number; json: JsonObject };
/** `end`: everything up to this number has been read; what is to come has a greater one. */
export type Page = { items: Item[]; end: number };

export type Reading = {
  store: Store;
  /** Cuts a message as it was sent. */
  pieces(message: Message): Message[];
  /** How this window's browser gets a medium; null: not at all. */
  source(url: string): Promise<string | null>;
};

const BATCH = 200;
const SHOWN = ["heard", "line", "change"] as const;

/**
 * What follows a number, in order. A line that still waits to leave holds what is behind it: else a number would be passed, and the
 * line would be missed by whoever resumes there.
 */
export async function readOn(reading: Reading, bot: BotName, id: ConversationId, after: number): Promise<Page & { more: boolean }> {
  const rows = await reading.store.journal(bot, id, after, BATCH);
  const held = await heldAt(reading.store, bot, id);
  const free = rows.filter((row) => row.seq < held);
  const items = await itemsOf(reading, bot, id, free);
  return { items, end: free.at(-1)?.seq ?? after, more: rows.length === BATCH && free.length === rows.length };
}

/** The last of it, or what stands before a number. */
export async function readBack(
  reading: Reading,
  bot: BotName,
  id: ConversationId,
  limit: number,
  before?: number,
): Promise<Page & { more: boolean }> {
  const last = before === undefined ? ((await reading.store.tail(bot, id, 1))[0]?.seq ?? 0) : before - 1;
  const rows = await reading.store.tail(bot, id, limit, last + 1, [...SHOWN]);
  const held = await heldAt(reading.store, bot, id);
  const items = await itemsOf(
    reading,
    bot,
    id,
    rows.filter((row) => row.seq < held),
  );
  return { items, end: Math.min(last, held - 1), more: rows.length === limit };
}

async function heldAt(store: Store, bot: BotName, id: ConversationId): Promise<number> {
  const waiting = (await store.outbox(bot, id)).filter((row: OutboxRow) => row.lane === "line" && row.state === "ready");
  return Math.min(Number.POSITIVE_INFINITY, ...waiting.map((row) => row.seq));
}

async function itemsOf(reading: Reading, bot: BotName, id: ConversationId, rows: JournalRow[]): Promise<Item[]> {
  const first = rows.find((row) => row.kind === "line");
  // Read after the outbox: a line that was dropped since is told of here.
  const told = first ? await reading.store.deliveries(bot, id, first.seq, Number.MAX_SAFE_INTEGER) : [];
  const unsaid = new Set<string>();
  for (const { skeleton } of told) {
    const { line, state } = skeleton as unknown as DeliverySkeleton;
    if (state === "dropped" || state === "refused" || state === "failed") unsaid.add(line);
  }
  const agents = rows.some((row) => row.kind === "line" || row.kind === "change") ? await reading.store.agents(bot) : [];
  const nameOf = (agent: AgentId | null | undefined) => agents.find((one) => one.id === agent)?.name ?? null;
  const items: Item[] = [];
  for (const row of rows) {
    const json = await itemOf(reading, row, unsaid, nameOf);
    if (json) items.push({ seq: row.seq, json: { seq: row.seq, at: row.atMs, ...json } });
  }
  return items;
}

type NameOf = (agent: AgentId | null | undefined) => string | null;

async function itemOf(reading: Reading, row: JournalRow, unsaid: Set<string>, nameOf: NameOf): Promise<JsonObject | null> {
  switch (row.kind) {
    case "heard":
      return heardItem(reading, row);
    case "line": {
      const skeleton = row.skeleton as unknown as LineSkeleton;
      const message = (row.personal as unknown as LinePersonal)?.message;
      if (!message || unsaid.has(skeleton.line)) return null;
      const parts = await Promise.all(reading.pieces(message).map((piece) => partOf(reading, piece)));
      return skeleton.by === "agent" ? { by: "agent", name: nameOf(skeleton.agent), parts } : { by: "bot", parts };
    }
    case "change": {
      const { from, to, agent } = row.skeleton as unknown as ChangeSkeleton;
      if (to === "human" && agent !== null) return { by: "note", what: "joined", name: nameOf(agent) };
      return from === "human" && to !== "human" ? { by: "note", what: "left" } : null;
    }
    default:
      return null;
  }
}

async function heardItem(reading: Reading, row: JournalRow): Promise<JsonObject | null> {
  const event = eventOf(row);
  if (event?.kind === "tapped")
    return event.title === undefined ? null : { by: "you", id: event.messageId ?? null, parts: [{ text: event.title }] };
  if (event?.kind !== "said") return null;
  const parts: JsonObject[] = [];
  if (event.text !== "") parts.push({ text: event.text });
  for (const { kind, url, title } of event.attachments) {
    const src = url === undefined ? null : await reading.source(url);
    parts.push({ media: { kind, src, name: title ?? null } });
  }
  return { by: "you", id: event.messageId ?? null, parts };
}

const MEDIA = ["image", "video", "audio", "file"] as const;

async function partOf(reading: Reading, piece: Message): Promise<JsonObject> {
  const part: JsonObject = {};
  if (piece.text) part.text = piece.text;
  for (const kind of MEDIA) {
    const medium = piece[kind];
    if (medium) part.media = { kind, src: await reading.source(medium.url), name: medium.name ?? null };
  }
  if (piece.cards)
    part.cards = await Promise.all(
      piece.cards.map(async ({ title, subtitle, imageUrl, url, buttons = [] }, at) => ({
        title,
        subtitle: subtitle ?? null,
        src: imageUrl === undefined ? null : await reading.source(imageUrl),
        url: safeLink(url),
        buttons: buttons.map((button, n) => buttonJson(button, `k${at}b${n}`)),
      })),
    );
  if (piece.buttons) part.buttons = piece.buttons.map((button, n) => buttonJson(button, `b${n}`));
  if (piece.choices) part.choices = piece.choices.map(({ title }, n) => ({ title, ref: `c${n}` }));
  return part;
}

/** A payload stays here: the browser names the button, and can tap nothing that it was not shown. */
function buttonJson({ title, payload, url, phone }: Button, ref: string): JsonObject {
  if (payload !== undefined) return { title, ref };
  return phone === undefined ? { title, url: safeLink(url) } : { title, url: `tel:${phone.replace(/[^+\d]/g, "")}` };
}

/** Nothing that runs: a flow may have taken an address from anywhere. */
export function safeLink(url: string | undefined): Json {
  return url !== undefined && /^https?:\/\//i.test(url) && URL.canParse(url) ? url : null;
}

const REF = /^(\d{1,3})\.(?:(b|c)(\d{1,3})|k(\d{1,3})b(\d{1,3}))$/;

/** What a tap on a line of the journal means; null: nothing there can be tapped. */
export async function tapped(
  { store, pieces }: Pick<Reading, "store" | "pieces">,
  bot: BotName,
  id: ConversationId,
  seq: number,
  ref: string,
): Promise<{ payload: string; title: string; isChoice: boolean } | null> {
  const [, part, kind, at, card, button] = REF.exec(ref) ?? [];
  if (part === undefined) return null;
  const [row] = await store.journal(bot, id, seq - 1, 1);
  const message = row?.seq === seq && row.kind === "line" ? (row.personal as unknown as LinePersonal)?.message : undefined;
  const piece = message && pieces(message)[Number(part)];
  if (!piece) return null;
  if (kind === "c") {
    const choice = piece.choices?.[Number(at)];
    return choice ? { payload: choice.payload, title: choice.title, isChoice: true } : null;
  }
  const found = kind === "b" ? piece.buttons?.[Number(at)] : piece.cards?.[Number(card)]?.buttons?.[Number(button)];
  return found?.payload === undefined ? null : { payload: found.payload, title: found.title, isChoice: false };
}
