/**
 * Lines that leave straight from the commit that made them: most of all lines, and each for a fraction of a second. They stand in no index
 * (to enter one and to leave it would cost a turn more than the row itself): this process knows them by heart, and the next one finds
 * what a crash left by reading the journal from a mark that follows behind them.
 */
import type { Database } from "./database.ts";
import { firstPlace, lastPlace } from "./place.ts";

const LINES_BETWEEN = 1000; // what a start after a crash has to look through, beside what was stuck
const MOVE_MARK = "UPDATE leaving_after SET n = ?";
// Where the newest entries were deleted, their numbers are given again.
const LOWER_MARK = "UPDATE leaving_after SET n = min(n, (SELECT coalesce(max(n), 0) FROM journal))";
const LAST = "SELECT coalesce(max(n), 0) FROM journal";
const LEFT = `
  SELECT o.id, o.place FROM journal j CROSS JOIN outbox o ON o.id = j.skeleton ->> '$.line'
  WHERE j.n > (SELECT n FROM leaving_after) AND j.kind = 'line' AND o.state = 'leaving'`;
const LEFT_OF_CONVERSATION = `${LEFT} AND j.place BETWEEN ? AND ?`;
const DOUBT = "UPDATE outbox SET state = 'in_doubt', why = 'the process that sent it has died' WHERE id = ?";

export interface Leaving {
  add(id: string, at: number): void;
  /** It is at its end, or waits like any other. */
  gone(id: string): void;
  of(conversation: number): string[];
  /** After a failed transaction: what was learned in it is not so. */
  forget(): void;
  /** First in a transaction: moves the mark on when it is due. */
  follow(): void;
  /** After entries of the journal were deleted. */
  lower(): void;
}

export function leavingLines(db: Database): Leaving {
  const left = db.prepare(LEFT);
  const last = db.prepare(LAST);
  const moveMark = db.prepare(MOVE_MARK);
  const lowerMark = db.prepare(LOWER_MARK);
  // Two generations: every line of the young one stands in the journal after `youngAfter`, so that is the mark once the old ones are gone.
  let old = new Map<string, number>();
  let young = new Map<string, number>();
  let youngAfter = 0;
  let added = 0;
  let isKnown = false;

  function know(): void {
    if (isKnown) return;
    isKnown = true;
    old = new Map(left.rows([]).map(([id, at]) => [id as string, at as number]));
    young = new Map();
    youngAfter = last.row([])![0] as number;
  }

  return {
    add(id, at) {
      know();
      young.set(id, at);
      added++;
    },
    gone(id) {
      know();
      if (!young.delete(id)) old.delete(id);
    },
    of(conversation) {
      know();
      const from = firstPlace(conversation);
      const to = lastPlace(conversation);
      const ids: string[] = [];
      for (const lines of [old, young]) for (const [id, at] of lines) if (at >= from && at <= to) ids.push(id);
      return ids;
    },
    forget() {
      isKnown = false;
    },
    follow() {
      know();
      if (added < LINES_BETWEEN || old.size > 0) return;
      added = 0;
      moveMark.write([youngAfter]);
      old = young;
      young = new Map();
      youngAfter = last.row([])![0] as number;
    },
    lower() {
      lowerMark.write([]);
      isKnown = false;
    },
  };
}

/** For those who only look: the same, from the file. */
export function leavingReader(db: Database): (conversation: number) => string[] {
  const left = db.prepare(LEFT_OF_CONVERSATION);
  return (conversation) => left.rows([firstPlace(conversation), lastPlace(conversation)]).map(([id]) => id as string);
}

/** What the process before this one left on its way may have arrived; from here on it stands in the index. */
export function doubtLeaving(db: Database): number {
  const doubt = db.prepare(DOUBT);
  const left = db.prepare(LEFT).rows([]);
  for (const [id] of left) doubt.write([id as string]);
  db.prepare(LOWER_MARK).write([]);
  return left.length;
}
