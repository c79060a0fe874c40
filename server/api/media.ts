/** Pictures and files on the desk: those of customers read through us, those of agents taken in and shown. */
import express from "express";
import { z } from "zod";
import type { Upload } from "../../model/desk-shelf.ts";
import { eventOf } from "../../model/entry.ts";
import type { JournalRow } from "../../model/journal.ts";
import type { JsonObject } from "../../model/json.ts";
import type { Media, Message } from "../../model/message.ts";
import { harmless, mediaHeaders, SENDABLE, typeOf } from "../media-types.ts";
import type { DeskDeps } from "./deps.ts";
import { type Fault, fault, NOT_FOUND, ofParserError } from "./errors.ts";
import { type Call, Id, PEOPLE, type Reply, type Route, route, send } from "./route.ts";
import { conversationFor } from "./scope.ts";

const UPLOAD_MAX = 8 * 1024 * 1024;
const MEDIA = ["image", "video", "audio", "file"] as const;
const At = z.string().regex(/^(\d{1,2}|image|video|audio|file|referral|card\d{1,2})$/);

/** Beside each address of somebody else's the one on our server, which fetches it on safe terms. */
export function withSources(deps: DeskDeps, conversation: string, entry: JsonObject): JsonObject {
  const through = (at: string) => `/api/v1/conversations/${conversation}/media?seq=${entry.seq}&at=${at}`;
  const src = (at: string, url: unknown): string | null => {
    if (typeof url !== "string" || !/^https?:\/\//i.test(url)) return null;
    const upload = deps.files.idOf(url);
    return upload ? `/api/v1/uploads/${upload}` : through(at);
  };
  const ofAttachment = (at: string, one: JsonObject) =>
    src(at, one.url) ?? (one.url === undefined && typeof one.id === "string" && BY_ID.has(String(one.kind)) ? through(at) : null);
  const told = { ...entry };
  if (Array.isArray(entry.attachments))
    told.attachments = entry.attachments.map((one, at) => ({ ...(one as JsonObject), src: ofAttachment(String(at), one as JsonObject) }));
  const referral = entry.referral as JsonObject | undefined;
  if (referral) told.referral = { ...referral, src: src("referral", referral.pictureUrl) };
  const message = entry.message as JsonObject | undefined;
  if (message) {
    const shown: JsonObject = { ...message };
    for (const kind of MEDIA) {
      const medium = message[kind] as JsonObject | undefined;
      if (medium) shown[kind] = { ...medium, src: src(kind, medium.url) };
    }
    if (Array.isArray(message.cards))
      shown.cards = message.cards.map((card, at) => ({ ...(card as JsonObject), src: src(`card${at}`, (card as JsonObject).imageUrl) }));
    told.message = shown;
  }
  return told;
}

/** Kinds that a channel may give by an id. */
const BY_ID = new Set<string>(MEDIA);

/** The id of an attachment that has no address. */
function idAt(row: JournalRow, at: string): string | null {
  const event = row.kind === "heard" ? eventOf(row) : null;
  const attachment = event?.kind === "said" ? event.attachments[Number(at)] : undefined;
  return attachment?.url === undefined && attachment && BY_ID.has(attachment.kind) ? (attachment.id ?? null) : null;
}

/** What an entry names at a place; only what somebody said into this conversation can be fetched. */
function mediumAt(row: JournalRow, at: string): Media | null {
  if (row.kind === "line") return ofMessage((row.personal as { message?: Message } | null)?.message, at);
  const event = row.kind === "heard" || row.kind === "control" ? eventOf(row) : null;
  if (!event) return null;
  if (event.kind === "person_spoke") return ofMessage(event.message, at);
  if (at === "referral") {
    const url = "referral" in event ? event.referral?.pictureUrl : undefined;
    return url === undefined ? null : { url };
  }
  const attachment = event.kind === "said" ? event.attachments[Number(at)] : undefined;
  return attachment?.url === undefined ? null : { url: attachment.url, ...(attachment.title ? { name: attachment.title } : {}) };
}

function ofMessage(message: Message | undefined, at: string): Media | null {
  if (!message) return null;
  const card = /^card(\d+)$/.exec(at);
  if (card) {
    const url = message.cards?.[Number(card[1])]?.imageUrl;
    return url === undefined ? null : { url };
  }
  return MEDIA.includes(at as never) ? (message[at as (typeof MEDIA)[number]] ?? null) : null;
}

function give({ response }: Call, type: string, name: string, bytes: Buffer): null {
  response.status(200).set(mediaHeaders(type, name)).send(bytes);
  return null;
}

const readRaw = express.raw({ type: () => true, limit: UPLOAD_MAX, inflate: false });

/** Only now, when we know whose it is and that they may send it here. */
function bytesOf({ request, response }: Call): Promise<Buffer | Fault> {
  return new Promise((resolve) => {
    readRaw(request, response, (error?: unknown) => {
      if (error) {
        const told = ofParserError(error);
        resolve(told.code === "too_large" ? fault(413, "too_large", "A file may have 8 MB.") : told);
      } else resolve(Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0));
    });
  });
}

