/** The journal as people read it: one entry per message, note and change of hands, in order, each with what became of it. */
import { eventOf } from "../model/entry.ts";
import type { Attachment, Referral } from "../model/event.ts";
import type { ChangeSkeleton, DeliverySkeleton, JournalRow, LineSkeleton, NoteSkeleton } from "../model/journal.ts";
import type { Json, JsonObject } from "../model/json.ts";
import type { Message } from "../model/message.ts";

export type TranscriptEntry = {
  seq: number;
  /** Our line's id, else the conversation's with the journal number. */
  id: string;
  atMs: number;
  kind: "message" | "note" | "change" | "happening";
  direction: "in" | "out" | null;
  by: "customer" | "bot" | "system" | "agent" | "person";
  agent?: string;
  text: string | null;
  /** The whole message, where it is more than a text. */
  message?: Message;
  attachments?: Attachment[];
  tapped?: string;
  referral?: Referral;
  name?: string;
  flow?: string | null;
  step?: string | null;
  /** Of our own lines: the newest state that these rows tell, and why. Absent: the outbox knows. */
  state?: string;
  why?: string | null;
  clientId?: string;
  change?: ChangeSkeleton;
  note?: string;
  /** Of `linked` and `unlinked`: the other chat's channel, and what proved it. */
  chat?: { channel: string; proof?: string };
  /** The customer changed it later; the text is the newest. */
  edited?: boolean;
  /** What was said here has been erased, or the customer took it back. */
  erased?: boolean;
};

/** @param rows in order of seq. A row that says nothing to a reader gives no entry. */
export function transcript(rows: JournalRow[]): TranscriptEntry[] {
  const entries: TranscriptEntry[] = [];
  const byLine = new Map<string, TranscriptEntry>();
  const bySeq = new Map<number, TranscriptEntry>();
  for (const row of rows) {
    const entry = entryOf(row);
    if (entry) {
      entries.push(entry);
      bySeq.set(entry.seq, entry);
      if (row.kind === "line") byLine.set(entry.id, entry);
      continue;
    }
    if (row.kind === "delivery") {
      // A long message leaves in pieces with ids of their own; each names the entry of the whole.
      const { line, state, why } = row.skeleton as unknown as DeliverySkeleton;
      const said = byLine.get(line) ?? bySeq.get(row.cause ?? -1);
      if (said && (said.state === undefined || state !== "sent")) Object.assign(said, { state, why: why ?? null });
    }
  }
  return entries;
}

/** Ids in packages and in the desk's API: opaque to whoever reads them. */
export function messageId(row: JournalRow): string {
  return row.kind === "line" ? String(row.skeleton.line) : `${row.conversation}.${row.seq}`;
}

function entryOf(row: JournalRow): TranscriptEntry | null {
  const base = { seq: row.seq, id: messageId(row), atMs: row.atMs };
  switch (row.kind) {
    case "heard":
      return heard(row, base);
    case "line": {
      const line = row.skeleton as unknown as LineSkeleton;
      const personal = row.personal as { message?: Message } | null;
      const message = personal?.message;
      return {
        ...base,
        kind: "message",
        direction: "out",
        by: line.by,
        ...agentOf(row),
        text: message?.text ?? null,
        ...(message && Object.keys(message).some((key) => key !== "text") ? { message } : {}),
        flow: line.flow,
        step: line.step,
        ...(line.clientId === undefined ? {} : { clientId: line.clientId }),
        ...(personal === null ? { erased: true } : {}),
      };
    }
    case "note": {
      const note = row.skeleton as unknown as NoteSkeleton;
      const text = (row.personal as { text?: string } | null)?.text ?? null;
      return {
        ...base,
        kind: "note",
        direction: null,
        by: row.by.startsWith("agent:") ? "agent" : "bot",
        ...agentOf(row),
        text,
        flow: note.flow ?? null,
        step: note.step ?? null,
        ...(row.personal === null ? { erased: true } : {}),
      };
    }
    case "change": {
      const change = row.skeleton as unknown as ChangeSkeleton;
      return { ...base, kind: "change", direction: null, by: change.by === null ? "system" : "agent", ...agentOf(row), text: null, change };
    }
    case "control":
      return control(row, base);
    default:
      return null;
  }
}

type Base = Pick<TranscriptEntry, "seq" | "id" | "atMs">;

function heard(row: JournalRow, base: Base): TranscriptEntry | null {
  const event = eventOf(row);
  const from = { ...base, direction: "in", by: "customer" } as const;
  if (!event)
    return ["said", "tapped", "referred"].includes(String(row.skeleton.kind))
      ? { ...from, kind: "message", text: null, erased: true }
      : null;
  switch (event.kind) {
    case "said":
      return {
        ...from,
        kind: "message",
        text: event.text,
        ...(Object.hasOwn(event, "edit") ? { edited: true } : {}),
        ...(event.attachments.length > 0 ? { attachments: event.attachments } : {}),
        ...(event.payload === undefined ? {} : { tapped: event.payload }),
        ...(event.referral ? { referral: event.referral } : {}),
      };
    case "tapped":
      return {
        ...from,
        kind: "message",
        text: event.title ?? null,
        tapped: event.payload,
        ...(event.referral ? { referral: event.referral } : {}),
      };
    case "referred":
      return { ...from, kind: "happening", name: "referred", text: null, referral: event.referral };
    case "happened":
      if (event.name === "linked") return null; // the link itself stands beside it
      return { ...from, kind: "happening", name: event.name, text: null, ...(event.referral ? { referral: event.referral } : {}) };
    default:
      return null;
  }
}

/** What was said in the platform's own inbox is part of the talk; other control events show in the change they made. */
function control(row: JournalRow, base: Base): TranscriptEntry | null {
  if (row.skeleton.kind === "linked" || row.skeleton.kind === "unlinked") {
    const { proof, channel, by } = row.skeleton;
    const agent = typeof by === "string" && by.startsWith("agent:") ? { agent: by.slice("agent:".length) } : {};
    const chat = { channel: String(channel), ...(typeof proof === "string" ? { proof } : {}) };
    return {
      ...base,
      kind: "happening",
      direction: null,
      by: "agent" in agent ? "agent" : "system",
      ...agent,
      name: row.skeleton.kind,
      text: null,
      chat,
    };
  }
  if (row.skeleton.kind !== "person_spoke") return null;
  const event = eventOf(row);
  if (event?.kind !== "person_spoke") return { ...base, kind: "message", direction: "out", by: "person", text: null, erased: true };
  return {
    ...base,
    kind: "message",
    direction: "out",
    by: "person",
    text: event.message.text ?? null,
    message: event.message,
    state: "sent",
  };
}

function agentOf(row: JournalRow): { agent?: string } {
  return row.by.startsWith("agent:") ? { agent: row.by.slice("agent:".length) } : {};
}

/** As the desk's API prints it: instants in ISO 8601, keys in snake case. */
export function transcriptJson(entry: TranscriptEntry): JsonObject {
  const { atMs, clientId, change, ...rest } = entry;
  return JSON.parse(
    JSON.stringify({
      ...rest,
      at: new Date(atMs).toISOString(),
      client_id: clientId,
      change: change && { ...change, ticketState: undefined, ticket_state: change.ticketState },
    }),
  ) as Extract<Json, JsonObject>;
}
