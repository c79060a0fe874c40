/** One port: the webhook path is answered here, bare; everything else goes to the express app, which is made when first needed. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Clock } from "../model/clock.ts";
import { type AnswerWebhook, takeWebhook } from "./webhooks.ts";

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

export type Serving = {
  /** The webhook that lives at this path (without its query), if one does. */
  webhook(path: string): AnswerWebhook | undefined;
  app(): Promise<Handler>;
};

/** @param serving what answers; requests that come before it is there wait for it */
export function createHttpServer(clock: Clock, serving: Promise<Serving>): Server {
  const options = { maxHeaderSize: 16 * 1024, headersTimeout: 10_000, requestTimeout: 15_000, connectionsCheckingInterval: 1_000 };
  let ready: Serving | undefined;
  let app: Promise<Handler> | undefined;
  const server = createServer(options, (request, response) => {
    if (ready) answer(ready, request, response);
    else {
      serving.then(
        (now) => {
          ready = now;
          answer(now, request, response);
        },
        () => response.writeHead(503).end(),
      );
    }
  });
  server.keepAliveTimeout = 65_000; // longer than the proxies in front, so that they close first
  return server;

  function answer(from: Serving, request: IncomingMessage, response: ServerResponse): void {
    const url = request.url ?? "/";
    const query = url.indexOf("?");
    const path = query < 0 ? url : url.slice(0, query);
    const webhook = path.startsWith("/webhooks/") ? from.webhook(path) : undefined;
    if (webhook) {
      takeWebhook(request, response, clock, webhook);
      return;
    }
    app ??= from.app();
    app.then(
      (handle) => handle(request, response),
      () => response.writeHead(500).end(),
    );
  }
}
