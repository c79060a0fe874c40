/** Appends to the journal and, for what must be decided, to the inbox. Everything that is numbered gets its number here. */
import type { JournalEntry } from "../../model/journal.ts";
import type { Cell, Database, Statement } from "./database.ts";
import type { Known } from "./known.ts";
import { place } from "./place.ts";

const APPEND = "INSERT INTO journal (place, at_ms, kind, said_by, cause, skeleton, personal) VALUES ";
const ROW = "(?, ?, ?, ?, ?, ?, ?)";
const AWAIT = "INSERT INTO inbox (place, at_ms, ready_at_ms) VALUES (?, ?, ?)";
const ROWS_MAX = 8;

/** An entry that has its number and is not written yet. */
export type Held = { seq: number; entry: JournalEntry };

export interface Recorder {
  /** Returns the entry's number. */
  append(known: Known, entry: JournalEntry): number;
  /** Returns their numbers. `held`: the entry before them, numbered and not yet written, goes with them. */
  appendAll(known: Known, entries: JournalEntry[], held?: Held | null): number[];
  /** Takes a number for an entry that is to be written later in the same unit. */
  hold(known: Known, entry: JournalEntry): Held;
  write(known: Known, held: Held): void;
  /** To be decided: stands in the inbox by its key, its body is in the journal. */
  await(known: Known, entry: JournalEntry, readyAtMs: number): number;
  /** Puts an entry that is in the journal already into the inbox. */
  stand(known: Known, seq: number, atMs: number, readyAtMs: number): void;
}

export function recorder(db: Database): Recorder {
  const appendRows: (Statement | undefined)[] = [];
  const inbox = db.prepare(AWAIT);

  /** Several rows by one statement: each call over the border to the library costs as much as a small row. */
  function statement(rows: number): Statement {
    let known = appendRows[rows];
    if (!known) {
      known = db.prepare(APPEND + Array(rows).fill(ROW).join(", "));
      appendRows[rows] = known;
    }
    return known;
  }

  function hold(known: Known, entry: JournalEntry): Held {
    return { seq: known.nextSeq++, entry };
  }

  function write(known: Known, { seq, entry }: Held): void {
    statement(1).write(cells(place(known.n, seq), entry));
  }

  function append(known: Known, entry: JournalEntry): number {
    const held = hold(known, entry);
    write(known, held);
    return held.seq;
  }

  function writeAll(known: Known, first: number, entries: JournalEntry[]): void {
    for (let at = 0; at < entries.length; at += ROWS_MAX) {
      const some = entries.slice(at, at + ROWS_MAX);
      const all: Cell[] = [];
      for (let index = 0; index < some.length; index++) all.push(...cells(place(known.n, first + at + index), some[index]!));
      statement(some.length).write(all);
    }
  }

  function stand(known: Known, seq: number, atMs: number, readyAtMs: number): void {
    inbox.write([place(known.n, seq), atMs, readyAtMs]);
  }

  return {
    append,
    hold,
    write,
    stand,
    appendAll(known, entries, held) {
      const first = known.nextSeq;
      known.nextSeq = first + entries.length;
      if (held) writeAll(known, held.seq, [held.entry, ...entries]);
      else writeAll(known, first, entries);
      return entries.map((_, index) => first + index);
    },
    await(known, entry, readyAtMs) {
      const seq = append(known, entry);
      stand(known, seq, entry.atMs, readyAtMs);
      return seq;
    },
  };
}

function cells(at: number, entry: JournalEntry): Cell[] {
  return [
    at,
    entry.atMs,
    entry.kind,
    entry.by,
    entry.cause,
    JSON.stringify(entry.skeleton),
    entry.personal === null ? null : JSON.stringify(entry.personal),
  ];
}
