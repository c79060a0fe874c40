/** The embedded store: one SQLite file, one writing process, group commit. The only file that knows libsql, and all its traps end here. */
import { existsSync } from "node:fs";
import Libsql from "libsql";
import type { Clock } from "../model/clock.ts";
import type { Failpoint } from "../model/failpoint.ts";
import { NO_FAILPOINT } from "../model/failpoint.ts";
import type { Ids } from "../model/ids.ts";
import type { Store, StoreReader } from "../model/store.ts";
import { agentWriter } from "./sqlite/agents.ts";
import { batches } from "./sqlite/batch.ts";
import { checkpoints } from "./sqlite/checkpoint.ts";
import { committer } from "./sqlite/commit.ts";
import { customerWriter } from "./sqlite/customers.ts";
import type { Cell, Database, Row, Statement } from "./sqlite/database.ts";
import { shelfWriter } from "./sqlite/desk-shelf.ts";
import { eraser } from "./sqlite/erase.ts";
import { feedWriter } from "./sqlite/feed.ts";
import { knownConversations } from "./sqlite/known.ts";
import { leavingLines, leavingReader } from "./sqlite/leaving.ts";
import { linker } from "./sqlite/links.ts";
import { hold, type ProcessName, takeStore } from "./sqlite/lock.ts";
import { doubtWhatWasLeft, outbox } from "./sqlite/outbox.ts";
import { programWriter } from "./sqlite/programs.ts";
import { reading, readingKnown } from "./sqlite/reading.ts";
import { receipts } from "./sqlite/receipt.ts";
import { receiver } from "./sqlite/receive.ts";
import { recorder } from "./sqlite/recorder.ts";
import { StoreRefused } from "./sqlite/refused.ts";
import { retainer } from "./sqlite/retain.ts";
import { migrate, SCHEMA_VERSION, schemaOf } from "./sqlite/schema.ts";
import { ticketWriter } from "./sqlite/tickets.ts";
import { timers } from "./sqlite/timers.ts";

const BUSY_WAIT_MS = 20; // blocks the event loop while it lasts
const OPEN_TRIES = 100; // 2 s
const KNOWN_MAX = 20_000; // about 0.5 KB each

export type SqliteOptions = {
  /** A file, made when missing (its folder must exist), or ":memory:". */
  path: string;
  clock: Clock;
  ids: Ids;
  /** Who writes: `id` is new at each start. */
  process: ProcessName;
  failpoint?: Failpoint;
  log?: (level: "info" | "warn" | "error", message: string, details?: { [name: string]: string | number }) => void;
  /** How many conversations' facts are kept in memory. */
  knownMax?: number;
};

/** @throws StoreRefused when another process writes this file, or a newer Baton has */
export async function openSqliteStore(options: SqliteOptions): Promise<Store> {
  const { path, clock, ids } = options;
  const db = await openAndEnter(options);
  const left = doubtWhatWasLeft(db);
  if (left > 0) options.log?.("warn", "Lines were being sent when the last process ended; they may have arrived.", { lines: left });

  const held = hold(db, path, options.process);
  const known = knownConversations(db, options.knownMax ?? KNOWN_MAX);
  const feed = feedWriter(db);
  const record = recorder(db);
  const leaving = leavingLines(db);
  const out = outbox(db, { known, recorder: record, feed, leaving });
  const time = timers(db, known, record);
  const writeTicket = ticketWriter(db);
  const customers = customerWriter(db);
  const commit = committer(db, { known, recorder: record, outbox: out, timers: time, writeTicket, customers, feed });
  const receive = receiver(db, { known, recorder: record, receipts: receipts(db, leaving), commit, feed });
  const links = linker(db, { known, recorder: record, feed, customers });
  const erase = eraser(db, { known, leaving, recorder: record, feed, writeTicket, ids });
  const saveAgent = agentWriter(db);
  const saveProgram = programWriter(db);
  const checkpoint = checkpoints(db, path === ":memory:");
  const { unit, flush, stop } = batches(db, {
    failpoint: options.failpoint ?? NO_FAILPOINT,
    guard() {
      held.check();
      leaving.follow();
    },
    forget() {
      known.forget();
      leaving.forget();
      feed.forget();
    },
    written(units) {
      checkpoint.written(units);
      feed.written();
    },
    isBusy,
  });
  const retain = retainer(db, { known, leaving, closeRanks: links.closeRanks, unit });
  let closed = false;

  return {
    ...reading(db, leaving.of),
    ...readingKnown(db, known),
    ...shelfWriter(db, unit),
    watchFeed: feed.watch,
    receive: (inbound) => unit(() => receive(inbound, null).received),
    receiveAndDecide: (inbound, decide) => unit(() => receive(inbound, decide)),
    commit: (decision) => unit(() => commit(decision)),
    markSending: (bot, lines, nowMs) => unit(() => out.markSending(bot, lines, nowMs)),
    settle: (settlements) => unit(() => out.settle(settlements, clock.nowMs())),
    recover: (bot) => unit(() => out.recover(bot)),
    ring: (bot, nowMs, limit) => unit(() => time.ring(bot, nowMs, limit)),
    saveAgent: (agent, tokenHash) => unit(() => saveAgent(agent, tokenHash)),
    saveProgram: (bot, hash, files, atMs) => unit(() => saveProgram(bot, hash, files, atMs)),
    offerLink: (bot, conversation, code) => unit(() => links.offer(bot, conversation, code)),
    link: (request) => unit(() => links.link(request)),
    unlink: (bot, conversation, by, atMs) => unit(() => links.unlink(bot, conversation, by, atMs)),
    async erase(bot, person, by, atMs, keyedHash, alsoHashes = []) {
      const erased = await unit(() => erase(bot, person, by, atMs, [keyedHash, ...alsoHashes]));
      checkpoint.everything(); // until then the write-ahead log still holds the words
      return erased;
    },
    retain,
    beat: (nowMs) => unit(() => held.beat(nowMs)),
    async close() {
      if (closed) return;
      closed = true;
      stop(new Error(`The store ${path} is closed.`));
      flush();
      held.leave();
      checkpoint.everything();
      db.close();
    },
  };
}

