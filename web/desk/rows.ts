/** A talk as rows to be shown: its lines with what stands between them (days, older lines, what came while we were away). */
import { sameDay } from "../design/format.ts";
import type { Entry } from "./types.ts";

export type Row =
  | { kind: "day"; key: string; atMs: number }
  | { kind: "older"; key: string }
  | { kind: "away"; key: string; n: number }
  | { kind: "entry"; key: string; entry: Entry; open: boolean; follows: boolean };

const GROUPED_MS = 5 * 60_000;

export function rowsOf(entries: Entry[], hasOlder: boolean, awaySeq: number | undefined): Row[] {
  const rows: Row[] = hasOlder ? [{ kind: "older", key: "older" }] : [];
  const answered = entries.findLastIndex(
    (entry) =>
      entry.kind === "message" &&
      entry.direction === "out" &&
      entry.by !== "system" &&
      entry.state !== "failed" &&
      entry.state !== "dropped",
  );
  const newer = awaySeq === undefined ? 0 : entries.filter((entry) => entry.seq > awaySeq && entry.kind === "message").length;
  let told = newer === 0;
  let previous: Entry | undefined;
  for (const [index, entry] of entries.entries()) {
    const atMs = Date.parse(entry.at);
    const newDay = previous === undefined ? !hasOlder : !sameDay(Date.parse(previous.at), atMs);
    if (newDay) rows.push({ kind: "day", key: `day ${entry.seq}`, atMs });
    if (!told && awaySeq !== undefined && entry.seq > awaySeq) {
      rows.push({ kind: "away", key: "away", n: newer });
      told = true;
    }
    const follows =
      !newDay &&
      previous?.kind === "message" &&
      entry.kind === "message" &&
      previous.by === entry.by &&
      previous.agent === entry.agent &&
      previous.step === entry.step &&
      entry.by !== "system" &&
      entry.referral === undefined &&
      atMs - Date.parse(previous.at) < GROUPED_MS;
    rows.push({ kind: "entry", key: entry.client_id ?? entry.id, entry, follows, open: entry.direction === "in" && index > answered });
    previous = entry;
  }
  return rows;
}
