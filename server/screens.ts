/** The two screens as they were built: pages that are never kept by a browser, files with their hash in the name that always are. */
import { existsSync, readdirSync } from "node:fs";
import { extname, join } from "node:path";
import compression from "compression";
import express from "express";
import { packageHome } from "./project.ts";

export type ScreensOptions = {
  /** Where `/` leads: to the studio in a demo, to the desk where real customers are served. */
  rootIs: "/studio" | "/desk";
  /** Where the built files lie; by default in Baton's own `dist/web`. */
  folder?: string;
};

/** Nothing inline, nothing from elsewhere: a customer's text that came out as markup would still run nothing and load nothing. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "media-src 'self' blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "frame-src 'self'", // the studio shows the desk beside its phone
  "frame-ancestors 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "object-src 'none'",
].join("; ");

export function screens({ rootIs, folder = join(packageHome(), "dist", "web") }: ScreensOptions): express.Router {
  const router = express.Router();
  const squeeze = compression();
  const page = (file: string): express.RequestHandler => {
    return (_request, response, next) => {
      if (!existsSync(join(folder, file)))
        return void response
          .status(503)
          .type("text/plain")
          .send("The screens are not built. `npm ci` builds them; so does `node build.mjs`.\n");
      response.set({
        "content-security-policy": POLICY,
        "cross-origin-opener-policy": "same-origin",
        "referrer-policy": "same-origin", // without one, a browser names no origin for what a page sends
        "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=()",
        "cache-control": "no-store",
      });
      response.sendFile(file, { root: folder, cacheControl: false, etag: false, lastModified: false }, (error) => error && next(error));
    };
  };
  router.get("/", (_request, response) => response.redirect(302, rootIs));
  router.get(["/desk", "/desk/{*rest}"], squeeze, page("desk.html"));
  router.get(["/studio", "/studio/{*rest}"], squeeze, page("studio.html"));
  const assets = join(folder, "assets");
  const squeezed = new Set(existsSync(assets) ? readdirSync(assets).filter((name) => name.endsWith(".gz")) : []);
  router.get("/assets/:name", (request, response, next) => {
    const file = `${request.params.name}.gz`;
    if (!squeezed.has(file) || !request.acceptsEncodings("gzip")) return next();
    forEver(response);
    response.set({ "content-encoding": "gzip", vary: "accept-encoding" }).type(extname(request.params.name));
    response.sendFile(file, { root: assets, cacheControl: false, lastModified: false }, (error) => error && next(error));
  });
  router.use("/assets", squeeze, express.static(assets, { index: false, redirect: false, dotfiles: "ignore", setHeaders: forEver }));
  return router;
}

/** The hash in its name changes with what is in it. */
function forEver(response: { setHeader(name: string, value: string): unknown }): void {
  response.setHeader("cache-control", "public, max-age=31536000, immutable");
  response.setHeader("cross-origin-resource-policy", "same-origin");
}
