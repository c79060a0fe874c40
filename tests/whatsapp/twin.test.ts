/** The played WhatsApp keeps the platform's rules, tells what the platform tells in its recorded shapes, and remembers. */
import { afterEach, describe, expect, test } from "vitest";
import type { Twin } from "../../adapters/meta/twin.ts";
import { createWhatsappTwin, type WhatsappTwinOptions } from "../../adapters/whatsapp/twin.ts";
import type { Delivery } from "../../model/delivery.ts";
import type { Envelope } from "../../model/event.ts";
import type { LineId } from "../../model/ids.ts";
import type { Message } from "../../model/message.ts";
import { listen } from "../channels/house.ts";
import { stillClock } from "../messenger/setup.ts";
import { APP, adapter, BUSINESS, CUSTOMER, fixture, NUMBER, outbound, response, SECRET, sign, TOKEN } from "./setup.ts";

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close();
});

const DAY_MS = 86_400_000;

async function played(options: Partial<WhatsappTwinOptions> = {}) {
  const clock = stillClock();
  const numbers = [{ phoneNumberId: NUMBER, token: TOKEN }];
  const twin = await createWhatsappTwin({ clock, appId: APP, appSecret: SECRET, numbers, businessId: BUSINESS, ...options });
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
  twin.deliverTo(`${hook.url}/webhooks/whatsapp`);
  opened.push(hook, twin, to);
  const say = (message: Message, more: Parameters<typeof outbound>[1] = {}): Promise<Delivery> =>
    to.send(outbound(clock.nowMs(), { message, ...more }));
  return { twin, to, clock, say, bodies, events, kinds: () => events.map(({ event }) => event.kind) };
}

test("a text comes in, an answer goes out, and its way is told: sent with our mark, delivered, read with the next word", async () => {
  const { twin, say, events, kinds, bodies } = await played();
  twin.customerSays(CUSTOMER, "hello");
  const answer = await say({ text: "Hi!" }, { line: "ms_7" as LineId });
  twin.customerSays(CUSTOMER, "thanks");
  await twin.settled();
  expect(answer).toMatchObject({ kind: "sent" });
  expect(kinds()).toEqual(["said", "echoed", "echoed", "delivered", "echoed", "read", "said"]);
  expect(events[1]!.event).toEqual({ kind: "echoed", messageId: (answer as { channelMessageId: string }).channelMessageId, line: "ms_7" });
  expect(new Set(events.filter(({ event }) => event.kind === "echoed").map(({ key }) => key)).size).toBe(1); // stored once
  expect(shape(bodies[0])).toEqual(shape(recorded("message-text.json")));
});

describe("what it tells has the recorded shapes", () => {
  const acts: [string, (twin: Twin, say: (message: Message) => Promise<unknown>) => unknown][] = [
    ["message-text-reply.json", (twin) => twin.customer.says(CUSTOMER, "hi", { replyTo: "wamid.X" })],
    ["message-image.json", (twin) => twin.sendsAttachment(CUSTOMER, "image", "https://a.example")],
    ["message-reaction.json", (twin) => twin.reacts(CUSTOMER, "👍", "wamid.X")],
    ["message-text-ctwa-referral.json", (twin) => twin.clicksAd(CUSTOMER, { pictureUrl: "https://a.example" }, "hi")],
    ["message-edited.json", (twin) => twin.customer.edits(CUSTOMER, "wamid.X", "hi")],
    ["smb-message-echo.json", (twin) => twin.pageInboxSays(CUSTOMER, "hi")],
    ["user-preferences-stop.json", (twin) => twin.customer.optsIn(CUSTOMER, { stop: true })],
    [
      "message-interactive-button-reply.json",
      async (twin, say) => {
        twin.customerSays(CUSTOMER, "hi");
        await say({ text: "Pick", choices: [{ title: "A", payload: "a" }] });
        twin.taps(CUSTOMER, "A");
      },
    ],
    [
      "message-interactive-list-reply.json",
      async (twin, say) => {
        twin.customerSays(CUSTOMER, "hi");
        await say({ text: "Pick", choices: ["A", "B", "C", "D"].map((title) => ({ title, payload: title })) });
        twin.taps(CUSTOMER, "D");
      },
    ],
    [
      "status-failed-window.json",
      async (twin, say) => {
        twin.customerSays(CUSTOMER, "hi");
        twin.fault("fails_later");
        await say({ text: "Hi" });
      },
    ],
  ];
  test.each(acts)("%s", async (name, act) => {
    const { twin, say, bodies } = await played();
    await act(twin, say);
    await twin.settled();
    const expected = shape(recorded(name)) as Record<string, unknown>;
    // What is optional in the recording (a caption, a row's description) the twin need not say; what it says must be there.
    expect(expected).toMatchObject(shape(bodies.at(-1)) as Record<string, unknown>);
  });
});

