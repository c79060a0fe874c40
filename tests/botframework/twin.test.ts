/** The played Bot Service is no fantasy: it answers as documented, and a bot on Bot Framework's own SDK takes it for the real one. */
import { createServer } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test, vi } from "vitest";
import { type BotFrameworkFault, type BotFrameworkTwin, createBotFrameworkTwin } from "../../adapters/botframework/twin.ts";
import { createVirtualClock, systemClock } from "../../server/clock.ts";
import { APP, HAS_LIBRARY, NOW_MS, response, SECRET } from "./setup.ts";

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  vi.restoreAllMocks();
  for (const one of opened.splice(0).reverse()) await one.close();
});

const ANA = { person: "ana" };
const CONVERSATION = encodeURIComponent("webchat-ana|played");
async function open(options: Partial<Parameters<typeof createBotFrameworkTwin>[0]> = {}): Promise<BotFrameworkTwin> {
  const twin = await createBotFrameworkTwin({ clock: systemClock, appId: APP, secret: SECRET, signs: true, ...options });
  opened.push(twin);
  return twin;
}
const signIn = async (twin: BotFrameworkTwin, more: Record<string, string> = {}, tenant = "botframework.com") => {
  const form = {
    grant_type: "client_credentials",
    client_id: APP,
    client_secret: SECRET,
    scope: "https://api.botframework.com/.default",
    ...more,
  };
  const answer = await fetch(`${twin.url}/${tenant}/oauth2/v2.0/token`, { method: "POST", body: new URLSearchParams(form) });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
};
const post = async (twin: BotFrameworkTwin, activity: unknown, token: string | null, conversation = CONVERSATION, channel = "webchat") => {
  const headers: Record<string, string> = {
    "content-type": "application/json",
    ...(token === null ? {} : { authorization: `Bearer ${token}` }),
  };
  const url = `${twin.serviceUrl(channel)}v3/conversations/${conversation}/activities`;
  const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify(activity) });
  return { status: answer.status, body: await answer.json() };
};
const keysOf = (value: unknown): unknown =>
  typeof value === "object" && value !== null
    ? Object.fromEntries(Object.entries(value).map(([key, one]) => [key, keysOf(one)]))
    : typeof value;

test("signing in is answered as Azure answers it", async () => {
  const clock = createVirtualClock(NOW_MS);
  const twin = await open({ clock });
  const given = await signIn(twin);
  expect(given.status).toBe(200);
  expect(Object.keys(response("token").body as object)).toEqual(expect.arrayContaining(Object.keys(given.body)));
  for (const [name, more, tenant] of [
    ["token-invalid-client", { client_secret: "wrong" }, undefined],
    ["token-unknown-app", { client_id: "another" }, undefined],
  ] as const) {
    const refused = await signIn(twin, more, tenant);
    const { status, body } = response(name) as { status: number; body: Record<string, unknown> };
    expect(refused.status).toBe(status);
    expect(refused.body).toMatchObject({ error: body.error, error_codes: body.error_codes });
  }
  expect((await signIn(twin, {}, "elsewhere")).body.error_codes).toEqual([90002]);
  twin.customer.says(ANA, "hi");
  expect((await post(twin, { type: "message", text: "hello" }, String(given.body.access_token))).status).toBe(201);
  clock.set(NOW_MS + 61 * 60_000);
  expect((await post(twin, { type: "message", text: "hello" }, String(given.body.access_token))).status).toBe(401);
});

test("a connector's answers and refusals are those of the fixtures", async () => {
  const twin = await open();
  const token = String((await signIn(twin)).body.access_token);
  twin.customer.says(ANA, "hi");
  twin.customer.says({ person: "bea", channelId: "msteams" }, "hi");
  const message = { type: "message", text: "hello" };
  const struck = (kind: BotFrameworkFault) => {
    twin.fault(kind);
    return post(twin, message, token);
  };
  const cases: [string, () => Promise<{ status: number; body: unknown }>][] = [
    ["sent", () => post(twin, message, token)],
    ["error-401", () => post(twin, message, null)],
    ["error-401", () => post(twin, message, "made-up")],
    ["error-404-conversation", () => post(twin, message, token, "nobody")],
    ["error-400-bad-syntax", () => post(twin, { type: "message" }, token)],
    ["error-413", () => post(twin, { ...message, text: "x".repeat(30_000) }, token, encodeURIComponent("msteams-bea|played"), "msteams")],
    ["error-403-not-in-roster", () => struck("blocked")],
    ["error-429", () => struck("429")],
    ["error-500", () => struck("500")],
    ["error-503", () => struck("503")],
  ];
  for (const [name, ask] of cases) {
    const answer = await ask();
    const { status, body } = response(name) as { status: number; body: { error?: { code: string } } };
    expect(answer.status, name).toBe(status);
    expect(keysOf(answer.body), name).toEqual(keysOf(body));
    if (body.error) expect((answer.body as typeof body).error?.code, name).toBe(body.error.code);
  }
  twin.customer.leaves(ANA);
  expect((await post(twin, message, token)).body).toEqual((response("error-403-not-in-roster") as { body: unknown }).body);
});

