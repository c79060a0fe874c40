/** The twin says what X says, as recorded, and enforces what X enforces. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { authorization, type Params } from "../../adapters/twitter/oauth1.ts";
import { crcAnswer } from "../../adapters/twitter/signature.ts";
import { createTwitterTwin, type TwinOptions, type TwitterTwin } from "../../adapters/twitter/twin.ts";
import { stillClock } from "../messenger/setup.ts";
import { ACCOUNT, CUSTOMER, KEYS, read, SECRET } from "./setup.ts";

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

type Hook = { url: string; bodies: Record<string, unknown>[]; crc: "right" | "wrong" | "down"; status: number };

async function set(options: Partial<TwinOptions> = {}) {
  const clock = stillClock();
  const twin = await createTwitterTwin({
    clock,
    appId: "90000009",
    consumerKey: KEYS.consumerKey,
    consumerSecret: SECRET,
    accounts: [{ userId: ACCOUNT, accessToken: KEYS.accessToken, accessSecret: KEYS.accessSecret }],
    ...options,
  });
  const hook: Hook = { url: "", bodies: [], crc: "right", status: 200 };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const token = new URL(request.url ?? "/", "http://hook.invalid").searchParams.get("crc_token");
      if (token !== null) {
        if (hook.crc === "down") return void response.writeHead(500).end();
        const answer = { response_token: hook.crc === "right" ? crcAnswer(SECRET, token) : "sha256=nonsense" };
        return void response.writeHead(200).end(JSON.stringify(answer));
      }
      if (hook.status === 200) hook.bodies.push(JSON.parse(Buffer.concat(chunks).toString("utf8")));
      response.writeHead(hook.status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  hook.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks/twitter`;
  twin.deliverTo(hook.url);
  closers.push(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
    twin.close,
  );
  let nonces = 0;
  const call = async (
    method: string,
    path: string,
    given: { json?: unknown; form?: Params; keys?: typeof KEYS; nonce?: string; atS?: number } = {},
  ) => {
    const url = `${twin.url}${path}`;
    const nonce = given.nonce ?? `n${++nonces}`;
    const atS = given.atS ?? Math.floor(clock.nowMs() / 1_000);
    const header = authorization(
      { ...(given.keys ?? KEYS), consumerSecret: SECRET },
      { method, url, params: given.form ?? [], nonce, atS },
    );
    const body =
      given.json === undefined ? (given.form ? new URLSearchParams(given.form).toString() : undefined) : JSON.stringify(given.json);
    const type = given.form ? "application/x-www-form-urlencoded" : "application/json";
    const answer = await fetch(url, {
      method,
      headers: { authorization: header, "content-type": type },
      ...(body === undefined ? {} : { body }),
    });
    const text = await answer.text();
    return { status: answer.status, body: text.startsWith("{") ? JSON.parse(text) : text, headers: answer.headers };
  };
  const send = (json: unknown, customer = CUSTOMER) => call("POST", `/2/dm_conversations/with/${customer}/messages`, { json });
  return { clock, twin, hook, call, send };
}

/** The keys of a body and the types under them. */
function shape(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, 1).map(shape);
  if (typeof value !== "object" || value === null) return value === null ? "null" : typeof value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, one]) => [key, shape(one)]),
  );
}
const recorded = (name: string) => JSON.parse(read(name));

