/** Everything but the webhooks: health, metrics, the desk's API and, in a demo, the twin's controls. */
import express, { type Express, type Request, type Response } from "express";
import type { Log } from "../runtime/log.ts";
import type { DeskDeps } from "./api/deps.ts";
import { createDeskApi } from "./api/desk.ts";
import { createStudioApi } from "./api/studio.ts";
import { visitor } from "./api/visitor.ts";
import type { House } from "./assemble.ts";
import { createChatDoor } from "./chat/door.ts";
import { watchChats } from "./chat/hub.ts";
import { chatPages } from "./chat/pages.ts";
import { screens } from "./screens.ts";

export type AppOptions = { house: House; log: Log; stopping: AbortSignal };

export function createApp({ house, log, stopping }: AppOptions): Express {
  const { runtime, store, clock, ids, programs, metrics, channels } = house;
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");
  app.set("trust proxy", house.proxyHops);
  app.use((_request, response, next) => {
    response.set({
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      "content-security-policy": "default-src 'none'",
      "cache-control": "no-store",
    });
    next();
  });
  app.get("/health/live", (_request, response) => {
    response.json({ status: "live" });
  });
  app.get("/health/ready", (_request, response) => {
    const health = runtime.health();
    response.status(health.ready ? 200 : 503).json(health);
  });
  app.get("/metrics", async (_request, response) => {
    response.type(metrics.contentType).send(await metrics.text());
  });
  const desk: DeskDeps = {
    store,
    road: runtime,
    clock,
    ids,
    log,
    program: (bot) => programs.find((program) => program.bot.name === bot) ?? null, // a studio puts newer ones there
    signIn: house.signIn,
    live: house.live,
    publicUrl: house.publicUrl,
    media: house.media,
    async attachment(bot, { channel, account }, id) {
      const own = channels.accounts.get(bot)?.find((one) => one.account === account && one.adapter.channel === channel);
      return (await own?.adapter.media?.(account, id)) ?? null;
    },
    files: house.files,
    seen: runtime.seen,
    typing: (bot, conversation) => runtime.typing(bot, conversation),
    links: runtime,
    tell: (bot, to, name, fields, key) => runtime.happened(bot, to, name, fields, key),
    agentsChanged: (bot) => runtime.agentsChanged(bot),
    stopping,
  };
  const signedIn = async (request: Request) => {
    const { agent, session } = await visitor(desk, request);
    return session?.mustChange ? null : agent;
  };
  app.use("/api/v1/studio", createStudioApi({ studio: house.studio, isLocal: house.isLocal, signedIn, log, stopping }));
  app.use("/api/v1", createDeskApi(desk));
  if (channels.chats.size > 0) {
    const { chats } = channels;
    watchChats(store, chats);
    app.use(chatPages({ chats, program: desk.program }));
    app.use(
      "/chat/v1",
      createChatDoor({
        store,
        runtime,
        clock,
        ids,
        log,
        files: house.files,
        chats,
        adapter: (bot) => channels.accounts.get(bot)!.find(({ adapter }) => adapter.path === "/webhooks/web")!.adapter,
        program: desk.program,
        publicUrl: house.publicUrl,
        isLocal: house.isLocal,
        customerTypes: (bot, conversation) => house.live.customerTypes(bot, conversation),
        stopping,
      }),
    );
  }
  // Where one real customer writes, nobody may play others.
  for (const { channel, twin } of channels.areAllPlayed ? channels.twins : [])
    app.use(`/_twin/${channel}`, express.text({ type: "*/*" }), (request, response) =>
      passOn(`${twin.url}/_twin${request.url}`, request, response),
    );
  const [first] = channels.areAllPlayed ? channels.twins : []; // a demo needs no name for the one that it begins with
  if (first)
    app.use("/_twin", express.text({ type: "*/*" }), (request, response) =>
      passOn(`${first.twin.url}${request.originalUrl}`, request, response),
    );
  app.use("/files", house.files.router);
  app.use(screens({ rootIs: channels.areAllPlayed ? "/studio" : "/desk" }));
  app.use((_request, response) => {
    response
      .status(404)
      .json({ error: { code: "not_found", message: "There is nothing at this address.", retryable: false, details: null } });
  });
  return app;
}

/** The twin's controls under our own port, so that a demo needs to know only one. */
async function passOn(url: string, request: Request, response: Response): Promise<void> {
  const body = typeof request.body === "string" ? request.body : undefined;
  const type = request.get("content-type");
  const answer = await fetch(url, {
    method: request.method,
    ...(body === undefined ? {} : { body }),
    ...(type ? { headers: { "content-type": type } } : {}),
  });
  response
    .status(answer.status)
    .type("application/json")
    .send(await answer.text());
}
