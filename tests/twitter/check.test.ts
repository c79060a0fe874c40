/** What an operator is told about an account at X before customers notice. */
import { afterEach, describe, expect, test } from "vitest";
import type { AccountId } from "../../model/address.ts";
import { endAll, type PlayedOptions, played } from "./played.ts";
import { ACCOUNT } from "./setup.ts";

afterEach(endAll);

async function asked(options: PlayedOptions = {}, about: { webhookUrl?: string | null; offMs?: number; silent?: boolean } = {}) {
  const x = await played(options);
  await x.says("MAGIC"); // the webhook has been checked
  const { url } = x.twin.webhook.state();
  const webhookUrl = about.webhookUrl === undefined ? url : about.webhookUrl;
  const findings = await x.adapter().check!(ACCOUNT as AccountId, {
    webhookUrl,
    nowMs: Date.now() + (about.offMs ?? 0),
    async probe(asked) {
      if (about.silent) return null;
      const answer = await fetch(asked);
      return { status: answer.status, body: await answer.text() };
    },
  });
  return Object.fromEntries(findings.map((one) => [one.what, one]));
}

describe("an account that has all it needs", () => {
  test("is told so, point by point", async () => {
    const found = await asked();
    expect(Object.values(found).map((one) => one.ok)).toEqual([true, true, true, true, true, true]);
  });
});

describe("what is wrong is named, with what to do", () => {
  const oddKeys = { accounts: [{ userId: ACCOUNT, oauth1: { accessToken: "x", accessSecret: "y" }, oauth2: null }] };
  const cases: [string, PlayedOptions, Parameters<typeof asked>[1], string, RegExp][] = [
    ["a clock that is ten minutes ahead", {}, { offMs: 600_000 }, "the clock of this machine", /time server/],
    ["keys of nobody", { adapter: oddKeys }, {}, "the account's keys", /Generate the access token/],
    [
      "a webhook that X does not have",
      {},
      { webhookUrl: "https://bot.example/webhooks/twitter", silent: true },
      "the webhook",
      /Register https:\/\/bot\.example/,
    ],
    ["events that are not subscribed to", { subscribed: ["dm.received"] }, {}, "the events that X sends", /step 6/],
    ["an app without the permission", { mayWrite: false }, {}, "the account's keys", /./],
    ["a webhook that does not answer", {}, { silent: true }, "the webhook's answer to X's check", /port 443/],
    ["another app's secret", { adapter: { consumerSecrets: ["another", "example-consumer-secret"] } }, {}, "the account's keys", /./],
  ];
  test.each(cases)("%s", async (_what, options, about, what, next) => {
    const found = await asked(options, about);
    expect(found[what]).toMatchObject({ ok: false, next: expect.stringMatching(next) });
    expect(JSON.stringify(found)).not.toContain("example-consumer-secret");
  });
});