describe("its rules are the platform's", () => {
  const post = async (twin: Twin, body: unknown, token = TOKEN, proof = true) => {
    const { appsecretProof } = await import("../../adapters/meta/signature.ts");
    const query = proof ? `?appsecret_proof=${appsecretProof(SECRET, token)}` : "";
    const answer = await fetch(`${twin.url}/v26.0/${NUMBER}/messages${query}`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify({ messaging_product: "whatsapp", to: `+${CUSTOMER}`, ...(body as object) }),
    });
    return { status: answer.status, body: (await answer.json()) as { error?: { code: number } } };
  };
  const text = (body: string) => ({ type: "text", text: { body } });
  const buttons = (titles: string[]) => ({
    type: "interactive",
    interactive: {
      type: "button",
      body: { text: "x" },
      action: { buttons: titles.map((title, at) => ({ type: "reply", reply: { id: String(at), title } })) },
    },
  });

  test.each<[string, unknown, number | null]>([
    ["a text", text("hi"), null],
    ["a text that is too long", text("x".repeat(4_097)), 100],
    ["an empty text", text(" "), 100],
    ["a number without its plus sign", { ...text("hi"), to: CUSTOMER }, 100],
    ["four buttons", buttons(["A", "B", "C", "D"]), 100],
    ["two buttons that read the same", buttons(["A", "A"]), 100],
    ["a button of 21 characters", buttons(["x".repeat(21)]), 100],
    ["a file that nobody put up", { type: "image", image: { id: "1" } }, 100],
    ["a mark that is too long", { ...text("hi"), biz_opaque_callback_data: "x".repeat(513) }, 100],
    ["a template with a line break in a value", template(["a\nb"]), 132000],
    ["a template that is not approved", template([], "other"), 132001],
    ["a template with a value too many", template(["a", "b"]), 132000],
    ["a template", template(["Ana"]), null],
  ])("%s", async (_what, body, code) => {
    const { twin } = await played({ templates: [{ name: "boots", language: "en", body: "Hi {{1}}, your boots are in." }] });
    twin.customerSays(CUSTOMER, "hi");
    const answer = await post(twin, body);
    expect(answer.body.error?.code ?? null).toBe(code);
  });

  function template(values: string[], name = "boots") {
    const parameters = values.map((value) => ({ type: "text", text: value }));
    const components = parameters.length > 0 ? [{ type: "body", parameters }] : [];
    return { type: "template", template: { name, language: { code: "en" }, components } };
  }

  test("a token that is not its own, and a call without proof, are refused in the recorded words", async () => {
    const { twin } = await played();
    expect(await post(twin, text("hi"), "theirs")).toMatchObject(withoutTrace(response("error-190-token")));
    expect((await post(twin, text("hi"), TOKEN, false)).body.error?.code).toBe(100);
  });

  test("outside the window only a template is taken, and a person's words are not either", async () => {
    const { twin, clock, say } = await played();
    twin.customerSays(CUSTOMER, "hi");
    clock.advance(DAY_MS + 1);
    expect(await post(twin, text("hi"))).toMatchObject(withoutTrace(response("error-131047-window")));
    const outside = { name: "boots", language: "en", values: ["Ana"] };
    const closed = { marks: { openings: { message: 1 }, heardAtMs: 1, spent: 0 } };
    expect(await say({ text: "Hi", outside }, { ...closed, by: "agent" })).toMatchObject({ kind: "sent" });
    expect(twin.thread(CUSTOMER).at(-1)).toMatchObject({ by: "bot", text: "[boots] Ana", tag: "template" });
  });

  test("after 45 messages to one customer that customer waits, and another does not", async () => {
    const { twin, say, clock } = await played();
    for (const customer of [CUSTOMER, "15550100077"]) twin.customerSays(customer, "hi");
    for (let sent = 0; sent < 45; sent++) expect(await say({ text: `line ${sent}` })).toMatchObject({ kind: "sent" });
    expect(await say({ text: "one more" })).toMatchObject({ kind: "later", holds: "line", retryAfterMs: 1_000 });
    const other = { ...outbound(0).address, customer: "15550100077" as never };
    expect(await say({ text: "hello" }, { address: other })).toMatchObject({ kind: "sent" });
    clock.advance(6_000);
    expect(await say({ text: "one more" })).toMatchObject({ kind: "sent" });
  });

  test("a number that sends too fast waits as a whole; blocked is blocked until they write", async () => {
    const { twin, say } = await played({ ratePerSecond: 1 });
    twin.customerSays(CUSTOMER, "hi");
    expect(await say({ text: "1" })).toMatchObject({ kind: "sent" });
    expect(await say({ text: "2" })).toMatchObject({ kind: "later", holds: "account" });
    const again = await played();
    again.twin.customerSays(CUSTOMER, "hi");
    again.twin.customer.blocks(CUSTOMER);
    expect(await again.say({ text: "1" })).toMatchObject({ kind: "never", because: "blocked" });
    again.twin.customerSays(CUSTOMER, "hi again");
    expect(await again.say({ text: "1" })).toMatchObject({ kind: "sent" });
  });

  test.each(["190", "613", "429", "500", "502", "reset_before", "reset_after", "hang"] as const)("on demand: %s", async (kind) => {
    const { twin, say } = await played();
    twin.customerSays(CUSTOMER, "hi");
    twin.fault(kind);
    const outcome = await say({ text: "Hi" });
    const expected = { "190": "stopped", "613": "later", "429": "later", "500": "later" }[kind as string] ?? "unknown";
    expect(outcome.kind).toBe(expected);
    await twin.settled();
    const arrived = twin.thread(CUSTOMER).filter((line) => line.by === "bot").length;
    expect(arrived).toBe(kind === "reset_after" || kind === "hang" ? 1 : 0);
  });
});