async function takeIn(deps: DeskDeps, call: Call<unknown, { name: string; conversation: string }>): Promise<Reply | Fault> {
  const { agent, query, request } = call;
  const sight = await conversationFor(deps, agent, query.conversation);
  if (!sight) return NOT_FOUND;
  const said = (request.get("content-type") ?? "").split(";")[0]!.trim().toLowerCase();
  if (!Object.hasOwn(SENDABLE, said)) return fault(415, "unsupported_media_type", "Pictures, MP4, MP3, M4A and PDF can be sent.");
  const bytes = await bytesOf(call);
  if (!Buffer.isBuffer(bytes)) return bytes;
  const type = await typeOf(bytes);
  if (!Object.hasOwn(SENDABLE, type) || SENDABLE[type] !== SENDABLE[said])
    return fault(415, "unsupported_media_type", "What is in this file is not what it says it is.");
  const id = deps.ids.next("up");
  const kind = SENDABLE[type]!;
  const name = harmless(query.name);
  await deps.files.keep(id, bytes);
  const upload: Upload = {
    bot: agent.bot,
    id,
    agent: agent.id,
    conversation: sight.conversation.id,
    name,
    type,
    kind,
    bytes: bytes.length,
    atMs: deps.clock.nowMs(),
  };
  await deps.store.saveUpload(agent.bot, upload);
  return { status: 201, body: uploadJson(upload) };
}

export function uploadJson({ id, kind, name, type, bytes }: Upload): JsonObject {
  return { id, kind, name, type, bytes, src: `/api/v1/uploads/${id}` };
}

export const mediaRoutes: Route[] = [
  route({
    method: "get",
    path: "/conversations/:id/media",
    roles: PEOPLE,
    query: z.strictObject({
      seq: z.coerce
        .number()
        .int()
        .min(1)
        .max(2 ** 24),
      at: At,
      ticket: Id.optional(),
    }),
    async answer(deps, call) {
      const { agent, id, query } = call;
      const sight = await conversationFor(deps, agent, id, query.ticket);
      if (!sight) return NOT_FOUND;
      const [row] = await deps.store.journal(agent.bot, sight.conversation.id, query.seq - 1, 1);
      if (row?.seq !== query.seq || row.atMs > (sight.untilMs ?? row.atMs)) return NOT_FOUND;
      const medium = mediumAt(row, query.at);
      const byId = medium ? null : idAt(row, query.at);
      if (byId !== null) {
        const bytes = await deps.attachment?.(agent.bot, sight.conversation.address, byId);
        return bytes ? give(call, await typeOf(bytes), "file", bytes) : NOT_FOUND;
      }
      if (!medium) return NOT_FOUND;
      const fetched = await deps.media.fetch(medium.url);
      if (!fetched.ok) {
        if (fetched.why === "busy") return fault(503, "busy", "Too much is being fetched at once; try again.");
        return fault(404, "not_found", "This file cannot be had, or not any more.", { why: fetched.why });
      }
      return give(call, await typeOf(fetched.bytes), medium.name ?? "file", fetched.bytes);
    },
  }),
  route({
    method: "post",
    path: "/uploads",
    roles: PEOPLE,
    raw: true,
    query: z.strictObject({ name: z.string().min(1).max(300), conversation: Id }),
    async answer(deps, call) {
      const reply = await takeIn(deps, call);
      if (!call.request.complete) {
        // Refused before it was read: what still comes is not waited for.
        call.response.set("Connection", "close");
        send(call.response, reply);
        return null;
      }
      return reply;
    },
  }),
  route({
    method: "get",
    path: "/uploads/:id",
    roles: PEOPLE,
    query: z.strictObject({ ticket: Id.optional() }),
    async answer(deps, call) {
      const upload = await deps.store.upload(call.agent.bot, call.id);
      if (!upload) return NOT_FOUND;
      const isOwn = upload.agent === call.agent.id;
      if (!isOwn && !(await conversationFor(deps, call.agent, upload.conversation, call.query.ticket))) return NOT_FOUND;
      const bytes = await deps.files.read(upload.id);
      return bytes ? give(call, upload.type, upload.name, bytes) : NOT_FOUND;
    },
  }),
];
