/** The real process: `dist/baton.js`, started as an operator starts it, with all that it prints kept. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "../tidy/sources.ts";

const PROGRAM = join(ROOT, "dist", "baton.js");
const START_MS = 20_000;

export type Ended = { status: number | null; out: string; err: string };

export type Running = {
  url: string;
  child: ChildProcess;
  /** Everything printed so far, logs included. */
  printed(): string;
  /** Resolves with its exit status. */
  exited: Promise<number | null>;
  /** SIGTERM; resolves with the exit status. */
  stop(): Promise<number | null>;
};

/** Only what is named: nothing of the surroundings decides a test. */
export function environment(more: Record<string, string>): Record<string, string> {
  return { PATH: process.env.PATH ?? "", HOME: process.env.HOME ?? "", ...more };
}

export function temporaryFolder(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), "baton-road-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Runs a command to its end. @param input what is typed into it */
export function run(args: string[], options: { env?: Record<string, string>; cwd?: string; input?: string } = {}): Promise<Ended> {
  const child = spawn(process.execPath, [PROGRAM, ...args], { cwd: options.cwd ?? ROOT, env: environment(options.env ?? {}) });
  const ended: Ended = { status: null, out: "", err: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    ended.out += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    ended.err += text;
  });
  child.stdin.on("error", () => {}); // it may end before it has read everything
  child.stdin.end(options.input ?? "");
  return new Promise((resolve) => child.on("close", (status) => resolve({ ...ended, status })));
}

/** Resolves once it has said where it runs. */
export async function start(options: { env: Record<string, string>; args?: string[]; cwd?: string }): Promise<Running> {
  const child = spawn(process.execPath, [PROGRAM, "start", ...(options.args ?? [])], {
    cwd: options.cwd ?? ROOT,
    env: environment({ PORT: "0", ...options.env }),
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  const exited = new Promise<number | null>((resolve) => child.on("close", resolve));
  const url = await new Promise<string>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`It did not start:\n${printed}`)), START_MS);
    const hear = (text: string) => {
      printed += text;
      const found = /Health: (http:\/\/[^/\s]+)\/health\/ready.*\n/.exec(printed); // the last line of the greeting
      if (!found) return;
      clearTimeout(late);
      resolve(found[1]!);
    };
    child.stdout.setEncoding("utf8").on("data", hear);
    child.stderr.setEncoding("utf8").on("data", hear);
    void exited.then((status) => reject(new Error(`It ended with ${status}:\n${printed}`)));
  });
  return {
    url,
    child,
    printed: () => printed,
    exited,
    stop() {
      child.kill("SIGTERM");
      return exited;
    },
  };
}
