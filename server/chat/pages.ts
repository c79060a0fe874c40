/** The chat's script as it was built, and a page of a shop to try it on before it is put into one's own. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import express from "express";
import type { Program } from "../../dialogue/program.ts";
import type { BotName } from "../../model/ids.ts";
import { packageHome } from "../project.ts";
import type { Chat } from "./chat.ts";

/** As strict as a careful shop's: what the chat needs of the page around it is what docs/channels/web.md names. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' https: http: data: blob:",
  "media-src 'self' https: http: blob:",
  "connect-src 'self'",
  "frame-ancestors 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
].join("; ");

export type PagesOptions = {
  chats: Map<string, Chat>;
  program(bot: BotName): Program | null;
  /** Where the built files lie; by default in Baton's own `dist/web`. */
  folder?: string;
};

export function chatPages({ chats, program, folder = join(packageHome(), "dist", "web") }: PagesOptions): express.Router {
  const router = express.Router();
  router.get("/chat.js", (request, response, next) => {
    const squeezed = request.acceptsEncodings("gzip") === "gzip";
    const file = squeezed ? "chat.js.gz" : "chat.js";
    if (!existsSync(join(folder, file)))
      return void response.status(503).type("text/plain").send("The chat is not built. `npm ci` builds it; so does `node build.mjs`.\n");
    response.set({
      "content-type": "text/javascript; charset=utf-8",
      "cache-control": "public, max-age=300",
      "access-control-allow-origin": "*", // a page may ask for it with `crossorigin` and pin it by its hash
      "cross-origin-resource-policy": "cross-origin",
      vary: "accept-encoding",
      ...(squeezed ? { "content-encoding": "gzip" } : {}),
    });
    response.sendFile(file, { root: folder, cacheControl: false }, (error) => error && next(error));
  });
  router.get("/chat/shop.css", (_request, response, next) => {
    response.set("cross-origin-resource-policy", "same-origin");
    response.sendFile("shop.css", { root: folder, cacheControl: false }, (error) => error && next(error));
  });
  router.get("/chat/:bot", (request, response, next) => {
    const chat = chats.get(request.params.bot);
    const title = chat && program(chat.bot)?.bot.title;
    if (!chat || !title) return next();
    const file = join(folder, "shop.html");
    if (!existsSync(file)) return next();
    const page = readFileSync(file, "utf8").replaceAll("%TITLE%", escaped(title)).replaceAll("%BOT%", escaped(chat.bot));
    response
      .set({ "content-security-policy": POLICY, "referrer-policy": "same-origin", "x-robots-tag": "noindex" })
      .type("html")
      .send(page);
  });
  return router;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (mark) => `&#${mark.charCodeAt(0)};`);
}
