/** Before real customers come, an app is asked for everything that it needs; and files are asked for with our token where they are a channel's. */
import { afterEach, expect, test } from "vitest";
import { createBotFrameworkAdapter } from "../../adapters/botframework/adapter.ts";
import { createBotFrameworkTwin } from "../../adapters/botframework/twin.ts";
import type { CheckUp, Finding } from "../../model/adapter.ts";
import type { AccountId } from "../../model/address.ts";
import { systemClock } from "../../server/clock.ts";
import { APP, HAS_LIBRARY, SECRET } from "./setup.ts";

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close();
});

async function open(secret = SECRET) {
  const twin = await createBotFrameworkTwin({ clock: systemClock, appId: APP, secret: SECRET, signs: true });
  const apps = [{ appId: APP, credentials: { kind: "secret" as const, secret, tenantId: null } }];
  const adapter = createBotFrameworkAdapter({ apps, cloud: twin.cloud, serviceHosts: [twin.url], clock: systemClock, timeoutMs: 2_000 });
  opened.push(twin, adapter);
  return { twin, adapter };
}
const about = (more: Partial<CheckUp> = {}): CheckUp => ({
  webhookUrl: "https://bot.example.com/webhooks/botframework",
  nowMs: systemClock.nowMs(),
  probe: async () => ({ status: 400, body: "" }), // as this server answers whoever posts nothing
  ...more,
});
const marks = (findings: Finding[]) => Object.fromEntries(findings.map(({ what, ok }) => [what, ok]));
const nextOf = (findings: Finding[], what: string) => findings.find((one) => one.what === what)?.next;

test("an app that has all is well", async () => {
  const { adapter } = await open();
  expect(marks(await adapter.check!(APP as AccountId, about()))).toEqual({
    library: HAS_LIBRARY,
    "app id and credentials": true,
    "the channels' keys": true,
    clock: true,
    webhook: true,
  });
});

test("a wrong password, a clock that is wrong and an address that does not answer are each told with their cure", async () => {
  const { adapter } = await open("wrong");
  const nowMs = systemClock.nowMs() + 300_000;
  const findings = await adapter.check!(APP as AccountId, about({ nowMs, probe: async () => null }));
  expect(marks(findings)).toMatchObject({ "app id and credentials": false, clock: false, webhook: false });
  expect(nextOf(findings, "app id and credentials")).toContain("BOTFRAMEWORK_APP_PASSWORD");
  expect(nextOf(findings, "webhook")).toContain("Messaging endpoint");
  expect(JSON.stringify(findings)).not.toContain('"wrong"');
  expect(nextOf(await adapter.check!(APP as AccountId, about({ webhookUrl: null })), "webhook")).toContain("BATON_URL");
});

test("keys that cannot be had are told, since nobody could be verified", async () => {
  const { adapter, twin } = await open();
  await twin.close();
  const findings = await adapter.check!(APP as AccountId, about());
  expect(marks(findings)).toMatchObject({ "app id and credentials": null, "the channels' keys": false, clock: null });
  expect(nextOf(findings, "the channels' keys")).toContain("login.botframework.com");
});

test("a file that lies with a channel is asked for with our token, and no other", async () => {
  const { adapter, twin } = await open();
  const file = `${twin.url}/webchat/v3/attachments/0-wus/views/original`;
  expect(await adapter.fileRequest!(file)).toEqual({ url: file, headers: { authorization: expect.stringMatching(/^Bearer twin-/) } });
  for (const url of [
    `${twin.url}/elsewhere/a.png`,
    "https://evil.example/v3/attachments/1/views/original",
    "not an address",
    "file:///etc/passwd",
  ])
    expect(await adapter.fileRequest!(url), url).toBeNull();
});
