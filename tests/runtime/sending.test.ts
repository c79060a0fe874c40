/** Sends that the platform refuses, delays, swallows or doubles: order is kept and nothing is lost in silence. */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createHouse, type House } from "./house.ts";
import { type Fate, PAGE } from "./platform.ts";

let house: House;
beforeEach(async () => {
  house = await createHouse();
});
afterEach(() => house.close());

describe("order is kept", () => {
  for (const fate of ["429", "500", "reset_before"] as Fate[]) {
    it(`when the first line meets ${fate} three times`, async () => {
      house.platform.fates = [fate, fate, fate];
      await house.writes("THREE");
      await house.idle();
      await house.passes(10 * 60_000);
      expect(house.said()).toEqual(["one", "two", "three"]);
    });
  }

  it("when an answer never comes: the reply is said again, before the lines behind it", async () => {
    await house.close();
    house = await createHouse({ timeoutMs: 300 });
    house.platform.fates = ["hang"];
    await house.writes("THREE");
    await house.passes(60_000);
    expect(house.said()).toEqual(["one", "one", "two", "three"]);
    expect(house.counts.get("lines_sent_again")).toBe(1);
  });

  it("and one customer's trouble holds nobody else", async () => {
    house.platform.fates = ["500"];
    await house.writes("THREE", { from: "1" });
    await house.idle();
    await house.writes("MAGIC", { from: "2" });
    await house.idle();
    expect(house.said("1")).toEqual([]);
    expect(house.said("2")).toEqual(["It works."]);
    await house.passes(60_000);
    expect(house.said("1")).toEqual(["one", "two", "three"]);
  });

  it("across a restart in the middle", async () => {
    const folder = mkdtempSync(join(tmpdir(), "baton-runtime-"));
    const durable = await createHouse({ path: `${folder}/store.db` });
    durable.platform.fates = ["ok", "500"];
    await durable.writes("THREE");
    await durable.idle();
    expect(durable.said()).toEqual(["one"]);
    await durable.restarts();
    await durable.passes(60_000);
    expect(durable.said()).toEqual(["one", "two", "three"]);
    await durable.close();
  });
});

describe("a permanent refusal", () => {
  it("is not tried again, is journalled, and the lines behind it go on", async () => {
    house.platform.fates = ["blocked"];
    await house.writes("THREE");
    await house.passes(60_000);
    expect(house.platform.asked).toEqual(["one", "two", "three"]);
    expect(house.said()).toEqual(["two", "three"]);
    const delivery = (await house.journal()).find((row) => row.kind === "delivery");
    expect(delivery?.skeleton).toMatchObject({ state: "refused" });
    expect(JSON.stringify(delivery?.skeleton)).toContain("blocked");
  });

  it("that says the window is closed holds for the lines behind it too, until the customer writes", async () => {
    house.platform.fates = ["window"];
    await house.writes("THREE");
    await house.passes(60_000);
    expect(house.platform.asked).toEqual(["one"]);
    await house.writes("MAGIC");
    await house.passes(1_000);
    expect(house.said()).toEqual(["It works."]);
  });
});

describe("a whole account that is refused", () => {
  it("keeps its lines, raises one alarm, and goes on by itself when it is let in again", async () => {
    house.platform.fates = ["token", "token"];
    await house.writes("THREE", { from: "1" });
    await house.idle();
    await house.writes("MAGIC", { from: "2" });
    await house.idle();
    expect(house.platform.asked).toEqual(["one"]);
    expect(house.logged.filter((line) => line.startsWith("error")).length).toBe(1);
    expect(house.counts.get("accounts_stopped")).toBe(1);
    await house.passes(10 * 60_000);
    expect(house.said("1")).toEqual(["one", "two", "three"]);
    expect(house.said("2")).toEqual(["It works."]);
  });
});

describe("a line that may have arrived", () => {
  const echo = (mid: string, metadata: string) => ({
    sender: { id: PAGE },
    recipient: { id: "1" },
    timestamp: house.clock.nowMs(),
    message: { is_echo: true, app_id: 100200300, mid, metadata, text: "" },
  });

  it("is not said again when its echo comes within seconds", async () => {
    await house.writes("MAGIC");
    await house.idle();
    await house.posts(echo(house.platform.taken[0]!.mid, house.platform.taken[0]!.metadata));
    house.platform.fates = ["reset_after"];
    await house.writes("THREE");
    await house.idle();
    expect(house.said()).toEqual(["It works.", "one"]);
    await house.posts(echo(house.platform.taken[1]!.mid, house.platform.taken[1]!.metadata));
    await house.idle();
    expect(house.said()).toEqual(["It works.", "one", "two", "three"]);
    expect(house.counts.get("lines_sent_again") ?? 0).toBe(0);
  });

  it("is waited for five seconds and no longer where echoes were seen", async () => {
    await house.writes("MAGIC");
    await house.idle();
    await house.posts(echo(house.platform.taken[0]!.mid, house.platform.taken[0]!.metadata));
    house.platform.fates = ["reset_before"];
    await house.writes("THREE");
    await house.passes(4_900);
    expect(house.said()).toEqual(["It works."]);
    await house.passes(1_000);
    expect(house.said()).toEqual(["It works.", "one", "two", "three"]);
  });

  it("is a reminder nobody asked for: then it is not said twice", async () => {
    await house.writes("REMIND");
    await house.idle();
    house.platform.fates = ["reset_after"];
    await house.passes(21 * 3_600_000 + 60_000);
    expect(house.said()).toEqual(["I will come back to you.", "Still interested?"]);
    expect((await house.journal()).filter((row) => row.kind === "delivery")).toHaveLength(1);
  });
});

describe("time", () => {
  it("a reminder comes after 21 hours, not before", async () => {
    await house.writes("REMIND");
    await house.passes(21 * 3_600_000 - 1_000);
    expect(house.said()).toEqual(["I will come back to you."]);
    await house.passes(2_000);
    expect(house.said()).toEqual(["I will come back to you.", "Still interested?"]);
  });

  it("a line that cannot go out before the window ends is given up and journalled, and later texts are answered", async () => {
    house.platform.fates = Array<Fate>(20_000).fill("429");
    await house.writes("MAGIC");
    await house.passes(25 * 3_600_000);
    house.platform.fates = [];
    await house.passes(3_600_000);
    expect(house.said()).toEqual([]);
    const delivery = (await house.journal()).find((row) => row.kind === "delivery");
    expect(delivery).toBeDefined();
    await house.writes("MAGIC");
    await house.passes(60_000);
    expect(house.said()).toEqual(["It works."]);
  }, 60_000);

  it("the account's rate is kept, and order with it", async () => {
    await house.close();
    house = await createHouse({ settings: { linesPerSecond: 2 } });
    await house.writes("THREE");
    await house.idle();
    expect(house.said()).toEqual(["one", "two"]);
    await house.passes(500);
    expect(house.said()).toEqual(["one", "two", "three"]);
  });
  it("a crowd waits for the rate in the order it came, and nobody twice", async () => {
    await house.close();
    house = await createHouse({ settings: { linesPerSecond: 50 } });
    for (let i = 1; i <= 300; i++) await house.writes("MAGIC", { from: String(i) });
    await house.passes(2_000);
    expect(house.platform.taken).toHaveLength(150);
    await house.passes(4_000);
    expect(house.platform.taken.map((one) => one.to).slice(50)).toEqual(Array.from({ length: 250 }, (_, i) => String(i + 51)));
  });
});
