/** The demo brand as a real process with its web chat, customers who speak the chat's own HTTP, and the desk's API beside it. */
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { createWebCustomer, type WebCustomer, type WebCustomerOptions, wordsOf } from "../../adapters/web/customer.ts";
import { type DemoShop, startDemoShop } from "../../server/demo-shop.ts";
import { type Running, start, temporaryFolder } from "../road/process.ts";

// biome-ignore lint/suspicious/noExplicitAny: what a caller of an HTTP API gets
export type Json = any;

export const LOGIN_SECRET = "the-shops-own-systems-share-this-secret";
export const ORIGIN = "https://shop.example";

export type ChatHouse = {
  url: string;
  token: string;
  customer(more?: Partial<WebCustomerOptions>): WebCustomer;
  desk(method: string, path: string, body?: object): Promise<Json>;
  /** Takes the open ticket of a customer, and can answer there. */
  takes(customer: WebCustomer): Promise<{ conversation: string; says(text: string): Promise<Json> }>;
  kill(): Promise<void>;
  restart(): Promise<void>;
  close(): Promise<void>;
};

export const draw = () => randomBytes(12).toString("base64url");
export const pause = (waitMs: number) => new Promise<void>((resolve) => setTimeout(resolve, waitMs));

/** Asks again until it is so. @throws with the sentence, when it is not so in time */
export async function until(so: () => Promise<boolean> | boolean, sentence: string, withinMs = 15_000): Promise<void> {
  const endMs = Date.now() + withinMs;
  while (Date.now() < endMs) {
    if (await so()) return;
    await pause(20);
  }
  throw new Error(`Not in time: ${sentence}`);
}

export function said(customer: WebCustomer, by: "you" | "bot" | "agent"): string[] {
  return customer
    .items()
    .filter((item) => item.by === by)
    .map(wordsOf);
}

export async function sees(customer: WebCustomer, words: string | RegExp): Promise<void> {
  const has = (shown: string) => (typeof words === "string" ? shown.includes(words) : words.test(shown));
  const shown = () => customer.items().map(wordsOf);
  await until(() => shown().some(has), `the customer sees ${words}`).catch((error: Error) => {
    throw new Error(`${error.message}, but ${JSON.stringify(shown())}`);
  });
}

export async function openChatHouse(more: Record<string, string> = {}): Promise<ChatHouse> {
  const folder = temporaryFolder();
  const shop: DemoShop = await startDemoShop();
  const env: Record<string, string> = {
    BATON_STORE: `sqlite:${join(folder.path, "baton.db")}`,
    BATON_SECRET: "a-secret-of-the-house-of-chats",
    LOG_LEVEL: "warn",
    SHOP_URL: shop.url,
    WEB_ORIGINS: `${ORIGIN} https://*.shop.example`,
    BATON_LOGIN_SECRET: LOGIN_SECRET,
    ...more,
  };
  let running: Running = await start({ env });
  const token = /\bbaton_[A-Za-z0-9_-]{40,}/.exec(running.printed())![0];
  const open: WebCustomer[] = [];
  const house: ChatHouse = {
    url: running.url,
    token,
    customer(given = {}) {
      const customer = createWebCustomer({ url: house.url, bot: "alder", draw, origin: ORIGIN, ...given });
      open.push(customer);
      return customer;
    },
    async desk(method, path, body) {
      const response = await fetch(`${house.url}/api/v1${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, ...(body ? { "content-type": "application/json" } : {}) },
        ...(body ? { body: JSON.stringify(body) } : {}),
      });
      const answer: Json = await response.json();
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(answer)}`);
      return answer;
    },
    async takes(customer) {
      const words = said(customer, "you").at(-1);
      let ticket: Json;
      await until(async () => {
        for (const one of (await house.desk("GET", "/tickets?limit=100")).tickets) {
          if (one.state !== "waiting") continue;
          const { messages } = await house.desk("GET", `/conversations/${one.conversation_id}/messages?limit=100`);
          if (messages.some((message: Json) => message.text === words)) ticket = one;
        }
        return ticket !== undefined;
      }, "there is a ticket of this customer's");
      await house.desk("POST", `/tickets/${ticket.id}/claim`, {});
      const conversation = ticket.conversation_id as string;
      return {
        conversation,
        async says(text) {
          const { epoch } = await house.desk("GET", `/conversations/${conversation}`);
          return house.desk("POST", `/conversations/${conversation}/messages`, { epoch, client_id: draw(), text });
        },
      };
    },
    async kill() {
      running.child.kill("SIGKILL");
      await running.exited;
    },
    async restart() {
      running = await start({ env: { ...env, PORT: new URL(house.url).port } });
    },
    async close() {
      for (const customer of open) customer.close();
      await running.stop();
      await shop.close();
      folder.remove();
    },
  };
  return house;
}
