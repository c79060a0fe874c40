/** A picture or video that a line carries: fetched on safe terms, uploaded in parts, named in the message. What X does not take becomes a link. */
import type { Delivery } from "../../model/delivery.ts";
import type { LineId } from "../../model/ids.ts";
import { list, record, text } from "../wire.ts";
import { type Api, type Asked, ask } from "./api.ts";
import { deliveryOf, refusalIn } from "./errors.ts";
import { MEDIA, type MediaCategory } from "./limits.ts";

export type FetchMedia = (url: string) => Promise<{ ok: true; bytes: Buffer } | { ok: false; why: string }>;
export type Uploads = Map<LineId, { mediaId: string; ready: boolean }>;
export type Uploaded = { kind: "media"; id: string } | { kind: "link" } | { kind: "not_yet"; delivery: Delivery };

const PART_BYTES = 1024 * 1024;
const AGAIN_MS = 2_000;
const KEPT_MAX = 200;

/** One try: whatever must wait comes back as a delivery, and the next try of the line goes on from there. */
export async function upload(
  about: { api: Api; uploads: Uploads; fetchMedia: FetchMedia | null },
  line: LineId,
  url: string,
): Promise<Uploaded> {
  const known = about.uploads.get(line);
  if (known?.ready) return { kind: "media", id: known.mediaId };
  if (known) return processed(about, line, known.mediaId);
  if (about.fetchMedia === null) return { kind: "link" };
  const fetched = await about.fetchMedia(url);
  if (!fetched.ok) return fetched.why === "busy" ? notYet("too many files are fetched at once") : { kind: "link" };
  const kind = kindOf(fetched.bytes);
  if (kind === null || fetched.bytes.length > MEDIA[kind.category]) return { kind: "link" };
  return inParts(about, line, fetched.bytes, kind);
}

/** What the bytes say, whatever the name of the file says. */
function kindOf(bytes: Buffer): { type: string; category: MediaCategory } | null {
  const starts = (...signs: number[]) => signs.every((sign, at) => bytes[at] === sign);
  if (starts(0xff, 0xd8, 0xff)) return { type: "image/jpeg", category: "dm_image" };
  if (starts(0x89, 0x50, 0x4e, 0x47)) return { type: "image/png", category: "dm_image" };
  if (starts(0x47, 0x49, 0x46, 0x38)) return { type: "image/gif", category: "dm_gif" };
  if (bytes.toString("latin1", 0, 4) === "RIFF" && bytes.toString("latin1", 8, 12) === "WEBP")
    return { type: "image/webp", category: "dm_image" };
  return bytes.toString("latin1", 4, 8) === "ftyp" ? { type: "video/mp4", category: "dm_video" } : null;
}

async function inParts(
  about: { api: Api; uploads: Uploads },
  line: LineId,
  bytes: Buffer,
  { type, category }: { type: string; category: MediaCategory },
): Promise<Uploaded> {
  const { api, uploads } = about;
  const json = { media_type: type, total_bytes: bytes.length, media_category: category };
  const begun = await ask(api, { method: "POST", path: "/2/media/upload/initialize", json });
  const id = begun.kind === "answered" ? text(record(begun.body?.data)?.id) : undefined;
  const refused = refusedBy(begun);
  if (refused) return refused;
  if (id === undefined) return { kind: "link" };
  for (let at = 0, segment = 0; at < bytes.length; at += PART_BYTES, segment += 1) {
    const multipart = { fields: [["segment_index", String(segment)]] as [string, string][], file: bytes.subarray(at, at + PART_BYTES) };
    const given = refusedBy(await ask(api, { method: "POST", path: `/2/media/upload/${id}/append`, multipart }));
    if (given) return given;
  }
  const done = await ask(api, { method: "POST", path: `/2/media/upload/${id}/finalize` });
  const notDone = refusedBy(done);
  if (notDone) return notDone;
  uploads.set(line, { mediaId: id, ready: false });
  if (uploads.size > KEPT_MAX) for (const oldest of uploads.keys()) if (uploads.delete(oldest)) break;
  return afterwards(uploads, line, id, done);
}

async function processed(about: { api: Api; uploads: Uploads }, line: LineId, id: string): Promise<Uploaded> {
  const query: [string, string][] = [
    ["command", "STATUS"],
    ["media_id", id],
  ];
  const status = await ask(about.api, { method: "GET", path: "/2/media/upload", query });
  return refusedBy(status) ?? afterwards(about.uploads, line, id, status);
}

/** X works on what it got: done, not yet, or never. */
function afterwards(uploads: Uploads, line: LineId, id: string, answer: Asked): Uploaded {
  const info = answer.kind === "answered" ? record(record(answer.body?.data)?.processing_info) : undefined;
  const state = text(info?.state) ?? "succeeded";
  if (state === "succeeded") {
    uploads.set(line, { mediaId: id, ready: true });
    return { kind: "media", id };
  }
  if (state === "failed") {
    uploads.delete(line);
    return { kind: "link" };
  }
  const afterS = Number(info?.check_after_secs);
  return notYet("X still works on the medium", afterS > 0 && afterS < 3_600 ? afterS * 1_000 : AGAIN_MS);
}

function notYet(why: string, retryAfterMs = AGAIN_MS): Uploaded {
  return { kind: "not_yet", delivery: { kind: "later", retryAfterMs, holds: "line", why } };
}

/** Nothing was said to the customer yet: what may pass is tried again, what concerns the account stops it, the rest becomes a link. */
function refusedBy(answer: Asked): Uploaded | null {
  if (answer.kind === "unauthorised") return { kind: "not_yet", delivery: answer.delivery };
  if (answer.kind === "failed") return notYet(`the medium could not be uploaded (${answer.why})`);
  const refusal = refusalIn(answer.status, answer.body);
  if (refusal === null) return list(answer.body?.errors).length > 0 && answer.body?.data === undefined ? { kind: "link" } : null;
  switch (refusal.act) {
    case "rate":
    case "stop":
    case "cool":
      return { kind: "not_yet", delivery: deliveryOf(refusal, null) };
    case "token":
      return answer.renews ? notYet(refusal.why) : { kind: "not_yet", delivery: deliveryOf(refusal, null) };
    case "doubt":
    case "clock":
      return notYet(refusal.why);
    default:
      return { kind: "link" };
  }
}
