/** Files that agents and visitors of a chat send: their bytes beside the store, and for the channel a link that is signed and ends. */
import { createHmac, timingSafeEqual } from "node:crypto";
import { mkdirSync } from "node:fs";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import express from "express";
import type { Clock } from "../model/clock.ts";
import type { Upload } from "../model/desk-shelf.ts";
import type { Store } from "../model/store.ts";
import { mediaHeaders } from "./media-types.ts";

const DAY_MS = 24 * 3_600_000;
const LINK_MS = 7 * DAY_MS;
const ID = /^up_[0-9A-Z]{26}$/;

export type UploadFiles = {
  keep(id: string, bytes: Buffer): Promise<void>;
  /** null: it is not there (any more). */
  read(id: string): Promise<Buffer | null>;
  /** The link that a channel gets: the same for the same file, so that a repeated request stays the same request. */
  link(upload: Upload): string;
  /** One that ends within two days of now, for a window that is open: the same for a whole day, so that a browser keeps the picture. */
  show(upload: Upload): string;
  /** The id in a link of ours. */
  idOf(url: string): string | null;
  /** Removes what no row names any more: of customers who were forgotten. */
  sweep(): Promise<void>;
  /** What answers those links, to be mounted at `/files`. */
  router: express.Router;
};

export type UploadOptions = { store: Store; clock: Clock; secret: string; folder: string; publicUrl: string };

export function uploadFiles({ store, clock, secret, folder, publicUrl }: UploadOptions): UploadFiles {
  const pathOf = (id: string) => join(folder, id);
  const sign = (bot: string, id: string, until: number) =>
    createHmac("sha256", secret).update(`file ${bot} ${id} ${until}`).digest("base64url");
  const linkUntil = (upload: Upload, until: number) => {
    const query = new URLSearchParams({ until: String(until), bot: upload.bot, sig: sign(upload.bot, upload.id, until) });
    return `${publicUrl}/files/${upload.id}/${encodeURIComponent(upload.name)}?${query}`;
  };
  const router = express.Router({ caseSensitive: true, strict: true });
  const files: UploadFiles = {
    async keep(id, bytes) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      await writeFile(pathOf(id), bytes, { mode: 0o600, flag: "wx" });
    },
    async read(id) {
      if (!ID.test(id)) return null;
      return readFile(pathOf(id)).catch(() => null);
    },
    link: (upload) => linkUntil(upload, upload.atMs + LINK_MS),
    show: (upload) => linkUntil(upload, (Math.floor(clock.nowMs() / DAY_MS) + 2) * DAY_MS),
    idOf(url) {
      if (!url.startsWith(`${publicUrl}/files/`)) return null;
      const id = url.slice(publicUrl.length + "/files/".length).split("/")[0] ?? "";
      return ID.test(id) ? id : null;
    },
    sweep: () => sweepUploads(store, folder),
    router,
  };
  router.get("/:id/:name", async (request, response, next) => {
    const { id } = request.params;
    const { until, bot, sig } = request.query;
    if (typeof until !== "string" || typeof bot !== "string" || typeof sig !== "string" || !/^\d{1,15}$/.test(until)) return next();
    if (!same(sig, sign(bot, id, Number(until))) || Number(until) <= clock.nowMs()) return next();
    const upload = await store.upload(bot as Upload["bot"], id);
    const bytes = upload && (await files.read(id));
    if (!upload || !bytes) return next();
    // Who has the signed link may see it, and a chat shows it in a page of somebody else's.
    response.set({ ...mediaHeaders(upload.type, upload.name), "Cross-Origin-Resource-Policy": "cross-origin" }).send(bytes);
  });
  return files;
}

/** Removes from the disk what no row names any more. */
export async function sweepUploads(store: Pick<Store, "uploads">, folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  if (names.length === 0) return;
  const kept = new Set(await store.uploads());
  for (const name of names) if (ID.test(name) && !kept.has(name)) await rm(join(folder, name), { force: true });
}

function same(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
