/** Files: ours go up by their bytes before they are sent, the customer's come down by their id, both with the account's token. */
import type { Pool } from "undici";
import type { Clock } from "../../model/clock.ts";
import type { Message } from "../../model/message.ts";
import { multipart } from "../multipart.ts";
import { parseJson } from "../parse.ts";
import { call } from "../post.ts";
import { id, record, text } from "../wire.ts";

/** Fetches an address on safe terms; null where it cannot or may not be had. Given by who builds the adapter. */
export type FetchBytes = (url: string) => Promise<Buffer | null>;

/** Ids of our uploads live thirty days; ours are used for twenty. Source: Meta, Cloud API, media; read 2026-09-28. */
const ID_LASTS_MS = 20 * 86_400_000;
const IDS_KEPT = 1_000;
const MB = 1024 * 1024;

type Kind = "image" | "video" | "audio" | "file";
type Form = { kind: Kind; type: string; name: string; maxBytes: number; begins(bytes: Buffer): boolean };
const latin = (bytes: Buffer, from: number, to: number) => bytes.subarray(from, to).toString("latin1");

/** What the platform takes, known by its first bytes. Whatever else it is goes by its address, and the platform decides. */
const FORMS: Form[] = [
  { kind: "image", type: "image/jpeg", name: "picture.jpg", maxBytes: 5 * MB, begins: (bytes) => bytes[0] === 0xff && bytes[1] === 0xd8 },
  { kind: "image", type: "image/png", name: "picture.png", maxBytes: 5 * MB, begins: (bytes) => latin(bytes, 1, 4) === "PNG" },
  {
    kind: "video",
    type: "video/3gp",
    name: "video.3gp",
    maxBytes: 16 * MB,
    begins: (bytes) => latin(bytes, 4, 8) === "ftyp" && latin(bytes, 8, 11) === "3gp",
  },
  { kind: "video", type: "video/mp4", name: "video.mp4", maxBytes: 16 * MB, begins: (bytes) => latin(bytes, 4, 8) === "ftyp" },
  { kind: "audio", type: "audio/mp4", name: "sound.m4a", maxBytes: 16 * MB, begins: (bytes) => latin(bytes, 4, 8) === "ftyp" },
  { kind: "audio", type: "audio/ogg", name: "sound.ogg", maxBytes: 16 * MB, begins: (bytes) => latin(bytes, 0, 4) === "OggS" },
  { kind: "audio", type: "audio/amr", name: "sound.amr", maxBytes: 16 * MB, begins: (bytes) => latin(bytes, 0, 5) === "#!AMR" },
  {
    kind: "audio",
    type: "audio/aac",
    name: "sound.aac",
    maxBytes: 16 * MB,
    begins: (bytes) => bytes[0] === 0xff && (bytes[1] === 0xf1 || bytes[1] === 0xf9),
  },
  {
    kind: "audio",
    type: "audio/mpeg",
    name: "sound.mp3",
    maxBytes: 16 * MB,
    begins: (bytes) => latin(bytes, 0, 3) === "ID3" || (bytes[0] === 0xff && (bytes[1]! & 0xe0) === 0xe0),
  },
  { kind: "file", type: "application/pdf", name: "document.pdf", maxBytes: 100 * MB, begins: (bytes) => latin(bytes, 0, 5) === "%PDF-" },
];

export type Edge = { pool: Pool; base: string; headers: string[]; proof: string };

export type MediaShelf = {
  /** Puts up what this piece shows; what could not be goes by its address. */
  putUp(number: string, edge: Edge, piece: Message): Promise<(url: string) => string | null>;
  /** The platform does not know one of its ids any more. */
  forget(piece: Message): void;
};

export function createMediaShelf(options: { fetchBytes: FetchBytes; clock: Clock; boundary: () => string }): MediaShelf {
  const { fetchBytes, clock } = options;
  const ids = new Map<string, { id: string; untilMs: number }>();

  const idFor = async (number: string, edge: Edge, { kind, url }: Shown): Promise<string | null> => {
    const key = `${number} ${kind} ${url}`;
    const known = ids.get(key);
    if (known && known.untilMs > clock.nowMs()) return known.id;
    const bytes = await fetchBytes(url);
    const form = bytes === null ? undefined : FORMS.find((one) => one.kind === kind && one.begins(bytes));
    if (bytes === null || form === undefined || bytes.length > form.maxBytes) return null;
    const made = await upload(number, edge, form, bytes, options.boundary());
    if (made === null) return null;
    ids.delete(key);
    ids.set(key, { id: made, untilMs: clock.nowMs() + ID_LASTS_MS });
    if (ids.size > IDS_KEPT) for (const oldest of ids.keys()) return ids.delete(oldest) ? made : made;
    return made;
  };

  return {
    async putUp(number, edge, piece) {
      const found = new Map<string, string>();
      for (const shown of shownIn(piece)) {
        const made = await idFor(number, edge, shown);
        if (made !== null) found.set(shown.url, made);
      }
      return (url) => found.get(url) ?? null;
    },
    forget(piece) {
      const urls = new Set(shownIn(piece).map(({ url }) => url));
      for (const key of ids.keys()) if (urls.has(key.split(" ").slice(2).join(" "))) ids.delete(key);
    },
  };
}

type Shown = { kind: Kind; url: string };

function shownIn(piece: Message): Shown[] {
  const shown: Shown[] = [];
  for (const kind of ["image", "video", "audio", "file"] as const) if (piece[kind]) shown.push({ kind, url: piece[kind].url });
  for (const { imageUrl } of piece.cards ?? []) if (imageUrl !== undefined) shown.push({ kind: "image", url: imageUrl });
  return shown;
}

async function upload(number: string, edge: Edge, form: Form, bytes: Buffer, boundary: string): Promise<string | null> {
  const file = { field: "file", name: form.name, type: form.type, bytes };
  const { contentType, body } = multipart(boundary, { messaging_product: "whatsapp", type: form.type }, file);
  const headers = [...edge.headers.slice(0, 2), "content-type", contentType, "accept", "application/json"];
  const path = `${edge.base}/${number}/media?appsecret_proof=${edge.proof}`;
  const answer = await call(edge.pool, { method: "POST", path, headers, body });
  return answer.kind === "answered" && answer.status === 200 ? (id(record(parseJson(answer.body))?.id) ?? null) : null;
}

/** Where a file lies now, for five minutes and with the token only; null: it is not there any more. */
export async function addressOf(edge: Edge, mediaId: string): Promise<string | null> {
  if (!/^[\w.-]{1,200}$/.test(mediaId)) return null;
  const answer = await call(edge.pool, {
    method: "GET",
    path: `${edge.base}/${mediaId}?appsecret_proof=${edge.proof}`,
    headers: edge.headers,
  });
  if (answer.kind !== "answered" || answer.status !== 200) return null;
  return text(record(parseJson(answer.body))?.url) ?? null;
}
