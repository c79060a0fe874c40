/** The demo brand on the real road: the process, Messenger's side, Alder's shop, and the desk's API. */
import { join } from "node:path";
import { type DemoShop, startDemoShop } from "../../server/demo-shop.ts";
import { createPlatform, type Platform, pause } from "./platform.ts";
import { type Running, start, temporaryFolder } from "./process.ts";
import { APP, APP_SECRET, PAGE, PAGE_TOKEN, post, said } from "./recorded.ts";

// biome-ignore lint/suspicious/noExplicitAny: what a caller of an HTTP API gets
export type Json = any;
export type Reply = { status: number; body: Json; headers: Headers };

export type Desk = {
  token: string;
  get(path: string): Promise<Reply>;
  post(path: string, body?: object, headers?: Record<string, string>): Promise<Reply>;
};

export type Road = {
  baton: Running;
  platform: Platform;
  shop: DemoShop;
  env: Record<string, string>;
  /** The first agent: an admin. */
  admin: Desk;
  desk(token: string): Desk;
  /** A new agent of the desk. */
  hires(name: string, more?: object): Promise<Desk & { id: string }>;
  /** Posts what the customer says; the acknowledgement is expected. */
  says(psid: string, text: string): Promise<void>;
  /** The newest open ticket of a conversation in which this was said, once there is one. The API names no platform ids. */
  ticketOf(words: string): Promise<Json>;
  /** The messages of a conversation as the desk sees them. */
  talk(conversation: string): Promise<Json[]>;
  /** Starts the process again on the same store. */
  restart(): Promise<void>;
  close(): Promise<void>;
};

export async function openRoad(more: Record<string, string> = {}): Promise<Road> {
  const folder = temporaryFolder();
  const platform = await createPlatform({ page: PAGE, token: PAGE_TOKEN, appSecret: APP_SECRET });
  const shop = await startDemoShop();
  const env = {
    BATON_STORE: `sqlite:${join(folder.path, "baton.db")}`,
    BATON_SECRET: "a-secret-of-the-house-of-the-road",
    LOG_LEVEL: "debug",
    MESSENGER_APP_ID: APP,
    MESSENGER_APP_SECRET: APP_SECRET,
    MESSENGER_VERIFY_TOKEN: "mytoken",
    MESSENGER_PAGE_ID: PAGE,
    MESSENGER_PAGE_TOKEN: PAGE_TOKEN,
    MESSENGER_API_URL: platform.url,
    SHOP_URL: shop.url,
    ...more,
  };
  const baton = await start({ env });
  const token = /\bbaton_[A-Za-z0-9_-]{40,}/.exec(baton.printed())?.[0];
  if (!token) throw new Error(`The first start printed no token:\n${baton.printed()}`);
  const road: Road = {
    baton,
    platform,
    shop,
    env,
    admin: desk(token),
    desk,
    async hires(name, details = {}) {
      const { status, body } = await road.admin.post("/agents", { name, ...details });
      if (status !== 201) throw new Error(`${name} was not added: ${JSON.stringify(body)}`);
      return { ...desk(body.token), id: body.agent.id };
    },
    async says(psid, text) {
      const status = await post(road.baton.url, said(psid, text));
      if (status !== 200) throw new Error(`The webhook was answered ${status}.`);
    },
    async ticketOf(words) {
      for (let tries = 0; tries < 200; tries++) {
        const tickets: Json[] = (await road.admin.get("/tickets?limit=200")).body.tickets;
        for (const { id } of tickets.sort((a, b) => b.opened_at.localeCompare(a.opened_at))) {
          const { body: ticket } = await road.admin.get(`/tickets/${id}`);
          const talk = await road.talk(ticket.conversation_id);
          if (talk.some((one: Json) => one.text === words)) return ticket;
        }
        await pause(25);
      }
      throw new Error(`No open ticket is about ${words}.`);
    },
    talk: async (conversation) => (await road.admin.get(`/conversations/${conversation}/messages?limit=200`)).body.messages,
    async restart() {
      road.baton = await start({ env });
    },
    async close() {
      await road.baton.stop();
      await platform.close();
      await shop.close();
      folder.remove();
    },
  };
  return road;

  function desk(mine: string): Desk {
    const ask = async (method: string, path: string, body?: object, headers: Record<string, string> = {}): Promise<Reply> => {
      const response = await fetch(`${road.baton.url}/api/v1${path}`, {
        method,
        headers: { authorization: `Bearer ${mine}`, ...(body ? { "content-type": "application/json" } : {}), ...headers },
        ...(body ? { body: JSON.stringify(body) } : {}),
      });
      return { status: response.status, body: await response.json(), headers: response.headers };
    };
    return { token: mine, get: (path) => ask("GET", path), post: (path, body = {}, headers) => ask("POST", path, body, headers) };
  }
}
