/** The twins of WeChat and X after their process was killed: what was said is there, and what nobody had taken is told to whoever comes back. */
import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { createTwitterTwin } from "../../adapters/twitter/twin.ts";
import { createWechatTwin } from "../../adapters/wechat/twin.ts";
import { systemClock } from "../../server/clock.ts";
import { readSettings } from "../../server/settings.ts";
import { openTwinDiary } from "../../server/twin-memory.ts";
import { KEYS, SECRET } from "../twitter/setup.ts";
import { listen } from "./house.ts";
import type { Reply, Taken } from "./subject.ts";

const folder = mkdtempSync(join(tmpdir(), "baton-diary-"));
const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
  rmSync(folder, { recursive: true, force: true });
});

function diary(name: string) {
  const settings = readSettings(folder, {});
  if ("wrong" in settings) throw new Error(settings.wrong.join("\n"));
  return openTwinDiary(settings, folder, name, systemClock.nowMs());
}

/** Written together at the end of the moment; then the process is killed in the middle of a line. */
async function killed(name: string, twin: { close(): Promise<void> }): Promise<void> {
  await new Promise((next) => setImmediate(next));
  await twin.close();
  appendFileSync(join(folder, "data", `twin-${name}.jsonl`), '{"kind":"thread","thr');
}

async function webhook(reply: (taken: Taken) => Reply) {
  const told: string[] = [];
  const server = await listen((taken) => {
    if (taken.method === "POST") told.push(taken.body);
    return reply(taken);
  });
  open.push(server);
  return { url: server.url, told };
}

test("a WeChat follower's words outlive the process, are told once, and what they bought still counts", async () => {
  const twin = async (webhookUrl?: string) => {
    const made = await createWechatTwin({
      clock: systemClock,
      account: "gh_x",
      appId: "wx1",
      appSecret: "secret",
      token: "tok_1",
      diary: diary("a-wechat"),
      ...(webhookUrl ? { webhookUrl } : {}),
    });
    open.push(made);
    return made;
  };
  const before = await twin();
  before.says("oMei", "你好");
  before.clicks("oMei", "MENU");
  const [lines, budget] = [before.thread("oMei"), before.budget("oMei")];
  await killed("a-wechat", before);
  const { url, told } = await webhook(() => ({ status: 200, body: "success" }));
  const after = await twin(`${url}/webhooks/wechat`);
  await after.settled();
  expect(after.thread("oMei")).toEqual(lines);
  expect(after.budget("oMei")).toEqual(budget);
  expect(told.map((body) => /你好|MENU/.exec(body)?.[0])).toEqual(["你好", "MENU"]);
  await killed("a-wechat", after);
  const later = await twin(`${url}/webhooks/wechat`);
  await later.settled();
  later.says("oMei", "还在吗");
  await later.settled();
  expect(told).toHaveLength(3);
  expect(later.thread("oMei").map(({ text }) => text)).toEqual(["你好", "还在吗"]);
});

test("a customer's words on X outlive the process and are told once", async () => {
  const twin = async () => {
    const made = await createTwitterTwin({
      clock: systemClock,
      appId: "90000009",
      consumerKey: KEYS.consumerKey,
      consumerSecret: SECRET,
      accounts: [{ userId: "3805104374", accessToken: KEYS.accessToken, accessSecret: KEYS.accessSecret }],
      diary: diary("a-twitter"),
    });
    open.push(made);
    return made;
  };
  const mei = "1700000000000000042";
  const before = await twin();
  before.customer.says(mei, "hello?");
  const lines = before.thread(mei);
  await killed("a-twitter", before);
  const { crcAnswer } = await import("../../adapters/twitter/signature.ts");
  const { url, told } = await webhook(({ method, url }) => {
    const token = new URLSearchParams(url.split("?")[1]).get("crc_token") ?? "";
    return method === "GET" ? { status: 200, body: { response_token: crcAnswer(SECRET, token) } } : { status: 200, body: {} };
  });
  const after = await twin();
  after.deliverTo(`${url}/webhooks/twitter`);
  await after.webhook.settled();
  expect(after.thread(mei)).toEqual(lines);
  expect(told).toHaveLength(1);
  expect(told[0]).toContain("hello?");
  await killed("a-twitter", after);
  const later = await twin();
  later.deliverTo(`${url}/webhooks/twitter`);
  later.customer.says(mei, "still there?");
  await later.webhook.settled();
  expect(told).toHaveLength(2);
  expect(later.thread(mei).map(({ text }) => text)).toEqual(["hello?", "still there?"]);
});