/** For commands that look while another process writes. @throws StoreRefused when there is no store, or its tables are not this Baton's */
export async function openSqliteReader(options: { path: string }): Promise<StoreReader> {
  const { path } = options;
  if (!existsSync(path))
    throw new StoreRefused("missing", `There is no store at ${path}. \`baton start\` makes it; or set BATON_STORE to the one you mean.`);
  const db = openReadOnly(path);
  try {
    const version = schemaOf(db, path);
    if (version < SCHEMA_VERSION)
      throw new StoreRefused(
        "older_schema",
        `The store ${path} has tables of an older Baton (version ${version}). \`baton start\` brings them up to date.`,
      );
    return {
      ...reading(db, leavingReader(db)),
      async close() {
        db.close();
      },
    };
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Others may be opening the same file at this moment: that passes, or one of them has entered and is named. */
async function openAndEnter(options: SqliteOptions): Promise<Database> {
  for (let tries = 1; ; tries++) {
    let db: Database | null = null;
    try {
      db = open(options.path);
      enter(db, options);
      return db;
    } catch (error) {
      db?.close();
      if (!isBusy(error) || tries >= OPEN_TRIES) throw error;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Libsql.SqliteError && error.code.startsWith("SQLITE_BUSY");
}

/** Tables and the place of the writing process, taken in one transaction: of two that start at once, one reads the other's name. */
function enter(db: Database, { path, process, clock }: SqliteOptions): void {
  db.exec("BEGIN IMMEDIATE");
  try {
    migrate(db, path);
    takeStore(db, path, process, clock.nowMs());
    db.exec("COMMIT");
  } catch (error) {
    db.exec("ROLLBACK");
    throw error;
  }
}

function open(path: string): Database {
  const libsql = new Libsql(path, { timeout: BUSY_WAIT_MS });
  const db = database(libsql);
  // FULL: acknowledged means that it survives a power cut. Checkpoints only between batches, on this connection: SQLite 3.45 can lose
  // a commit that meets another connection's checkpoint (fixed in 3.51.3).
  for (const pragma of [
    "journal_mode = WAL",
    "synchronous = FULL",
    "wal_autocheckpoint = 0",
    "secure_delete = ON",
    "temp_store = MEMORY",
    "cache_size = -16000",
  ])
    db.exec(`PRAGMA ${pragma}`);
  return db;
}

function openReadOnly(path: string): Database {
  const libsql = new Libsql(`file:${encodeURI(path).replaceAll("?", "%3f").replaceAll("#", "%23")}?mode=ro`, { timeout: BUSY_WAIT_MS });
  return database(libsql);
}

/** libsql behind our own three verbs: `raw()` rows (others carry `_metadata`), and one array, each cell checked. */
function database(libsql: Libsql.Database): Database {
  return {
    prepare(sql): Statement {
      const prepared = libsql.prepare(sql);
      let reader = prepared;
      try {
        reader = prepared.raw(true);
      } catch {
        // a statement that gives no rows has no raw mode
      }
      return {
        write: (cells) => void prepared.get(checked(cells)),
        run: (cells) => prepared.run(checked(cells)).changes,
        row: (cells) => (reader.get(checked(cells)) as Row | undefined) ?? null,
        rows: (cells) => reader.all(checked(cells)) as Row[],
      };
    },
    exec(sql) {
      libsql.exec(sql);
    },
    close() {
      libsql.close();
    },
  };
}

/** A boolean would abort the process, a lone null throw, and an integer above 2^53 come back as another one. */
function checked(cells: Cell[]): Cell[] {
  for (const cell of cells) {
    if (typeof cell === "string" || cell === null) continue;
    if (!Number.isSafeInteger(cell))
      throw new TypeError(`The store was given ${typeof cell} ${String(cell)} where a text or a whole number belongs.`);
  }
  return cells;
}
