/** Instagram's and WhatsApp's accounts are asked for everything that they need, and each lack is told with its cure. */
import { afterEach, describe, expect, test } from "vitest";
import type { Adapter, CheckUp, Finding } from "../../model/adapter.ts";
import type { AccountId } from "../../model/address.ts";
import * as instagram from "../instagram/setup.ts";
import { stillClock } from "../messenger/setup.ts";
import * as whatsapp from "../whatsapp/setup.ts";
import { listen } from "./house.ts";

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close();
});

const marks = (findings: Finding[]) => Object.fromEntries(findings.map(({ what, ok }) => [what, ok]));
const nextOf = (findings: Finding[], what: string) => findings.find((one) => one.what === what)?.next;

/** The platform answers by the first of these parts that stands in the address; our own address answers as the adapter does. */
async function checked(answers: Record<string, unknown>, account: string, open: (apiUrl: string) => Adapter, hook: string) {
  const api = await listen(({ url }) => {
    const found = Object.entries(answers).find(([part]) => url.includes(part));
    return { status: 200, body: found?.[1] ?? {} };
  });
  const adapter = open(api.url);
  opened.push(api, adapter);
  const about: CheckUp = {
    webhookUrl: hook,
    nowMs: Date.now(),
    async probe(url) {
      const { pathname, search } = new URL(url);
      const received = adapter.receive({ method: "GET", url: pathname + search, headers: {}, body: Buffer.alloc(0), receivedAtMs: 1 });
      return received.kind === "handshake" ? { status: 200, body: received.body } : { status: 403, body: "" };
    },
  };
  return adapter.check!(account as AccountId, about);
}

describe("Instagram", () => {
  const FIELDS = ["messages", "messaging_postbacks", "messaging_seen", "messaging_referral", "message_reactions"];
  const HOOK = "https://bot.example.com/webhooks/instagram";
  const right = {
    "/me?": { user_id: instagram.ACCOUNT, username: "alder", id: "1", instagram_business_account: { id: instagram.ACCOUNT } },
    "/subscribed_apps": { data: [{ id: instagram.APP, subscribed_fields: FIELDS }] },
    "/debug_token": { data: { scopes: ["instagram_basic", "instagram_manage_messages", "pages_manage_metadata"], expires_at: 0 } },
    "/subscriptions": { data: [{ object: "instagram", callback_url: HOOK, active: true }] },
  };
  const check = (answers: Record<string, unknown>, login: "instagram" | "facebook" = "instagram") =>
    checked(answers, instagram.ACCOUNT, (apiUrl) => instagram.adapter({ apiUrl, login, clock: stillClock(Date.now()) }), HOOK);

  test("an account that has all is well, by either way in", async () => {
    expect(marks(await check(right))).toEqual({ "account token": true, clock: true, subscription: true, webhook: true });
    expect(marks(await check(right, "facebook"))).toEqual({
      "account token": true,
      clock: true,
      subscription: true,
      permissions: true,
      "app secret and webhook address": true,
      webhook: true,
    });
  });

  test("a token of another account, a field and a permission that are missing are each told with their cure", async () => {
    const other = await check({ ...right, "/me?": { user_id: "99" } });
    expect(nextOf(other, "account token")).toContain("INSTAGRAM_ACCOUNT_ID to 99");
    const lacking = await check({ ...right, "/subscribed_apps": { data: [{ id: instagram.APP, subscribed_fields: ["messages"] }] } });
    expect(lacking.find((one) => one.what === "subscription")?.found).toContain("messaging_referral");
    const scopes = await check({ ...right, "/debug_token": { data: { scopes: ["instagram_basic"] } } }, "facebook");
    expect(scopes.find((one) => one.what === "permissions")?.found).toContain("instagram_manage_messages");
    expect(JSON.stringify([other, lacking, scopes])).not.toMatch(new RegExp(`${instagram.SECRET}|${instagram.TOKEN}|mytoken`));
  });
});

describe("WhatsApp", () => {
  const HOOK = "https://bot.example.com/webhooks/whatsapp";
  const right = {
    [`/${whatsapp.NUMBER}?`]: { id: whatsapp.NUMBER, quality_rating: "GREEN", platform_type: "CLOUD_API" },
    "/debug_token": { data: { scopes: ["whatsapp_business_messaging", "whatsapp_business_management"], expires_at: 0 } },
    "/subscribed_apps": { data: [{ whatsapp_business_api_data: { id: whatsapp.APP, name: "Alder" } }] },
    "/subscriptions": {
      data: [{ object: "whatsapp_business_account", callback_url: HOOK, active: true, fields: [{ name: "messages", version: "v26.0" }] }],
    },
  };
  const check = (answers: Record<string, unknown>) =>
    checked(answers, whatsapp.NUMBER, (apiUrl) => whatsapp.adapter({ apiUrl, clock: stillClock(Date.now()) }), HOOK);

  test("a number that has all is well", async () => {
    expect(marks(await check(right))).toEqual({
      "number and token": true,
      clock: true,
      "standing of the number": true,
      permissions: true,
      "subscription of the business": true,
      "app secret and webhook address": true,
      webhook: true,
    });
  });

  test.each<[string, Record<string, unknown>, string, RegExp]>([
    [
      "a token that ended",
      { [`/${whatsapp.NUMBER}?`]: { error: { code: 190, message: "expired" } } },
      "number and token",
      /WHATSAPP_TOKEN/,
    ],
    [
      "a number that is not registered",
      { [`/${whatsapp.NUMBER}?`]: { id: whatsapp.NUMBER, platform_type: "NOT_APPLICABLE" } },
      "standing of the number",
      /PIN/,
    ],
    [
      "a token of a day",
      { "/debug_token": { data: { ...right["/debug_token"].data, expires_at: Date.now() / 1000 + 3_600 } } },
      "permissions",
      /lasts/,
    ],
    ["a business that sends its events elsewhere", { "/subscribed_apps": { data: [] } }, "subscription of the business", /messages/],
    [
      "a webhook without the field",
      { "/subscriptions": { data: [{ object: "whatsapp_business_account", callback_url: HOOK, active: true, fields: [] }] } },
      "app secret and webhook address",
      /subscribe to messages/,
    ],
  ])("%s is told with its cure", async (_what, wrong, finding, cure) => {
    const findings = await check({ ...right, ...wrong });
    expect(marks(findings)[finding]).toBe(false);
    expect(nextOf(findings, finding)).toMatch(cure);
    expect(JSON.stringify(findings)).not.toMatch(new RegExp(`${whatsapp.SECRET}|${whatsapp.TOKEN}|mytoken`));
  });
});
