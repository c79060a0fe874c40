/** What an operator relies on: where the store may lie, a full disk, being told to stop in the middle of a rush, numbers without customers. */
import { spawn } from "node:child_process";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ROOT } from "../tidy/sources.ts";
import { createPlatform, type Platform, pause } from "./platform.ts";
import { environment, type Running, run, start, temporaryFolder } from "./process.ts";
import { APP, APP_SECRET, adapted, PAGE, PAGE_TOKEN, post, said } from "./recorded.ts";

let folder: ReturnType<typeof temporaryFolder>;
let platform: Platform;
let env: Record<string, string>;
beforeEach(async () => {
  folder = temporaryFolder();
  platform = await createPlatform({ page: PAGE, token: PAGE_TOKEN, appSecret: APP_SECRET });
  env = {
    PORT: "0",
    BATON_STORE: `sqlite:${join(folder.path, "baton.db")}`,
    MESSENGER_APP_ID: APP,
    MESSENGER_APP_SECRET: APP_SECRET,
    MESSENGER_VERIFY_TOKEN: "mytoken",
    MESSENGER_PAGE_ID: PAGE,
    MESSENGER_PAGE_TOKEN: PAGE_TOKEN,
    MESSENGER_API_URL: platform.url,
    MESSENGER_SENDS_PER_SECOND: "1000",
  };
});
afterEach(async () => {
  await platform.close();
  folder.remove();
});

const QUESTION = "Do you ship to Germany?";
const ANSWERS = 2; // whom one talks to, and the answer

/** Everyone's answers, once all of these have theirs. */
async function answersOf(psids: string[]): Promise<Map<string, number>> {
  for (const psid of psids) await platform.receives(psid, ANSWERS, 20_000);
  return new Map(psids.map((psid) => [psid, platform.taken(psid).length]));
}

describe("where the store lies", () => {
  it("in a folder that is not there yet, which is made, and the secret beside it", async () => {
    const path = join(folder.path, "not", "there", "baton.db");
    const baton = await start({ env: { ...env, BATON_STORE: `sqlite:${path}` } });
    expect(await baton.stop()).toBe(0);
    expect(readdirSync(join(folder.path, "not", "there"))).toEqual(expect.arrayContaining(["baton.db", "secret"]));
  });

  it.each([
    ["below a file", (path: string) => join(path, "file", "baton.db"), "a file stands where its folder should be."],
    ["at a folder", (path: string) => join(path, "folder"), "it is a folder; name a file in it."],
    ["at a file of something else", (path: string) => join(path, "file"), "the file there is something else than a store."],
  ])("%s: the start says so and ends", async (_where, at, sentence) => {
    writeFileSync(join(folder.path, "file"), "These are the notes of somebody else. ".repeat(50));
    mkdirSync(join(folder.path, "folder"));
    const path = at(folder.path);
    const ended = await run(["start"], { env: { ...env, BATON_STORE: `sqlite:${path}` } });
    expect(ended).toMatchObject({ status: 2, err: `The store ${path} cannot be opened: ${sentence} BATON_STORE says where it lies.\n` });
  });
});

describe.skipIf(process.platform === "win32")("a disk that is full", () => {
  it("acknowledges nothing that it cannot keep, says why, and loses nothing that it has acknowledged", { timeout: 60_000 }, async () => {
    const limited = `trap '' XFSZ; ulimit -f 3000; exec ${process.execPath} ${join(ROOT, "dist", "baton.js")} start`; // files of at most 3 MB
    const child = spawn("bash", ["-c", limited], { cwd: ROOT, env: environment(env), stdio: ["ignore", "pipe", "pipe"] });
    const ended = new Promise((resolve) => child.on("close", resolve));
    let printed = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => {
        printed += text;
      });
    const runsAt = (): string | undefined => /Health: (http:\/\/[^/\s]+)\/health\/ready/.exec(printed)?.[1];
    while (runsAt() === undefined) await pause(20);
    const url = runsAt()!;

    const acknowledged: string[] = [];
    let refused = 0;
    for (let n = 0; refused < 3 && n < 3_000; n++) {
      const psid = `66000000000${String(n).padStart(5, "0")}`;
      const status = await post(url, said(psid, QUESTION + " ".repeat(1_500)));
      if (status === 200) acknowledged.push(psid);
      else {
        expect(status).toBe(503);
        refused++;
      }
    }
    expect(refused).toBe(3);
    await expect.poll(() => printed).toMatch(/could not be stored and was not acknowledged: .*(full|I\/O)/);
    const ready = await fetch(`${url}/health/ready`);
    expect([ready.status, await ready.json()]).toMatchObject([503, { ready: false, store: "cannot write" }]);
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
    child.kill("SIGKILL");
    await ended;

    const baton = await start({ env }); // with room again
    const answers = await answersOf(acknowledged);
    expect(Math.min(...answers.values())).toBe(ANSWERS);
    expect(await baton.stop()).toBe(0);
  });
});