describe("what it answers has the recorded shapes", () => {
  const withV1 = { hasV1: true };
  const asked: [string, Partial<TwinOptions>, (x: Awaited<ReturnType<typeof set>>) => Promise<{ body: unknown }>][] = [
    ["v2-dm-created", {}, ({ send }) => send({ text: "hi" })],
    [
      "v1-dm-created",
      withV1,
      ({ call }) => call("POST", "/1.1/direct_messages/events/new.json", { json: recorded("requests/v1-dm-text.json") }),
    ],
    [
      "v2-media-init",
      {},
      ({ call }) =>
        call("POST", "/2/media/upload/initialize", { json: { media_type: "image/png", total_bytes: 3, media_category: "dm_image" } }),
    ],
    ["error-403-code-453", {}, ({ call }) => call("POST", "/1.1/direct_messages/events/new.json", { json: {} })],
    ["error-403-code-349", {}, ({ send }) => send({ text: "hi" }, "4242")],
    ["error-401-code-32", {}, ({ call }) => call("GET", "/2/users/me", { keys: { ...KEYS, accessToken: "other" } })],
    [
      "v1-welcome-message-created",
      withV1,
      ({ call }) => call("POST", "/1.1/direct_messages/welcome_messages/new.json", { json: recorded("requests/v1-welcome-message.json") }),
    ],
  ];
  test.each(asked)("%s", async (name, options, ask) => {
    const x = await set(options);
    x.twin.customer.says(CUSTOMER, "hello");
    x.twin.customer.says("900000000015", "hello");
    const { body } = await ask(x);
    const expected = shape(recorded(`responses/${name}.json`)) as Record<string, unknown>;
    if (name === "v1-dm-created")
      delete (expected.event as { message_create: { message_data: Record<string, unknown> } }).message_create.message_data.entities;
    if (name === "v1-welcome-message-created") delete (expected.welcome_message as { message_data: unknown }).message_data;
    expect(shape(body)).toMatchObject(expected);
  });

  test("errors say what X says, word for word", async () => {
    const x = await set({ mayWrite: false });
    const { status, body } = await x.send({ text: "hi" });
    expect({ status, body }).toEqual({ status: 403, body: recorded("responses/error-403-code-93.json") });
    const other = await set();
    expect((await other.send({ text: "hi" }, "4242")).body).toEqual(recorded("responses/error-403-code-349.json"));
  });

  test("its events have the shapes of the recordings, in both envelopes", async () => {
    const newer = await set();
    newer.twin.customer.says(CUSTOMER, "hello");
    await newer.twin.webhook.settled();
    await newer.send({ text: "hi" });
    await newer.twin.webhook.settled();
    type Told = { direct_message_events?: unknown[]; data?: { payload: { direct_message_events: unknown[] } } };
    const eventOf = (body: Told | undefined) => shape((body?.data?.payload ?? body)?.direct_message_events?.[0]);
    const [received, sent] = newer.hook.bodies;
    expect(eventOf(received)).toEqual(eventOf(recorded("xaa-dm-received.json")));
    expect(eventOf(sent)).toEqual(eventOf(recorded("xaa-dm-sent.json")));
    const older = await set({ envelope: "account_activity" });
    older.twin.customer.says(CUSTOMER, "hello");
    await older.twin.webhook.settled();
    expect(eventOf(older.hook.bodies[0])).toEqual(eventOf(recorded("dm-text-received.json")));
    expect(older.hook.bodies[0]).toMatchObject({ for_user_id: ACCOUNT, users: { [CUSTOMER]: { screen_name: expect.any(String) } } });
  });
});

