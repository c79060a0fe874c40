/** Work outside: actions that answer, fail, hang or come back late, and a conversation that never hangs on them. */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createHouse, type House } from "./house.ts";

let house: House;
beforeEach(async () => {
  house = await createHouse();
});
afterEach(() => house.close());

const json =
  (value: unknown, status = 200) =>
  () => ({ status, body: JSON.stringify(value) });

async function asksForOrder(text = "AL-123456"): Promise<void> {
  await house.writes("TRACK");
  await house.idle();
  await house.writes(text);
  await house.idle();
}

it("the answer of the shop reaches the customer", async () => {
  house.platform.shop = json({ days: 3, more: "is left out" });
  await asksForOrder();
  expect(house.said()).toEqual(["Which order?", "It takes 3 days."]);
  expect(house.platform.shopCalls).toHaveLength(1);
  expect(house.platform.shopCalls[0]!.path).toBe("/shop/orders/AL-123456");
});

describe("what goes wrong has a name", () => {
  const cases: [name: string, code: string, answer: House["platform"]["shop"], calls: number][] = [
    ["an order nobody knows", "not_found", json({}, 404), 1],
    ["a request refused", "refused", json({}, 422), 1],
    ["a server in trouble, asked three times", "failed", json({}, 500), 3],
    ["an answer of another shape", "bad_answer", json({ days: "three" }), 1],
    ["an answer that is no JSON", "bad_answer", () => ({ status: 200, body: "<html>" }), 1],
    ["an answer of more than a megabyte", "bad_answer", () => ({ status: 200, body: `"${"x".repeat(1_100_000)}"` }), 1],
    ["a redirect, which is not followed", "bad_answer", () => ({ status: 302, body: "", headers: { location: "/shop/orders/other" } }), 1],
  ];
  for (const [name, code, answer, calls] of cases) {
    it(name, async () => {
      house.platform.shop = answer;
      await asksForOrder();
      await house.passes(2_000);
      expect(house.said()).toEqual(["Which order?", `The shop is silent: ${code}.`]);
      expect(house.platform.shopCalls).toHaveLength(calls);
      expect(new Set(house.platform.shopCalls.map((call) => call.key)).size).toBe(1);
    });
  }
});

it("what happens only once is never tried a second time", async () => {
  house.platform.shop = json({}, 500);
  await house.writes("STORNO");
  await house.passes(5_000);
  expect(house.platform.shopCalls).toHaveLength(1);
  expect(house.said()).toEqual(["Not cancelled: failed.", "That is all."]);
});

it("texts that come while a call is out wait behind it, and are answered after it in their order", async () => {
  house.platform.shop = () => ({ status: 200, body: '{"days":2}', delayMs: 150 });
  await house.writes("TRACK");
  await house.idle();
  await house.writes("AL-123456");
  await house.writes("MAGIC");
  await house.writes("THREE");
  await house.idle();
  expect(house.said()).toEqual(["Which order?", "It takes 2 days.", "It works.", "one", "two", "three"]);
});

it("a claim takes no longer because a call is out; its result only fills the slots", async () => {
  const mei = await house.hires("ag_mei");
  house.platform.shop = () => ({ status: 200, body: '{"days":2}', delayMs: 200 });
  await house.writes("TRACK");
  await house.idle();
  await house.writes("AL-123456");
  await new Promise((later) => setTimeout(later, 50));
  const took = await house.desk({ kind: "took_over", agent: mei });
  expect(took.ok).toBe(true);
  expect(house.platform.shopCalls).toHaveLength(1);
  await house.idle();
  await house.passes(5_000);
  expect(house.said()).toEqual(["Which order?"]);
  const { session } = await house.conversation();
  expect(JSON.stringify(session.stack)).toContain('"order":{"days":2}');
});

it("a function of the brand answers like a server", async () => {
  await house.close();
  house = await createHouse({
    program(program) {
      const find = program.actions.get("orders.find")!;
      const { http: _http, ...rest } = find;
      program.actions.set("orders.find", { ...rest, module: { path: "actions/orders.ts", name: "find" } });
      return program;
    },
    callFunction: async (module, input, about) => {
      expect(module).toEqual({ path: "actions/orders.ts", name: "find" });
      expect(about.idempotencyKey).toMatch(/^ca_/);
      if (input.number === "AL-000000") throw new Error("no");
      return { days: 7 };
    },
  });
  await asksForOrder();
  expect(house.said()).toEqual(["Which order?", "It takes 7 days."]);
  await asksForOrder("AL-000000");
  await house.passes(5_000);
  expect(house.said().at(-1)).toBe("The shop is silent: failed.");
});

describe("a process that dies with a call out", () => {
  let folder: string;
  beforeEach(async () => {
    await house.close();
    folder = mkdtempSync(join(tmpdir(), "baton-calls-"));
    house = await createHouse({ path: join(folder, "store.db") });
    house.platform.shop = () => ({ status: 200, body: '{"days":4,"done":true}', delayMs: 300 });
  });

  it("reads again after the restart", async () => {
    await house.writes("TRACK");
    await house.idle();
    await house.writes("AL-123456");
    await new Promise((later) => setTimeout(later, 60));
    await house.restarts();
    await house.idle();
    expect(house.said()).toEqual(["Which order?", "It takes 4 days."]);
    expect(house.platform.shopCalls).toHaveLength(2);
  });

  it("does not cancel twice, and says that it does not know", async () => {
    await house.writes("STORNO");
    await new Promise((later) => setTimeout(later, 60));
    await house.restarts();
    await house.passes(10_000);
    expect(house.platform.shopCalls).toHaveLength(1);
    expect(house.said()).toEqual(["Not cancelled: in_doubt.", "That is all."]);
  });
});
