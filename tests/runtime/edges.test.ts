/** Edges of the road: late advertisements, other apps, opt-outs, memory that is short, a store that fails for a while. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { claimed, createHouse, type House } from "./house.ts";
import { type Fate, PAGE } from "./platform.ts";

let house: House;
beforeEach(async () => {
  house = await createHouse();
});
afterEach(() => house.close());

const ADS = `
format: 1
ads:
  - match: { ref: "boots-*" }
    campaign: Boots
    start: boots
`;
const BOOTS = `
format: 1
flow: boots
description: About the boots of the ad.
triggers: [ { keyword: [BOOTS] } ]
steps:
  - send: These boots are made for walking.
`;

describe("an advertisement", () => {
  beforeEach(async () => {
    await house.close();
    house = await createHouse({ flows: { boots: BOOTS }, files: { "flows/boots.ads.yaml": ADS } });
  });
  const referral = (atMs: number) => ({
    sender: { id: "1" },
    recipient: { id: PAGE },
    timestamp: atMs,
    referral: { ref: "boots-red", source: "ADS", type: "OPEN_THREAD", ad_id: "777" },
  });

  it("that is told just after the first text belongs to it: one turn, one answer", async () => {
    const at = house.clock.nowMs();
    await house.posts(
      { sender: { id: "1" }, recipient: { id: PAGE }, timestamp: at, message: { mid: "m1", text: "hi" } },
      referral(at + 900),
    );
    await house.idle();
    expect((await house.journal()).filter((row) => row.kind === "turn")).toHaveLength(1);
    expect((await house.conversation()).session.referral).toMatchObject({ ref: "boots-red" });
    expect(house.said()).toContain("These boots are made for walking.");
  });

  it("that a customer clicks while a person answers interrupts nobody, and is kept", async () => {
    const mei = await house.hires("ag_mei");
    await house.writes("MAGIC");
    await house.idle();
    await house.desk({ kind: "took_over", agent: mei });
    await house.posts(referral(house.clock.nowMs()));
    await house.passes(1_000);
    expect(house.said()).toEqual(["It works."]);
    expect((await house.conversation()).session.referral).toMatchObject({ ref: "boots-red" });
  });
});

describe("another app that holds the thread", () => {
  it("silences the bot until the thread is given back", async () => {
    house.platform.fates = ["not_owner"];
    await house.writes("THREE");
    await house.passes(60_000);
    expect(house.platform.asked).toEqual(["one"]);
    expect(await house.conversation()).toMatchObject({ controller: "human", agent: null });
    await house.posts({
      sender: { id: "1" },
      recipient: { id: PAGE },
      timestamp: house.clock.nowMs(),
      pass_thread_control: { new_owner_app_id: 100200300, previous_owner_app_id: 263902037430900, metadata: "" },
    });
    await house.passes(1_000);
    expect(await house.conversation()).toMatchObject({ controller: "bot" });
    await house.writes("MAGIC");
    await house.idle();
    expect(house.said()).toContain("It works.");
  });
});

describe("a customer who has opted out", () => {
  it("hears no reminder, and is still answered when they ask", async () => {
    await house.writes("REMIND");
    await house.idle();
    await house.writes("stop");
    await house.idle();
    const before = house.said().length;
    await house.passes(22 * 3_600_000);
    expect(house.said().slice(before)).not.toContain("Still interested?");
    await house.writes("MAGIC");
    await house.idle();
    expect(house.said().at(-1)).toBe("It works.");
  });
});

describe("a reminder beyond the window", () => {
  it("is not sent, and the journal says why", async () => {
    await house.close();
    house = await createHouse({
      flows: {
        late: "format: 1\nflow: late\ndescription: Too late.\ntriggers: [ { keyword: [LATE] } ]\nsteps:\n  - send: Soon.\n  - wait: 30h\n  - send: Too late.\n",
      },
    });
    await house.writes("LATE");
    await house.passes(31 * 3_600_000);
    expect(house.said()).toEqual(["Soon."]);
    expect(house.platform.asked).toEqual(["Soon."]);
    const delivery = (await house.journal()).find((row) => row.kind === "delivery");
    expect(delivery?.skeleton).toMatchObject({ state: "refused", code: "window" });
  });
});

describe("short memory", () => {
  it("forgets conversations and knows them again: nothing is lost, nothing said twice", async () => {
    await house.close();
    house = await createHouse({ liveMax: 5 });
    house.platform.fates = Array<Fate>(10).fill("500");
    for (let round = 0; round < 2; round++) {
      await Promise.all(Array.from({ length: 40 }, (_, i) => house.writes("TRACK", { from: String(i + 1) })));
      await house.passes(60_000);
      await Promise.all(Array.from({ length: 40 }, (_, i) => house.writes("cancel", { from: String(i + 1) })));
      await house.passes(60_000);
    }
    for (let i = 1; i <= 40; i++) expect(house.said(String(i)).filter((text) => text === "Which order?")).toHaveLength(2);
  });
});

describe("a store that cannot write for a while", () => {
  it("acknowledges nothing meanwhile, and what was acknowledged before is answered after", async () => {
    let broken = false;
    await house.close();
    house = await createHouse({
      guard(store) {
        const refuse = async () => {
          throw new Error("disk is full");
        };
        return new Proxy(store, {
          get: (target, name: keyof typeof store) =>
            broken && ["receive", "receiveAndDecide", "commit", "settle", "markSending", "beat"].includes(name) ? refuse : target[name],
        });
      },
    });
    await house.writes("TRACK");
    await house.idle();
    house.platform.shop = () => {
      broken = true;
      return { status: 200, body: '{"days":2}' };
    };
    await house.writes("AL-123456");
    await expect.poll(() => broken, { timeout: 5_000 }).toBe(true);
    expect(await house.writes("MAGIC", { mid: "again" })).toBe(503);
    broken = false;
    await house.passes(10_000);
    expect(await house.writes("MAGIC", { mid: "again" })).toBe(200);
    await house.passes(10_000);
    expect(house.said()).toEqual(["Which order?", "It takes 2 days.", "It works."]);
  });
});

it("an agent who answers from a queue that was transferred to another sees it go", async () => {
  await house.close();
  house = await createHouse({ bot: "  sales: { answer_within: 5m }\n" });
  const mei = await house.hires("ag_mei");
  await house.writes("person");
  await house.idle();
  const { id } = await house.ticket();
  await house.desk(claimed(id, mei));
  const moved = await house.desk({ kind: "transferred", agent: mei, queue: "sales" as never });
  expect(moved).toMatchObject({ ok: true, ticket: id });
  expect(await house.ticket()).toMatchObject({ queue: "sales", state: "waiting" });
  const late = await house.desk({ kind: "agent_said", agent: mei, message: { text: "Still me." }, clientId: "c9" });
  expect(late).toMatchObject({ ok: false });
  await house.idle();
  expect(house.said()).not.toContain("Still me.");
});
