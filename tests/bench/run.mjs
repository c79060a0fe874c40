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
import { PAGE, SECRET, STEPS, webhook } from "./talk.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const root = join(here, "..", "..");
const ROUNDS = Number(process.env.ROUNDS ?? 3);
const SECONDS = Number(process.env.SECONDS ?? 5);
const WARM_UP_SECONDS = 2;
const CUSTOMERS = 64;
const TICKS_PER_SECOND = 100;

const TARGETS = {
  "express floor": [join(here, "floors", "express-floor.mjs")],
  "node:http floor": [join(here, "floors", "http-floor.mjs")],
  baton: [join(root, "dist", "baton.js"), "start", "--project", here],
};

execFileSync(process.execPath, ["build.mjs"], { cwd: root, stdio: "inherit" });
const results = Object.fromEntries(Object.keys(TARGETS).map((name) => [name, []]));
for (let round = 0; round < ROUNDS; round++) {
  for (const [name, args] of Object.entries(TARGETS)) {
    const result = await measure(args);
    results[name].push(result);
    console.error(
      `round ${round + 1}: ${name}: ${Math.round(result.perSecond)} turns/s, ${Math.round(result.cpuUs)} µs of CPU a turn, ${result.wrong} wrong`,
    );
  }
}
const base = "express floor";
console.log(`\n| target | turns/s | µs of CPU a turn | × ${base} by rate | × ${base} by CPU |\n|---|---|---|---|---|`);
for (const name of Object.keys(TARGETS)) {
  const rate = median(results[name].map((result) => result.perSecond));
  const cpu = median(results[name].map((result) => result.cpuUs));
  const baseRate = median(results[base].map((result) => result.perSecond));
  const baseCpu = median(results[base].map((result) => result.cpuUs));
  console.log(`| ${name} | ${Math.round(rate)} | ${Math.round(cpu)} | ${(rate / baseRate).toFixed(2)} | ${(baseCpu / cpu).toFixed(2)} |`);
}
await engine();
const wrong = Object.values(results)
  .flat()
  .reduce((sum, result) => sum + result.wrong, 0);
process.exit(wrong > 0 ? 1 : 0);

/** One target, one closed loop: every customer waits for the reply before the next turn. */
async function measure(args) {
  const folder = mkdtempSync(join(tmpdir(), "baton-bench-"));
  const waiting = new Map();
  let wrong = 0;
  const platform = createServer((request, response) => {
    const chunks = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => {
      const { recipient, message } = JSON.parse(Buffer.concat(chunks).toString() || "{}");
      response.end(JSON.stringify({ recipient_id: recipient?.id, message_id: `m_${Math.random()}` }));
      if (message) waiting.get(recipient.id)?.(message.text ?? message.attachment.payload.text);
    });
  });
  await new Promise((listening) => platform.listen(0, "127.0.0.1", listening));
  const port = await freePort();
  const env = {
    ...process.env,
    NODE_ENV: "production",
    PORT: String(port),
    DATA_DIR: folder,
    APP_SECRET: SECRET,
    PAGE_ID: PAGE,
    PAGE_TOKEN: "a-page-token",
    GRAPH_URL: `http://127.0.0.1:${platform.address().port}`,
    LOG_LEVEL: "error",
    BATON_STORE: `sqlite:${folder}/baton.db`,
    MESSENGER_SENDS_PER_SECOND: "100000",
    MESSENGER_APP_ID: "400000000000001",
    MESSENGER_APP_SECRET: SECRET,
    MESSENGER_VERIFY_TOKEN: "verify",
    MESSENGER_PAGE_ID: PAGE,
    MESSENGER_PAGE_TOKEN: "a-page-token",
    MESSENGER_API_URL: `http://127.0.0.1:${platform.address().port}`,
  };
  const child = spawn(process.execPath, args, { cwd: root, env, stdio: ["ignore", "ignore", "inherit"] });
  const url = `http://127.0.0.1:${port}`;
  while (
    !(await fetch(`${url}/health/ready`).then(
      (response) => response.ok,
      () => false,
    ))
  )
    await pause(20);
  const pool = new Pool(url, { connections: CUSTOMERS });
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
  await pool.destroy();
  platform.closeAllConnections();
  platform.close();
  rmSync(folder, { recursive: true, force: true });
  const done = after.turns - before.turns;
  return { perSecond: (done / (after.at - before.at)) * 1000, cpuUs: ((after.cpu - before.cpu) * 1e6) / done, wrong };

  async function customer(first) {
    for (let n = first; running; n += CUSTOMERS) {
      for (let step = 0; step < STEPS && running; step++) {
        const mine = ++token;
        const { psid, body, expect, signature } = webhook(n, step, mine);
        const replied = new Promise((resolve) => waiting.set(psid, resolve));
        const headers = { "content-type": "application/json", "x-hub-signature-256": signature };
        const response = await pool.request({ method: "POST", path: "/webhooks/messenger", headers, body });
        await response.body.text();
        const text = await Promise.race([replied, pause(5000).then(() => "")]);
        if (!text.toLowerCase().includes(expect) || !text.endsWith(`~${mine}`)) wrong++;
        turns++;
        waiting.delete(psid);
      }
    }
  }
}

/** The pure engine: no network, no disk, the session read and written as JSON each turn. */
async function engine() {
  const outfile = join(root, "dist", "bench-engine.mjs"); // below the root: there it finds the built-in patterns
  await build({
    entryPoints: [join(here, "engine.ts")],
    bundle: true,
    platform: "node",
    format: "esm",
    outfile,
    logLevel: "error",
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
  });
  const { measureEngine } = await import(outfile);
  console.log(`\nThe pure engine: ${JSON.stringify(measureEngine())}`);
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
