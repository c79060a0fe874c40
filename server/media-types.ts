/** What a file really is, by its own bytes, and how it is given to a browser: shown where that is harmless, else as a download. */
import { fileTypeFromBuffer } from "file-type";

/** What a browser may show beside a conversation. No SVG, no HTML, no PDF: those can carry a script. */
const SHOWN = new Set([
  "image/jpeg",
  "image/png",
  "image/gif",
  "image/webp",
  "image/avif",
  "video/mp4",
  "video/webm",
  "audio/mpeg",
  "audio/mp4",
  "audio/x-m4a",
  "audio/aac",
  "audio/ogg",
  "audio/wav",
]);

export type MediaKind = "image" | "video" | "audio" | "file";

/** What agents may send. */
export const SENDABLE: Record<string, MediaKind> = {
  "image/jpeg": "image",
  "image/png": "image",
  "image/gif": "image",
  "image/webp": "image",
  "video/mp4": "video",
  "audio/mpeg": "audio",
  "audio/mp4": "audio",
  "audio/x-m4a": "audio",
  "application/pdf": "file",
};

export async function typeOf(bytes: Buffer): Promise<string> {
  const found = await fileTypeFromBuffer(bytes).catch(() => undefined);
  return found?.mime ?? "application/octet-stream";
}

/** @param name as its sender called it; only ever a name in the browser's own download list */
export function mediaHeaders(type: string, name: string): Record<string, string> {
  const isShown = SHOWN.has(type);
  return {
    "Content-Type": isShown ? type : "application/octet-stream",
    "Content-Disposition": `${isShown ? "inline" : "attachment"}; filename*=UTF-8''${encodeURIComponent(harmless(name)).replace(/['()*]/g, percent)}`,
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, max-age=3600",
  };
}

/** Without what turns a name around, hides its end or climbs out of a folder. */
export function harmless(name: string): string {
  const clean = name
    .replace(/[\p{Cs}\p{Cc}\p{Cf}\p{Zl}\p{Zp}/\\:*?"<>|]+/gu, " ")
    .replace(/^[\s.]+/, "")
    .trim();
  return [...clean].slice(0, 120).join("") || "file";
}

function percent(mark: string): string {
  return `%${mark.charCodeAt(0).toString(16).toUpperCase()}`;
}
