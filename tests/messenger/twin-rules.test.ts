import { afterEach, describe, expect, test } from "vitest";
import { DAY_MS } from "../../adapters/messenger/limits.ts";
import type { Twin } from "../../adapters/meta/twin.ts";
import { endAll, played } from "./played.ts";
import { CUSTOMER, PAGE, TOKEN } from "./setup.ts";

afterEach(endAll);

describe("the twin keeps the platform's rules by its own record", () => {
  const refusedBy = async (
    body: Record<string, unknown> | string,
    prepare: (twin: Twin, clock: { advance(ms: number): void }) => void = (twin) => void twin.customerSays(CUSTOMER, "hi"),
    headers: Record<string, string> = {},
    query = PROOF,
  ) => {
    const { twin, clock } = await played();
    prepare(twin, clock);
    const answer = await fetch(`${twin.url}/v26.0/${PAGE}/messages${query}`, {
      method: "POST",
      headers: { authorization: `Bearer ${TOKEN}`, "content-type": "application/json", ...headers },
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
    return { status: answer.status, body: (await answer.json()) as { error?: { code: number; error_subcode?: number } } };
  };
  const PROOF = "?appsecret_proof=ba7fcfcbb305737d2558a90108c8539dc5e13bbfeb3cca3ff99628149395cc65";
  const text = (words: string, more: Record<string, unknown> = {}) => ({
    recipient: { id: CUSTOMER },
    messaging_type: "RESPONSE",
    message: { text: words },
    ...more,
  });
  const code = (answer: { body: { error?: { code: number; error_subcode?: number } } }) => [
    answer.body.error?.code,
    answer.body.error?.error_subcode,
  ];

  test("a plain line is taken", async () => {
    expect((await refusedBy(text("hi"))).status).toBe(200);
  });
  test.each<[string, Record<string, unknown> | string]>([
    ["no JSON", "{"],
    ["no recipient", { messaging_type: "RESPONSE", message: { text: "x" } }],
    ["2000 characters", text("x".repeat(2_000))],
    ["an empty text", text("")],
    ["no messaging type", { recipient: { id: CUSTOMER }, message: { text: "x" } }],
    ["a removed tag", text("x", { messaging_type: "MESSAGE_TAG", tag: "ACCOUNT_UPDATE" })],
    [
      "fourteen quick replies",
      text("x", {
        message: { text: "x", quick_replies: Array.from({ length: 14 }, () => ({ content_type: "text", title: "a", payload: "a" })) },
      }),
    ],
    [
      "four buttons",
      text("x", {
        message: {
          attachment: {
            type: "template",
            payload: {
              template_type: "button",
              text: "x",
              buttons: Array.from({ length: 4 }, () => ({ type: "postback", title: "a", payload: "a" })),
            },
          },
        },
      }),
    ],
    [
      "a card with only a title",
      text("x", { message: { attachment: { type: "template", payload: { template_type: "generic", elements: [{ title: "a" }] } } } }),
    ],
    ["metadata of 1000 characters", text("x", { message: { text: "x", metadata: "m".repeat(1_000) } })],
  ])("%s is refused as an invalid parameter", async (_what, body) => {
    expect(code(await refusedBy(body))).toEqual([100, undefined]);
  });
  test("a wrong token, a missing proof, a stranger", async () => {
    expect(code(await refusedBy(text("x"), undefined, { authorization: "Bearer other" }))).toEqual([190, undefined]);
    expect(code(await refusedBy(text("x"), undefined, {}, ""))).toEqual([100, undefined]);
    expect(code(await refusedBy(text("x", { recipient: { id: "6100000000000077" } })))).toEqual([100, 2018001]);
  });
  test("a day after the last message the window is closed, for a week a person may still answer", async () => {
    const dayLater = (twin: Twin, clock: { advance(ms: number): void }) => {
      twin.customerSays(CUSTOMER, "hi");
      clock.advance(DAY_MS);
    };
    expect(code(await refusedBy(text("x"), dayLater))).toEqual([10, 2018278]);
    const tagged = text("x", { messaging_type: "MESSAGE_TAG", tag: "HUMAN_AGENT" });
    expect((await refusedBy(tagged, dayLater)).status).toBe(200);
    const weekLater = (twin: Twin, clock: { advance(ms: number): void }) => {
      twin.customerSays(CUSTOMER, "hi");
      clock.advance(7 * DAY_MS);
    };
    expect(code(await refusedBy(tagged, weekLater))).toEqual([10, 2018278]);
  });
  test("a bare ad click opens no window", async () => {
    const clicked = (twin: Twin, clock: { advance(ms: number): void }) => {
      twin.customerSays(CUSTOMER, "hi");
      clock.advance(DAY_MS);
      twin.clicksAd(CUSTOMER);
    };
    expect(code(await refusedBy(text("x"), clicked))).toEqual([10, 2018278]);
  });
  test("someone who blocked the page receives nothing until they write", async () => {
    const { twin, say } = await played();
    twin.customerSays(CUSTOMER, "hi");
    twin.customer.blocks(CUSTOMER);
    expect(await say({ text: "x" })).toMatchObject({ kind: "never", because: "blocked" });
    twin.customerSays(CUSTOMER, "sorry");
    expect((await say({ text: "x" })).kind).toBe("sent");
  });
  test("more sends in a second than the rate are refused, and go through in the next", async () => {
    const { twin, say, clock } = await played({ ratePerSecond: 2 });
    twin.customerSays(CUSTOMER, "hi");
    expect([(await say({ text: "1" })).kind, (await say({ text: "2" })).kind]).toEqual(["sent", "sent"]);
    expect(await say({ text: "3" })).toMatchObject({ kind: "later", holds: "account" });
    clock.advance(1_000);
    expect((await say({ text: "3" })).kind).toBe("sent");
  });
});

describe("mishaps on demand", () => {
  test.each<[Parameters<Twin["fault"]>[0], string, number]>([
    ["613", "later", 0],
    ["429", "later", 0],
    ["500", "later", 0],
    ["502", "unknown", 0],
    ["reset_before", "unknown", 0],
    ["reset_after", "unknown", 1],
    ["hang", "unknown", 1],
  ])("%s: the line is %s and %d messages arrived; the next one is sent", async (kind, delivery, arrived) => {
    const { twin, say } = await played({ timeoutMs: 300 });
    twin.customerSays(CUSTOMER, "hi");
    twin.fault(kind);
    expect((await say({ text: "Hello" })).kind).toBe(delivery);
    expect(twin.thread(CUSTOMER).filter((line) => line.by === "bot")).toHaveLength(arrived);
    expect((await say({ text: "Hello" })).kind).toBe("sent");
  });
  test("after a reset the echo tells that the line had arrived", async () => {
    const { twin, say, hook } = await played();
    twin.customerSays(CUSTOMER, "hi");
    twin.fault("reset_after");
    expect((await say({ text: "Hello" })).kind).toBe("unknown");
    await twin.settled();
    expect(hook.events.find(({ event }) => event.kind === "echoed")?.event).toMatchObject({ line: "ms_01" });
  });
  test("a webhook that comes twice has one key", async () => {
    const { twin, hook } = await played();
    twin.fault("duplicate");
    twin.customerSays(CUSTOMER, "hi");
    await twin.settled();
    expect(hook.events).toHaveLength(2);
    expect(new Set(hook.events.map((one) => one.key)).size).toBe(1);
  });
  test("a webhook is overtaken by the next one", async () => {
    const { twin, hook } = await played();
    twin.fault("reorder");
    twin.customerSays(CUSTOMER, "one");
    twin.customerSays(CUSTOMER, "two");
    twin.customerSays(CUSTOMER, "three");
    await twin.settled();
    const texts = hook.events.map(({ event }) => (event.kind === "said" ? event.text : ""));
    expect([...texts].sort()).toEqual(["one", "three", "two"]);
    expect(texts).not.toEqual(["one", "two", "three"]);
  });
  test("a webhook that does not answer in time is tried again", async () => {
    const { twin, hook } = await played({ status: (number) => (number === 1 ? "hang" : 200), webhookTimeoutMs: 200 });
    twin.customerSays(CUSTOMER, "hi");
    await twin.settled();
    expect(hook.events).toHaveLength(1);
    expect(twin.counts()).toMatchObject({ delivered: 1, failed: 1 });
  });
  test("a webhook that fails is tried again while the next ones pass it", async () => {
    const { twin, hook, clock } = await played({ status: (number) => (number === 1 ? 503 : number === 3 ? "reset" : 200) });
    twin.customerSays(CUSTOMER, "one");
    twin.customerSays(CUSTOMER, "two");
    for (let at = 0; at < 40 && hook.events.length < 2; at += 1) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      clock.advance(1_000);
    }
    await twin.settled();
    expect(hook.events.map(({ event }) => (event.kind === "said" ? event.text : ""))).toEqual(["two", "one"]);
  });
  test("after an hour of failures the page is unsubscribed until we subscribe again, and what came meanwhile is lost", async () => {
    let healthy = false;
    const { twin, clock, hook } = await played({ status: () => (healthy ? 200 : 503) });
    twin.customerSays(CUSTOMER, "hi");
    for (let at = 0; at < 60 && !twin.counts().unsubscribed; at += 1) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      clock.advance(2_400_000);
    }
    await twin.settled();
    expect(twin.counts()).toMatchObject({ unsubscribed: true, delivered: 0 });
    healthy = true;
    twin.customerSays(CUSTOMER, "is anybody there?");
    const proof = "appsecret_proof=ba7fcfcbb305737d2558a90108c8539dc5e13bbfeb3cca3ff99628149395cc65";
    const apps = `${twin.url}/v26.0/${PAGE}/subscribed_apps?${proof}`;
    const headers = { authorization: `Bearer ${TOKEN}` };
    expect(await (await fetch(apps, { headers })).json()).toEqual({ data: [] });
    await fetch(apps, { method: "POST", headers });
    twin.customerSays(CUSTOMER, "hello again");
    await twin.settled();
    expect(hook.events.map(({ event }) => (event.kind === "said" ? event.text : ""))).toEqual(["hello again"]);
  });
});
