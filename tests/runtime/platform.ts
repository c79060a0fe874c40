/** A Messenger platform of a few lines on a loopback port: takes sends, and meets each with the fate that the test named. */
import { createHmac } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export type Fate =
  | "ok"
  | "429"
  | "500"
  | "unreadable"
  | "reset_before"
  | "reset_after"
  | "hang"
  | "window"
  | "blocked"
  | "token"
  | "not_owner";
export type Taken = { to: string; text: string; tag: string | null; type: string; metadata: string; mid: string };

export const APP_SECRET = "app-secret-for-tests";
export const APP_ID = "100200300";
export const PAGE = "5550001";

export type Platform = {
  url: string;
  /** What reached the customers' screens, in order. */
  taken: Taken[];
  /** All that was asked of the Send API, taken or not. */
  asked: string[];
  fates: Fate[];
  profile: Record<string, unknown> | null;
  profileDelayMs: number;
  /** Answers of the shop that the bot's actions call. */
  shop: (
    path: string,
    headers: IncomingMessage["headers"],
  ) => { status: number; body: string; headers?: Record<string, string>; delayMs?: number };
  shopCalls: { path: string; key: string }[];
  close(): Promise<void>;
};

export async function createPlatform(): Promise<Platform> {
  const platform: Platform = {
    url: "",
    taken: [],
    asked: [],
    fates: [],
    profile: { first_name: "Ana" },
    profileDelayMs: 0,
    shop: () => ({ status: 404, body: "{}" }),
    shopCalls: [],
    async close() {
      server.closeAllConnections();
      await new Promise<void>((closed) => server.close(() => closed()));
    },
  };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => answer(platform, request, response, Buffer.concat(chunks).toString()));
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  platform.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return platform;
}

function answer(platform: Platform, request: IncomingMessage, response: ServerResponse, body: string): void {
  const path = request.url ?? "";
  if (path.startsWith("/shop/")) {
    platform.shopCalls.push({ path, key: String(request.headers["idempotency-key"]) });
    const { status, body: told, headers, delayMs } = platform.shop(path, request.headers);
    setTimeout(() => response.writeHead(status, { "content-type": "application/json", ...headers }).end(told), delayMs ?? 0);
    return;
  }
  if (request.method === "GET") {
    setTimeout(() => reply(response, platform.profile ? 200 : 400, platform.profile ?? { error: { code: 100 } }), platform.profileDelayMs);
    return;
  }
  const sent = JSON.parse(body) as {
    recipient: { id: string };
    message?: { text?: string; metadata?: string; attachment?: { payload?: { text?: string } } };
    messaging_type?: string;
    tag?: string;
  };
  if (!sent.message) {
    reply(response, 200, { recipient_id: sent.recipient.id });
    return;
  }
  const text = sent.message.text ?? sent.message.attachment?.payload?.text ?? "";
  platform.asked.push(text);
  const fate = platform.fates.shift() ?? "ok";
  if (fate === "reset_before") {
    request.socket.resetAndDestroy();
    return;
  }
  const refusal = REFUSALS[fate];
  if (refusal) {
    reply(response, refusal.status, refusal.body);
    return;
  }
  const mid = `m_${platform.taken.length + 1}`;
  const type = sent.messaging_type ?? "";
  platform.taken.push({ to: sent.recipient.id, text, tag: sent.tag ?? null, type, metadata: sent.message.metadata ?? "", mid });
  if (fate === "reset_after") request.socket.resetAndDestroy();
  else if (fate === "unreadable") response.writeHead(502, { "content-type": "text/html" }).end("<html>bad gateway</html>");
  else if (fate !== "hang") reply(response, 200, { recipient_id: sent.recipient.id, message_id: mid });
}

const REFUSALS: Partial<Record<Fate, { status: number; body: unknown }>> = {
  "429": { status: 429, body: { error: { message: "rate", type: "OAuthException", code: 613 } } },
  "500": { status: 500, body: { error: { message: "temporary", type: "OAuthException", code: 2, is_transient: true } } },
  window: { status: 400, body: { error: { message: "outside", type: "OAuthException", code: 10, error_subcode: 2018278 } } },
  blocked: { status: 400, body: { error: { message: "unavailable", type: "OAuthException", code: 551, error_subcode: 1545041 } } },
  not_owner: { status: 400, body: { error: { message: "owner", type: "OAuthException", code: 10, error_subcode: 2018300 } } },
  token: { status: 401, body: { error: { message: "token", type: "OAuthException", code: 190 } } },
};

function reply(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

/** One webhook of the page, signed as the platform signs. */
export function webhook(...messaging: Record<string, unknown>[]): { body: Buffer; headers: Record<string, string> } {
  const body = Buffer.from(JSON.stringify({ object: "page", entry: [{ id: PAGE, time: messaging[0]?.timestamp, messaging }] }));
  const signature = `sha256=${createHmac("sha256", APP_SECRET).update(body).digest("hex")}`;
  return { body, headers: { "x-hub-signature-256": signature, "content-type": "application/json" } };
}
