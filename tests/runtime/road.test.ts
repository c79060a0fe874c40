/** The main road: a webhook in, a turn, a line out; the same event many times, many customers at once. */
import { afterEach, beforeEach, expect, it } from "vitest";
import { createHouse, type House } from "./house.ts";

let house: House;
beforeEach(async () => {
  house = await createHouse();
});
afterEach(() => house.close());

it("a text is answered", async () => {
  expect(await house.writes("MAGIC")).toBe(200);
  await house.idle();
  expect(house.said()).toEqual(["It works."]);
  expect((await house.journal()).map((row) => row.kind)).toEqual(["heard", "turn", "line"]);
});

it("lines of one turn arrive in their order", async () => {
  await house.writes("THREE");
  await house.idle();
  expect(house.said()).toEqual(["one", "two", "three"]);
});

it("the same message a hundred times at once, and again a day later, has one answer", async () => {
  await Promise.all(Array.from({ length: 100 }, () => house.writes("MAGIC", { mid: "same" })));
  await house.idle();
  await house.passes(24 * 3_600_000);
  await house.writes("MAGIC", { mid: "same", atMs: house.clock.nowMs() });
  await house.idle();
  expect(house.said()).toEqual(["It works."]);
});