test("files go both ways by id and token", async () => {
  const PNG = Buffer.from("89504e470d0a1a0a", "hex");
  const { twin, to, clock, events } = await played();
  const fetchBytes = async (url: string): Promise<Buffer | null> => {
    const asked = await to.fileRequest!(url);
    const answer = await fetch(url, { headers: asked?.headers ?? {} });
    return answer.ok ? Buffer.from(await answer.arrayBuffer()) : null;
  };
  const own = adapter({
    apiUrl: twin.url,
    clock,
    fetchBytes: async (url) => (url.startsWith("https://a.example") ? PNG : fetchBytes(url)),
  });
  opened.push(own);
  twin.sendsAttachment(CUSTOMER, "image");
  await twin.settled();
  expect(await own.send(outbound(clock.nowMs(), { message: { image: { url: "https://a.example/a.png" } } }))).toMatchObject({
    kind: "sent",
  });
  const said = events[0]!.event as { attachments: { id: string }[] };
  const media = adapter({
    apiUrl: twin.url,
    clock,
    fetchBytes: async (url) => {
      const answer = await fetch(url, { headers: (await media.fileRequest!(url))?.headers ?? {} });
      return answer.ok ? Buffer.from(await answer.arrayBuffer()) : null;
    },
  });
  opened.push(media);
  expect((await media.media!(NUMBER as never, said.attachments[0]!.id))?.subarray(1, 4).toString()).toBe("PNG");
  expect((await fetch(`${twin.url}/_files/${said.attachments[0]!.id}`)).status).toBe(401);
});

test("webhooks that nobody takes come again, for days and not for an hour, and doubled or overtaken when asked for", async () => {
  let taken = 0;
  const clock = stillClock();
  const numbers = [{ phoneNumberId: NUMBER, token: TOKEN }];
  const twin = await createWhatsappTwin({ clock, appId: APP, appSecret: SECRET, numbers, businessId: BUSINESS });
  const hook = await listen(({ headers, body }) => {
    expect(headers["x-hub-signature-256"]).toBe(sign(body));
    return { status: ++taken > 3 ? 200 : 500, body: "" };
  });
  opened.push(hook, twin);
  twin.deliverTo(`${hook.url}/webhooks/whatsapp`);
  twin.customerSays(CUSTOMER, "hi");
  const tick = async (ms: number, count: number) => {
    clock.advance(ms);
    await expect.poll(() => taken, { timeout: 10_000 }).toBeGreaterThanOrEqual(count);
  };
  await expect.poll(() => taken, { timeout: 10_000 }).toBeGreaterThanOrEqual(2);
  await tick(1_000, 3);
  await tick(5_000, 4);
  await twin.settled();
  expect(twin.counts()).toMatchObject({ delivered: 1, unsubscribed: false, waiting: 0 });
  twin.fault("duplicate");
  twin.customerSays(CUSTOMER, "again");
  await twin.settled();
  expect(twin.counts().delivered).toBe(3);
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

function withoutTrace({ status, body }: { status: number; body: Record<string, unknown> }) {
  const { fbtrace_id: _theirs, ...error } = body.error as Record<string, unknown>;
  return { status, body: { error } };
}
