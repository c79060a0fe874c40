/** The demo as `npm start` runs it, on a free port and a store of its own. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "../tidy/sources.ts";

export type Demo = {
  /** `127.0.0.1:port`. */
  host: string;
  /** What the first start printed: the demo agent's sign-in token. */
  token: string;
  printed: string;
  /** A store that this process does not hold, for commands that write. */
  otherStore: string;
  stop(): Promise<void>;
};

export async function startDemo(): Promise<Demo> {
  const folder = mkdtempSync(join(tmpdir(), "baton-demo-"));
  const env = {
    PATH: process.env.PATH ?? "",
    HOME: process.env.HOME ?? "",
    BATON_STORE: `sqlite:${join(folder, "baton.db")}`,
    PORT: "0",
    LOG_LEVEL: "warn",
  };
  const child = spawn(process.execPath, ["dist/baton.js", "start"], { cwd: ROOT, env, stdio: ["ignore", "pipe", "pipe"] });
  let printed = "";
  const exited = new Promise<void>((gone) => child.on("exit", () => gone()));
  await new Promise<void>((resolve, reject) => {
    const hear = (data: Buffer) => {
      printed += data.toString();
      if (/http:\/\/\S+:\d+/.test(printed) && /token/i.test(printed)) resolve();
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    void exited.then(() => reject(new Error(`The demo ended:\n${printed}`)));
  });
  await new Promise((settled) => setTimeout(settled, 200)); // the rest of what it prints
  return {
    host: /http:\/\/(?:localhost|127\.0\.0\.1):(\d+)/.exec(printed)![0].slice("http://".length),
    token: /\b(baton_[A-Za-z0-9_-]{40,})/.exec(printed)?.[1] ?? "",
    printed,
    otherStore: `sqlite:${join(folder, "other.db")}`,
    async stop() {
      child.kill("SIGTERM");
      await exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
