/**
 * `npm run bench`: Baton beside its own floors, in interleaved rounds, so that a noisy neighbour hits all of them. Compare
 * the ratios of one run; the absolute numbers are the machine's.
 */
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { Pool } from "undici";
import { PAGE, SECRET, STEPS, webhook, words } from "./talk.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const root = join(here, "..", "..");
const ROUNDS = Number(process.env.ROUNDS ?? 3);
const SECONDS = Number(process.env.SECONDS ?? 5);
const WARM_UP_SECONDS = 2;
const CUSTOMERS = 64;
const TICKS_PER_SECOND = 100;
const APP = "400000000000001";
const TOKEN = "a-page-token";

const TARGETS = {
  "express floor": [join(here, "floors", "express-floor.mjs")],
  "node:http floor": [join(here, "floors", "http-floor.mjs")],
  baton: [join(root, "dist", "baton.js"), "start", "--project", here],
};
const TWIN = "baton, over the built-in twin";

execFileSync(process.execPath, ["build.mjs"], { cwd: root, stdio: "inherit" });
const { openTalkingTwin } = await bundled("twin.ts");
const RUNS = [...Object.entries(TARGETS).map(([name, args]) => [name, args, thinPlatform]), [TWIN, TARGETS.baton, twinPlatform]];
const results = Object.fromEntries(RUNS.map(([name]) => [name, []]));
for (let round = 0; round < ROUNDS; round++) {
  for (const [name, args, openPlatform] of RUNS) {
    const result = await measure(args, openPlatform);
    results[name].push(result);
    console.error(
      `round ${round + 1}: ${name}: ${Math.round(result.perSecond)} turns/s, ${Math.round(result.cpuUs)} µs of CPU a turn, ${result.wrong} wrong`,
    );
  }
}
const base = "express floor";
console.log(`\n| target | turns/s | µs of CPU a turn | × ${base} by rate | × ${base} by CPU |\n|---|---|---|---|---|`);
for (const name of Object.keys(results)) {
  const rate = median(results[name].map((result) => result.perSecond));
  const cpu = median(results[name].map((result) => result.cpuUs));
  const baseRate = median(results[base].map((result) => result.perSecond));
  const baseCpu = median(results[base].map((result) => result.cpuUs));
  // The floors know no echoes and receipts: beside the twin there is nothing to compare.
  const [byRate, byCpu] = name === TWIN ? ["", ""] : [(rate / baseRate).toFixed(2), (baseCpu / cpu).toFixed(2)];
  console.log(`| ${name} | ${Math.round(rate)} | ${Math.round(cpu)} | ${byRate} | ${byCpu} |`);
}
await engine();
const wrong = Object.values(results)
  .flat()
  .reduce((sum, result) => sum + result.wrong, 0);
process.exit(wrong > 0 ? 1 : 0);

/** Takes every send and answers at once: all that is measured is the server. */
async function thinPlatform(url) {
  const waiting = new Map();
  const server = createServer((request, response) => {
    const chunks = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => {
      const { recipient, message } = JSON.parse(Buffer.concat(chunks).toString() || "{}");
      response.end(JSON.stringify({ recipient_id: recipient?.id, message_id: `m_${Math.random()}` }));
      if (message) waiting.get(recipient.id)?.(message.text ?? message.attachment.payload.text);
    });
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  const pool = new Pool(url, { connections: CUSTOMERS });
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    async turn(n, step, token) {
      const { psid, body, expect, signature } = webhook(n, step, token);
      const replied = new Promise((resolve) => waiting.set(psid, resolve));
      const headers = { "content-type": "application/json", "x-hub-signature-256": signature };
      const response = await pool.request({ method: "POST", path: "/webhooks/messenger", headers, body });
      await response.body.text();
      const text = await Promise.race([replied, pause(5000).then(() => "")]);
      waiting.delete(psid);
      return { text, expect };
    },
    async close() {
      await pool.destroy();
      server.closeAllConnections();
      server.close();
    },
  };
}