/** Loaded past the house's door: here it is the other side. */
type Sdk = {
  CloudAdapter: new (
    auth: unknown,
  ) => { process(req: unknown, res: unknown, logic: (context: Context) => Promise<void>): Promise<void>; onTurnError: unknown };
  ConfigurationBotFrameworkAuthentication: new (options: object, credentials: unknown) => unknown;
  ConfigurationServiceClientCredentialFactory: new (options: object) => unknown;
  EventFactory: {
    createHandoffInitiation(context: Context, value: unknown, transcript?: unknown): unknown;
    createHandoffStatus(conversation: unknown, state: string, message?: string): unknown;
  };
};
type Context = {
  activity: { type: string; text?: string; conversation: unknown; value?: unknown };
  sendActivity(activity: unknown): Promise<unknown>;
};

describe.skipIf(!HAS_LIBRARY)("a bot on Bot Framework's own SDK", () => {
  /** @param appId "": as in an emulator, nobody proves anything */
  async function sdkBot(twin: BotFrameworkTwin, appId: string, logic: (context: Context) => Promise<void>) {
    const sdk = createRequire(import.meta.url)("botbuilder") as Sdk;
    const credentials = new sdk.ConfigurationServiceClientCredentialFactory({ MicrosoftAppId: appId, MicrosoftAppPassword: SECRET });
    const { cloud } = twin;
    const options = {
      ValidateAuthority: true,
      ToChannelFromBotLoginUrl: "https://login.invalid/x",
      ToChannelFromBotOAuthScope: cloud.scope,
      ToBotFromChannelTokenIssuer: cloud.issuer,
      OAuthUrl: cloud.scope,
      ToBotFromChannelOpenIdMetadataUrl: cloud.openIdUrl,
      ToBotFromEmulatorOpenIdMetadataUrl: cloud.emulatorOpenIdUrl,
      CallerId: cloud.callerId,
    };
    const bot = new sdk.CloudAdapter(new sdk.ConfigurationBotFrameworkAuthentication(options, credentials));
    const failures: unknown[] = [];
    bot.onTurnError = async (_context: unknown, error: unknown) => void failures.push(error);
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const body = JSON.parse(Buffer.concat(chunks).toString("utf8"));
        const shim = {
          socket: request.socket,
          header: (name: string, value: string) => response.setHeader(name, value),
          status(code: number) {
            response.statusCode = code;
          },
          send: (sent: unknown) => void response.write(typeof sent === "string" ? sent : JSON.stringify(sent)),
          end: () => void response.end(),
        };
        bot.process({ body, headers: request.headers, method: request.method }, shim, logic).catch(() => response.writeHead(400).end());
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    opened.push({ close: () => new Promise((resolve) => server.close(() => resolve()).closeAllConnections()) });
    twin.deliverTo(`http://127.0.0.1:${(server.address() as AddressInfo).port}/api/messages`);
    return { sdk, failures };
  }

  test("believes what the twin signs, and nothing that another signs", async () => {
    const twin = await open();
    const heard: unknown[] = [];
    await sdkBot(twin, APP, async ({ activity }) => void heard.push(activity.text));
    twin.customer.says(ANA, "hello");
    await twin.settled();
    expect(heard).toEqual(["hello"]);
    const other = await open();
    vi.spyOn(console, "error").mockImplementation(() => {}); // what that bot prints is its own affair
    const deaf: unknown[] = [];
    await sdkBot(twin, "99999999-0000-4000-8000-000000000000", async ({ activity }) => void deaf.push(activity.text));
    twin.customer.says(ANA, "hello?");
    await twin.settled();
    expect(deaf).toEqual([]);
    expect(twin.thread(ANA).at(-1)).toMatchObject({ by: "channel", text: expect.stringContaining("401") });
    expect(other.counts().delivered).toBe(0);
  });

  test("talks to the twin as to an emulator: its words, its buttons and its handover arrive", async () => {
    const twin = await open({ signs: false });
    const { sdk, failures } = await sdkBot(twin, "", async (context) => {
      if (context.activity.type !== "message") return;
      const actions = [{ type: "imBack", title: "More", value: "more" }];
      await context.sendActivity({ type: "message", text: `echo: ${context.activity.text}`, suggestedActions: { actions, to: [] } });
      await context.sendActivity(
        sdk.EventFactory.createHandoffInitiation(context, { Skill: "billing" }, { activities: [{ type: "message", text: "hi" }] }),
      );
    });
    twin.customer.says(ANA, "hi");
    await twin.settled();
    expect(failures).toEqual([]);
    const [, echo, handoff] = twin.thread(ANA);
    expect(echo).toMatchObject({ by: "bot", text: "echo: hi", options: ["More"] });
    expect(handoff?.activity).toMatchObject({ type: "event", name: "handoff.initiate", value: { Skill: "billing" } });
    expect(twin.customer.taps(ANA, "More")).toBe(true);
    await twin.settled();
    expect(twin.thread(ANA).some((line) => line.text === "echo: more")).toBe(true);
  });
});
