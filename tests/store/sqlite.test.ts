/** The embedded store: the contract on a file and in memory, and what only a file can show. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Libsql from "libsql";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Failpoint } from "../../model/failpoint.ts";
import { StoreRefused } from "../../stores/sqlite/refused.ts";
import { openSqliteReader, openSqliteStore, type SqliteOptions } from "../../stores/sqlite.ts";
import { type Opened, storeContract } from "./contract.ts";
import { ALDER, decision, entry, hear, inbound, line, MEI, madeIds, NOON_MS, OLA, said, saying, settled, standingClock } from "./made.ts";

const LATER_MS = NOON_MS + 500 * 86_400_000;

storeContract("a file", () => onFile());
storeContract("a file, remembering almost nothing", () => onFile({ knownMax: 2 }));

type Files = Opened & { path: string; options: SqliteOptions };

async function onFile(more: Partial<SqliteOptions> = {}): Promise<Files> {
  const folder = mkdtempSync(join(tmpdir(), "baton store #?% "));
  const ids = madeIds();
  const clock = standingClock();
  const path = join(folder, "baton.db");
  const options: SqliteOptions = { path, clock, ids, process: me(ids.next("pr")), ...more };
  let store = await openSqliteStore(options);
  return {
    store,
    ids,
    clock,
    path,
    options,
    async crash() {
      // What lets go of the file without settling anything is, to the next one, the same as a process that died.
      await store.close();
      store = await openSqliteStore({ ...options, process: me(ids.next("pr")) });
      return store;
    },
    async close() {
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function me(id: string) {
  return { id, pid: process.pid, host: "here" };
}

async function file(more: Partial<SqliteOptions> = {}): Promise<Files> {
  const house = await onFile(more);
  onTestFinished(() => house.close());
  return house;
}

async function refusal(opening: Promise<unknown>): Promise<StoreRefused> {
  const error = await opening.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(StoreRefused);
  return error as StoreRefused;
}

describe("One SQLite file", () => {
  test("also lives in memory, through the same code", async () => {
    const ids = madeIds();
    const store = await openSqliteStore({ path: ":memory:", clock: standingClock(), ids, process: me("pr_1") });
    const { id } = await hear(store, ids, "a");
    expect((await store.commit(saying(id, 0, "ms_1", { decided: [1] }))).kind).toBe("committed");
    await store.close();
    await store.close();
    await expect(store.receive([inbound(ids, "b", said("hi"))])).rejects.toThrow("closed");
  });

  test("a second writing process is refused, told who was first and what to do; the first goes on", async () => {
    const { store, ids, options, path } = await file();
    const error = await refusal(openSqliteStore({ ...options, process: me("pr_2") }));
    expect(error.because).toBe("in_use");
    expect(error.message).toBe(
      `The store ${path} is being written by process ${process.pid} on here, since 2026-11-24T12:00:00.000Z. ` +
        "One process writes an SQLite store. Stop that one first; for several processes or hosts use PostgreSQL: " +
        "BATON_STORE=postgres://user:password@host/database.",
    );
    await hear(store, ids, "a");
  });

  test("a process on another host keeps the store while its heart beats, and loses it 8 s after", async () => {
    const { store, ids, options, clock } = await file();
    const far = { id: "pr_far", pid: 1, host: "elsewhere" };
    clock.atMs += 7_000;
    await store.beat(clock.atMs);
    clock.atMs += 7_999;
    expect((await refusal(openSqliteStore({ ...options, process: far }))).because).toBe("in_use");
    clock.atMs += 1;
    const taken = await openSqliteStore({ ...options, process: far });
    await hear(taken, ids, "theirs");
    const late = await refusal(store.receive([inbound(ids, "ours", said("hi"))])); // paused for long, then woken
    expect(late.because).toBe("lost");
    expect(await taken.counts(ALDER)).toMatchObject({ journal: 1 });
    await taken.close();
  });

  test("a store written by a newer Baton is left alone, by writers and readers", async () => {
    const { store, path, options } = await file();
    await store.close();
    const raw = new Libsql(path);
    raw.exec("PRAGMA user_version = 999");
    raw.close();
    for (const opening of [openSqliteStore(options), openSqliteReader({ path })]) {
      const error = await refusal(opening);
      expect([error.because, error.message]).toEqual(["newer_schema", expect.stringContaining("its tables are version 999")]);
    }
    const fixed = new Libsql(path);
    fixed.exec("PRAGMA user_version = 1");
    fixed.close();
  });

  test("a command that looks sees what is committed while the other writes, changes nothing and takes no lock", async () => {
    const { store, ids, path } = await file();
    const { id } = await hear(store, ids, "a", "hello", { opens: "message" });
    const reader = await openSqliteReader({ path });
    onTestFinished(() => reader.close());
    expect(await reader.load(ALDER, id)).toEqual(await store.load(ALDER, id));
    await hear(store, ids, "b");
    expect(await reader.waiting(ALDER, id)).toEqual(await store.waiting(ALDER, id));
    expect(await reader.find(ALDER, MEI)).toBe(id);
    expect(Object.keys(reader)).not.toContain("commit");
    const counts = await reader.counts(ALDER);
    expect(counts).toMatchObject({ conversations: 1, journal: 2, inbox: 2 });
  });

  test("a command that looks says what is missing when there is no store, or an older one", async () => {
    const { store, path } = await file();
    expect((await refusal(openSqliteReader({ path: `${path}.not` }))).because).toBe("missing");
    await store.close();
    const raw = new Libsql(path);
    raw.exec("PRAGMA user_version = 0");
    raw.close();
    expect((await refusal(openSqliteReader({ path }))).because).toBe("older_schema");
  });

  test("a file that is no store is refused, not overwritten", async () => {
    const { store, path, options } = await file();
    await store.close();
    const other = `${path}.txt`;
    writeFileSync(other, "This is a letter, not a database. ".repeat(100));
    await expect(openSqliteStore({ ...options, path: other })).rejects.toThrow();
    expect(readFileSync(other, "utf8")).toContain("This is a letter");
  });

  test("after an erase no byte of what was said is left in any of the store's files", async () => {
    const { store, ids, path } = await file();
    const canary = "CANARY-4711";
    const { id } = await hear(store, ids, `m-${canary}`.slice(0, 2), `${canary} one`);
    for (let turn = 0; turn < 40; turn++) {
      await hear(store, ids, `m${turn}`, `${canary} ${"x".repeat(turn * 40)}`);
      await hear(store, ids, `o${turn}`, `other ${"y".repeat(turn * 30)}`, { address: OLA });
      await store.commit(
        decision(id, turn, {
          decided: [turn + 1],
          session: { shape: 1, stack: [], lastLines: [canary, "z".repeat(turn * 20)] },
          customer: { name: `${canary} ${turn}` },
          journal: [entry("line", { text: canary })],
          outbox: [line(`ms_${turn}`, 0, { text: canary })],
        }),
      );
    }
    expect(allBytes(path)).toContain(canary);
    await store.erase(ALDER, (await store.load(ALDER, id))!.person, "customer", NOON_MS, "h");
    expect(allBytes(path)).not.toContain(canary);
    expect(allBytes(path)).toContain("other y");
  });

  test("an erase while a command looks leaves no byte either, as soon as that one has ended", async () => {
    const { store, ids, path } = await file();
    const canary = "CANARY-4712";
    const { id } = await hear(store, ids, "a", canary);
    const raw = new Libsql(path);
    raw.exec("BEGIN");
    raw.prepare("SELECT count(*) FROM journal").raw(true).get([]);
    await store.erase(ALDER, (await store.load(ALDER, id))!.person, "customer", NOON_MS, "h");
    raw.exec("COMMIT");
    raw.close();
    await store.beat(NOON_MS);
    expect(allBytes(path)).not.toContain(canary);
  });

  test("a full transaction fails alone: a unit that throws takes none of the others of its moment with it", async () => {
    const { store, ids } = await file();
    const { id } = await hear(store, ids, "a");
    const wrong = saying(id, 0, "ms_wrong", { line: { state: true as never } });
    const results = await Promise.allSettled([
      store.receive([inbound(ids, "b", said("one"))]),
      store.commit(wrong),
      store.commit(saying(id, 0, "ms_right")),
      store.receive([inbound(ids, "c", said("two"))]),
    ]);
    expect(results.map((each) => each.status)).toEqual(["fulfilled", "rejected", "fulfilled", "fulfilled"]);
    expect(String((results[1] as PromiseRejectedResult).reason)).toContain("boolean true");
    expect((await store.outbox(ALDER, id)).map((row) => row.id)).toEqual(["ms_right"]);
    expect((await store.journal(ALDER, id, 0, 10)).map((row) => row.seq)).toEqual([1, 2, 3, 4]);
  });

  test("units of one moment share one transaction, and none is answered before it is on disk", async () => {
    const strikes: string[] = [];
    let answered = 0;
    const failpoint: Failpoint = (name) => {
      strikes.push(`${name} ${answered}`);
    };
    const { store, ids } = await file({ failpoint });
    strikes.length = 0;
    await Promise.all(
      Array.from({ length: 20 }, async (_, at) => {
        await store.receive([inbound(ids, `k${at}`, said("hi"))]);
        answered++;
      }),
    );
    expect(strikes).toEqual(["store.before-commit 0", "store.after-commit 0"]);
  });

  test("when a transaction cannot be committed nobody is told that it was, and the next one can", async () => {
    let full = false;
    const failpoint: Failpoint = (name) => {
      if (full && name === "store.before-commit") throw new Error("database or disk is full");
    };
    const { store, ids } = await file({ failpoint });
    full = true;
    const tries = await Promise.allSettled([1, 2, 3].map((at) => store.receive([inbound(ids, `k${at}`, said("hi"))])));
    expect(tries.map((each) => each.status)).toEqual(["rejected", "rejected", "rejected"]);
    full = false;
    expect(await store.counts(ALDER)).toMatchObject({ conversations: 0, journal: 0, seen: 0 });
    expect((await store.receive([inbound(ids, "k1", said("hi"))]))[0]).toMatchObject({ kind: "received", seq: 1, isNew: true });
  });

  test("of two thousand lines that left at once, a crash leaves in doubt exactly those that had no answer", async () => {
    const house = await file();
    const talks = await Promise.all(
      Array.from({ length: 50 }, (_, at) =>
        hear(house.store, house.ids, `k${at}`, "hi", { address: { ...MEI, customer: `c${at}` as never } }),
      ),
    );
    const unanswered = new Set(["ms_3_7", "ms_25_7", "ms_39_0", "ms_39_49"]);
    for (let round = 0; round < 40; round++) {
      const names = talks.map((_, at) => `ms_${round}_${at}`);
      await Promise.all(talks.map(({ id }, at) => house.store.commit(saying(id, round, names[at]!, { line: { state: "sending" } }))));
      const answers = talks.flatMap(({ id }, at) => (unanswered.has(names[at]!) ? [] : [settled(id, names[at]!, "sent")]));
      await house.store.settle(answers);
      // One that waits too long for its answer is put off; nothing holds the mark back any more.
      if (round === 10) await house.store.settle([settled(talks[7]!.id, "ms_3_7", "in_doubt", { why: "no answer" })]);
    }
    expect((await house.store.outbox(ALDER, talks[7]!.id)).map((row) => [row.id, row.state])).toEqual([
      ["ms_3_7", "in_doubt"],
      ["ms_25_7", "sending"],
    ]);
    const raw = new Libsql(house.path);
    expect(raw.prepare("SELECT n FROM leaving_after").raw(true).get([])).not.toEqual([0]);
    raw.close();
    const looking = await openSqliteReader({ path: house.path });
    expect((await looking.outbox(ALDER, talks[0]!.id)).map((row) => row.id)).toEqual(["ms_39_0"]);
    await looking.close();
    const store = await house.crash();
    const { inDoubt } = await store.recover(ALDER, NOON_MS);
    expect(inDoubt.map((row) => row.id).sort()).toEqual([...unanswered].sort());
    expect((await (await house.crash()).recover(ALDER, NOON_MS)).inDoubt).toHaveLength(4);
  });

  test("an answer that could not be written leaves its line in doubt after a crash", async () => {
    let full = false;
    const failpoint: Failpoint = (name) => {
      if (full && name === "store.before-commit") throw new Error("database or disk is full");
    };
    const house = await file({ failpoint });
    const { id } = await hear(house.store, house.ids, "a");
    await house.store.commit(saying(id, 0, "ms_1", { line: { state: "sending" } }));
    full = true;
    await expect(house.store.settle([settled(id, "ms_1", "sent")])).rejects.toThrow("full");
    await expect(house.store.commit(saying(id, 1, "ms_2", { line: { state: "sending" } }))).rejects.toThrow("full");
    full = false;
    expect((await house.store.outbox(ALDER, id)).map((row) => row.id)).toEqual(["ms_1"]);
    const { inDoubt } = await (await house.crash()).recover(ALDER, NOON_MS);
    expect(inDoubt.map((row) => row.id)).toEqual(["ms_1"]);
  });

  test("after the newest entries of the journal were forgotten, a line that leaves is still found again", async () => {
    const house = await file();
    const { id } = await hear(house.store, house.ids, "a");
    await house.store.commit(saying(id, 0, "ms_1", { decided: [1], line: { state: "sending" } }));
    await house.store.settle([settled(id, "ms_1", "sent")]);
    await house
      .crash()
      .then((store) => store.retain(ALDER, { saidBeforeMs: LATER_MS, customersBeforeMs: LATER_MS, seenBeforeMs: LATER_MS }));
    const store = await house.crash();
    expect(await store.counts(ALDER)).toMatchObject({ conversations: 0, journal: 0 });
    const again = await hear(store, house.ids, "b");
    await store.commit(saying(again.id, 0, "ms_2", { decided: [1], line: { state: "sending" } }));
    const { inDoubt } = await (await house.crash()).recover(ALDER, NOON_MS);
    expect(inDoubt.map((row) => row.id)).toEqual(["ms_2"]);
  });

  test("somebody else's write lock delays units, and loses none", async () => {
    const { store, ids, path } = await file();
    const raw = new Libsql(path);
    raw.exec("BEGIN IMMEDIATE");
    const received = store.receive([inbound(ids, "a", said("hi"))]);
    await new Promise((resolve) => setTimeout(resolve, 60));
    raw.exec("ROLLBACK");
    raw.close();
    expect((await received)[0]!.kind).toBe("received");
  });

  test("durable against a power cut: every commit is synced, tables are strict, what is deleted is overwritten", async () => {
    const { store, path } = await file();
    await store.beat(NOON_MS);
    const raw = new Libsql(path);
    expect(raw.prepare("PRAGMA journal_mode").raw(true).get([])).toEqual(["wal"]);
    const loose = raw
      .prepare("SELECT name FROM pragma_table_list WHERE schema = 'main' AND name NOT LIKE 'sqlite_%' AND strict = 0")
      .raw(true)
      .all([]);
    expect(loose).toEqual([]);
    raw.close();
    expect(readFileSync(new URL("../../stores/sqlite.ts", import.meta.url), "utf8")).toMatch(/synchronous = FULL[\s\S]*secure_delete = ON/);
  });

  test("many conversations come and go in memory without the store forgetting any of their facts", async () => {
    const { store, ids } = await file({ knownMax: 10 });
    const talks: Awaited<ReturnType<typeof hear>>[] = [];
    for (let at = 0; at < 60; at++)
      talks.push(await hear(store, ids, `a${at}`, "hi", { address: { ...MEI, customer: String(at) as never } }));
    for (let round = 0; round < 3; round++)
      for (const { id } of talks) expect((await store.commit(decision(id, round, { journal: [entry("turn")] }))).kind).toBe("committed");
    const versions = new Set((await Promise.all(talks.map(({ id }) => store.load(ALDER, id)))).map((each) => each!.version));
    expect([...versions]).toEqual([3]);
  });
});

/** The database, its log and its index of the log, as they lie on disk. */
function allBytes(path: string): string {
  return ["", "-wal", "-shm"].map((ending) => readIfThere(path + ending)).join("\n");
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}
