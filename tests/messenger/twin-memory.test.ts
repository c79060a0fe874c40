/** The twin after its process was killed: threads, names and events on their way are there, as on the real platform. */

import { appendFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { createMessengerTwin } from "../../adapters/messenger/twin.ts";
import type { Twin } from "../../adapters/meta/twin.ts";
import { systemClock } from "../../server/clock.ts";
import { readSettings } from "../../server/settings.ts";
import { openTwinMemory } from "../../server/twin-memory.ts";

const folder = mkdtempSync(join(tmpdir(), "baton-twin-"));
const file = join(folder, "data", "twin-alder.jsonl");
const CUSTOMER = "6100000000000001";
const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
  rmSync(folder, { recursive: true, force: true });
});

async function twin(webhookUrl?: string): Promise<Twin> {
  const settings = readSettings(folder, {});
  if ("wrong" in settings) throw new Error(settings.wrong.join("\n"));
  const made = await createMessengerTwin({
    clock: systemClock,
    appId: "42",
    appSecret: "secret",
    pages: [{ pageId: "100", pageToken: "token" }],
    memory: openTwinMemory(settings, folder, "alder", systemClock.nowMs()),
    ...(webhookUrl ? { webhookUrl } : {}),
  });
  open.push(made);
  return made;
}

it("what a customer said while nobody listened is told to whoever comes back, once, and the thread is as it was", async () => {
  const before = await twin();
  before.name(CUSTOMER, { first_name: "Ana" });
  before.customerSays(CUSTOMER, "hello?");
  before.clicksAd(CUSTOMER, { ref: "spring-boots-blue" });
  const lines = before.thread(CUSTOMER);
  await systemClock.sleepUntil(systemClock.nowMs() + 1, new AbortController().signal);
  appendFileSync(file, '{"kind":"thread","thr'); // it was killed in the middle of a line

  const told: string[] = [];
  const webhook = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => {
      told.push(body);
      response.end();
    });
  });
  await new Promise<void>((listening) => webhook.listen(0, "127.0.0.1", listening));
  open.push({
    close: () =>
      new Promise<void>((closed) => {
        webhook.close(() => closed());
        webhook.closeAllConnections();
      }),
  });
  const url = `http://127.0.0.1:${(webhook.address() as AddressInfo).port}/`;

  const after = await twin(url);
  await after.settled();
  expect(after.thread(CUSTOMER)).toEqual(lines);
  expect(after.named(CUSTOMER)).toEqual({ first_name: "Ana" });
  expect(told.map((body) => /hello\?|spring-boots-blue/.exec(body)?.[0])).toEqual(["hello?", "spring-boots-blue"]);
  await systemClock.sleepUntil(systemClock.nowMs() + 1, new AbortController().signal);

  const later = await twin(url);
  await later.settled();
  expect(told).toHaveLength(2);
  expect(later.thread(CUSTOMER)).toEqual(lines);
  expect(readFileSync(file, "utf8")).toContain("hello?");
});
