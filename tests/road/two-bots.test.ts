/** Two brands in one process, with pages of one app: each has its own customers, and none is answered by the other. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createPlatform, type Platform } from "./platform.ts";
import { type Running, run, start, temporaryFolder } from "./process.ts";
import { APP, APP_SECRET, PAGE, PAGE_TOKEN, post, said } from "./recorded.ts";

const OTHER_PAGE = "102030405069999";

function brand(folder: string, name: string, page: string): void {
  writeFileSync(
    join(folder, "bots", `${name}.bot.yaml`),
    `format: 1\nbot: ${name}\nname: ${name}\nlanguages: [en]\ntimezone: UTC\ncurrency: EUR\nflows: [../flows/${name}]\nchannels: { messenger: { ${page} } }\n`,
  );
  mkdirSync(join(folder, "flows", name), { recursive: true });
  writeFileSync(
    join(folder, "flows", name, "hello.flow.yaml"),
    `format: 1\nflow: hello\ntriggers: [ { keyword: [MAGIC] } ]\nsteps: [ { send: "Here is ${name}." } ]\n`,
  );
}

const folder = temporaryFolder();
let platform: Platform;
let baton: Running;
let env: Record<string, string>;

beforeAll(async () => {
  platform = await createPlatform({ page: PAGE, token: PAGE_TOKEN, appSecret: APP_SECRET });
  mkdirSync(join(folder.path, "bots"));
  brand(folder.path, "alder", `page: "${PAGE}", token: "${PAGE_TOKEN}"`);
  brand(folder.path, "birch", `page: "${OTHER_PAGE}", token: "another-page-token"`);
  env = {
    BATON_STORE: `sqlite:${join(folder.path, "baton.db")}`,
    BATON_SECRET: "a-secret-of-two-brands-in-one-house",
    MESSENGER_APP_ID: APP,
    MESSENGER_APP_SECRET: APP_SECRET,
    MESSENGER_VERIFY_TOKEN: "mytoken",
    MESSENGER_API_URL: platform.url,
  };
  baton = await start({ env, args: ["--project", folder.path] });
});
afterAll(async () => {
  await baton.stop();
  await platform.close();
  folder.remove();
});

it("a customer of one page is answered by that page's bot only, and the other keeps nothing of it", async () => {
  expect(await post(baton.url, said("6500000000000001", "MAGIC"))).toBe(200);
  expect(await platform.receives("6500000000000001", 1)).toEqual(["Here is alder."]);
  const metrics = await (await fetch(`${baton.url}/metrics`)).text();
  expect(metrics).toContain('baton_events_received_total{bot="alder",channel="",kind=""} 1');
  expect(metrics).not.toMatch(/baton_events_received_total\{bot="birch"/);
});

it("a page that two bots claim stops the start with a sentence", async () => {
  const twice = temporaryFolder();
  mkdirSync(join(twice.path, "bots"));
  for (const name of ["alder", "birch"]) brand(twice.path, name, `page: "${PAGE}", token: "${PAGE_TOKEN}"`);
  const ended = await run(["start", "--project", twice.path], {
    env: { ...env, PORT: "0", BATON_STORE: `sqlite:${join(twice.path, "baton.db")}` },
  });
  twice.remove();
  expect(ended.status).toBe(2);
  expect(ended.err).toContain(`alder and birch both serve page ${PAGE} of messenger`);
});
