/** The token that channels ask of us: had once, kept, renewed in time, never shown to a stranger, and no wrong secret is tried in a storm. */
import { afterEach, describe, expect, test } from "vitest";
import { createBotFrameworkAdapter } from "../../adapters/botframework/adapter.ts";
import { CLOUDS } from "../../adapters/botframework/clouds.ts";
import { createVirtualClock } from "../../server/clock.ts";
import { listen } from "../channels/house.ts";
import type { Reply, Taken } from "../channels/subject.ts";
import { APP, HAS_LIBRARY, NOW_MS, outbound, response, SECRET } from "./setup.ts";

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close();
});

/** A platform that signs in and takes lines; `tokens` and `lines` are what it was asked for. */
async function open(
  given: { signIn?: (nr: number) => Reply; line?: (taken: Taken) => Reply; tenantId?: string | null; local?: boolean } = {},
) {
  const signIns: Taken[] = [];
  const lines: Taken[] = [];
  const clock = createVirtualClock(NOW_MS);
  const platform = await listen((taken) => {
    if (taken.url.endsWith("/token")) {
      signIns.push(taken);
      const usual = { ...(response("token").body as object), access_token: `token-${signIns.length}` };
      return given.signIn?.(signIns.length) ?? { status: 200, body: usual };
    }
    lines.push(taken);
    return given.line?.(taken) ?? response("sent");
  });
  const adapter = createBotFrameworkAdapter({
    apps: given.local ? [] : [{ appId: APP, credentials: { kind: "secret", secret: SECRET, tenantId: given.tenantId ?? null } }],
    cloud: { ...CLOUDS.public, loginUrl: platform.url },
    serviceHosts: given.local ? [] : [platform.url],
    ...(given.local ? { localAccount: APP } : {}),
    clock,
    timeoutMs: 1_000,
  });
  opened.push(platform, adapter);
  return { adapter, clock, signIns, lines, send: (serviceUrl = `${platform.url}/teams`) => adapter.send(outbound(serviceUrl)) };
}

test("a hundred lines at once ask for one token, and each carries it", async () => {
  const { send, signIns, lines } = await open();
  const all = await Promise.all(Array.from({ length: 100 }, () => send()));
  expect(new Set(all.map((one) => one.kind))).toEqual(new Set(["sent"]));
  expect(signIns).toHaveLength(1);
  expect(new Set(lines.map((one) => one.headers.authorization))).toEqual(new Set(["Bearer token-1"]));
  expect(Object.fromEntries(new URLSearchParams(signIns[0]!.body))).toEqual({
    grant_type: "client_credentials",
    client_id: APP,
    client_secret: SECRET,
    scope: "https://api.botframework.com/.default",
  });
  expect(signIns[0]!.url).toBe("/botframework.com/oauth2/v2.0/token");
  expect(lines[0]!.url).toBe("/teams/v3/conversations/conv-1/activities");
});

test("it is renewed shortly before it ends, at the tenant's own address where the app has one", async () => {
  const { send, signIns, clock } = await open({ tenantId: "contoso.onmicrosoft.com" });
  await send();
  clock.set(NOW_MS + 54 * 60_000);
  await send();
  expect(signIns).toHaveLength(1);
  clock.set(NOW_MS + 55 * 60_000);
  await send();
  expect(signIns.map((one) => one.url)).toEqual(Array(2).fill("/contoso.onmicrosoft.com/oauth2/v2.0/token"));
});

test("one that a channel refuses though it should hold is renewed once, and the line goes out", async () => {
  let isRevoked = false;
  const line = ({ headers }: Taken): Reply =>
    isRevoked && headers.authorization === "Bearer token-1" ? response("error-401") : response("sent");
  const { send, signIns, lines, clock } = await open({ line });
  await send();
  isRevoked = true;
  clock.set(NOW_MS + 10 * 60_000);
  expect(await send()).toMatchObject({ kind: "sent" });
  expect(signIns).toHaveLength(2);
  expect(lines).toHaveLength(3);
});

test.each([
  ["token-invalid-client", "stopped", /invalid_client, AADSTS7000215/],
  ["token-unknown-app", "stopped", /unauthorized_client, AADSTS700016/],
  ["token-busy", "later", /503/],
] as const)("%s: the account is %s, and the secret is in no word of it", async (name, kind, why) => {
  const { send, signIns } = await open({ signIn: () => response(name) });
  const all = await Promise.all(Array.from({ length: 20 }, () => send()));
  for (const one of all) {
    expect(one).toMatchObject({ kind, why: expect.stringMatching(why) });
    expect(JSON.stringify(one)).not.toContain(SECRET);
  }
  expect(signIns).toHaveLength(1);
});

test("a stranger's address is asked for nothing and shown nothing, whatever a stored conversation says", async () => {
  const stranger: Taken[] = [];
  const evil = await listen((taken) => {
    stranger.push(taken);
    return response("sent");
  });
  opened.push(evil);
  const { send } = await open();
  expect(await send(evil.url)).toMatchObject({ kind: "never", because: "blocked" });
  expect(await send("https://evil.example")).toMatchObject({ kind: "never", because: "blocked" });
  expect(stranger).toEqual([]);
});

test("a program on this machine gets our words without a token", async () => {
  const { send, lines, signIns } = await open({ local: true });
  expect(await send()).toMatchObject({ kind: "sent", channelMessageId: "1575667808184" });
  expect(lines[0]!.headers.authorization).toBeUndefined();
  expect(signIns).toEqual([]);
});

describe.skipIf(!HAS_LIBRARY)("an app without a secret", () => {
  test("signs in as the machine that it runs on, through botbuilder", async () => {
    const asked: Taken[] = [];
    const lines: Taken[] = [];
    const machine = await listen((taken) => {
      if (taken.url.startsWith("/msi")) {
        asked.push(taken);
        const expires = Math.floor(Date.now() / 1_000) + 3_600;
        return {
          status: 200,
          body: {
            access_token: "of-the-machine",
            expires_on: String(expires),
            resource: "https://api.botframework.com",
            token_type: "Bearer",
          },
        };
      }
      lines.push(taken);
      return response("sent");
    });
    const before = { ...process.env };
    Object.assign(process.env, { IDENTITY_ENDPOINT: `${machine.url}/msi/token`, IDENTITY_HEADER: "secret-of-the-machine" });
    try {
      const adapter = createBotFrameworkAdapter({
        apps: [{ appId: APP, credentials: { kind: "managed_identity", tenantId: "contoso" } }],
        cloud: CLOUDS.public,
        serviceHosts: [machine.url],
        clock: createVirtualClock(NOW_MS),
      });
      opened.push(machine, adapter);
      expect(await adapter.send(outbound(machine.url))).toMatchObject({ kind: "sent" });
      expect(await adapter.send(outbound(machine.url))).toMatchObject({ kind: "sent" });
      expect(asked).toHaveLength(1);
      expect(asked[0]!.headers["x-identity-header"]).toBe("secret-of-the-machine");
      expect(lines.map((one) => one.headers.authorization)).toEqual(Array(2).fill("Bearer of-the-machine"));
    } finally {
      for (const name of ["IDENTITY_ENDPOINT", "IDENTITY_HEADER"]) {
        if (before[name] === undefined) delete process.env[name];
        else process.env[name] = before[name];
      }
    }
  });
});
