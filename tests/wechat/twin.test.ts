/** The played WeChat refuses what the platform refuses, and a follower's whole talk passes through it on the real road. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { createWechatAdapter } from "../../adapters/wechat/adapter.ts";
import { refusal } from "../../adapters/wechat/twin/answers.ts";
import { createWechatTwin, type WechatTwin, type WechatTwinOptions } from "../../adapters/wechat/twin.ts";
import { createRanker } from "../../answers/match.ts";
import { type AccountId, address } from "../../model/address.ts";
import type { BotName } from "../../model/ids.ts";
import { NO_METRICS } from "../../runtime/metrics.ts";
import { createRuntime } from "../../runtime/runtime.ts";
import { createVirtualClock, systemClock } from "../../server/clock.ts";
import { createIds } from "../../server/ids.ts";
import { takeWebhook } from "../../server/webhooks.ts";
import { openSqliteStore } from "../../stores/sqlite.ts";
import { alder } from "../brand/alder.ts";
import { fixture, NOW_MS } from "./setup.ts";

const ACCOUNT = "gh_alder";
const FOLLOWER = "oTwinFollower000000000000001";
const office = { account: ACCOUNT, appId: "wxtwin", appSecret: "twin-secret", token: "twin_token" };
const AES_KEY = "A".repeat(43);

const opened: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

async function twinAlone(more: Partial<WechatTwinOptions> = {}) {
  const clock = createVirtualClock(NOW_MS);
  const twin = await createWechatTwin({ ...office, clock, ...more });
  opened.push(() => twin.close());
  const ask = async (path: string, json?: unknown) => {
    const init = json === undefined ? {} : { method: "POST", body: JSON.stringify(json) };
    return (await (await fetch(twin.url + path, init)).json()) as Record<string, unknown>;
  };
  const fresh = async () => {
    const body = { grant_type: "client_credential", appid: office.appId, secret: office.appSecret };
    return String((await ask("/cgi-bin/stable_token", body)).access_token);
  };
  const say = async (content: string, token?: string) =>
    (
      await ask(`/cgi-bin/message/custom/send?access_token=${token ?? (await fresh())}`, {
        touser: FOLLOWER,
        msgtype: "text",
        text: { content },
      })
    ).errcode;
  return { twin, clock, ask, fresh, say };
}

/** Alder on the real road over loopback HTTP, in safe mode. */
async function house(more: Partial<WechatTwinOptions> = {}, slowMs = 0) {
  const program = alder();
  const bot = program.bot.name as BotName;
  const ids = createIds(systemClock);
  const twin = await createWechatTwin({ ...office, clock: systemClock, aesKey: AES_KEY, ...more });
  const adapter = createWechatAdapter({
    accounts: [{ ...office, aesKeys: [AES_KEY] }],
    apiUrl: twin.url,
    clock: systemClock,
    fetchBytes: async () => null,
    boundary: () => "boundary0123456789",
  });
  const store = await openSqliteStore({
    path: ":memory:",
    clock: systemClock,
    ids,
    process: { id: ids.next("pr"), pid: process.pid, host: "t" },
  });
  const ranker = createRanker(program);
  const runtime = createRuntime({
    bots: [{ name: bot, programs: { newest: program, named: () => program }, accounts: [{ account: ACCOUNT, adapter }] }],
    store,
    clock: systemClock,
    ids,
    log: () => {},
    rank: (_program, text) => ranker(text),
    metrics: NO_METRICS,
    pollMs: 60_000,
  });
  await runtime.start();
  let requests = 0;
  const server: Server = createServer((request, response) => {
    requests += 1;
    takeWebhook(request, response, systemClock, async (taken) => {
      if (slowMs > 0 && requests === 1) await new Promise((wait) => setTimeout(wait, slowMs));
      return runtime.receive(bot, adapter, taken);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  twin.deliverTo(`http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks/wechat`);
  opened.push(async () => {
    await runtime.stop(0);
    await twin.close();
    await adapter.close();
    await store.close();
    server.closeAllConnections();
    await new Promise<void>((closed) => server.close(() => closed()));
  });
  return { twin, adapter, runtime };
}

const botLines = (twin: WechatTwin) => twin.thread(FOLLOWER).filter((line) => line.by === "bot");
async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; tries < 600 && !holds(); tries++) await new Promise((wait) => setTimeout(wait, 25));
  expect(holds()).toBe(true);
}

describe("what the played platform demands", () => {
  test("a token of its own, which ends", async () => {
    const { ask, say, fresh, clock, twin } = await twinAlone();
    expect(await ask("/cgi-bin/stable_token", { appid: "other", secret: "x" })).toMatchObject({ errcode: 40013 });
    expect(await ask("/cgi-bin/stable_token", { appid: office.appId, secret: "x" })).toMatchObject({ errcode: 40125 });
    twin.says(FOLLOWER, "hi");
    const token = await fresh();
    expect(await fresh()).toBe(token);
    expect([await say("hi", ""), await say("hi", "made-up"), await say("hi", token)]).toEqual([41001, 40001, 0]);
    clock.set(NOW_MS + 7_200_001);
    expect(await say("hi", token)).toBe(42001);
    expect(await say("hi")).toBe(0);
  });

  test("five messages in two days for a text, three in a minute for a tap, a scan or a follow, and no sum of them", async () => {
    const { twin, clock, say } = await twinAlone();
    const all = async (count: number) => {
      const codes: unknown[] = [];
      for (let at = 0; at < count; at++) codes.push(await say(`line ${at}`));
      return codes;
    };
    twin.follows(FOLLOWER);
    expect(await all(4)).toEqual([0, 0, 0, 45047]);
    twin.says(FOLLOWER, "hi");
    expect(await all(6)).toEqual([0, 0, 0, 0, 0, 45047]);
    twin.scans(FOLLOWER, "poster-7");
    expect(await all(4)).toEqual([0, 0, 0, 45047]);
    clock.set(NOW_MS + 60_001);
    twin.clicks(FOLLOWER, "KEY");
    expect(twin.budget(FOLLOWER).left).toBe(3);
    clock.set(NOW_MS + 48 * 3_600_000 + 120_000);
    expect(await say("too late")).toBe(45015);
    twin.says(FOLLOWER, "hi");
    twin.leaves(FOLLOWER);
    expect(await say("gone")).toBe(45015);
  });

  test("texts of 2048 bytes, one article, menus only where the account may, known media", async () => {
    const { twin, ask, fresh, say } = await twinAlone({ menus: false });
    twin.says(FOLLOWER, "hi");
    expect(await say("x".repeat(2_049))).toBe(45002);
    expect(await say("")).toBe(44004);
    const send = async (body: object) =>
      (await ask(`/cgi-bin/message/custom/send?access_token=${await fresh()}`, { touser: FOLLOWER, ...body })).errcode;
    expect(await send({ msgtype: "news", news: { articles: [{}, {}] } })).toBe(45008);
    expect(await send({ msgtype: "msgmenu", msgmenu: { list: [{ id: "1", content: "x" }] } })).toBe(40200);
    expect(await send({ msgtype: "image", image: { media_id: "nothing" } })).toBe(40007);
    expect(await send({ msgtype: "dance" })).toBe(40008);
    expect(
      (
        await ask(`/cgi-bin/message/custom/send?access_token=${await fresh()}`, {
          touser: "oStranger",
          msgtype: "text",
          text: { content: "x" },
        })
      ).errcode,
    ).toBe(40003);
  });

  test("its refusals are the recorded ones, word for word", async () => {
    const bare = (body: { errmsg: string }) => ({ ...body, errmsg: body.errmsg.replace(/ ?rid: .*$/, "") });
    for (const code of [
      40001, 40003, 40007, 40013, 40014, 40018, 40125, 40200, 41001, 42001, 43004, 44002, 45002, 45008, 45011, 45015, 45047, 47001, 48001,
    ]) {
      const recorded = JSON.parse(String(fixture(`responses/error-${code}.json`)));
      expect(bare(refusal(code).body as { errmsg: string })).toEqual(bare(recorded));
    }
    const { twin, ask, fresh } = await twinAlone();
    twin.says(FOLLOWER, "hi");
    const told = await ask(`/cgi-bin/user/info?openid=${FOLLOWER}&access_token=${await fresh()}`);
    expect(Object.keys(JSON.parse(String(fixture("responses/user-info-ok.json"))))).toEqual(expect.arrayContaining(Object.keys(told)));
  });
});

describe("a follower's talk with Alder, over HTTP and in safe mode", () => {
  test("from a poster's code to a return, answered by taps and by words", async () => {
    const { twin } = await house();
    twin.follows(FOLLOWER, "poster-7");
    await until(() => botLines(twin).length >= 1);
    twin.says(FOLLOWER, "我的快递到哪了");
    await until(() => botLines(twin).some((line) => line.text.includes("订单号")));
    expect(twin.thread(FOLLOWER).some((line) => line.by === "platform")).toBe(false);
  });

  test("is answered once when a push comes twice", async () => {
    const { twin } = await house();
    twin.fault("duplicate");
    twin.says(FOLLOWER, "退货要运费吗");
    await until(() => botLines(twin).length >= 1);
    await twin.settled();
    await new Promise((wait) => setTimeout(wait, 300));
    const answers = botLines(twin).filter((line) => line.text.includes("退换"));
    expect(answers).toHaveLength(1);
    expect(twin.counts().delivered).toBeGreaterThanOrEqual(2);
  });

  test("survives a busy platform, a token that somebody else forced anew, and a reset before anything was taken", async () => {
    const { twin } = await house();
    for (const kind of ["busy", "token", "reset_before"] as const) {
      twin.fault(kind);
      const before = botLines(twin).length;
      twin.says(FOLLOWER, "你好");
      await until(() => botLines(twin).length > before);
    }
  }, 60_000);

  test("an answer that came too late for the platform is no second event", async () => {
    const { twin } = await house({ webhookTimeoutMs: 300 }, 1_000);
    twin.says(FOLLOWER, "退货要运费吗");
    await until(() => botLines(twin).length >= 1);
    await twin.settled();
    await new Promise((wait) => setTimeout(wait, 1_200)); // the slow one is through as well
    expect(botLines(twin).filter((line) => line.text.includes("退换"))).toHaveLength(1);
    await until(() => twin.counts().failed >= 1);
  });

  test("two words that the platform delivers in the other order are each answered, once", async () => {
    const { twin } = await house();
    twin.fault("reorder");
    twin.says(FOLLOWER, "退货要运费吗");
    twin.says(FOLLOWER, "多久能到货");
    const answers = (words: RegExp) => botLines(twin).filter(({ text }) => words.test(text)).length;
    await until(() => answers(/退换/) >= 1 && answers(/工作日|天/) >= 1);
    await twin.settled();
    expect(answers(/退换/)).toBe(1);
    expect(twin.thread(FOLLOWER).filter(({ by }) => by === "customer")).toHaveLength(2);
  });

  test("the profile names who they are on the brand's other accounts; the menu is taken", async () => {
    const { twin, adapter } = await house();
    twin.says(FOLLOWER, "hi");
    await until(() => botLines(twin).length >= 1);
    expect((await adapter.profile!(address("wechat", ACCOUNT, FOLLOWER)))?.unionid).toMatch(/^oUnion/);
    expect(
      await adapter.publishMenu!(ACCOUNT as AccountId, [{ title: "查快递", payload: "baton:link:track_order" }], "菜单"),
    ).toMatchObject({ kind: "sent" });
    expect(twin.menu()).toEqual({ button: [{ type: "click", name: "查快递", key: "baton:link:track_order" }] });
  });
});
