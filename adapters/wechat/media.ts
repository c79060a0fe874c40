/** Pictures and voices: ours go up before they are sent, the customer's come down by their id. */

import type { Clock } from "../../model/clock.ts";
import type { Message } from "../../model/message.ts";
import type { Api } from "./api.ts";

/** Fetches an address on safe terms; null where it cannot or may not be had. Given by who builds the adapter. */
export type FetchBytes = (url: string) => Promise<Buffer | null>;

/** Ids live three days; ours are used for two. Source: WeChat Official Accounts, media/upload; read 2026-09-28. */
const ID_LASTS_MS = 2 * 24 * 60 * 60_000;
const IDS_KEPT = 500;
const MB = 1024 * 1024;
/** The page names 10 MB for a picture and 2 MB in its notes: the smaller one surely passes. */
const MAX_BYTES = { image: 2 * MB, voice: 2 * MB };

type Kind = keyof typeof MAX_BYTES;
const KINDS: { kind: Kind; type: string; name: string; begins: (bytes: Buffer) => boolean }[] = [
  { kind: "image", type: "image/jpeg", name: "picture.jpg", begins: (bytes) => bytes[0] === 0xff && bytes[1] === 0xd8 },
  { kind: "image", type: "image/png", name: "picture.png", begins: (bytes) => bytes.subarray(1, 4).toString("latin1") === "PNG" },
  { kind: "image", type: "image/gif", name: "picture.gif", begins: (bytes) => bytes.subarray(0, 4).toString("latin1") === "GIF8" },
  { kind: "voice", type: "audio/amr", name: "voice.amr", begins: (bytes) => bytes.subarray(0, 5).toString("latin1") === "#!AMR" },
  {
    kind: "voice",
    type: "audio/mpeg",
    name: "voice.mp3",
    begins: (bytes) => bytes.subarray(0, 3).toString("latin1") === "ID3" || (bytes[0] === 0xff && (bytes[1]! & 0xe0) === 0xe0),
  },
];

export type MediaShelf = {
  /** The media id for a piece's picture or voice; null: send its address as a text instead. */
  idFor(piece: Message): Promise<string | null>;
  /** The platform no longer knows what we uploaded: forget it. */
  forget(piece: Message): void;
};

export function createMediaShelf(options: { api: Api; fetchBytes: FetchBytes; clock: Clock; boundary: () => string }): MediaShelf {
  const { api, fetchBytes, clock } = options;
  const ids = new Map<string, { id: string; untilMs: number }>();
  const addressOf = (piece: Message) => (piece.image ?? piece.audio)?.url;

  return {
    async idFor(piece) {
      const url = addressOf(piece);
      if (url === undefined) return null;
      const known = ids.get(url);
      if (known && known.untilMs > clock.nowMs()) return known.id;
      const bytes = await fetchBytes(url);
      const wanted: Kind = piece.image ? "image" : "voice";
      const found = bytes && KINDS.find((one) => one.kind === wanted && one.begins(bytes));
      if (!bytes || !found || bytes.length > MAX_BYTES[wanted]) return null;
      const id = await upload(api, found, bytes, options.boundary());
      if (id === null) return null;
      ids.delete(url);
      ids.set(url, { id, untilMs: clock.nowMs() + ID_LASTS_MS });
      if (ids.size > IDS_KEPT) for (const oldest of ids.keys()) return ids.delete(oldest) ? id : id;
      return id;
    },
    forget(piece) {
      ids.delete(addressOf(piece) ?? "");
    },
  };
}

async function upload(api: Api, { kind, type, name }: (typeof KINDS)[number], bytes: Buffer, boundary: string): Promise<string | null> {
  const head = `--${boundary}\r\ncontent-disposition: form-data; name="media"; filename="${name}"\r\ncontent-type: ${type}\r\n\r\n`;
  const body = Buffer.concat([Buffer.from(head), bytes, Buffer.from(`\r\n--${boundary}--\r\n`)]);
  const headers = ["content-type", `multipart/form-data; boundary=${boundary}`, "accept", "application/json"];
  const told = await api.ask(`/cgi-bin/media/upload?type=${kind}`, { headers, body });
  if (told.kind !== "told" || told.code !== 0) return null;
  const id = told.body.media_id ?? told.body.thumb_media_id;
  return typeof id === "string" && id !== "" ? id : null;
}

/** A customer's voice or video; of a video the platform tells an address, which is fetched on safe terms. null: not there any more. */
export async function download(api: Api, fetchBytes: FetchBytes, id: string): Promise<Buffer | null> {
  const got = await api.bytes(`/cgi-bin/media/get?media_id=${encodeURIComponent(id)}`);
  if (got === null || Buffer.isBuffer(got)) return got;
  const url = got.video_url;
  return typeof url === "string" ? fetchBytes(url) : null;
}
