/** What came with a message. Files are known by an id, for seven days: their address lasts five minutes and is asked for anew. */
import type { Attachment } from "../../model/event.ts";
import type { JsonObject } from "../../model/json.ts";
import { id, keepObject, list, record, text, type Wire } from "../wire.ts";

const CONTACTS_MAX = 50;
const FILES: ReadonlyMap<string, Attachment["kind"]> = new Map([
  ["image", "image"],
  ["video", "video"],
  ["audio", "audio"],
  ["document", "file"],
  ["sticker", "sticker"],
]);

/** @returns null for a type that is no attachment. Source: Meta, Cloud API webhooks, `messages`; read 2026-09-28. */
export function readAttachments(type: string, content: unknown): { attachments: Attachment[]; caption: string } | null {
  const kind = FILES.get(type);
  if (kind !== undefined) {
    const file = record(content) ?? {};
    return { attachments: [readFile(kind, file)], caption: text(file.caption) ?? "" };
  }
  if (type === "location") return { attachments: [readPlace(record(content) ?? {})], caption: "" };
  if (type === "contacts") return { attachments: list(content).slice(0, CONTACTS_MAX).flatMap(readPerson), caption: "" };
  return null;
}

function readFile(kind: Attachment["kind"], file: Wire): Attachment {
  const attachment: Attachment = { kind };
  const fileId = id(file.id);
  if (fileId !== undefined) attachment.id = fileId;
  const name = text(file.filename);
  if (name !== undefined) attachment.title = name;
  const more: JsonObject = {};
  for (const key of ["mime_type", "voice", "animated"] as const) {
    const said = file[key];
    if (typeof said === "boolean" || typeof said === "string") more[key] = said;
  }
  if (Object.keys(more).length > 0) attachment.more = more;
  return attachment;
}

function readPlace(place: Wire): Attachment {
  const attachment: Attachment = { kind: "location" };
  const title = [text(place.name), text(place.address)].filter((part) => part !== undefined).join(", ");
  if (title !== "") attachment.title = title;
  const url = text(place.url);
  if (url !== undefined) attachment.url = url;
  if (isCoordinate(place.latitude) && isCoordinate(place.longitude)) {
    attachment.lat = place.latitude;
    attachment.lng = place.longitude;
  }
  return attachment;
}

function isCoordinate(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

function readPerson(value: unknown): Attachment[] {
  const person = record(value);
  if (person === undefined) return [];
  const name = text(record(person.name)?.formatted_name);
  return [{ kind: "unknown", ...(name === undefined ? {} : { title: name }), more: { type: "contact", ...keepObject(person) } }];
}
