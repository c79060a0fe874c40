/** The port: opened first, so that twins know where to deliver; serves once the house stands. */
import { setMaxListeners } from "node:events";
import type { AddressInfo } from "node:net";
import type { Adapter, WebhookRequest } from "../model/adapter.ts";
import type { BotName } from "../model/ids.ts";
import type { Log } from "../runtime/log.ts";
import type { House } from "./assemble.ts";
import { systemClock } from "./clock.ts";
import { createHttpServer, type Serving } from "./http.ts";
import type { Settings } from "./settings.ts";
import type { AnswerWebhook, WebhookAnswer } from "./webhooks.ts";

export type Server = {
  /** Where it is reached from this machine. */
  url: string;
  serve(house: House, log: Log): void;
  /** Takes no new connections, and resolves when the last one is answered or had its time. */
  close(): Promise<void>;
};

/** How long a request that is under way may take once we were told to stop. */
const CLOSE_MS = 5_000;
const LOOK_MS = 50;

/** @throws when the port is taken, with a sentence that names it and what to do */
export async function openServer(settings: Settings): Promise<Server> {
  let begin: (serving: Serving) => void = () => {};
  const serving = new Promise<Serving>((resolve) => {
    begin = resolve;
  });
  const stopping = new AbortController();
  setMaxListeners(0, stopping.signal); // every open stream listens, and takes its listener away
  const http = createHttpServer(systemClock, serving);
  await new Promise<void>((listening, failed) => {
    http.once("error", (error: NodeJS.ErrnoException) => {
      const why =
        error.code === "EADDRINUSE"
          ? "is taken by another process. Stop that one, or choose another with PORT."
          : `cannot be opened (${error.code}).`;
      failed(new Error(`Port ${settings.PORT} ${why}`));
    });
    http.listen(settings.PORT, settings.HOST, listening);
  });
  const { port } = http.address() as AddressInfo;
  const host = settings.HOST === "0.0.0.0" || settings.HOST === "::" ? "127.0.0.1" : settings.HOST;
  return {
    url: `http://${host}:${port}`,
    serve(house, log) {
      const answers = new Map([...house.channels.webhooks].map(([path, served]) => [path, answering(house, served)]));
      begin({
        webhook: (path) => answers.get(path),
        app: async () => (await import("./app.ts")).createApp({ house, log, stopping: stopping.signal }),
      });
    },
    async close() {
      stopping.abort(); // open streams end here
      const closed = new AbortController();
      http.close(() => closed.abort());
      const untilMs = systemClock.nowMs() + CLOSE_MS;
      while (!closed.signal.aborted) {
        http.closeIdleConnections(); // each turns idle once it is answered, and would be kept for the next request
        if (systemClock.nowMs() >= untilMs) http.closeAllConnections(); // not acknowledged: they ask again
        await systemClock.sleepUntil(systemClock.nowMs() + LOOK_MS, closed.signal);
      }
    },
  };
}

/** Several bots may have pages on one app, or apps of their own: each takes what is signed for it. All of them must have stored before we say 200. */
function answering({ runtime }: House, served: { bot: BotName; adapter: Adapter }[]): AnswerWebhook {
  const [only] = served;
  if (served.length === 1 && only) return (request) => runtime.receive(only.bot, only.adapter, request);
  return async (request: WebhookRequest) => {
    let last: WebhookAnswer = { status: 404, body: "", contentType: "text/plain; charset=utf-8" };
    for (const { adapter } of served) if (adapter.prove) await adapter.prove(request); // one that could not is asked again, and answers 503
    const takers = served.filter(({ adapter }) => adapter.receive(request).kind !== "refused");
    for (const { bot, adapter } of takers.length > 0 ? takers : served.slice(0, 1)) {
      const answer = await runtime.receive(bot, adapter, request);
      if (answer.status !== 200) return answer;
      last = answer;
    }
    return last;
  };
}
