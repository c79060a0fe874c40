/** The played Instagram keeps the platform's rules, tells what the platform tells in its recorded shapes, and our own words are known without a mark. */
import { afterEach, describe, expect, test } from "vitest";
import { createInstagramTwin } from "../../adapters/instagram/twin.ts";
import { appsecretProof } from "../../adapters/meta/signature.ts";
import type { Twin, TwinOptions } from "../../adapters/meta/twin.ts";
import type { Delivery } from "../../model/delivery.ts";
import type { Envelope } from "../../model/event.ts";
import type { Message } from "../../model/message.ts";
import { listen } from "../channels/house.ts";
import { stillClock } from "../messenger/setup.ts";
import { ACCOUNT, APP, adapter, CUSTOMER, fixture, outbound, SECRET, TOKEN } from "./setup.ts";

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close();
});

const DAY_MS = 86_400_000;

async function played(options: Partial<TwinOptions> = {}) {
  const clock = stillClock();
  const pages = [{ pageId: ACCOUNT, pageToken: TOKEN }];
  const twin = await createInstagramTwin({ clock, appId: APP, appSecret: SECRET, pages, ...options });
  const to = adapter({ apiUrl: twin.url, clock, timeoutMs: 1_000 });
  const bodies: Record<string, unknown>[] = [];
  const events: Envelope[] = [];
  const hook = await listen(({ method, url, headers, body }) => {
    const received = to.receive({ method, url, headers, body: Buffer.from(body), receivedAtMs: clock.nowMs() });
    if (received.kind !== "events") return { status: 401, body: "" };
    bodies.push(JSON.parse(body));
    events.push(...received.events);
    return { status: 200, body: "" };
  });
  twin.deliverTo(`${hook.url}/webhooks/instagram`);
  opened.push(hook, twin, to);
  const say = (message: Message, more: Parameters<typeof outbound>[1] = {}): Promise<Delivery> =>
    to.send(outbound(clock.nowMs(), { message, ...more }));
  return { twin, to, clock, say, bodies, events };
}

test("our own words come back without a mark, and are known by their id; a person's are not", async () => {
  const { twin, to, say, events, bodies } = await played();
  twin.customerSays(CUSTOMER, "hello");
  await say({ text: "our answer" });
  const inbox = twin.pageInboxSays(CUSTOMER, "I take it from here");
  await twin.settled();
  const echoes = events.flatMap(({ event }) => (event.kind === "person_spoke" ? [event] : []));
  expect(echoes.map((one) => to.own!.knows(ACCOUNT as never, one.messageId))).toEqual([true, false]);
  expect(echoes[1]!.messageId).toBe(inbox);
  expect(to.own!.isLike(echoes[0]!.message, { text: "our  answer" })).toBe(true);
  expect(to.own!.isLike(echoes[1]!.message, { text: "our answer" })).toBe(false);
  expect(shape(bodies[1])).toEqual(shape(recorded("echo-text.json")));
});

test.each<[string, (twin: Twin, say: (message: Message) => Promise<unknown>) => unknown]>([
  ["message-text.json", (twin) => twin.customerSays(CUSTOMER, "hi")],
  ["message-image.json", (twin) => twin.sendsAttachment(CUSTOMER, "image")],
  ["message-inline-reply.json", (twin) => twin.customer.says(CUSTOMER, "hi", { replyTo: "aWdfX" })],
  ["postback-ice-breaker.json", (twin) => twin.customer.startsWith(CUSTOMER, "LOCATION", "Where?")],
  ["message-referral-ads.json", (twin) => twin.clicksAd(CUSTOMER, { ref: "a", pictureUrl: "p", videoUrl: "v" }, "Hi")],
  ["referral-igme.json", (twin) => twin.clicksLink(CUSTOMER, "bio-link")],
  ["reaction-love.json", (twin) => twin.reacts(CUSTOMER, "love", "aWdfX")],
  ["message-edit.json", (twin) => twin.customer.edits(CUSTOMER, "aWdfX", "hi")],
  [
    "message-quick-reply.json",
    async (twin, say) => {
      twin.customerSays(CUSTOMER, "hi");
      await say({ text: "x", choices: [{ title: "Yes", payload: "YES" }] });
      twin.taps(CUSTOMER, "Yes");
    },
  ],
  [
    "seen.json",
    async (twin, say) => {
      twin.customerSays(CUSTOMER, "hi");
      await say({ text: "x" });
      twin.customer.reads(CUSTOMER);
    },
  ],
])("what it tells has the recorded shape: %s", async (name, act) => {
  const { twin, say, bodies } = await played();
  await act(twin, say);
  await twin.settled();
  // A line that quotes is marked as such on pages only.
  expect(shape(recorded(name))).toMatchObject(without("is_self_reply", shape(bodies.at(-1))) as object);
});

test("a customer's profile is told in Instagram's own fields, and read as a first and a last name", async () => {
  const { twin, to } = await played();
  twin.customerSays(CUSTOMER, "hi");
  twin.name(CUSTOMER, { first_name: "Ana", last_name: "Pérez Gil" });
  expect(await to.profile!(outbound(0).address)).toEqual({ first_name: "Ana", last_name: "Pérez Gil" });
});

