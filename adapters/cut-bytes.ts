/** Cuts a text by bytes, where a channel counts those, where a reader would pause. */
import { cutText } from "./cut.ts";

/** @returns pieces in reading order, each 1 to `maxBytes` bytes of UTF-8; `[]` for a blank text */
export function cutBytes(text: string, maxBytes: number): string[] {
  const pieces: string[] = [];
  let rest = text.trim() === "" ? "" : text;
  while (Buffer.byteLength(rest) > maxBytes) {
    // The units that fit; where they end the cut below finds a better place before.
    const [piece] = cutText(rest, unitsWithin(rest, maxBytes));
    if (piece === undefined) return pieces;
    pieces.push(piece);
    rest = rest.trimStart().slice(piece.length).trimStart();
  }
  if (rest.trim() !== "") pieces.push(rest);
  return pieces;
}

function unitsWithin(text: string, maxBytes: number): number {
  let bytes = 0;
  let units = 0;
  for (const character of text.trimStart()) {
    bytes += Buffer.byteLength(character);
    if (bytes > maxBytes) break;
    units += character.length;
  }
  return Math.max(units, 2);
}

/** Cuts a title that has no room, with a mark that something is missing. */
export function clipBytes(text: string, maxBytes: number): string {
  if (Buffer.byteLength(text) <= maxBytes) return text;
  const [head = ""] = cutText(text.trim(), unitsWithin(text, maxBytes - Buffer.byteLength("…")));
  return `${head}…`;
}
