/** Bot Framework keeps the contract, with its own library at the door. */
import { afterAll, describe, test } from "vitest";
import { createBotFrameworkAdapter } from "../../adapters/botframework/adapter.ts";
import { CLOUDS } from "../../adapters/botframework/clouds.ts";
import { EXPECTED } from "../botframework/expected.ts";
import { APP, fixture, fixtureNames, HAS_LIBRARY, openKeys, response, SECRET, token } from "../botframework/setup.ts";
import { channelContract } from "./contract.ts";
import type { Acted, Subject, Webhook } from "./subject.ts";

const { openIdUrl, close } = await openKeys();
afterAll(close);

/** Where the adapter that was opened last may be answered: a platform of these tests, and never a real one. */
let api = "http://127.0.0.1:9";
let made: { for: string; token: string } | null = null;
const tokenNow = () => {
  if (made?.for !== api) made = { for: api, token: token(api) };
  return made.token;
};
const signed = (body: Buffer): Webhook => ({
  method: "POST",
  url: "/webhooks/botframework",
  headers: { "content-type": "application/json; charset=utf-8", authorization: `Bearer ${tokenNow()}` },
  body,
});
const atApi = (activity: Record<string, unknown>) => Buffer.from(JSON.stringify({ ...activity, serviceUrl: api }));
const conversation = (from: string) => `conv-${from}`;
const acted = ({ from, nr, atMs }: Acted, more: Record<string, unknown>) =>
  signed(
    atApi({
      type: "message",
      id: `act-${nr}`,
      timestamp: new Date(atMs).toISOString(),
      channelId: "webchat",
      from: { id: `user-${from}`, role: "user" },
      conversation: { id: conversation(from) },
      recipient: { id: "bot@x" },
      ...more,
    }),
  );
const bodies = fixtureNames().map((name) => atApi(fixture(name)));

const botframework: Subject = {
  channel: "botframework",
  account: APP,
  manifest: `{ app: "${APP}" }`,
  open({ clock, apiUrl, timeoutMs }) {
    api = apiUrl;
    return createBotFrameworkAdapter({
      apps: [{ appId: APP, credentials: { kind: "secret", secret: SECRET, tenantId: null } }],
      cloud: { ...CLOUDS.public, loginUrl: apiUrl, openIdUrl },
      serviceHosts: [apiUrl],
      clock,
      timeoutMs,
    });
  },
  via: (apiUrl) => `${apiUrl} bot@x`,
  recordings: [
    ...fixtureNames().map((name) => ({
      name,
      get webhook() {
        return signed(atApi(fixture(name)));
      },
      becomes: [EXPECTED[name]!],
      ...(name === "invoke-unknown" ? { answered: 501 } : {}),
    })),
    {
      name: "an activity without a type, which stops a botbuilder bot",
      get webhook() {
        return signed(Buffer.from("{}"));
      },
      becomes: { refused: 400 },
    },
    { name: "a question for the address", webhook: { ...signed(Buffer.alloc(0)), method: "GET" }, becomes: { refused: 400 } },
    {
      name: "a token for another address than the one it wants to be answered at",
      get webhook() {
        return signed(Buffer.from(JSON.stringify({ ...fixture("message-webchat"), serviceUrl: "https://smba.trafficmanager.net/teams/" })));
      },
      becomes: { refused: 401 },
    },
  ],
  says: (one) => acted(one, { text: one.text }),
  customerId: (from) => `webchat/${conversation(from)}`,
  personSays: (one) => acted(one, { type: "event", name: "handoff.status", value: { state: "accepted" }, from: { id: "hub" } }),
  signed,
  bodies,
  lineIn(taken) {
    const [, to] = /\/v3\/conversations\/([^/]+)\/activities$/.exec(taken.url) ?? [];
    const activity = to === undefined || taken.method !== "POST" ? null : JSON.parse(taken.body);
    if (to === undefined || activity?.type !== "message") return null;
    const cards = (activity.attachments ?? []).flatMap(({ content = {} }: { content: Record<string, unknown> }) => {
      const {
        title,
        subtitle,
        text,
        buttons = [],
        body = [],
        actions = [],
      } = content as Record<string, { title: string; value: string; choices?: { title: string }[] }[]>;
      const all = [...buttons, ...actions, ...body.flatMap((one) => one.choices ?? [])] as { title: string; value?: string }[];
      return [title, subtitle, text, ...all.map((one) => `${one.title} ${typeof one.value === "string" ? one.value : ""}`)];
    });
    const suggested = (activity.suggestedActions?.actions ?? []).map((one: { title: string }) => one.title);
    return { to: `webchat/${decodeURIComponent(to)}`, shown: [activity.text, ...cards, ...suggested].filter(Boolean).join("\n") };
  },
  accepts: (taken, nr) => (taken.url.endsWith("/token") ? response("token") : { status: 201, body: { id: `line-${nr}` } }),
  refusals: [
    {
      what: "a customer who blocked the bot: never",
      reply: response("error-403-blocked-by-user"),
      delivery: { kind: "never", because: "blocked" },
    },
    {
      what: "a bot that is not in the conversation: never",
      reply: response("error-403-not-in-roster"),
      delivery: { kind: "never", because: "blocked" },
    },
    {
      what: "a bot that an administrator switched off: never",
      reply: response("error-403-disabled-by-admin"),
      delivery: { kind: "never", because: "blocked" },
    },
    {
      what: "a conversation that is over: never",
      reply: response("error-404-conversation"),
      delivery: { kind: "never", because: "blocked" },
    },
    {
      what: "a message that cannot be read: never",
      reply: response("error-400-bad-syntax"),
      delivery: { kind: "never", because: "content" },
    },
    { what: "a message that is too large: never", reply: response("error-413"), delivery: { kind: "never", because: "content" } },
    {
      what: "the window of the channel behind closed: never",
      reply: response("error-facebook-window"),
      delivery: { kind: "never", because: "window" },
    },
    { what: "a token that is refused though it is new: the account stops", reply: response("error-401"), delivery: { kind: "stopped" } },
    {
      what: "too many calls: the account waits as long as it is told",
      reply: { ...response("error-429"), headers: { "retry-after": "7" } },
      delivery: { kind: "later", holds: "account", retryAfterMs: 7_000 },
    },
    { what: "two calls at once: the line waits", reply: response("error-412"), delivery: { kind: "later", holds: "line" } },
    { what: "not available: the line waits", reply: response("error-503"), delivery: { kind: "later", holds: "line" } },
    { what: "an internal error: in doubt", reply: response("error-500"), delivery: { kind: "unknown" } },
    { what: "an unreadable answer: in doubt", reply: { status: 502, body: "<html>" }, delivery: { kind: "unknown" } },
    { what: "a broken connection: in doubt", reply: "reset", delivery: { kind: "unknown" } },
    { what: "no answer in time: in doubt", reply: "hang", delivery: { kind: "unknown" } },
  ],
  tryAgain: response("error-503"),
  windowClosed: null,
};

if (HAS_LIBRARY) channelContract(botframework);
else describe("botframework", () => void test.skip("the contract, since botbuilder is not installed", () => {}));
