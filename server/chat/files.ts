/** Files that a visitor sends: within bounds, of a few kinds, and really what they say they are. */
import express from "express";
import type { Upload } from "../../model/desk-shelf.ts";
import { type Fault, fault, ofParserError } from "../api/errors.ts";
import { harmless, SENDABLE, typeOf } from "../media-types.ts";
import type { Chat } from "./chat.ts";
import type { ChatDeps } from "./deps.ts";
import type { Known } from "./visitor.ts";

export const FILE_MAX_BYTES = 8 * 1024 * 1024;
const WRONG_TYPE = fault(415, "unsupported_media_type", "Pictures, MP4, MP3, M4A and PDF can be sent.");

const readRaw = express.raw({ type: () => true, limit: FILE_MAX_BYTES, inflate: false });

function bytesOf(request: express.Request, response: express.Response): Promise<Buffer | Fault> {
  return new Promise((resolve) => {
    readRaw(request, response, (error?: unknown) => {
      if (error) {
        const told = ofParserError(error);
        resolve(told.code === "too_large" ? fault(413, "too_large", "A file may have 8 MB.") : told);
      } else resolve(Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0));
    });
  });
}

export async function takeIn(
  { store, files, ids, clock }: ChatDeps,
  chat: Chat,
  known: Known,
  name: string,
  request: express.Request,
  response: express.Response,
): Promise<Upload | Fault> {
  const said = (request.get("content-type") ?? "").split(";")[0]!.trim().toLowerCase();
  if (!Object.hasOwn(SENDABLE, said)) return WRONG_TYPE;
  const bytes = await bytesOf(request, response);
  if (!Buffer.isBuffer(bytes)) return bytes;
  const type = await typeOf(bytes);
  if (!Object.hasOwn(SENDABLE, type) || SENDABLE[type] !== SENDABLE[said])
    return fault(415, "unsupported_media_type", "What is in this file is not what it says it is.");
  const upload: Upload = {
    bot: chat.bot,
    id: ids.next("up"),
    agent: null,
    conversation: known.conversation,
    name: harmless(name),
    type,
    kind: SENDABLE[type]!,
    bytes: bytes.length,
    atMs: clock.nowMs(),
  };
  await files.keep(upload.id, bytes);
  await store.saveUpload(chat.bot, upload);
  return upload;
}