describe("its rules are the platform's", () => {
  test("a text of 1000 bytes goes out, Chinese among it; one more is refused, and our adapter never sends it", async () => {
    const { twin, to, say } = await played();
    twin.customerSays(CUSTOMER, "hi");
    expect(await say({ text: "山".repeat(333) })).toMatchObject({ kind: "sent" });
    expect(await say({ text: "山".repeat(334) })).toMatchObject({ kind: "never", because: "content" });
    for (const piece of to.pieces({ text: "山脊靴到货。".repeat(300) })) expect(await say(piece)).toMatchObject({ kind: "sent" });
  });

  test("a telephone number is no button there: it is written out, and the rest stays", async () => {
    const { twin, to, say } = await played();
    twin.customerSays(CUSTOMER, "hi");
    const buttons = [
      { title: "Call us", phone: "+15550100" },
      { title: "Hours", payload: "HOURS" },
    ];
    const [piece] = to.pieces({ text: "How?", buttons });
    expect(piece).toEqual({ text: "How?\n\nCall us: +15550100", buttons: [{ title: "Hours", payload: "HOURS" }] });
    expect(await say(piece!)).toMatchObject({ kind: "sent" });
    const [card, text] = to.pieces({ cards: [{ title: "Shop", subtitle: "Oslo", buttons }] });
    expect([card, text]).toEqual([{ cards: [{ title: "Shop", subtitle: "Oslo", buttons: [buttons[1]] }] }, { text: "Call us: +15550100" }]);
  });

  test("after a day only a person may write, tagged, and after a week nobody", async () => {
    const { twin, say, clock } = await played();
    twin.customerSays(CUSTOMER, "hi");
    const heard = { marks: { openings: { message: clock.nowMs() }, heardAtMs: clock.nowMs(), spent: 0 } };
    clock.advance(DAY_MS + 1);
    expect(await say({ text: "bot" }, heard)).toMatchObject({ kind: "never", because: "window" });
    expect(await say({ text: "person" }, { ...heard, by: "agent" })).toMatchObject({ kind: "sent" });
    expect(twin.thread(CUSTOMER).at(-1)).toMatchObject({ text: "person", tag: "HUMAN_AGENT" });
    clock.advance(6 * DAY_MS);
    expect(await say({ text: "person" }, { ...heard, by: "agent" })).toMatchObject({ kind: "never", because: "window" });
  });

  test("a window that the platform says is closed, in its own code", async () => {
    const { twin, say, clock } = await played();
    twin.customerSays(CUSTOMER, "hi");
    clock.advance(DAY_MS + 1);
    const refused = await say({ text: "bot" }, { marks: { openings: { message: clock.nowMs() }, heardAtMs: clock.nowMs(), spent: 0 } });
    expect(refused).toMatchObject({ kind: "never", because: "window", why: expect.stringContaining("2534022") });
  });
});

test("the manifest's menu and ice breakers are set on the account, and those that somebody set there stay", async () => {
  const { twin, to, events } = await played();
  const entries = [
    { title: "Track my parcel, wherever it may be now", payload: "baton:link:track" },
    { title: "Our site", url: "https://shop.example" },
  ];
  expect(await to.publishMenu!(ACCOUNT as never, entries, "Menu")).toMatchObject({ kind: "sent" });
  const choices = [{ title: "Where is my order?", payload: "baton:link:track" }];
  for (let times = 0; times < 2; times++) expect(await to.publishWelcome!(ACCOUNT as never, { choices })).toMatchObject({ kind: "sent" });
  const [parcel, site] = twin.phones.menu();
  expect(parcel).toMatchObject({ title: "Track my parcel, wherever it…", option: { kind: "reply" } });
  expect(site).toMatchObject({ option: { kind: "link", url: "https://shop.example" } });
  expect(twin.phones.taps(CUSTOMER, parcel!.option!.id)).toBe(true);
  await twin.settled();
  expect(events.at(-1)).toMatchObject({ opens: "postback", event: { kind: "tapped", payload: "baton:link:track" } });
  const theirs = {
    platform: "instagram",
    ice_breakers: [{ locale: "default", call_to_actions: [{ question: "Hi?", payload: "THEIRS" }] }],
  };
  await fetch(`${twin.url}/v26.0/me/messenger_profile?platform=instagram&appsecret_proof=${appsecretProof(SECRET, TOKEN)}`, {
    method: "POST",
    headers: { authorization: `Bearer ${TOKEN}` },
    body: JSON.stringify(theirs),
  });
  expect(await to.publishWelcome!(ACCOUNT as never, { choices })).toMatchObject({ kind: "never", because: "not_owner" });
});

function recorded(name: string): unknown {
  return JSON.parse(fixture(name).toString("utf8"));
}

/** The keys of a body and the types under them. */
function shape(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shape);
  if (typeof value === "object" && value !== null) return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, shape(one)]));
  return typeof value;
}

function without(key: string, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((one) => without(key, one));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).flatMap(([name, one]) => (name === key ? [] : [[name, without(key, one)] as const])));
}
