import { afterEach, describe, expect, test } from "vitest";
import type { Outbound } from "../../model/adapter.ts";
import { address } from "../../model/address.ts";
import type { LineId } from "../../model/ids.ts";
import { endAll, played } from "./played.ts";
import { CUSTOMER, NOW_MS, PAGE } from "./setup.ts";

afterEach(endAll);

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

    expect(hook.bodies[0]).toMatch(/^[ -~]+$/); // as the platform writes it: ASCII, slashes escaped
    expect(hook.bodies[0]).toContain("caf\\u00e9 \\ud83d\\udc4d https:\\/\\/example.com\\/a");
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
      [{ kind: "happened", name: "get_started", fields: { payload: "GET_STARTED" }, referral }, "ad_message"],
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
    const fromBrowser = await fetch(`${twin.url}/_twin/say`, {
      method: "POST",
      body: "text=x",
      headers: { origin: "https://evil.example" },
    });
    expect(fromBrowser.status).toBe(403);
    await ask("fault", "kind=613");
    expect((await say({ text: "x" })).kind).toBe("later");
  });
});
