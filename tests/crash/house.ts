/** The real process of a crash run: started, killed with SIGKILL, started again on the same store. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { APP, PAGE, SECRET } from "./platform.ts";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

export type House = {
  url: string;
  folder: string;
  /** Resolves once it answers that it is ready. `failpoint`: `name:n` ends it at the nth pass of that place. */
  start(failpoint?: string): Promise<void>;
  /** SIGKILL now. */
  kill(): Promise<void>;
  /** Resolves when it has ended by itself (at a failpoint), or false after `withinMs`. */
  ended(withinMs: number): Promise<boolean>;
  /** SIGTERM; resolves with the exit status. */
  stop(): Promise<number | null>;
  run(args: string[]): Promise<{ status: number | null; out: string }>;
  remove(): void;
  log: string[];
};

export async function createHouse(options: {
  project: string;
  apiUrl: string;
  program?: string;
  env?: Record<string, string>;
}): Promise<House> {
  const folder = mkdtempSync(join(tmpdir(), "baton-crash-"));
  const port = await freePort();
  const program = options.program ?? join(ROOT, "dist", "baton.js");
  const env = {
    PATH: process.env.PATH ?? "",
    BATON_STORE: `sqlite:${join(folder, "baton.db")}`,
    PORT: String(port),
    LOG_LEVEL: "warn",
    MESSENGER_SENDS_PER_SECOND: "2000",
    MESSENGER_APP_ID: APP,
    MESSENGER_APP_SECRET: SECRET,
    MESSENGER_VERIFY_TOKEN: "verify",
    MESSENGER_PAGE_ID: PAGE,
    MESSENGER_PAGE_TOKEN: "a-page-token",
    MESSENGER_API_URL: options.apiUrl,
    CRM_URL: options.apiUrl,
    ...options.env,
  };
  let child: ChildProcess | null = null;
  let exited: Promise<number | null> = Promise.resolve(null);
  const house: House = {
    url: `http://127.0.0.1:${port}`,
    folder,
    log: [],
    async start(failpoint) {
      const mine = spawn(process.execPath, [program, "start", "--project", options.project], {
        cwd: ROOT,
        env: failpoint ? { ...env, BATON_FAILPOINT: failpoint } : env,
        stdio: ["ignore", "pipe", "pipe"],
      });
      child = mine;
      mine.stdout!.on("data", (data: Buffer) => house.log.push(data.toString()));
      mine.stderr!.on("data", (data: Buffer) => house.log.push(data.toString()));
      exited = new Promise((resolve) => mine.on("exit", (status) => resolve(status)));
      let gone = false;
      void exited.then(() => {
        gone = true;
      });
      const until = Date.now() + 20_000;
      while (Date.now() < until && !gone) {
        if (await ready(house.url)) return;
        await new Promise((later) => setTimeout(later, 20));
      }
      if (!gone || !failpoint) throw new Error(`The process did not become ready:\n${house.log.join("")}`);
    },
    async kill() {
      child?.kill("SIGKILL");
      await exited;
    },
    async ended(withinMs) {
      return Promise.race([exited.then(() => true), new Promise<boolean>((late) => setTimeout(() => late(false), withinMs))]);
    },
    async stop() {
      child?.kill("SIGTERM");
      return exited;
    },
    run(args) {
      const mine = spawn(process.execPath, [program, ...args], { cwd: ROOT, env, stdio: ["ignore", "pipe", "pipe"] });
      let out = "";
      mine.stdout.on("data", (data: Buffer) => {
        out += data.toString();
      });
      mine.stderr.on("data", (data: Buffer) => {
        out += data.toString();
      });
      return new Promise((resolve) => mine.on("exit", (status) => resolve({ status, out })));
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
  return house;
}

async function ready(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/health/ready`);
    await response.arrayBuffer();
    return response.status === 200;
  } catch {
    return false;
  }
}

export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
