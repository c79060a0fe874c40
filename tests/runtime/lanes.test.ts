/** Lanes: what is decided when, in which order, and what happens to an event that cannot be decided at all. */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { address } from "../../model/address.ts";
import type { QueueName } from "../../model/ids.ts";
import { BOT, createHouse, type House } from "./house.ts";
import { PAGE } from "./platform.ts";

let house: House;
beforeEach(async () => {
  house = await createHouse();
});
afterEach(() => house.close());

describe("order", () => {
  it("of the platform's time holds among what waits, whatever the order of arrival", async () => {
    const at = house.clock.nowMs();
    await house.posts(
      { sender: { id: "1" }, recipient: { id: PAGE }, timestamp: at - 1_000, message: { mid: "late", text: "THREE" } },
      { sender: { id: "1" }, recipient: { id: PAGE }, timestamp: at - 2_000, message: { mid: "early", text: "MAGIC" } },
    );
    await house.idle();
    expect(house.said()).toEqual(["It works.", "one", "two", "three"]);
  });

  it("of arrival holds where the platform's clock has gone wrong", async () => {
    const at = house.clock.nowMs();
    await house.posts(
      { sender: { id: "1" }, recipient: { id: PAGE }, timestamp: at + 3_600_000, message: { mid: "one", text: "MAGIC" } },
      { sender: { id: "1" }, recipient: { id: PAGE }, timestamp: 1_000, message: { mid: "two", text: "THREE" } },
    );
    await house.idle();
    expect(house.said()).toEqual(["It works.", "one", "two", "three"]);
    for (const row of await house.journal()) expect(row.atMs).toBe(at);
  });

  it("of two hundred customers at once: each their own, none waits for another", async () => {
    await Promise.all(Array.from({ length: 200 }, (_, i) => house.writes("THREE", { from: String(i + 1) })));
    await house.idle();
    for (let i = 1; i <= 200; i++) expect(house.said(String(i))).toEqual(["one", "two", "three"]);
  });
});

describe("an event that throws", () => {
  beforeEach(async () => {
    await house.close();
    house = await createHouse({
      adapt: (adapter) => ({
        ...adapter,
        pieces(message) {
          if (message.text === "It works.") throw new Error("a broken promise");
          return adapter.pieces(message);
        },
      }),
    });
  });

  it("three times becomes a dead letter with a ticket, and the conversation goes on", async () => {
    await house.hires("ag_mei");
    await house.writes("MAGIC");
    await house.writes("anything", { from: "2" });
    await house.idle();
    expect(house.counts.get("turn_throws")).toBe(3);
    expect(house.counts.get("dead_letters")).toBe(1);
    const kinds = (await house.journal()).map((row) => row.kind);
    expect(kinds).toContain("dead");
    expect(house.said()).toHaveLength(1);
    expect(await house.ticket()).toMatchObject({ queue: "care" as QueueName, request: { code: "tool_failure" } });
    await house.writes("never mind");
    await house.idle();
    await house.writes("THREE");
    await house.idle();
    expect(house.said().slice(-3)).toEqual(["one", "two", "three"]);
  });
});

it("where even the apology throws, the event is set aside in silence and nothing spins", async () => {
  await house.close();
  let broken = true;
  house = await createHouse({
    adapt: (adapter) => ({
      ...adapter,
      pieces(message) {
        if (broken) throw new Error("everything is broken");
        return adapter.pieces(message);
      },
    }),
  });
  await house.writes("MAGIC");
  await house.idle();
  expect((await house.journal()).filter((row) => row.kind === "dead")).toHaveLength(1);
  broken = false;
  await house.writes("MAGIC");
  await house.idle();
  expect(house.said()).toEqual(["It works."]);
});

describe("a full inbox", () => {
  it("answers 503 before it stores, and takes events again once it has worked them off", async () => {
    await house.close();
    house = await createHouse({ settings: { queueDepthMax: 3 } });
    house.platform.shop = () => ({ status: 200, body: '{"days":2}', delayMs: 100 });
    await house.writes("TRACK");
    await house.idle();
    await house.writes("AL-123456");
    await new Promise((later) => setTimeout(later, 30));
    for (let i = 0; i < 3; i++) expect(await house.writes("MAGIC", { mid: `w${i}` })).toBe(200);
    expect(await house.writes("MAGIC", { mid: "too many" })).toBe(503);
    await house.idle();
    expect(await house.writes("MAGIC", { mid: "too many" })).toBe(200);
    await house.idle();
    expect(house.said().filter((text) => text === "It works.")).toHaveLength(4);
  });
});

