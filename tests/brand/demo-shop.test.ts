import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type DemoShop, startDemoShop } from "../../server/demo-shop.ts";

describe("the shop that comes with the demo", () => {
  let shop: DemoShop;
  beforeAll(async () => {
    shop = await startDemoShop();
  });
  afterAll(() => shop.close());

  const get = (path: string, init?: RequestInit) => fetch(`${shop.url}${path}`, init);
  const post = (path: string, body: unknown, key = "") =>
    get(path, {
      method: "POST",
      headers: { "content-type": "application/json", ...(key === "" ? {} : { "idempotency-key": key }) },
      body: typeof body === "string" ? body : JSON.stringify(body),
    });

  it.each([
    ["AL-100001", "on_the_way"],
    ["AL-100002", "delivered"],
    ["al-100004", "packed"],
    ["AL-100005", "delayed"],
  ])("knows %s, which is %s", async (number, status) => {
    const answer = await get(`/orders/${number}`);
    expect([answer.status, await answer.json()]).toEqual([200, expect.objectContaining({ status, currency: "USD" })]);
  });

  it("does not know other numbers, nor paths that are none", async () => {
    for (const path of ["/orders/AL-999999", "/orders/%ZZ", "/orders/..%2F..%2Fetc", "/", "/orders/__proto__"])
      expect((await get(path)).status).toBe(404);
  });

  it("fails for one order, and never answers for another", async () => {
    expect((await get("/orders/AL-500500")).status).toBe(500);
    await expect(get("/orders/AL-504504", { signal: AbortSignal.timeout(200) })).rejects.toThrow();
  });

  it("makes one return for one key, however often it is asked", async () => {
    const asked = { number: "AL-100002", reason: "small", wish: "refund" };
    const first = (await (await post("/returns", asked, "k1")).json()) as { reference: string };
    const again = (await (await post("/returns", asked, "k1")).json()) as { reference: string };
    const other = (await (await post("/returns", asked, "k2")).json()) as { reference: string };
    expect(again).toEqual(first);
    expect(other.reference).not.toBe(first.reference);
    expect((await post("/returns", { ...asked, number: "AL-999999" })).status).toBe(404);
  });

  it("refuses what is no JSON object, and what is far too long", async () => {
    expect((await post("/messages", "{")).status).toBe(400);
    expect((await post("/messages", "[]")).status).toBe(400);
    expect((await post("/messages", { message: "x".repeat(100_000) })).status).toBe(413);
    expect((await post("/messages", { topic: "message", message: "hello" })).status).toBe(201);
  });
});
