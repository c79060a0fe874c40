/** The platform's side of a crash run: takes sends over real HTTP, remembers each, echoes them back where asked. */
import { createHmac } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

export const PAGE = "102030405060708";
export const APP = "400000000000001";
export const SECRET = "a-secret-for-crash-runs";

export type Taken = { psid: string; text: string; metadata: string; atMs: number };
/** What to do with the next send: take it, refuse it in the platform's words, break the connection, or never answer (before or after taking it). */
export type Mood = "take" | "429" | "613" | "500" | "reset_before" | "reset_after" | "hang" | "hang_after" | "window";

export type Platform = {
  url: string;
  taken: Taken[];
  /** The same by customer. */
  takenBy: Map<string, Taken[]>;
  /** Sends that were taken although the sender never learnt it. */
  unheard: Taken[];
  mood: () => Mood;
  /** How often each thing was booked outside. */
  booked: Map<string, number>;
  /** Where echoes go; null: this platform echoes nothing. */
  echoTo: string | null;
  close(): Promise<void>;
};

const ERRORS: Partial<Record<Mood, { status: number; body: unknown }>> = {
  "429": { status: 429, body: { error: { message: "(#4) Application request limit reached", type: "OAuthException", code: 4 } } },
  "613": {
    status: 400,
    body: { error: { message: "(#613) Calls to this api have exceeded the rate limit.", type: "OAuthException", code: 613 } },
  },
  "500": {
    status: 500,
    body: { error: { message: "Please retry your request later.", type: "OAuthException", code: 2, is_transient: true } },
  },
  window: {
    status: 400,
    body: {
      error: { message: "(#10) This message is sent outside of allowed window.", type: "OAuthException", code: 10, error_subcode: 2018278 },
    },
  },
};

export async function createPlatform(): Promise<Platform> {
  let count = 0;
  const hanging = new Set<IncomingMessage>();
  const platform: Platform = {
    url: "",
    taken: [],
    takenBy: new Map(),
    unheard: [],
    booked: new Map(),
    mood: () => "take",
    echoTo: null,
    close,
  };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      if (request.url === "/book") {
        const { what } = JSON.parse(Buffer.concat(chunks).toString()) as { what: string };
        platform.booked.set(what, (platform.booked.get(what) ?? 0) + 1);
        response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ what }));
        return;
      }
      if (request.method !== "POST" || !request.url?.includes("/messages")) {
        response.writeHead(200, { "content-type": "application/json" }).end("{}");
        return;
      }
      const body = JSON.parse(Buffer.concat(chunks).toString());
      if (body.sender_action) {
        response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ recipient_id: body.recipient.id }));
        return;
      }
      const mood = platform.mood();
      const error = ERRORS[mood];
      if (error) {
        response.writeHead(error.status, { "content-type": "application/json" }).end(JSON.stringify(error.body));
        return;
      }
      if (mood === "reset_before") {
        request.socket.resetAndDestroy();
        return;
      }
      if (mood === "hang") {
        hanging.add(request);
        return;
      }
      const mid = `m_out_${++count}`;
      const text = body.message.text ?? body.message.attachment?.payload?.text ?? "";
      const taken: Taken = { psid: body.recipient.id, text, metadata: body.message.metadata ?? "", atMs: Date.now() };
      platform.taken.push(taken);
      const before = platform.takenBy.get(taken.psid);
      if (before) before.push(taken);
      else platform.takenBy.set(taken.psid, [taken]);
      if (platform.echoTo) void echo(platform.echoTo, taken, mid);
      if (mood === "reset_after") {
        platform.unheard.push(taken);
        request.socket.resetAndDestroy();
        return;
      }
      if (mood === "hang_after") {
        hanging.add(request);
        return;
      }
      response
        .writeHead(200, { "content-type": "application/json" })
        .end(JSON.stringify({ recipient_id: body.recipient.id, message_id: mid }));
    });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  platform.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return platform;

  function close(): Promise<void> {
    platform.echoTo = null;
    for (const request of hanging) request.socket.destroy();
    server.closeAllConnections();
    return new Promise((closed) => server.close(() => closed()));
  }

  /** As the platform does: again until it is acknowledged. */
  async function echo(url: string, taken: Taken, mid: string): Promise<void> {
    const at = Date.now();
    const message = { is_echo: true, app_id: Number(APP), metadata: taken.metadata, mid, text: taken.text };
    const event = { sender: { id: PAGE }, recipient: { id: taken.psid }, timestamp: at, message };
    while (platform.echoTo !== null) {
      if ((await post(url, [event])) === 200) return;
      await new Promise((later) => setTimeout(later, 50));
    }
  }
}

/** Posts events as one signed webhook. 0 when nobody answers. */
export async function post(url: string, events: object[]): Promise<number> {
  const body = JSON.stringify({ object: "page", entry: events.map((event) => ({ id: PAGE, time: Date.now(), messaging: [event] })) });
  const signature = `sha256=${createHmac("sha256", SECRET).update(body).digest("hex")}`;
  try {
    const response = await fetch(url, {
      method: "POST",
      body,
      headers: { "content-type": "application/json", "x-hub-signature-256": signature },
    });
    await response.arrayBuffer();
    return response.status;
  } catch {
    return 0;
  }
}