describe("told to stop in the middle of a rush", () => {
  it("it ends well within 25 s, and everyone it has acknowledged is answered, once", { timeout: 60_000 }, async () => {
    platform.delayMs = () => 40;
    const baton = await start({ env });
    const acknowledged: string[] = [];
    let isOver = false;
    const writers = Array.from({ length: 20 }, async (_, writer) => {
      for (let n = 0; !isOver; n++) {
        const psid = `67${String(writer).padStart(4, "0")}${String(n).padStart(10, "0")}`;
        const status = await post(baton.url, said(psid, QUESTION)).catch(() => 0);
        if (status === 200) acknowledged.push(psid);
        else await pause(20);
      }
    });
    await pause(1_000);
    const beganMs = Date.now();
    const status = await baton.stop();
    isOver = true;
    await Promise.all(writers);
    expect(status).toBe(0);
    expect(Date.now() - beganMs).toBeLessThan(25_000);
    expect(acknowledged.length).toBeGreaterThan(20);

    const next: Running = await start({ env });
    const answers = await answersOf(acknowledged);
    expect([...answers.values()].filter((count) => count !== ANSWERS)).toEqual([]);
    expect(await next.stop()).toBe(0);
  });
});

describe("Messenger's credentials", () => {
  it.each(["MESSENGER_APP_ID", "MESSENGER_APP_SECRET", "MESSENGER_VERIFY_TOKEN", "MESSENGER_PAGE_ID", "MESSENGER_PAGE_TOKEN"])(
    "without %s alone are no reason to talk to nobody: the start says what is missing",
    async (name) => {
      const { [name]: _left, ...rest } = env;
      const ended = await run(["start"], { env: rest });
      expect(ended.status).toBe(2);
      expect(ended.err).toContain(`alder has some of Messenger's credentials and lacks ${name}.`);
    },
  );
});

describe("an advertisement's window", () => {
  it("is as long for the desk as for what is sent", async () => {
    const baton = await start({ env: { ...env, MESSENGER_AD_WINDOW_HOURS: "72" } });
    const psid = "6800000000000002";
    await post(
      baton.url,
      adapted("message-with-ads-referral", psid, (event) => {
        event.message.text = QUESTION;
      }),
    );
    await platform.receives(psid, 1);
    const token = /\bbaton_[A-Za-z0-9_-]{40,}/.exec(baton.printed())?.[0];
    const response = await fetch(`${baton.url}/api/v1/conversations`, { headers: { authorization: `Bearer ${token}` } });
    const { conversations } = (await response.json()) as { conversations: { window: { open: boolean; closes_at: string } }[] };
    const { open, closes_at } = conversations[0]!.window;
    const hours = (Date.parse(closes_at) - Date.now()) / 3_600_000;
    expect(await baton.stop()).toBe(0);
    expect(open).toBe(true);
    expect(hours).toBeGreaterThan(71.9);
    expect(hours).toBeLessThanOrEqual(72);
  });
});

describe("numbers", () => {
  it("name bots, channels and kinds, and no customer, no word and no secret", async () => {
    const baton = await start({ env });
    const psid = "6800000000000001";
    platform.profiles.set(psid, { first_name: "Canaryname" });
    for (const text of ["my canaryword", QUESTION, "I want a person"]) await post(baton.url, said(psid, text));
    await platform.hears(psid, "connecting you");
    const metrics = await (await fetch(`${baton.url}/metrics`)).text();
    expect(await baton.stop()).toBe(0);
    expect(metrics).toContain('baton_tickets_opened_total{bot="alder",channel="",kind="customer_asked"} 1');
    for (const hidden of [psid, "canary", "Canary", PAGE, PAGE_TOKEN, APP_SECRET]) {
      expect(metrics).not.toContain(hidden);
      if (hidden !== PAGE) expect(baton.printed()).not.toContain(hidden);
    }
  });
});