describe("what it enforces", () => {
  test("a signature of another secret, a nonce used twice and a clock gone wrong are refused", async () => {
    const x = await set();
    const me = (given: Parameters<typeof x.call>[2]) => x.call("GET", "/2/users/me", given);
    expect((await me({ nonce: "a" })).status).toBe(200);
    expect((await me({ nonce: "a" })).status).toBe(401);
    expect((await me({ keys: { ...KEYS, accessSecret: "guessed" } })).body.errors[0].code).toBe(32);
    expect((await me({ atS: Math.floor(x.clock.nowMs() / 1_000) - 3_600 })).body.errors[0].code).toBe(135);
  });

  test("nobody is written to who has not written first", async () => {
    const x = await set();
    expect((await x.send({ text: "hi" })).status).toBe(403);
    x.twin.customer.says(CUSTOMER, "hello");
    expect((await x.send({ text: "hi" })).status).toBe(201);
    x.twin.customer.acceptsFollowedOnly(CUSTOMER);
    expect((await x.send({ text: "hi" })).body).toEqual(recorded("responses/error-403-code-150.json"));
  });

  test("fifteen sends in a quarter of an hour, told in the headers; the sixteenth is refused", async () => {
    const x = await set();
    x.twin.customer.says(CUSTOMER, "hello");
    for (let left = 14; left >= 0; left--) {
      const { headers } = await x.send({ text: "hi" });
      expect(headers.get("x-rate-limit-limit")).toBe("15");
      expect(headers.get("x-rate-limit-remaining")).toBe(String(left));
    }
    const refused = await x.send({ text: "hi" });
    expect({ status: refused.status, body: refused.body }).toEqual({ status: 429, body: recorded("responses/error-429-code-88.json") });
    x.clock.advance(15 * 60_000);
    expect((await x.send({ text: "hi" })).status).toBe(201);
  });

  test("messages that v2 does not know, or that are too long, are refused", async () => {
    const x = await set({ sends: { quarter: 100, day: 100 } });
    x.twin.customer.says(CUSTOMER, "hello");
    for (const json of [
      {},
      { text: "" },
      { text: "hi", quick_reply: {} },
      { text: "hi", attachments: [{ media_id: "1" }, { media_id: "2" }] },
    ])
      expect((await x.send(json)).status, JSON.stringify(json)).toBe(400);
    expect((await x.send({ text: "x".repeat(10_001) })).body.errors[0].code).toBe(354);
    expect((await x.send({ text: "x".repeat(10_000) })).status).toBe(201);
    expect((await x.send({ text: "hi", attachments: [{ media_id: "1" }] })).body.errors[0].code).toBe(325);
  });

  test("an address that fails its check gets nothing, until a check succeeds", async () => {
    const x = await set();
    x.hook.crc = "wrong";
    x.twin.customer.says(CUSTOMER, "lost");
    await x.twin.webhook.settled();
    expect(x.twin.webhook.state()).toMatchObject({ valid: false, delivered: 0, lost: 1 });
    x.hook.crc = "right";
    x.twin.customer.says(CUSTOMER, "lost too");
    await x.twin.webhook.settled();
    expect(x.hook.bodies).toEqual([]);
    expect(await x.twin.webhook.check()).toBe(true);
    x.twin.customer.says(CUSTOMER, "heard");
    await x.twin.webhook.settled();
    expect(x.hook.bodies).toHaveLength(1);
  });

  test("a webhook that was good is checked each hour: trouble is forgiven for a day, a wrong answer is not", async () => {
    const x = await set();
    const says = async (text: string) => {
      x.twin.customer.says(CUSTOMER, text);
      await x.twin.webhook.settled();
    };
    await says("one");
    x.hook.crc = "down";
    x.clock.advance(2 * 3_600_000);
    await says("two");
    expect(x.hook.bodies).toHaveLength(2);
    x.hook.crc = "wrong";
    x.clock.advance(2 * 3_600_000);
    await says("three");
    expect(x.twin.webhook.state()).toMatchObject({ valid: false });
    expect(x.hook.bodies).toHaveLength(2);
  });

  test("what is not taken comes again three times, and is lost after that", async () => {
    const x = await set();
    x.hook.status = 503;
    x.twin.customer.says(CUSTOMER, "hello");
    const slowly = { timeout: 20_000 };
    const after30s = (count: "failed" | "delivered") => () => {
      x.clock.advance(30_000);
      return x.twin.webhook.state()[count];
    };
    await expect.poll(after30s("failed"), slowly).toBeGreaterThanOrEqual(3);
    x.hook.status = 200;
    await expect.poll(after30s("delivered"), slowly).toBe(1);
    expect(x.hook.bodies).toHaveLength(1);
  });

  test("a refresh token has one use", async () => {
    const oauth2 = { clientId: "client", clientSecret: "secret", refreshToken: "first", livesMs: 7_200_000 };
    const { twin } = await set({ oauth2 });
    const refresh = (token: string) => refreshAt(twin, token);
    const first = await refresh("first");
    expect(first.status).toBe(200);
    expect((await refresh("first")).status).toBe(400);
    expect((await refresh(first.body.refresh_token)).status).toBe(200);
  });
});

async function refreshAt(twin: TwitterTwin, token: string) {
  const answer = await fetch(`${twin.url}/2/oauth2/token`, {
    method: "POST",
    headers: {
      authorization: `Basic ${Buffer.from("client:secret").toString("base64")}`,
      "content-type": "application/x-www-form-urlencoded",
    },
    body: new URLSearchParams({ grant_type: "refresh_token", refresh_token: token }).toString(),
  });
  return { status: answer.status, body: (await answer.json()) as { refresh_token: string } };
}
