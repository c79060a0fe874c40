/** Receipts need no turn: an echo or a delivery settles a line, a failure told later ends it, an edited or unsent text is changed in the one entry that holds it. */
import type { Event } from "../../model/event.ts";
import type { JournalEntry } from "../../model/journal.ts";
import type { Json, JsonObject } from "../../model/json.ts";
import { type Database, exact } from "./database.ts";
import type { Known } from "./known.ts";
import type { Leaving } from "./leaving.ts";
import { INDEXED, OPEN } from "./outbox.ts";
import { firstPlace, lastPlace, seqOf } from "./place.ts";

const ECHOED_BY_LINE = `
  UPDATE outbox SET state = 'sent', channel_message_id = ?, why = NULL, body = '{}'
  WHERE id = ? AND place BETWEEN ? AND ? AND ${OPEN}`;
// One that is just leaving has no id of the platform's yet.
const ARRIVED = `
  UPDATE outbox SET state = 'sent', why = NULL, body = '{}'
  WHERE channel_message_id = ? AND place BETWEEN ? AND ? AND ${INDEXED}`;
const WILL_NOT_ARRIVE = `
  UPDATE outbox SET state = 'refused', why = ?, body = '{}'
  WHERE id = ? AND place BETWEEN ? AND ? AND (${OPEN} OR state = 'sent')
  RETURNING place, attempts, said_by`;
// Rare, and bounded by one conversation: an index of message ids would cost every turn.
const ENTRY_OF_MESSAGE = `
  SELECT place, personal FROM journal
  WHERE place BETWEEN ? AND ? AND kind IN ('heard', 'control') AND personal IS NOT NULL AND json_extract(personal, '$.messageId') = ?
  ORDER BY place DESC LIMIT 1`;
const REWRITE = "UPDATE journal SET personal = ? WHERE place = ?";
const NO_LONGER_WAITS = "DELETE FROM inbox WHERE place = ?";

/** What else is to be journalled: a line that was sent and will not arrive. */
export type Receipts = (conversation: Known, event: Event, atMs: number) => JournalEntry | null;

export function receipts(db: Database, leaving: Leaving): Receipts {
  const echoedByLine = db.prepare(ECHOED_BY_LINE);
  const arrived = db.prepare(ARRIVED);
  const willNotArrive = db.prepare(WILL_NOT_ARRIVE);
  const entryOfMessage = db.prepare(ENTRY_OF_MESSAGE);
  const rewrite = db.prepare(REWRITE);
  const noLongerWaits = db.prepare(NO_LONGER_WAITS);

  return (conversation, event, atMs) => {
    const from = firstPlace(conversation.n);
    const to = lastPlace(conversation.n);
    switch (event.kind) {
      case "echoed":
        if (event.line !== null) {
          if (echoedByLine.run([exact(event.messageId), exact(event.line), from, to]) > 0) leaving.gone(event.line);
        } else arrived.run([exact(event.messageId), from, to]);
        return null;
      case "delivered":
        for (const messageId of event.messageIds) arrived.run([exact(messageId), from, to]);
        return null;
      case "undelivered": {
        const { line, because, why } = event;
        const row = line === null ? undefined : willNotArrive.row([`${because}: ${why}`, exact(line), from, to]);
        if (!row || line === null) return null;
        leaving.gone(line);
        const [at, attempts, by] = row as [number, number, string];
        const skeleton = { line, state: "refused", attempts, code: because, why, by };
        return { kind: "delivery", v: 1, atMs, by: "platform", cause: seqOf(at), skeleton, personal: null };
      }
      case "edited":
      case "unsent": {
        const row = entryOfMessage.row([from, to, event.messageId]);
        if (!row) return null;
        const at = row[0] as number;
        if (event.kind === "unsent") {
          rewrite.run([null, at]);
          noLongerWaits.run([at]); // what was taken back is not answered
          return null;
        }
        const edited = editedText(JSON.parse(row[1] as string) as Json, event.text, event.edit);
        if (edited) rewrite.run([JSON.stringify(edited), at]);
        return null;
      }
      default:
        return null;
    }
  };
}

/** Edits may come in any order: an older one than the last changes nothing. */
function editedText(personal: Json, text: string, edit: number): JsonObject | null {
  if (typeof personal !== "object" || personal === null || Array.isArray(personal)) return null;
  if (typeof personal.edit === "number" && personal.edit >= edit) return null;
  return { ...personal, text, edit };
}