/** The twin that tests, studio and demo use: it checks each send, and its echoes and receipts have to be taken too. The floors know none of them. */
async function twinPlatform(url) {
  const page = { pageId: PAGE, pageToken: TOKEN };
  const twin = await openTalkingTwin({ appId: APP, appSecret: SECRET, page, webhookUrl: `${url}/webhooks/messenger` });
  return {
    url: twin.url,
    async turn(n, step, token) {
      const said = words(n, step);
      if (!said) return null;
      const text = await twin.say(`24${String(n).padStart(14, "0")}`, said.text, `~${token}`, said.ref);
      return { text, expect: said.expect };
    },
    close: () => twin.close(),
  };
}

/** One target, one closed loop: every customer waits for the reply before the next turn. */
async function measure(args, openPlatform) {
  const folder = mkdtempSync(join(tmpdir(), "baton-bench-"));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const platform = await openPlatform(url);
  let wrong = 0;
  const env = {
    ...process.env,
    NODE_ENV: "production",
    PORT: String(port),
    DATA_DIR: folder,
    APP_SECRET: SECRET,
    PAGE_ID: PAGE,
    PAGE_TOKEN: TOKEN,
    GRAPH_URL: platform.url,
    LOG_LEVEL: "error",
    BATON_STORE: `sqlite:${folder}/baton.db`,
    MESSENGER_SENDS_PER_SECOND: "100000",
    MESSENGER_APP_ID: APP,
    MESSENGER_APP_SECRET: SECRET,
    MESSENGER_VERIFY_TOKEN: "verify",
    MESSENGER_PAGE_ID: PAGE,
    MESSENGER_PAGE_TOKEN: TOKEN,
    MESSENGER_API_URL: platform.url,
  };
  const child = spawn(process.execPath, args, { cwd: root, env, stdio: ["ignore", "ignore", "inherit"] });
  while (
    !(await fetch(`${url}/health/ready`).then(
      (response) => response.ok,
      () => false,
    ))
  )
    await pause(20);
  let running = true;
  let turns = 0;
  let token = 0;
  const customers = Array.from({ length: CUSTOMERS }, (_, n) => customer(n));
  await pause(WARM_UP_SECONDS * 1000);
  const before = { turns, cpu: cpuSeconds(child.pid), at: performance.now() };
  await pause(SECONDS * 1000);
  const after = { turns, cpu: cpuSeconds(child.pid), at: performance.now() };
  running = false;
  await Promise.race([Promise.all(customers), pause(5000)]);
  child.kill("SIGKILL");
  await platform.close();
  rmSync(folder, { recursive: true, force: true });
  const done = after.turns - before.turns;
  return { perSecond: (done / (after.at - before.at)) * 1000, cpuUs: ((after.cpu - before.cpu) * 1e6) / done, wrong };

  async function customer(first) {
    for (let n = first; running; n += CUSTOMERS) {
      for (let step = 0; step < STEPS && running; step++) {
        const mine = ++token;
        const heard = await platform.turn(n, step, mine);
        if (!heard) continue;
        if (!heard.text.toLowerCase().includes(heard.expect) || !heard.text.endsWith(`~${mine}`)) wrong++;
        turns++;
      }
    }
  }
}

/** The pure engine: no network, no disk, the session read and written as JSON each turn. */
async function engine() {
  const { measureEngine } = await bundled("engine.ts");
  console.log(`\nThe pure engine: ${JSON.stringify(measureEngine())}`);
}

async function bundled(file) {
  const outfile = join(root, "dist", `bench-${file.replace(".ts", "")}.mjs`); // below the root: there it finds the built-in patterns
  await build({
    entryPoints: [join(here, file)],
    bundle: true,
    platform: "node",
    format: "esm",
    outfile,
    logLevel: "error",
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
  });
  return import(outfile);
}

function cpuSeconds(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) / 2)];
}

function pause(ms) {
  return new Promise((done) => setTimeout(done, ms));
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
