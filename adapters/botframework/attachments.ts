/** What came with a message: files by their kind, places, cards kept as they are. */
import type { Attachment } from "../../model/event.ts";
import { keep, list, record, text, type Wire } from "../wire.ts";

const ATTACHMENTS_MAX = 100;
const DATA_SHOWN_MAX = 40;

/** Source: Bot Framework activity schema, attachments and entities (`Place`, `GeoCoordinates`); Teams, files of bots; read 2026-11-24. */
export function readAttachments(wire: Wire): Attachment[] {
  const read = list(wire.attachments)
    .slice(0, ATTACHMENTS_MAX)
    .flatMap((given) => readOne(record(given) ?? {}));
  const places = list(wire.entities)
    .slice(0, ATTACHMENTS_MAX)
    .flatMap((given) => readPlace(record(given) ?? {}));
  return [...read, ...places];
}

function readOne(given: Wire): Attachment[] {
  const type = text(given.contentType) ?? "";
  if (type === "text/html" || type === "text/plain") return []; // Teams sends the words once more
  const title = text(given.name);
  const content = record(given.content);
  if (type === "application/vnd.microsoft.teams.file.download.info")
    return [build("file", text(content?.downloadUrl) ?? text(given.contentUrl), title, { type })];
  const url = text(given.contentUrl);
  const kind = /^(image|video|audio)\//.exec(type)?.[1] as "image" | "video" | "audio" | undefined;
  if (url !== undefined && !/^https?:/i.test(url))
    return [build(kind ?? "unknown", undefined, title, { type, inline: url.slice(0, DATA_SHOWN_MAX) })];
  if (kind !== undefined) return [build(kind, url, title)];
  if (url !== undefined) return [build("file", url, title, type === "" ? undefined : { type })];
  return [build("unknown", undefined, title, { type, content: keep(given.content ?? null) })];
}

function readPlace(given: Wire): Attachment[] {
  const type = text(given.type);
  const at = type === "Place" ? record(given.geo) : type === "GeoCoordinates" ? given : undefined;
  const lat = Number(at?.latitude ?? Number.NaN);
  const lng = Number(at?.longitude ?? Number.NaN);
  if (!Number.isFinite(lat) || !Number.isFinite(lng)) return [];
  const place: Attachment = { kind: "location", lat, lng };
  const title = text(given.name);
  if (title !== undefined) place.title = title;
  return [place];
}

function build(kind: Attachment["kind"], url: string | undefined, title: string | undefined, more?: Attachment["more"]): Attachment {
  const attachment: Attachment = { kind };
  if (url !== undefined) attachment.url = url;
  if (title !== undefined) attachment.title = title;
  if (more !== undefined) attachment.more = more;
  return attachment;
}
