/** Messenger's side of the road: takes sends over real HTTP, checks who asks, keeps each body, refuses what a test tells it to refuse. */
import { createHmac } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

export type Send = {
  psid: string;
  /** The words, of a text or of a template. */
  text: string;
  messagingType: string;
  tag: string | undefined;
  /** The whole body as it came. */
  body: { message: { text?: string; quick_replies?: { title: string; payload: string }[]; metadata?: string; attachment?: unknown } };
  mid: string | null;
};
export type Answer = { status: number; body: unknown };

export type Platform = {
  url: string;
  /** Every attempt, refused ones too, in order of arrival. */
  attempts: Send[];
  /** Requests without the page's token or without its proof. */
  unproved: string[];
  /** What to answer instead of taking a send; null takes it, `hang` never answers. */
  refuse: (send: Send) => Answer | "hang" | null;
  /** How long a send waits for its answer. */
  delayMs: (send: Send) => number;
  profiles: Map<string, object>;
  /** Texts taken for one customer, in order. */
  taken(psid: string): string[];
  /** Waits for a message with these words, after the nth. @returns how many came up to it, it included */
  hears(psid: string, words: string, after?: number): Promise<number>;
  /** Resolves with the texts once there are `count` for this customer. @throws after `withinMs`, naming what came */
  receives(psid: string, count: number, withinMs?: number): Promise<string[]>;
  close(): Promise<void>;
};

const PATIENCE_MS = 8_000;

export async function createPlatform(options: { page: string; token: string; appSecret: string }): Promise<Platform> {
  const proof = createHmac("sha256", options.appSecret).update(options.token).digest("hex");
  let count = 0;
  const platform: Platform = {
    url: "",
    attempts: [],
    unproved: [],
    refuse: () => null,
    delayMs: () => 0,
    profiles: new Map(),
    taken: (psid) => platform.attempts.filter((one) => one.psid === psid && one.mid !== null).map((one) => one.text),
    hears,
    receives,
    close,
  };
  const server = createServer(async (request, response) => {
    const reply = (status: number, body: unknown) =>
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    const body = await read(request);
    const url = new URL(request.url ?? "/", "http://platform");
    if (request.headers.authorization !== `Bearer ${options.token}` || url.searchParams.get("appsecret_proof") !== proof) {
      platform.unproved.push(`${request.method} ${url.pathname}`);
      reply(400, { error: { message: "Invalid OAuth access token.", type: "OAuthException", code: 190 } });
      return;
    }
    if (request.method === "GET") return void reply(200, platform.profiles.get(url.pathname.split("/").at(-1) ?? "") ?? {});
    if (!url.pathname.endsWith(`/${options.page}/messages`)) return void reply(200, { success: true });
    const sent = JSON.parse(body);
    if (sent.sender_action) return void reply(200, { recipient_id: sent.recipient.id });
    const send: Send = {
      psid: sent.recipient.id,
      text: sent.message.text ?? sent.message.attachment?.payload?.text ?? "",
      messagingType: sent.messaging_type,
      tag: sent.tag,
      body: sent,
      mid: null,
    };
    const refused = platform.refuse(send);
    if (!refused) send.mid = `m_out_${++count}`;
    platform.attempts.push(send);
    if (refused === "hang") return;
    const delayMs = platform.delayMs(send);
    if (delayMs > 0) await pause(delayMs);
    if (refused) reply(refused.status, refused.body);
    else reply(200, { recipient_id: send.psid, message_id: send.mid });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  platform.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return platform;

  async function hears(psid: string, words: string, after = 0): Promise<number> {
    const until = Date.now() + PATIENCE_MS;
    while (Date.now() < until) {
      const at = platform.taken(psid).findIndex((text, n) => n >= after && text.includes(words));
      if (at >= 0) return at + 1;
      await pause(10);
    }
    throw new Error(`${words} was not said; ${psid} got:\n${platform.taken(psid).join("\n")}`);
  }

  async function receives(psid: string, wanted: number, withinMs = PATIENCE_MS): Promise<string[]> {
    const until = Date.now() + withinMs;
    while (Date.now() < until) {
      if (platform.taken(psid).length >= wanted) return platform.taken(psid);
      await pause(10);
    }
    throw new Error(`${psid} got ${platform.taken(psid).length} of ${wanted} messages:\n${platform.taken(psid).join("\n")}`);
  }

  function close(): Promise<void> {
    server.closeAllConnections();
    return new Promise((closed) => server.close(() => closed()));
  }
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

export function pause(forMs: number): Promise<void> {
  return new Promise((later) => setTimeout(later, forMs));
}
