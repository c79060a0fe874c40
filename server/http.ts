/** One port: the webhook path is answered here, bare; everything else goes to the express app, which is made when first needed. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Clock } from "../model/clock.ts";
import { type AnswerWebhook, takeWebhook } from "./webhooks.ts";

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

export function createHttpServer(options: {
  clock: Clock;
  /** The webhook that lives at this path (without its query), if one does. */
  webhook: (path: string) => AnswerWebhook | undefined;
  app: () => Promise<Handler>;
}): Server {
  let app: Promise<Handler> | undefined;
  const server = createServer(
    { maxHeaderSize: 16 * 1024, headersTimeout: 10_000, requestTimeout: 15_000, connectionsCheckingInterval: 1_000 },
    (request, response) => {
      const url = request.url ?? "/";
      const query = url.indexOf("?");
      const path = query < 0 ? url : url.slice(0, query);
      const answer = path.startsWith("/webhooks/") ? options.webhook(path) : undefined;
      if (answer) return takeWebhook(request, response, options.clock, answer);
      app ??= options.app();
      app.then(
        (handle) => handle(request, response),
        () => response.writeHead(500).end(),
      );
    },
  );
  server.keepAliveTimeout = 65_000; // longer than the proxies in front, so that they close first
  return server;
}
