/** The webhook path: bytes in, a status out. It keeps its own caps, since no middleware stands before it. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { WebhookRequest } from "../model/adapter.ts";
import type { Clock } from "../model/clock.ts";

export const BODY_MAX_BYTES = 1024 * 1024;

export type WebhookAnswer = { status: number; body: string; contentType: string };
export type AnswerWebhook = (request: WebhookRequest) => Promise<WebhookAnswer>;

/** Reads one webhook whole, or refuses it: compressed 415, over 1 MB 413. Answers once `answer` has stored it. */
export function takeWebhook(request: IncomingMessage, response: ServerResponse, clock: Clock, answer: AnswerWebhook): void {
  const encoding = request.headers["content-encoding"];
  if (encoding !== undefined && encoding !== "identity") {
    refuse(request, response, 415, "compressed bodies are not taken");
    return;
  }
  if (Number(request.headers["content-length"] ?? 0) > BODY_MAX_BYTES) {
    refuse(request, response, 413, "at most 1 MB");
    return;
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  request.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > BODY_MAX_BYTES) refuse(request, response, 413, "at most 1 MB");
    else chunks.push(chunk);
  });
  request.on("error", () => response.destroy());
  request.on("end", () => {
    if (response.writableEnded) return;
    answer({
      method: request.method ?? "GET",
      url: request.url ?? "/",
      headers: request.headers,
      body: chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks),
      receivedAtMs: clock.nowMs(),
      isFromHere: isFromHere(request),
    }).then(
      ({ status, body, contentType }) => {
        response.writeHead(status, { "content-type": contentType, "content-length": Buffer.byteLength(body) }).end(body);
      },
      () => response.writeHead(503, { "content-length": 0 }).end(), // not stored: the platform delivers it again
    );
  });
}

const HERE = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/;
const LOOPBACK = /^(127\.|::1$|::ffff:127\.)/;
const OF_OTHERS = ["x-forwarded-for", "x-real-ip", "forwarded", "via", "origin", "sec-fetch-site"];

/** A proxy on this machine passes on what came from anywhere, and a page in its browser is somebody else's. */
function isFromHere({ socket, headers }: IncomingMessage): boolean {
  return (
    LOOPBACK.test(socket.remoteAddress ?? "") && HERE.test(headers.host ?? "") && OF_OTHERS.every((name) => headers[name] === undefined)
  );
}

function refuse(request: IncomingMessage, response: ServerResponse, status: number, why: string): void {
  if (response.writableEnded) return;
  request.removeAllListeners("data");
  response.writeHead(status, { "content-type": "text/plain", connection: "close" }).end(why, () => request.destroy());
}
