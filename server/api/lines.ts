/** What was said, each line with what became of it: sending, sent, delivered, read, in doubt, failed or dropped, and whether it may go again. */
import { type TranscriptEntry, transcript, transcriptJson } from "../../handoff/transcript.ts";
import type { LineId } from "../../model/ids.ts";
import type { JournalRow } from "../../model/journal.ts";
import type { JsonObject } from "../../model/json.ts";
import type { Message } from "../../model/message.ts";
import type { Conversation, OutboxRow, ReceiptMarks } from "../../model/store.ts";
import type { Agent } from "../../model/ticket.ts";
import type { DeskDeps } from "./deps.ts";
import { type Fault, fault } from "./errors.ts";
import { withSources } from "./media.ts";

export async function linesJson(deps: DeskDeps, reader: Agent, conversation: Conversation, rows: JournalRow[]): Promise<JsonObject[]> {
  const entries = transcript(rows);
  const first = entries.find((entry) => entry.direction === "out");
  const marks = first
    ? await deps.store.receiptMarks(conversation.bot, conversation.id, first.seq)
    : { deliveredUntilMs: null, readUntilMs: null };
  return Promise.all(
    entries.map(async (entry) => {
      const told = entry.direction === "out" ? await withState(deps, reader, conversation, entry, marks) : transcriptJson(entry);
      return withSources(deps, conversation.id, told);
    }),
  );
}

/** The rows tell of refusals, the outbox of what is still under way, receipts how far the customer has got. */
async function withState(
  deps: DeskDeps,
  reader: Agent,
  { bot, id }: Conversation,
  entry: TranscriptEntry,
  marks: ReceiptMarks,
): Promise<JsonObject> {
  if (entry.by === "person") return { ...transcriptJson(entry), state: shownState("sent", entry.atMs, marks), why: null };
  const isAgents = entry.by === "agent";
  const line = entry.state === undefined || isAgents ? await deps.store.outboxRow(bot, entry.id as LineId) : null;
  const state = entry.state ?? line?.state ?? "sent";
  const why = entry.why ?? line?.why ?? null;
  const told = {
    ...transcriptJson(entry),
    state: isDoubtful(state, line?.why ?? why) ? "in_doubt" : shownState(state, entry.atMs, marks),
    why,
  };
  if (!isAgents || !line || !mayGoAgain(line.state, line.why)) return told;
  const isRepeated = await deps.store.answered(bot, `client ${id} ${reader.id} ${reader.id}:line:${retryId(entry.id)}`);
  return isRepeated ? told : { ...told, retry: true };
}

/** Given up on, since nobody told whether it arrived: an agent's own to decide. */
function isDoubtful(state: string, why: string | null): boolean {
  return state === "failed" && /^in_doubt\b/.test(why ?? "");
}

function shownState(state: string, atMs: number, { deliveredUntilMs, readUntilMs }: ReceiptMarks): string {
  switch (state) {
    case "ready":
    case "sending":
      return "sending";
    case "refused":
      return "failed";
    case "sent":
      if (readUntilMs !== null && atMs <= readUntilMs) return "read";
      return deliveredUntilMs !== null && atMs <= deliveredUntilMs ? "delivered" : "sent";
    default:
      return state;
  }
}

/** Not what the platform would refuse again in the same words: the window is looked at anew by the law. */
function mayGoAgain(state: string, why: string | null): boolean {
  if (state === "failed" || state === "dropped") return why !== "erased";
  return state === "refused" && !/^(content|blocked|opted_out)\b/.test(why ?? "");
}

export function retryId(line: string): string {
  return `retry-${line}`;
}

/** The words of an agent's line that did not arrive, to be said once more. null: there is no such line here. */
export async function messageAgain(deps: DeskDeps, { bot, id }: Conversation, line: string): Promise<Message | Fault | null> {
  const row: OutboxRow | null = await deps.store.outboxRow(bot, line as LineId);
  if (row?.conversation !== id || row.by !== "agent") return null;
  if (!mayGoAgain(row.state, row.why)) return fault(409, "invalid_transition", "This line does not go again.", { state: row.state });
  const [said] = await deps.store.journal(bot, id, row.seq - 1, 1);
  return (said?.personal as { message?: Message } | null)?.message ?? null;
}
