/** Real processes on one file: what was acknowledged survives SIGKILL, and two never write at once. */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import type { ConversationId } from "../../model/ids.ts";
import type { Store } from "../../model/store.ts";
import { StoreRefused } from "../../stores/sqlite/refused.ts";
import { openSqliteStore } from "../../stores/sqlite.ts";
import { ALDER, decision, inbound, madeIds, said, standingClock } from "./made.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
let folder = "";
let program = "";

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "baton-kill-"));
  program = join(folder, "child.cjs");
  await build({
    entryPoints: [join(ROOT, "tests/store/child.ts")],
    bundle: true,
    platform: "node",
    format: "cjs",
    packages: "external",
    outfile: program,
    logLevel: "error",
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Child = {
  process: ChildProcessByStdio<null, Readable, null>;
  told: string[];
  until(sentence: string): Promise<void>;
  ended: Promise<unknown>;
};

function start(path: string, mode: string, strike = ""): Child {
  const child = spawn(process.execPath, [program, path, mode], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, NODE_PATH: join(ROOT, "node_modules"), STORE_STRIKE: strike },
  });
  const told: string[] = [];
  const wakes = new Set<() => void>();
  let rest = "";
  child.stdout.setEncoding("utf8").on("data", (piece: string) => {
    const sentences = (rest + piece).split("\n");
    rest = sentences.pop()!;
    told.push(...sentences);
    for (const wake of wakes) wake();
  });
  const ended = once(child, "close");
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  const until = (sentence: string) =>
    new Promise<void>((resolve, reject) => {
      const look = () => told.some((each) => each.startsWith(sentence)) && resolve();
      wakes.add(look);
      look();
      void ended.then(() => reject(new Error(`The process ended before it told "${sentence}": ${told.at(-1)}`)));
    });
  return { process: child, told, until, ended };
}

async function openHere(path: string): Promise<Store> {
  const ids = madeIds();
  return openSqliteStore({
    path,
    clock: { ...standingClock(), nowMs: () => Date.now() },
    ids,
    process: { id: ids.next("pr"), pid: process.pid, host: "here" },
  });
}

type Promised = {
  heard: Map<string, [id: ConversationId, seq: number]>;
  decided: Map<string, [id: ConversationId, line: string, version: number]>;
};

function promised(all: Promised, told: string[]): void {
  for (const sentence of told) {
    const [what, key, id, ...rest] = sentence.split(" ");
    expect(what, sentence).not.toBe("failed");
    if (what === "heard") all.heard.set(key!, [id as ConversationId, Number(rest[0])]);
    if (what === "decided") all.decided.set(key!, [id as ConversationId, rest[0]!, Number(rest[1])]);
  }
}

/** Everything that was ever told as done is there; everything that is there is whole. */
async function check(store: Store, all: Promised): Promise<void> {
  const ids = madeIds();
  const versions = new Map<ConversationId, number>();
  for (const [key, [id, seq]] of all.heard) {
    const [row] = await store.journal(ALDER, id, seq - 1, 1);
    expect(row?.personal, `${key} was acknowledged`).toMatchObject({ text: `text ${key}` });
    const to = (await store.load(ALDER, id))!.address;
    expect((await store.receive([inbound(ids, key, said("again"), { address: to })]))[0]!.kind).toBe("duplicate");
  }
  for (const [key, [id, line, version]] of all.decided) {
    expect(await store.outboxRow(ALDER, line as never), `the answer to ${key}`).not.toBeNull();
    versions.set(id, Math.max(version, versions.get(id) ?? 0));
  }
  for (const conversation of await store.conversations(ALDER, 100)) {
    expect(conversation.version).toBeGreaterThanOrEqual(versions.get(conversation.id) ?? 0);
    const journal = await store.journal(ALDER, conversation.id, 0, 1_000_000);
    expect(journal.map((row) => row.seq)).toEqual(Array.from({ length: journal.length }, (_, at) => at + 1));
    const heard = journal.filter((row) => row.kind === "heard").length;
    const lines = journal.filter((row) => row.kind === "line").length;
    const waiting = await store.waiting(ALDER, conversation.id);
    // One turn, one line, one raise of the version: a half-written turn would break one of these.
    expect([lines, heard - waiting.length]).toEqual([conversation.version, conversation.version]);
    expect((await store.outbox(ALDER, conversation.id)).length).toBe(lines);
    for (const { seq } of waiting)
      expect(
        (
          await store.commit(
            decision(conversation.id, (await store.load(ALDER, conversation.id))!.version, { decided: [seq], journal: [] }),
          )
        ).kind,
      ).toBe("committed");
  }
}

test("what was acknowledged is there after SIGKILL at any moment, and nothing is there by half", async () => {
  for (let round = 0; round < 6; round++) {
    const path = join(folder, `killed${round}.db`);
    const all: Promised = { heard: new Map(), decided: new Map() };
    const child = start(path, "write");
    await child.until("open");
    await new Promise((resolve) => setTimeout(resolve, 40 + Math.random() * 250));
    child.process.kill("SIGKILL");
    await child.ended;
    promised(all, child.told);
    const store = await openHere(path); // at once: the dead need no waiting for
    await check(store, all);
    await store.close();
  }
});

test.each([
  ["store.before-commit", 0],
  ["store.before-commit", 7],
  ["store.after-commit", 0],
  ["store.after-commit", 7],
])("a process that dies at %s, the %i-th time, has lost nothing it acknowledged", async (place, count) => {
  const path = join(folder, `${place}${count}.db`);
  const all: Promised = { heard: new Map(), decided: new Map() };
  const child = start(path, "write", `${place}:${count}`);
  await child.ended;
  expect(child.process.signalCode).toBe("SIGKILL");
  promised(all, child.told);
  const store = await openHere(path);
  const kept = await store.counts(ALDER);
  if (count === 0) expect(kept.journal).toBe(place === "store.after-commit" ? 8 : 0); // committed but not told, or neither
  await check(store, all);
  await store.close();
});

test("a second process on the file is refused while the first lives, and let in the moment it is killed", async () => {
  const path = join(folder, "held.db");
  const child = start(path, "hold");
  await child.until("open");
  const error = await openHere(path).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(StoreRefused);
  expect((error as StoreRefused).message).toContain(`written by process ${child.process.pid} on here, since 20`);
  expect((error as StoreRefused).message).toContain("PostgreSQL");
  child.process.kill("SIGKILL");
  await child.ended;
  await (await openHere(path)).close();
});

test("of several processes that start at once on a new file exactly one writes it", async () => {
  const path = join(folder, "raced.db");
  const children = Array.from({ length: 4 }, () => start(path, "hold"));
  await Promise.all(children.map((child) => Promise.race([child.until("open").catch(() => {}), child.ended])));
  const first = children.map((child) => child.told[0]!.split(" ")[0]);
  expect(first.filter((each) => each === "open")).toHaveLength(1);
  expect(first.filter((each) => each === "failed")).toHaveLength(3);
  for (const child of children)
    if (child.told[0]!.startsWith("failed")) expect(child.told[0]).toContain("One process writes an SQLite store.");
});
