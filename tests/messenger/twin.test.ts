import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { createMessengerAdapter, type MessengerAdapter } from "../../adapters/messenger/adapter.ts";
import { DAY_MS } from "../../adapters/messenger/limits.ts";
import { createMessengerTwin, type Twin, type TwinOptions } from "../../adapters/messenger/twin.ts";
import type { Outbound, Received } from "../../model/adapter.ts";
import { address } from "../../model/address.ts";
import type { Envelope } from "../../model/event.ts";
import type { LineId } from "../../model/ids.ts";
import { CUSTOMER, fixture, NOW_MS, OUR_APP, outbound, PAGE, response, SECRET, stillClock, TOKEN } from "./setup.ts";

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close();
});

type Hook = { url: string; bodies: string[]; events: Envelope[]; refusals: number; close(): Promise<void> };

/** A webhook that reads with the real receiver; `status` may refuse. */
async function webhook(
  messenger: () => MessengerAdapter,
  clock: { nowMs(): number },
  status: (number: number) => number | "reset",
): Promise<Hook> {
  const hook: Hook = { url: "", bodies: [], events: [], refusals: 0, close: async () => {} };
  let number = 0;
  const server: Server = createServer((request, answer) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks);
      const given = status(++number);
      if (given === "reset") return void request.socket.resetAndDestroy();
      if (given === 200) {
        const received: Received = messenger().receive({
          method: "POST",
          url: "/",
          headers: request.headers,
          body,
          receivedAtMs: clock.nowMs(),
        });
        if (received.kind !== "events") hook.refusals += 1;
        else {
          hook.bodies.push(body.toString("utf8"));
          hook.events.push(...received.events);
        }
      }
      answer.writeHead(given).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  hook.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks/messenger`;
  hook.close = async () => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await closed;
  };
  return hook;
}

async function played(options: Partial<TwinOptions> & { status?: (number: number) => number | "reset"; timeoutMs?: number } = {}) {
  const { status, timeoutMs, ...more } = options;
  const clock = stillClock();
  const twin = await createMessengerTwin({
    clock,
    appId: OUR_APP,
    appSecret: SECRET,
    pages: [{ pageId: PAGE, pageToken: TOKEN }],
    ...more,
  });
  const messenger = createMessengerAdapter({
    accounts: [{ pageId: PAGE, pageToken: TOKEN }],
    appId: OUR_APP,
    appSecrets: [SECRET],
    verifyToken: "mytoken",
    apiUrl: twin.url,
    clock,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  });
  const hook = await webhook(() => messenger, clock, status ?? (() => 200));
  twin.deliverTo(hook.url);
  opened.push(hook, twin, messenger);
  const say = (message: Outbound["message"], extra: Partial<Outbound> = {}) =>
    messenger.send(
      outbound({
        message,
        nowMs: clock.nowMs(),
        marks: { openings: { message: clock.nowMs() }, heardAtMs: clock.nowMs(), spent: 0 },
        ...extra,
      }),
    );
  const kinds = () => hook.events.map(({ event }) => (event.kind === "happened" ? event.name : event.kind));
  return { twin, messenger, hook, clock, say, kinds };
}

describe("a conversation with the twin", () => {
  test("the customer writes, the bot answers, both see it, and the echo proves it", async () => {
    const { twin, hook, say, kinds } = await played();
    twin.customerSays(CUSTOMER, "café 👍 https://example.com/a");
    await twin.settled();
    expect(hook.events[0]).toMatchObject({
      opens: "message",
      atMs: NOW_MS,
      event: { kind: "said", text: "café 👍 https://example.com/a" },
    });

    const delivery = await say({ text: "Hello!", choices: [{ title: "Green", payload: "PICK_GREEN" }] });
    expect(delivery.kind).toBe("sent");
    await twin.settled();
    const channelMessageId = delivery.kind === "sent" ? delivery.channelMessageId : null;
    expect(hook.events[1]?.event).toEqual({ kind: "echoed", messageId: channelMessageId, line: "ms_01" });
    expect(hook.events[2]?.event).toMatchObject({ kind: "delivered", messageIds: [channelMessageId] });

    expect(twin.taps(CUSTOMER, "Green")).toBe(true);
    await twin.settled();
    expect(kinds()).toEqual(["said", "echoed", "delivered", "read", "said"]);
    expect(hook.events[4]?.event).toMatchObject({ text: "Green", payload: "PICK_GREEN" });
    expect(twin.thread(CUSTOMER).map((line) => [line.by, line.text])).toEqual([
      ["customer", "café 👍 https://example.com/a"],
      ["bot", "Hello!"],
      ["customer", "Green"],
    ]);
    expect(hook.refusals).toBe(0);
  });

  test("quick replies are gone after the next message, buttons never", async () => {
    const { twin, say } = await played();
    twin.customerSays(CUSTOMER, "hi");
    await say({ text: "Pick", choices: [{ title: "Green", payload: "G" }] });
    await say({ text: "Or", buttons: [{ title: "Track", payload: "TRACK" }] });
    expect(twin.taps(CUSTOMER, "Green")).toBe(false);
    await say({ text: "Anything else?" });
    expect(twin.taps(CUSTOMER, "Track")).toBe(true);
    expect(twin.taps(CUSTOMER, "Nothing of ours")).toBe(false);
    await twin.settled();
  });

  test("an ad opens a new thread by Get Started, with a text, or re-enters one", async () => {
    const { twin, hook } = await played();
    const ad = {
      adId: "120200000000000009",
      title: "Ridge boots",
      ref: "spring",
      productId: "77",
      pictureUrl: "https://example.com/r.jpg",
    };
    const referral = { source: "ADS", adId: ad.adId, adTitle: ad.title, ref: "spring", productId: "77", pictureUrl: ad.pictureUrl };
    twin.clicksAd("6100000000000010", ad);
    twin.clicksAd("6100000000000011", ad, "Is it in stock?");
    twin.clicksAd("6100000000000010", ad);
    await twin.settled();
    expect(hook.events.map(({ event, opens }) => [event, opens])).toMatchObject([
      [{ kind: "tapped", payload: "GET_STARTED", referral }, "ad_message"],
      [{ kind: "said", text: "Is it in stock?", referral }, "ad_message"],
      [{ kind: "referred", referral }, "ad_click"],
    ]);
  });

  test("a person in the page's inbox is heard as a person", async () => {
    const { twin, hook } = await played();
    twin.customerSays(CUSTOMER, "hi");
    twin.pageInboxSays(CUSTOMER, "I will take it from here.");
    await twin.settled();
    expect(hook.events.at(-1)?.event).toMatchObject({
      kind: "person_spoke",
      app: "263902037430900",
      message: { text: "I will take it from here." },
    });
  });

  test("where a default app is set the inbox takes the thread, we only listen, and our sends are refused", async () => {
    const { twin, hook, say, messenger } = await played({ routing: true });
    twin.customerSays(CUSTOMER, "hi");
    expect((await say({ text: "Hello" })).kind).toBe("sent");
    twin.pageInboxSays(CUSTOMER, "Mei here");
    expect(await say({ text: "me too" })).toMatchObject({ kind: "never", because: "not_owner" });
    twin.customerSays(CUSTOMER, "thanks Mei");
    await twin.settled();
    expect(hook.events.slice(-4).map(({ event }) => event)).toMatchObject([
      { kind: "thread_taken", app: "263902037430900" },
      { kind: "person_spoke" },
      { kind: "ignored", what: "read" },
      { kind: "ignored", what: "message" },
    ]);
    twin.customer.pageInboxPasses(CUSTOMER, "refund done");
    await twin.settled();
    expect(hook.events.at(-1)?.event).toEqual({ kind: "thread_given", from: "263902037430900", note: "refund done" });
    expect((await say({ text: "Back again" })).kind).toBe("sent");
    expect((await messenger.passThread(address("messenger", PAGE, CUSTOMER), "263902037430900")).kind).toBe("sent");
    expect(await say({ text: "no more" })).toMatchObject({ because: "not_owner" });
    expect((await messenger.takeThread(address("messenger", PAGE, CUSTOMER))).kind).toBe("sent");
  });

  test("the adapter's pieces of a rich message are all taken", async () => {
    const { twin, messenger, say } = await played();
    twin.customerSays(CUSTOMER, "show me everything");
    const rich: Outbound["message"] = {
      text: "A long story. ".repeat(300),
      image: { url: "https://example.com/a.jpg" },
      buttons: [
        { title: "Track", payload: "T" },
        { title: "Shop", url: "https://example.com" },
        { title: "Call", phone: "+15550100" },
      ],
      cards: Array.from({ length: 12 }, (_, at) => ({
        title: `Card ${at}`.repeat(20),
        subtitle: "x",
        buttons: [{ title: "Buy", payload: `B${at}` }],
      })),
      choices: Array.from({ length: 15 }, (_, at) => ({ title: `Choice number ${at} of fifteen`, payload: `${at}` })),
    };
    const pieces = messenger.pieces(rich);
    for (const [at, piece] of pieces.entries()) expect(await say(piece, { line: `ms_${at}` as LineId })).toMatchObject({ kind: "sent" });
    expect(twin.thread(CUSTOMER).filter((line) => line.by === "bot")).toHaveLength(pieces.length);
  });

  test("typing, seen and the profile", async () => {
    const { twin, messenger } = await played({ profile: () => ({ first_name: "Ana", locale: "zh_TW", timezone: 8 }) });
    const to = address("messenger", PAGE, CUSTOMER);
    expect(await messenger.profile?.(to)).toBeNull();
    twin.customerSays(CUSTOMER, "hi");
    await messenger.signal?.(to, "typing");
    await messenger.signal?.(to, "seen");
    expect(twin.threadState(CUSTOMER)).toMatchObject({ typing: true, seenAtMs: NOW_MS });
    expect(await messenger.profile?.(to)).toEqual({ first_name: "Ana", language: "zh-TW", country: "TW", timezone: "Etc/GMT-8" });
  });
});

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
  test("after an hour of failures the page is unsubscribed, as the platform does it", async () => {
    const { twin, clock } = await played({ status: () => 503 });
    twin.customerSays(CUSTOMER, "hi");
    for (let at = 0; at < 60 && !twin.counts().unsubscribed; at += 1) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      clock.advance(2_400_000);
    }
    await twin.settled();
    expect(twin.counts()).toMatchObject({ unsubscribed: true, delivered: 0 });
  });
});

describe("a terminal can play the customer", () => {
  test("say, tap, ad, inbox, thread", async () => {
    const { twin, say, hook } = await played();
    const ask = async (path: string, body?: string) => {
      const answer = await fetch(`${twin.url}/_twin/${path}`, body === undefined ? {} : { method: "POST", body });
      return { status: answer.status, body: (await answer.json()) as { lines?: { by: string; text: string }[] } };
    };
    expect((await ask("")).status).toBe(200);
    expect((await ask("say", "text=hello%20there")).status).toBe(200);
    await say({ text: "Pick", buttons: [{ title: "Track", payload: "T" }] });
    expect((await ask("tap", '{"what":"Track"}')).status).toBe(200);
    expect((await ask("tap", "what=Nothing")).status).toBe(404);
    expect((await ask("say", "")).status).toBe(400);
    expect((await ask("nonsense", "")).status).toBe(404);
    await ask("ad", "psid=6100000000000033&title=Ridge+boots&product_id=77&text=In+stock%3F");
    await ask("inbox", "text=Mei+here");
    await twin.settled();
    expect((await ask("thread")).body.lines).toMatchObject([
      { by: "customer", text: "hello there" },
      { by: "bot", text: "Pick" },
      { by: "customer", text: "Track" },
      { by: "inbox", text: "Mei here" },
    ]);
    expect(hook.events.find(({ address }) => address.customer === "6100000000000033")?.event).toMatchObject({
      kind: "said",
      text: "In stock?",
      referral: { adTitle: "Ridge boots", productId: "77" },
    });
    await ask("fault", "kind=613");
    expect((await say({ text: "x" })).kind).toBe("later");
  });
});

describe("what the twin says has the recorded shapes", () => {
  /** The keys of a body and the types under them; what is optional there is compared only where the twin says it. */
  function shape(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(shape);
    if (typeof value === "object" && value !== null)
      return Object.fromEntries(
        Object.entries(value)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([key, one]) => [key, shape(one)]),
      );
    return value === null ? "null" : typeof value;
  }

  const acts: [string, (twin: Twin, say: (message: Outbound["message"]) => Promise<unknown>) => unknown, (events: unknown[]) => unknown][] =
    [
      ["message-text.json", (twin) => twin.customerSays(CUSTOMER, "hi"), (bodies) => bodies[0]],
      [
        "message-text-quick-reply.json",
        async (twin, say) => {
          twin.customerSays(CUSTOMER, "hi");
          await say({ text: "x", choices: [{ title: "A", payload: "A" }] });
          twin.taps(CUSTOMER, "A");
        },
        (bodies) => bodies.at(-1),
      ],
      ["message-reply-to.json", (twin) => twin.customer.says(CUSTOMER, "hi", { replyTo: "m_1" }), (bodies) => bodies[0]],
      ["message-image.json", (twin) => twin.sendsAttachment(CUSTOMER, "image"), (bodies) => bodies[0]],
      ["message-audio.json", (twin) => twin.sendsAttachment(CUSTOMER, "audio"), (bodies) => bodies[0]],
      ["message-sticker.json", (twin) => twin.sendsAttachment(CUSTOMER, "sticker"), (bodies) => bodies[0]],
      [
        "message-with-ads-referral.json",
        (twin) => twin.clicksAd(CUSTOMER, { ref: "a", productId: "1", flowId: "1", pictureUrl: "p", videoUrl: "v" }, "hi"),
        (bodies) => bodies[0],
      ],
      [
        "postback-button.json",
        async (twin, say) => {
          twin.customerSays(CUSTOMER, "hi");
          await say({ text: "x", buttons: [{ title: "A", payload: "A" }] });
          twin.taps(CUSTOMER, "A");
        },
        (bodies) => bodies.at(-1),
      ],
      ["postback-get-started.json", (twin) => twin.customer.startsWith(CUSTOMER, "GET_STARTED"), (bodies) => bodies[0]],
      ["postback-get-started-shortlink.json", (twin) => twin.clicksLink(CUSTOMER, "flyer"), (bodies) => bodies[0]],
      [
        "referral-shortlink.json",
        (twin) => {
          twin.customerSays(CUSTOMER, "hi");
          twin.clicksLink(CUSTOMER, "flyer");
        },
        (bodies) => bodies.at(-1),
      ],
      [
        "referral-ads-minimal.json",
        (twin) => {
          twin.customerSays(CUSTOMER, "hi");
          twin.clicksAd(CUSTOMER);
        },
        (bodies) => bodies.at(-1),
      ],
      [
        "reaction-react.json",
        async (twin, say) => {
          twin.customerSays(CUSTOMER, "hi");
          await say({ text: "x" });
          twin.reacts(CUSTOMER);
        },
        (bodies) => bodies.at(-1),
      ],
      ["message-edit.json", (twin) => twin.customer.edits(CUSTOMER, twin.customerSays(CUSTOMER, "hi"), "ho"), (bodies) => bodies.at(-1)],
      ["optin-send-to-messenger.json", (twin) => twin.customer.optsIn(CUSTOMER, { ref: "x" }), (bodies) => bodies.at(-1)],
      [
        "echo-text-own-app.json",
        async (twin, say) => {
          twin.customerSays(CUSTOMER, "hi");
          await say({ text: "x" });
        },
        (bodies) => bodies[1],
      ],
      [
        "echo-template-button.json",
        async (twin, say) => {
          twin.customerSays(CUSTOMER, "hi");
          await say({ text: "x", buttons: [{ title: "A", url: "https://example.com" }] });
        },
        (bodies) => bodies[1],
      ],
      [
        "echo-image.json",
        async (twin, say) => {
          twin.customerSays(CUSTOMER, "hi");
          await say({ image: { url: "https://example.com/a.jpg" } });
        },
        (bodies) => bodies[1],
      ],
      ["echo-text-page-inbox.json", (twin) => twin.pageInboxSays(CUSTOMER, "Mei here"), (bodies) => bodies[0]],
      [
        "read.json",
        async (twin, say) => {
          twin.customerSays(CUSTOMER, "hi");
          await say({ text: "x" });
          twin.customer.reads(CUSTOMER);
        },
        (bodies) => bodies.at(-1),
      ],
      ["pass-thread-control-from-inbox.json", (twin) => twin.customer.pageInboxPasses(CUSTOMER, "done"), (bodies) => bodies[0]],
    ];
  test.each(acts)("%s", async (name, act, pick) => {
    const { twin, hook, say } = await played();
    await act(twin, say);
    await twin.settled();
    const told = pick(hook.bodies.map((body) => JSON.parse(body)));
    expect(shape(told)).toEqual(shape(JSON.parse(fixture(name).toString("utf8"))));
  });

  test("its answers are the recorded ones", async () => {
    const { twin } = await played();
    twin.customerSays(CUSTOMER, "hi");
    const proof = "?appsecret_proof=ba7fcfcbb305737d2558a90108c8539dc5e13bbfeb3cca3ff99628149395cc65";
    const ask = async (edge: string, body?: unknown, token = TOKEN) => {
      const init = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
      const answer = await fetch(`${twin.url}/v26.0/${edge}${edge.includes("?") ? proof.replace("?", "&") : proof}`, {
        ...init,
        headers: { authorization: `Bearer ${token}` },
      });
      return { status: answer.status, body: await answer.json() };
    };
    const line = { recipient: { id: CUSTOMER }, messaging_type: "RESPONSE", message: { text: "x" } };
    const same = async (name: string, answer: Promise<{ status: number; body: unknown }>) => {
      const { fbtrace_id: _ours, ...ours } = ((await answer).body as { error?: Record<string, unknown> }).error ?? {};
      const { fbtrace_id: _theirs, ...theirs } = (response(name).body as { error?: Record<string, unknown> }).error ?? {};
      expect(ours).toEqual(theirs);
      expect((await answer).status).toBe(response(name).status);
      if (Object.keys(theirs).length === 0) expect(shape((await answer).body)).toEqual(shape(response(name).body));
    };
    await same("send-success", ask(`${PAGE}/messages`, line));
    await same("sender-action-success", ask(`${PAGE}/messages`, { recipient: { id: CUSTOMER }, sender_action: "typing_on" }));
    await same("error-100-no-matching-user", ask(`${PAGE}/messages`, { ...line, recipient: { id: "1" } }));
    await same("error-100-invalid-parameter", ask(`${PAGE}/messages`, { ...line, message: {} }));
    await same("error-190-invalid-token", ask(`${PAGE}/messages`, line, "other"));
    await same("error-27-take-control-blocked", ask(`${PAGE}/take_thread_control`, { recipient: { id: CUSTOMER } }));
    await same("thread-control-success", ask(`${PAGE}/release_thread_control`, { recipient: { id: CUSTOMER } }));
    await same("thread-owner-idle", ask(`${PAGE}/thread_owner?recipient=${CUSTOMER}`));
    await same("subscribed-apps-success", ask(`${PAGE}/subscribed_apps`, {}));
    twin.fault("613");
    await same("error-613-rate-limit", ask(`${PAGE}/messages`, line));
    twin.fault("500");
    await same("error-2-temporary", ask(`${PAGE}/messages`, line));
  });
});