describe("a burst of texts", () => {
  it("is answered one by one where the bot does not gather", async () => {
    await house.writes("MAGIC");
    await house.writes("MAGIC");
    await house.idle();
    expect(house.said()).toEqual(["It works.", "It works."]);
  });

  it("becomes one event where the bot gathers, and only then", async () => {
    await house.close();
    house = await createHouse({
      program: (program) => ({ ...program, bot: { ...program.bot, defaults: { ...program.bot.defaults, settleMs: 800 } } }),
    });
    await house.writes("I have");
    await house.passes(500);
    await house.writes("a question");
    await house.passes(700);
    expect((await house.journal()).map((row) => row.kind)).toEqual(["heard", "heard"]);
    await house.passes(200);
    expect((await house.journal()).filter((row) => row.kind === "turn")).toHaveLength(1);
    expect(await house.store.waiting(BOT, (await house.conversation()).id)).toEqual([]);
  });
});

describe("what the customer's profile says", () => {
  const greets = {
    nice: `
format: 1
flow: nice
description: Greets by name.
triggers: [ { keyword: [NICE] } ]
steps:
  - send: 'Hello {{ customer.first_name ?? "there" }}.'
`,
  };

  it("is known at the first answer when it comes within a second", async () => {
    await house.close();
    house = await createHouse({ flows: greets });
    await house.writes("NICE");
    await house.idle();
    expect(house.said()).toEqual(["Hello Ana."]);
    await house.writes("NICE");
    await house.idle();
    expect(house.said()).toEqual(["Hello Ana.", "Hello Ana."]);
    const { person } = await house.conversation();
    expect(await house.store.customer(BOT, person)).toMatchObject({ first_name: "Ana" });
  });

  it("keeps nobody waiting longer, and is known at the next", async () => {
    await house.close();
    house = await createHouse({ flows: greets, timeoutMs: 2_000 });
    house.platform.profileDelayMs = 200;
    await house.writes("NICE");
    house.clock.set(house.clock.nowMs() + 1_000);
    await new Promise((later) => setTimeout(later, 100));
    expect(house.said()).toEqual(["Hello there."]);
    await house.idle();
    await house.writes("NICE");
    await house.idle();
    expect(house.said()).toEqual(["Hello there.", "Hello Ana."]);
    expect(await house.store.customer(BOT, (await house.conversation()).person)).toMatchObject({ first_name: "Ana" });
  });
});

describe("what the brand's systems tell", () => {
  it("is one event however often it is told, and reaches a conversation by its address", async () => {
    await house.writes("MAGIC");
    await house.idle();
    const to = address("messenger", PAGE, "1");
    const first = await house.runtime.happened(BOT, to, "order_shipped", { number: "AL-1" }, "shipped-1");
    const again = await house.runtime.happened(BOT, to, "order_shipped", { number: "AL-1" }, "shipped-1");
    await house.idle();
    expect(first?.kind).toBe("received");
    expect(again?.kind).toBe("duplicate");
    expect((await house.journal()).filter((row) => row.kind === "heard")).toHaveLength(2);
  });
});

describe("a process that ends", () => {
  it("finishes what it has begun, and takes nothing new", async () => {
    house.platform.shop = () => ({ status: 200, body: '{"days":2}', delayMs: 100 });
    await house.writes("TRACK");
    await house.idle();
    await house.writes("AL-123456");
    const stopped = house.runtime.stop(25_000);
    expect(await house.writes("MAGIC")).toBe(503);
    await stopped;
    expect(house.said()).toEqual(["Which order?", "It takes 2 days."]);
  });

  it("in the middle of everything: the next one takes up what was acknowledged", async () => {
    await house.close();
    const folder = mkdtempSync(join(tmpdir(), "baton-lanes-"));
    house = await createHouse({ path: join(folder, "store.db") });
    await Promise.all(Array.from({ length: 20 }, (_, i) => house.writes("THREE", { from: String(i + 1) })));
    await house.restarts();
    await house.passes(60_000);
    for (let i = 1; i <= 20; i++) {
      const said = house.said(String(i));
      expect(said.filter((text, at) => text !== said[at - 1])).toEqual(["one", "two", "three"]);
    }
  });
});

it("a customer who is erased is forgotten at once, and is somebody new when they write again", async () => {
  await house.writes("RETURN");
  await house.idle();
  const { id, person } = await house.conversation();
  const erased = await house.desk({ kind: "erased", by: "ag_admin" });
  expect(erased.ok).toBe(true);
  await house.writes("MAGIC");
  await house.idle();
  expect((await house.conversation()).person).not.toBe(person);
  for (const row of await house.store.journal(BOT, id, 0, 100)) expect(row.personal).toBeNull();
  expect(house.said().at(-1)).toBe("It works.");
});
