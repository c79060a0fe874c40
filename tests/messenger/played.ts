/** A twin, an adapter that sends to it and a webhook that reads with the real receiver, on one still clock. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createMessengerAdapter, type MessengerAdapter } from "../../adapters/messenger/adapter.ts";
import { createMessengerTwin } from "../../adapters/messenger/twin.ts";
import type { TwinOptions } from "../../adapters/meta/twin.ts";
import type { Outbound, Received } from "../../model/adapter.ts";
import type { Envelope } from "../../model/event.ts";
import { OUR_APP, outbound, PAGE, SECRET, stillClock, TOKEN } from "./setup.ts";

const opened: { close(): Promise<void> }[] = [];
/** Ends everything that `played` began; for `afterEach`. */
export async function endAll(): Promise<void> {
  for (const one of opened.splice(0).reverse()) await one.close();
}

type Hook = { url: string; bodies: string[]; events: Envelope[]; refusals: number; close(): Promise<void> };

/** A webhook that reads with the real receiver; `status` may refuse. */
async function webhook(
  messenger: () => MessengerAdapter,
  clock: { nowMs(): number },
  status: (number: number) => number | "reset" | "hang",
): Promise<Hook> {
  const hook: Hook = { url: "", bodies: [], events: [], refusals: 0, close: async () => {} };
  let number = 0;
  const server: Server = createServer((request, answer) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks);
      const given = status(++number);
      if (given === "hang") return;
      if (given === "reset") return void request.socket.resetAndDestroy();
      if (given === 200) {
        const received: Received = messenger().receive({
          method: "POST",
          url: "/",
          headers: request.headers,
          body,
          receivedAtMs: clock.nowMs(),
        });
        if (received.kind !== "events") hook.refusals += 1;
        else {
          hook.bodies.push(body.toString("utf8"));
          hook.events.push(...received.events);
        }
      }
      answer.writeHead(given).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  hook.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks/messenger`;
  hook.close = async () => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await closed;
  };
  return hook;
}

export async function played(
  options: Partial<TwinOptions> & { status?: (number: number) => number | "reset" | "hang"; timeoutMs?: number } = {},
) {
  const { status, timeoutMs, ...more } = options;
  const clock = stillClock();
  const twin = await createMessengerTwin({
    clock,
    appId: OUR_APP,
    appSecret: SECRET,
    pages: [{ pageId: PAGE, pageToken: TOKEN }],
    ...more,
  });
  const messenger = createMessengerAdapter({
    accounts: [{ pageId: PAGE, pageToken: TOKEN }],
    appId: OUR_APP,
    appSecrets: [SECRET],
    verifyToken: "mytoken",
    apiUrl: twin.url,
    clock,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  });
  const hook = await webhook(() => messenger, clock, status ?? (() => 200));
  twin.deliverTo(hook.url);
  opened.push(hook, twin, messenger);
  const say = (message: Outbound["message"], extra: Partial<Outbound> = {}) =>
    messenger.send(
      outbound({
        message,
        nowMs: clock.nowMs(),
        marks: { openings: { message: clock.nowMs() }, heardAtMs: clock.nowMs(), spent: 0 },
        ...extra,
      }),
    );
  const kinds = () => hook.events.map(({ event }) => (event.kind === "happened" ? event.name : event.kind));
  return { twin, messenger, hook, clock, say, kinds };
}
