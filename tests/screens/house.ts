/** The demo brand as a real process, Messenger's twin with customers of any name, people of the desk, and a browser to look with. */
import { createHmac } from "node:crypto";
import { cpSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { createMessengerTwin } from "../../adapters/messenger/twin.ts";
import type { Twin } from "../../adapters/meta/twin.ts";
import { systemClock } from "../../server/clock.ts";
import { type DemoShop, startDemoShop } from "../../server/demo-shop.ts";
import { type Running, start, temporaryFolder } from "../road/process.ts";
import { ROOT } from "../tidy/sources.ts";

// biome-ignore lint/suspicious/noExplicitAny: what a caller of an HTTP API gets
export type Json = any;

export type Person = { id: string; token: string; signInName: string; oneTimePassword: string };

export type House = {
  url: string;
  /** Where the store lies, to be read once the process has ended. */
  store: string;
  baton: Running;
  twin: Twin;
  token: string;
  /** How an admin signs in by the door for the first time. */
  door: { name: string; password: string };
  call(method: string, path: string, body?: object, token?: string): Promise<Json>;
  hires(name: string, more?: object): Promise<Person>;
  /** Gives a customer a name, from now on. */
  named(psid: string, first: string, last?: string): void;
  /** The open ticket of the conversation in which this was said, once there is one. */
  ticketOf(words: string): Promise<Json>;
  /** Many lines at once, as a page that is written to a lot gets them: up to a hundred in one webhook. The twin knows nothing of them. */
  posts(lines: { psid: string; text: string }[]): Promise<void>;
  /** Ends the process at once, as a crash does. */
  kill(): Promise<void>;
  /** Lets the process finish what is under way and end. */
  stop(): Promise<void>;
  /** The process again, on the same port and store. */
  restart(): Promise<void>;
  close(): Promise<void>;
};

const PAGE = "100000000000042";
const PAGE_TOKEN = "page-token-of-the-twin";
const APP_ID = "4200000000";
const APP_SECRET = "the-twins-app-secret";

export const pause = (waitMs: number) => new Promise<void>((resolve) => setTimeout(resolve, waitMs));

/** Asks again until it is so. @throws with the sentence, when it is not so in time */
export async function until(so: () => Promise<boolean> | boolean, sentence: string, withinMs = 10_000): Promise<void> {
  const endMs = Date.now() + withinMs;
  while (Date.now() < endMs) {
    if (await so()) return;
    await pause(25);
  }
  throw new Error(`Not in time: ${sentence}`);
}

/** @param edit changes a copy of the demo brand, in the folder it is given, before the start */
export async function openHouse(more: Record<string, string> = {}, edit?: (root: string) => void): Promise<House> {
  const folder = temporaryFolder();
  const args = edit ? ["--project", ownBrand(folder.path, edit)] : [];
  const shop: DemoShop = await startDemoShop();
  const names = new Map<string, { first_name: string; last_name?: string }>();
  const twin = await createMessengerTwin({
    clock: systemClock,
    appId: APP_ID,
    appSecret: APP_SECRET,
    pages: [{ pageId: PAGE, pageToken: PAGE_TOKEN }],
    ratePerSecond: 100_000,
    profile: (psid: string) => ({ first_name: "Robin", last_name: "Example", ...names.get(psid), locale: "en_US", timezone: 0 }),
  });
  const env: Record<string, string> = {
    BATON_STORE: `sqlite:${join(folder.path, "baton.db")}`,
    BATON_SECRET: "a-secret-of-the-house-of-screens",
    LOG_LEVEL: "warn",
    MESSENGER_APP_ID: APP_ID,
    MESSENGER_APP_SECRET: APP_SECRET,
    MESSENGER_VERIFY_TOKEN: "mytoken",
    MESSENGER_PAGE_ID: PAGE,
    MESSENGER_PAGE_TOKEN: PAGE_TOKEN,
    MESSENGER_API_URL: twin.url,
    MESSENGER_SENDS_PER_SECOND: "5000",
    SHOP_URL: shop.url,
    ...more,
  };
  const baton = await start({ env, args });
  twin.deliverTo(`${baton.url}/webhooks/messenger`);
  const printed = baton.printed();
  const token = /\bbaton_[A-Za-z0-9_-]{40,}/.exec(printed)?.[0];
  const door = /name (\S+), one-time password (\S+)/.exec(printed);
  if (!token || !door) throw new Error(`The first start printed no keys:\n${printed}`);

  const house: House = {
    url: baton.url,
    store: join(folder.path, "baton.db"),
    baton,
    twin,
    token,
    door: { name: door[1]!, password: door[2]! },
    async call(method, path, body, as = token) {
      const response = await fetch(`${house.url}/api/v1${path}`, {
        method,
        headers: { authorization: `Bearer ${as}`, ...(body ? { "content-type": "application/json" } : {}) },
        ...(body ? { body: JSON.stringify(body) } : {}),
      });
      const answer: Json = await response.json();
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(answer)}`);
      return answer;
    },
    async hires(name, details = {}) {
      const made = await house.call("POST", "/agents", { name, ...details });
      const signInName = /^[\x20-\x7e]+$/.test(name) ? name.toLowerCase().replaceAll(" ", ".") : `agent-${names.size}-${Date.now()}`;
      const keys = await house.call("POST", `/agents/${made.agent.id}/password`, { name: signInName });
      return { id: made.agent.id, token: made.token, signInName: keys.name, oneTimePassword: keys.password };
    },
    named(psid, first, last = "") {
      names.set(psid, { first_name: first, last_name: last });
    },
    async ticketOf(words) {
      let found: Json;
      await until(async () => {
        const { tickets } = await house.call("GET", "/tickets?limit=200");
        for (const ticket of tickets) {
          const { messages } = await house.call("GET", `/conversations/${ticket.conversation_id}/messages?limit=200`);
          if (messages.some((one: Json) => one.text === words)) found = ticket;
        }
        return found !== undefined;
      }, `there is a ticket about ${words}`);
      return found;
    },
    async posts(lines) {
      for (let at = 0; at < lines.length; at += 100) {
        const messaging = lines.slice(at, at + 100).map(({ psid: sender, text }, n) => ({
          sender: { id: sender },
          recipient: { id: PAGE },
          timestamp: Date.now(),
          message: { mid: `m_many_${sender}_${at + n}`, text },
        }));
        const body = JSON.stringify({ object: "page", entry: [{ id: PAGE, time: Date.now(), messaging }] });
        const signed = `sha256=${createHmac("sha256", APP_SECRET).update(body).digest("hex")}`;
        const headers = { "content-type": "application/json", "x-hub-signature-256": signed };
        const response = await fetch(`${house.url}/webhooks/messenger`, { method: "POST", headers, body });
        if (response.status !== 200) throw new Error(`The webhook was answered ${response.status}.`);
      }
    },
    async kill() {
      house.baton.child.kill("SIGKILL");
      await house.baton.exited;
    },
    async stop() {
      await house.baton.stop();
    },
    async restart() {
      house.baton = await start({ env: { ...env, PORT: new URL(house.url).port }, args });
    },
    async close() {
      await house.baton.stop();
      await twin.close();
      await shop.close();
      folder.remove();
    },
  };
  return house;
}

function ownBrand(folder: string, edit: (root: string) => void): string {
  const root = join(folder, "brand");
  mkdirSync(root);
  for (const part of ["bots", "flows/alder"]) cpSync(join(ROOT, part), join(root, part), { recursive: true });
  edit(root);
  return root;
}

/** A psid for each customer of a test, as long as Meta's. */
export function psid(n: number): string {
  return String(6_100_000_000_000_000 + n);
}
