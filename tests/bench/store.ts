/** What one whole turn costs in the store: receive, load, waiting, commit with one line, settle; in CPU and in time. */
import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { address } from "../../model/address.ts";
import { NO_FAILPOINT } from "../../model/failpoint.ts";
import type { BotName, ConversationId, IdPrefix, LineId, PersonId } from "../../model/ids.ts";
import type { Session } from "../../model/session.ts";
import type { Store } from "../../model/store.ts";
import { openSqliteStore } from "../../stores/sqlite.ts";

export type StoreFigures = { turns: number; cpuMicrosPerTurn: number; turnsPerSecond: number; p99Ms: number; bytesPerConversation: number };

const BOT = "bench" as BotName;
const SESSION: Session = {
  shape: 1,
  stack: [
    {
      flow: "order_status",
      program: "3f9c2a7716d0",
      step: "ask_order",
      slots: {
        order: { value: "4711", from: "customer", seq: 12, atMs: 1_764_000_000_000 },
        email: { value: "mei@example.com", from: "customer", seq: 14, atMs: 1_764_000_000_000 },
      },
      saves: {},
      via: "start",
    },
  ],
  question: { flow: "order_status", step: "ask_order", attempts: 0, askedAtMs: 1_764_000_000_000 },
  language: "en",
};

/** Many customers at once, each waiting for the answer before saying the next thing, as on a busy page. */
export async function measureStore(path: string, turns: number, concurrency: number, customers: number): Promise<StoreFigures> {
  for (const ending of ["", "-wal", "-shm"]) rmSync(path + ending, { force: true });
  let made = 0;
  const next = (prefix: IdPrefix) => `${prefix}_01K${String(++made).padStart(23, "0")}`;
  const clock = { nowMs: () => Date.now(), monotonicMs: () => performance.now(), sleepUntil: async () => {} };
  const store = await openSqliteStore({
    path,
    clock,
    ids: { next },
    process: { id: "pr_bench", pid: process.pid, host: "bench" },
    failpoint: NO_FAILPOINT,
  });
  const heapBefore = process.memoryUsage().rss;
  const took: number[] = [];
  await talk(store, next, customers, concurrency, customers, []); // everyone says hello
  const bytesPerConversation = (process.memoryUsage().rss - heapBefore) / customers;
  const cpu = process.cpuUsage();
  const began = performance.now();
  await talk(store, next, turns, concurrency, customers, took);
  const seconds = (performance.now() - began) / 1000;
  const spent = process.cpuUsage(cpu);
  await store.close();
  took.sort((one, other) => one - other);
  return {
    turns,
    cpuMicrosPerTurn: (spent.user + spent.system) / turns,
    turnsPerSecond: turns / seconds,
    p99Ms: took[Math.floor(took.length * 0.99)] ?? 0,
    bytesPerConversation,
  };
}

async function talk(
  store: Store,
  next: (prefix: IdPrefix) => string,
  turns: number,
  concurrency: number,
  customers: number,
  took: number[],
): Promise<void> {
  let left = turns;
  const one = async (worker: number) => {
    for (let turn = worker; left-- > 0; turn += concurrency) {
      const began = performance.now();
      await oneTurn(store, next, turn % customers);
      took.push(performance.now() - began);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, (_, worker) => one(worker)));
}

async function oneTurn(store: Store, next: (prefix: IdPrefix) => string, customer: number): Promise<void> {
  const atMs = Date.now();
  const key = `mid:m_${randomBytes(30).toString("base64url")}`; // as random as a platform's
  const [received] = await store.receive([
    {
      bot: BOT,
      envelope: {
        key,
        address: address("messenger", "104200000000001", String(7_000_000_000_000_000 + customer)),
        atMs,
        event: { kind: "said", text: "Where is my parcel? It should have come on Tuesday.", attachments: [], messageId: key },
        opens: "message",
      },
      newConversation: next("cv") as ConversationId,
      newPerson: next("cu") as PersonId,
      receivedAtMs: atMs,
    },
  ]);
  if (received?.kind !== "received") throw new Error("A fresh message was taken for a repeated one.");
  const { conversation: id, seq } = received;
  const conversation = await store.load(BOT, id);
  const waiting = await store.waiting(BOT, id);
  if (!conversation || waiting[0]?.seq !== seq) throw new Error("What was received does not wait.");
  const line = next("ms") as LineId;
  const message = {
    text: "It left our warehouse this morning and should be with you tomorrow before noon.",
    choices: [{ title: "Thanks", payload: "thanks" }],
  };
  const committed = await store.commit({
    bot: BOT,
    conversation: id,
    began: conversation.version,
    atMs,
    decided: [seq],
    session: SESSION,
    journal: [
      {
        kind: "turn",
        v: 1,
        atMs,
        by: "bot",
        cause: seq,
        skeleton: { ends: "question", steps: ["ask_order", "tell"] },
        personal: { heard: "order" },
      },
      {
        kind: "line",
        v: 1,
        atMs,
        by: "bot",
        cause: seq,
        skeleton: { line, purpose: "reply", flow: "order_status", step: "tell" },
        personal: { message },
      },
    ],
    outbox: [
      {
        id: line,
        lane: "line",
        epoch: 0,
        by: "bot",
        agent: null,
        state: "sending",
        nextAtMs: atMs,
        giveUpAtMs: atMs + 86_400_000,
        body: { message, purpose: "reply", flow: "order_status", step: "tell" },
        entry: 1,
      },
    ],
    timers: { set: [], cancel: [] },
    tickets: [],
    feed: [],
  });
  if (committed.kind !== "committed") throw new Error(`The turn lost: ${committed.kind}.`);
  await store.settle([
    {
      bot: BOT,
      id: line,
      conversation: id,
      state: "sent",
      attempts: 1,
      nextAtMs: atMs,
      channelMessageId: `m_${randomBytes(30).toString("base64url")}`,
      why: null,
    },
  ]);
}
