/** Nobody who cannot prove to be a channel is heard, nobody is answered where no channel is, and no odd request ends the process. */
import { generateKeyPairSync } from "node:crypto";
import { afterEach, describe, expect, test } from "vitest";
import {
  APP,
  adapter,
  ENDORSED,
  eventsOf,
  fixture,
  fromHere,
  HAS_LIBRARY,
  openKeys,
  posted,
  request,
  token,
  tokenByPublicKey,
} from "./setup.ts";

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close();
});

async function open(options: Parameters<typeof adapter>[1] = {}) {
  const channel = await openKeys();
  const bot = adapter(channel.openIdUrl, options);
  opened.push(channel, bot);
  return { channel, bot };
}
const hello = () => fixture("message-webchat");
const AT = String(hello().serviceUrl);

describe.skipIf(!HAS_LIBRARY)("a token", () => {
  test("of the channel, for our app and for its own address lets an activity in", async () => {
    const { bot } = await open();
    const [event] = eventsOf(await posted(bot, hello()));
    expect(event).toMatchObject({
      address: { account: APP },
      event: { kind: "said", text: "hello" },
      via: "https://service.example bot@x",
    });
  });

  const nowS = Math.floor(Date.now() / 1_000);
  test.each([
    ["for another app", { aud: "99999999-0000-4000-8000-000000000000" }],
    ["of another issuer", { iss: "https://evil.example" }],
    ["that has ended", { nbf: nowS - 7_200, exp: nowS - 3_600 }],
    ["that does not hold yet", { nbf: nowS + 3_600, exp: nowS + 7_200 }],
    ["for another address", { serviceurl: "https://other.example/" }],
    ["for no address", { serviceurl: undefined }],
  ])("%s is refused", async (_what, claims) => {
    const { bot } = await open();
    expect(await posted(bot, hello(), claims)).toMatchObject({ kind: "refused", status: 401 });
  });

  test("signed by somebody else, by nobody, or with the public key as a secret is refused", async () => {
    const { bot } = await open();
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const [head, claims] = token(AT).split(".");
    const none = Buffer.from(JSON.stringify({ alg: "none", typ: "JWT" })).toString("base64url");
    for (const forged of [
      token(AT, {}, privateKey),
      tokenByPublicKey(AT),
      `${none}.${claims}.`,
      `${head}.${claims}.`,
      `${head}.${claims}`,
      "x",
      "Bearer",
      "..",
      "é.é.é",
    ]) {
      const one = request(hello(), { authorization: `Bearer ${forged}` });
      expect(await bot.prove!(one), forged.slice(0, 30)).toBe(true);
      expect(bot.receive(one), forged.slice(0, 30)).toMatchObject({ kind: "refused", status: 401 });
    }
  });

  test("of a key that speaks for other channels is refused", async () => {
    const { bot, channel } = await open();
    channel.keys.endorsements = ENDORSED.filter((one) => one !== "webchat");
    expect(await posted(bot, hello())).toMatchObject({ kind: "refused", status: 401 });
    expect(await posted(bot, { ...fixture("message-teams"), serviceUrl: AT })).toMatchObject({ kind: "events" });
  });

  test("is verified once, however much comes with it", async () => {
    const { bot, channel } = await open();
    const one = request(hello(), { authorization: `Bearer ${token(AT)}` });
    expect(await Promise.all(Array.from({ length: 50 }, () => bot.prove!(one)))).not.toContain(false);
    channel.keys.reply = { status: 500, body: {} }; // nobody is asked any more
    for (let times = 0; times < 50; times++) expect(await bot.prove!(one)).toBe(true);
    expect(bot.receive(one).kind).toBe("events");
  });

  test("that cannot be judged, since the keys cannot be had, is neither refused nor believed", async () => {
    const { bot, channel } = await open();
    const one = request(hello(), { authorization: `Bearer ${token(AT)}` });
    channel.keys.reply = { status: 503, body: {} };
    expect(await bot.prove!(one)).toBe(false);
    expect(bot.receive(one)).toMatchObject({ kind: "refused", status: 401 });
    const unreachable = adapter("http://127.0.0.1:9/openid");
    opened.push(unreachable);
    expect(await unreachable.prove!(one)).toBe(false);
  });

  test("that is right does not make us answer a host that is no channel's", async () => {
    const { bot } = await open({ serviceHosts: [] });
    for (const serviceUrl of [
      "https://evil.example/",
      "https://evil.example/.botframework.com",
      "https://botframework.com.evil.example/",
      "http://smba.trafficmanager.net/teams/",
      "https://smba.trafficmanager.net:8443/teams/",
      "https://user:secret@smba.trafficmanager.net/",
      "http://169.254.169.254/metadata",
      "file:///etc/passwd",
    ])
      expect(await posted(bot, { ...hello(), serviceUrl }), serviceUrl).toMatchObject({ kind: "refused", status: 403 });
    for (const serviceUrl of [
      "https://smba.trafficmanager.net/emea/",
      "https://webchat.botframework.com/",
      "https://directline.botframework.com",
    ])
      expect(await posted(bot, { ...hello(), serviceUrl }), serviceUrl).toMatchObject({ kind: "events" });
  });

  test("never stands in what is told of a refusal", async () => {
    const { bot } = await open();
    const bad = token(AT, { aud: "x" });
    const one = request(hello(), { authorization: `Bearer ${bad}` });
    await bot.prove!(one);
    expect(JSON.stringify(bot.receive(one))).not.toContain(bad.slice(0, 40));
  });
});

describe("without a token", () => {
  test("nobody is heard where there is an app, also not from this machine", async () => {
    const { bot } = await open();
    expect(bot.receive(request(hello()))).toMatchObject({ kind: "refused", status: 401 });
    expect(fromHere(bot, hello())).toMatchObject({ kind: "refused", status: 401 });
  });

  test("an emulator on this machine is heard where there is no app, and nobody else is", async () => {
    const { bot } = await open({ apps: [], localAccount: APP });
    const here = { ...hello(), serviceUrl: "http://localhost:50123" };
    expect(bot.receive(request(here, {}, { isFromHere: true }))).toMatchObject({ kind: "events" });
    expect(bot.receive(request(here))).toMatchObject({ kind: "refused", status: 401 });
    expect(bot.receive(request(here, {}, { isFromHere: false }))).toMatchObject({ kind: "refused", status: 401 });
    const asForm = request(here, { "content-type": "text/plain" }, { isFromHere: true }); // as a page of somebody else's could
    expect(bot.receive(asForm)).toMatchObject({ kind: "refused", status: 401 });
    const elsewhere = { ...hello(), serviceUrl: "http://10.0.0.7:80" };
    expect(bot.receive(request(elsewhere, {}, { isFromHere: true }))).toMatchObject({ kind: "refused", status: 401 });
  });
});

test("no odd body stops us or is believed, with a token or without", async () => {
  const { bot } = await open();
  const bodies = [
    "{}",
    "",
    "null",
    "[]",
    "7",
    '"x"',
    '{"type":null}',
    '{"type":{}}',
    '{"type":""}',
    "{",
    '{"type":"message"}',
    '{"__proto__":{"type":"message"}}',
  ];
  for (const body of bodies)
    for (const authorization of [undefined, `Bearer ${token(AT)}`, "Bearer x", ""]) {
      const one = request(body, authorization === undefined ? {} : { authorization });
      await bot.prove!(one);
      const received = bot.receive(one);
      expect([400, 401, 403], body).toContain(received.kind === "refused" ? received.status : 200);
    }
  expect(({} as Record<string, unknown>).type).toBeUndefined();
});
