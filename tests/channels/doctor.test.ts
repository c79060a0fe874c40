/** Before real customers come, an account is asked for everything that it needs, and the operator is told what to do. */
import { afterEach, describe, expect, test } from "vitest";
import { createMessengerAdapter } from "../../adapters/messenger/adapter.ts";
import { createWebAdapter } from "../../adapters/web/adapter.ts";
import { createWechatAdapter } from "../../adapters/wechat/adapter.ts";
import { createWechatTwin } from "../../adapters/wechat/twin.ts";
import type { Adapter, CheckUp, Finding } from "../../model/adapter.ts";
import type { AccountId } from "../../model/address.ts";
import { createVirtualClock, systemClock } from "../../server/clock.ts";
import { OUR_APP, PAGE, SECRET, TOKEN } from "../messenger/setup.ts";
import { response } from "../wechat/setup.ts";
import { listen } from "./house.ts";
import type { Reply, Taken } from "./subject.ts";

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close();
});

const HOOK = "https://bot.example.com/webhooks/x";
/** What the address answers is what our own adapter answers. */
const about = (adapter: Adapter, more: Partial<CheckUp> = {}): CheckUp => ({
  webhookUrl: HOOK,
  nowMs: systemClock.nowMs(),
  async probe(url) {
    const { pathname, search } = new URL(url);
    const received = adapter.receive({ method: "GET", url: pathname + search, headers: {}, body: Buffer.alloc(0), receivedAtMs: 1 });
    return received.kind === "handshake" ? { status: 200, body: received.body } : { status: 403, body: "" };
  },
  ...more,
});
const marks = (findings: Finding[]) => Object.fromEntries(findings.map(({ what, ok }) => [what, ok]));
const nextOf = (findings: Finding[], what: string) => findings.find((one) => one.what === what)?.next;

describe("WeChat", () => {
  const office = { account: "gh_x", appId: "wx1", appSecret: "right", token: "tok_1" };
  const open = (apiUrl: string, more: Partial<typeof office> = {}, aesKeys = ["A".repeat(43)]) => {
    const accounts = [{ ...office, ...more, aesKeys }];
    const adapter = createWechatAdapter({ accounts, apiUrl, clock: systemClock, fetchBytes: async () => null, boundary: () => "b" });
    opened.push(adapter);
    return adapter;
  };
  const check = (adapter: Adapter, more?: Partial<CheckUp>) => adapter.check!("gh_x" as AccountId, about(adapter, more));

  test("an account that has all is well", async () => {
    const twin = await createWechatTwin({ ...office, clock: systemClock, webhookUrl: "http://127.0.0.1:9/x" });
    opened.push(twin);
    const findings = await check(open(twin.url));
    expect(marks(findings)).toEqual({
      credentials: true,
      clock: true,
      "customer-service messages": true,
      "push address": true,
      mode: true,
      webhook: true,
    });
  });

  test("a wrong secret, an address that is not on the list and a clock that is wrong are each told with their cure", async () => {
    const twin = await createWechatTwin({ ...office, clock: systemClock });
    opened.push(twin);
    const wrong = await check(open(twin.url, { appSecret: "wrong" }));
    expect(marks(wrong)).toMatchObject({ credentials: false, webhook: true });
    expect(nextOf(wrong, "credentials")).toContain("WECHAT_APP_SECRET");
    const api = await listen(() => response("error-40164"));
    opened.push(api);
    expect(nextOf(await check(open(api.url)), "credentials")).toContain("whitelist");
    const late = await check(open(twin.url), { nowMs: systemClock.nowMs() + 300_000 });
    expect(marks(late)).toMatchObject({ clock: false, "push address": false });
    expect(JSON.stringify([wrong, late])).not.toMatch(/"right"|"wrong"|tok_1/);
  });

  test("plain mode is no mistake: it is said what would be better", async () => {
    const twin = await createWechatTwin({ ...office, clock: systemClock, webhookUrl: "http://127.0.0.1:9/x" });
    opened.push(twin);
    const findings = await check(open(twin.url, {}, []));
    expect(Object.values(marks(findings))).toEqual([true, true, true, true, true, true]);
    expect(nextOf(findings, "mode")).toContain("WECHAT_AES_KEY");
  });

  test("an address that does not answer, or nobody has named, is told", async () => {
    const adapter = open("http://127.0.0.1:9");
    const silent = await check(adapter, { probe: async () => null });
    expect(marks(silent)).toMatchObject({ credentials: null, webhook: false });
    expect(nextOf(await check(adapter, { webhookUrl: null }), "webhook")).toContain("BATON_URL");
  });
});

