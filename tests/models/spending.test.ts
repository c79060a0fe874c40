/** What asking costs: counted in the store with the answer, limited by conversation, day and brand, and known again after a restart. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import nock from "nock";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createMessengerAdapter } from "../../adapters/messenger/adapter.ts";
import { createRanker } from "../../answers/match.ts";
import { address } from "../../model/address.ts";
import type { BotName } from "../../model/ids.ts";
import { SPENT_IN_ALL, type Store, spentOfConversation, spentOfDay } from "../../model/store.ts";
import { createRuntime, type Runtime } from "../../runtime/runtime.ts";
import { createVirtualClock } from "../../server/clock.ts";
import { createCountedIds } from "../../server/ids.ts";
import { openSqliteStore } from "../../stores/sqlite.ts";
import { APP_ID, APP_SECRET, createPlatform, PAGE, type Platform, webhook } from "../runtime/platform.ts";
import { type AnthropicTwin, anthropicTwin, streamed, understanding } from "./anthropic-twin.ts";
import { anthropicAnswerer, hasSdk, shopProgram } from "./shop.ts";

const BOT = "shop" as BotName;
const USED = { input_tokens: 1_000, output_tokens: 100, cache_read_input_tokens: 2_000, cache_creation_input_tokens: 500 };
/** claude-haiku-5-5: 1000 × 0.10 + 100 × 0.50 + 2000 × 0.01 + 500 × 0.125 dollars for a million. */
const COST = Math.ceil(100 + 50 + 20 + 62.5);
const DAY = "2026-03-02";

let folder: string;
let twin: AnthropicTwin;
let platform: Platform;
let store: Store;
let runtime: Runtime;
let adapter: ReturnType<typeof createMessengerAdapter>;
const clock = createVirtualClock(Date.UTC(2026, 2, 2, 10));
const ids = createCountedIds();
let mids = 0;

async function start(answers: string): Promise<void> {
  const program = shopProgram(answers);
  const ranker = createRanker(program);
  store = await openSqliteStore({
    path: join(folder, "b.db"),
    clock,
    ids,
    process: { id: ids.next("pr"), pid: process.pid, host: "test" },
  });
  runtime = createRuntime({
    bots: [
      {
        name: BOT,
        programs: { newest: program, named: () => program },
        accounts: [{ account: PAGE, adapter }],
        answerer: anthropicAnswerer(),
      },
    ],
    store,
    clock,
    ids,
    log: () => {},
    rank: (_program, text) => ranker(text),
    metrics: { count() {}, observe() {} },
    pollMs: null,
  });
  await runtime.start();
}

async function stop(): Promise<void> {
  await runtime.stop(0);
  await store.close();
}

async function writes(text: string, from = "1"): Promise<void> {
  const message = { mid: `in_${++mids}`, text };
  const { body, headers } = webhook({ sender: { id: from }, recipient: { id: PAGE }, timestamp: clock.nowMs(), message });
  await runtime.receive(BOT, adapter, { method: "POST", url: "/webhooks/messenger", headers, body, receivedAtMs: clock.nowMs() });
  await runtime.idle();
}

beforeEach(async () => {
  nock.disableNetConnect();
  nock.enableNetConnect("127.0.0.1");
  folder = mkdtempSync(join(tmpdir(), "baton-spending-"));
  twin = anthropicTwin();
  platform = await createPlatform();
  adapter = createMessengerAdapter({
    accounts: [{ pageId: PAGE, pageToken: "t" }],
    appId: APP_ID,
    appSecrets: [APP_SECRET],
    verifyToken: "v",
    apiUrl: platform.url,
    clock,
    timeoutMs: 5_000,
  });
});
afterEach(async () => {
  await stop().catch(() => undefined);
  await adapter.close();
  await platform.close();
  twin.close();
  nock.enableNetConnect();
  rmSync(folder, { recursive: true });
});

it.skipIf(!hasSdk)("is written with the answer, by conversation, day and brand, and is known after a restart", async () => {
  await start("{ anthropic: claude-haiku-5-5, limits: { day: { tokens: 8000 } } }");
  twin.says(understanding({ choice: "faq/gift_wrap" }), USED);
  await writes("anything pretty for grandma");
  const one = { tokens: 3_600, micros: COST, asks: 1 };
  const conversation = (await store.find(BOT, address("messenger", PAGE, "1")))!;
  for (const scope of [spentOfConversation(conversation), spentOfDay(DAY), SPENT_IN_ALL])
    expect(await store.spent(BOT, scope), scope).toMatchObject(one);
  await stop();

  await start("{ anthropic: claude-haiku-5-5, limits: { day: { tokens: 8000 } } }");
  twin.says(understanding({ choice: "faq/gift_wrap" }), USED);
  await writes("something lovely for grandpa", "2");
  expect(await store.spent(BOT, spentOfDay(DAY))).toMatchObject({ tokens: 7_200, asks: 2 });
  await writes("anything pretty for an aunt", "3"); // 8000 would be passed: nobody is asked
  expect(twin.sent).toHaveLength(2);
  expect(await store.spent(BOT, SPENT_IN_ALL)).toMatchObject({ asks: 2 });
});

describe.skipIf(!hasSdk)("limits", () => {
  it.each([
    ["tokens of a conversation", "{ conversation: { tokens: 4000 } }", "1", 1],
    ["money of a conversation", "{ conversation: { money: 0.0008 } }", "1", 1],
    ["time of the day", "{ day: { time: 7s } }", "2", 0], // one ask may take 8
    ["money of the brand", "{ brand: { money: 0.0008 } }", "2", 1],
    ["tokens of another conversation", "{ conversation: { tokens: 4000 } }", "2", 2],
  ])("a limit of %s holds", async (_what, limits, from, asked) => {
    await start(`{ anthropic: claude-haiku-5-5, limits: ${limits} }`);
    twin.answers(() => streamedUse(), true);
    await writes("anything pretty for grandma", "1");
    await writes("something lovely for grandpa", from);
    expect(twin.sent).toHaveLength(asked);
  });
});

it.skipIf(!hasSdk)("an ask whose answer died with the process counts at its worst and is not asked again", async () => {
  const answers = "{ anthropic: claude-haiku-5-5, timeout: 2s }";
  await start(answers);
  twin.staysSilent(10_000);
  const message = { mid: `in_${++mids}`, text: "anything pretty for grandma" };
  const { body, headers } = webhook({ sender: { id: "1" }, recipient: { id: PAGE }, timestamp: clock.nowMs(), message });
  await runtime.receive(BOT, adapter, { method: "POST", url: "/webhooks/messenger", headers, body, receivedAtMs: clock.nowMs() });
  await store.close(); // the process is gone before anything came back
  await start(answers);
  await runtime.idle();
  const { tokens, asks } = await store.spent(BOT, spentOfDay(DAY));
  expect(asks).toBe(1);
  expect(tokens).toBeGreaterThan(1_000);
  expect(platform.taken.map(({ text }) => text).join()).not.toBe(""); // the customer has an answer all the same
});

const streamedUse = () => streamed(understanding({ choice: "faq/gift_wrap" }), USED);