describe("Messenger", () => {
  const FIELDS = ["messages", "messaging_postbacks", "messaging_referrals", "message_echoes", "message_reads", "message_deliveries"];
  async function check(answers: Record<string, unknown>, more: Partial<CheckUp> = {}) {
    const reply = (taken: Taken): Reply => {
      const found = Object.entries(answers).find(([part]) => taken.url.includes(part));
      return { status: 200, body: found?.[1] ?? {} };
    };
    const api = await listen(reply);
    const adapter = createMessengerAdapter({
      accounts: [{ pageId: PAGE, pageToken: TOKEN }],
      appId: OUR_APP,
      appSecrets: [SECRET],
      verifyToken: "mytoken",
      apiUrl: api.url,
      clock: createVirtualClock(systemClock.nowMs()),
    });
    opened.push(api, adapter);
    return adapter.check!(PAGE as AccountId, about(adapter, more));
  }
  const right = {
    "/me?": { id: PAGE, name: "Alder" },
    "/subscribed_apps": { data: [{ id: OUR_APP, subscribed_fields: FIELDS }] },
    "/subscriptions": { data: [{ object: "page", callback_url: HOOK, active: true }] },
  };

  test("a page that has all is well", async () => {
    expect(marks(await check(right))).toEqual({
      "page token": true,
      clock: true,
      "page subscription": true,
      "app secret and webhook address": true,
      webhook: true,
    });
  });

  test("a token that ended, a field that is missing, and events that go elsewhere are each told with their cure", async () => {
    const ended = await check({ ...right, "/me?": { error: { code: 190, message: "Error validating access token" } } });
    expect(nextOf(ended, "page token")).toContain("MESSENGER_PAGE_TOKEN");
    const lacking = await check({ ...right, "/subscribed_apps": { data: [{ id: OUR_APP, subscribed_fields: FIELDS.slice(0, 3) }] } });
    expect(lacking.find((one) => one.what === "page subscription")?.found).toContain("message_echoes");
    const elsewhere = await check({
      ...right,
      "/subscriptions": { data: [{ object: "page", callback_url: "https://old.example", active: true }] },
    });
    expect(nextOf(elsewhere, "app secret and webhook address")).toContain(HOOK);
    expect(JSON.stringify([ended, lacking, elsewhere])).not.toMatch(new RegExp(`${SECRET}|${TOKEN}|mytoken`));
  });

  test("a platform that does not answer is a question, not a mistake of the account", async () => {
    const adapter = createMessengerAdapter({
      accounts: [{ pageId: PAGE, pageToken: TOKEN }],
      appId: OUR_APP,
      appSecrets: [SECRET],
      verifyToken: "mytoken",
      apiUrl: "http://127.0.0.1:9",
      clock: systemClock,
    });
    opened.push(adapter);
    const findings = await adapter.check!(PAGE as AccountId, about(adapter));
    expect(marks(findings)).toMatchObject({ "page token": null, webhook: true });
  });
});

describe("Web chat", () => {
  const SITE = "https://bot.example.com";
  const open = (more: { origins?: string[]; hasLoginSecret?: boolean } = {}) => {
    const live = { said: () => undefined, shows: () => undefined, profile: () => null };
    return createWebAdapter({
      account: "default",
      key: Buffer.alloc(32),
      live,
      origins: ["https://shop.example"],
      hasLoginSecret: true,
      ...more,
    });
  };
  const check = (adapter: Adapter, more: Partial<CheckUp> = {}) => {
    const served: Record<string, string> = { [`${SITE}/webhooks/web`]: "Baton web chat", [`${SITE}/chat.js`]: "(()=>{})()" };
    const probe = async (url: string) => (served[url] === undefined ? null : { status: 200, body: served[url] });
    return adapter.check!("default" as AccountId, { webhookUrl: `${SITE}/webhooks/web`, nowMs: 1, probe, ...more });
  };

  test("one that is reached, encrypted, and shown on a named page is well", async () => {
    const findings = await check(open());
    expect(marks(findings)).toEqual({ https: true, "allowed pages": true, "chat door": true, script: true, "signed login": true });
  });

  test("on this machine only it is well, and says what going live takes", async () => {
    const [finding] = await check(open(), { webhookUrl: null });
    expect(finding).toMatchObject({ ok: true, next: expect.stringContaining("BATON_URL") });
  });

  test("no https, no page, and no answer from outside are each told with their cure", async () => {
    const findings = await check(open({ origins: [], hasLoginSecret: false }), { webhookUrl: "http://bot.example.com/webhooks/web" });
    expect(marks(findings)).toEqual({ https: false, "allowed pages": false, "chat door": false, script: false, "signed login": true });
    expect(nextOf(findings, "allowed pages")).toContain("origins");
    expect(nextOf(findings, "chat door")).toContain("Start the server");
  });
});
