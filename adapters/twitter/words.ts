/** X's texts and ours: escapes and short links undone, and whether what came back is what we sent. */
import type { Message } from "../../model/message.ts";
import { list, record, text, type Wire } from "../wire.ts";
import { asPlainText } from "./pieces.ts";

const URLS_MAX = 100;
const ESCAPES: Record<string, string> = { "&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'" };

/** The text as the person wrote it: entities decoded once, t.co links restored, the link to a medium of the message itself left out. */
export function readText(data: Wire, mediaUrls: readonly string[] = []): string {
  let words = (text(data.text) ?? text(data.full_text) ?? "").replace(/&(?:amp|lt|gt|quot|#39);/g, (escaped) => ESCAPES[escaped]!);
  for (const url of mediaUrls) words = words.replace(url, "");
  for (const given of list(record(data.entities)?.urls).slice(0, URLS_MAX)) {
    const one = record(given);
    const short = text(one?.url);
    const whole = text(one?.unwound_url) ?? text(one?.expanded_url);
    if (short !== undefined && whole !== undefined && !mediaUrls.includes(short)) words = words.split(short).join(whole);
  }
  return mediaUrls.length > 0 ? words.trim() : words;
}

/** Links come back changed, white space may; the rest of the words may not. */
function bare(words: string): string {
  return words
    .replace(/https?:\/\/\S+/g, "")
    .split("\n")
    .map((line) => line.replace(/\s+/g, " ").trim())
    .filter((line) => line !== "")
    .join("\n");
}

/** Is the message that came back this line of ours, alone or among others that were joined into it? */
export function sameWords(echo: Message, line: Message): boolean {
  const came = bare(echo.text ?? "");
  const plain = bare(asPlainText(line));
  const shown = bare(line.text ?? "");
  if (plain === "" && shown === "") return (echo.image ?? echo.video) !== undefined && (line.image ?? line.video) !== undefined;
  if (came === plain || came === shown) return true;
  return plain !== "" && `\n${came}\n`.includes(`\n${plain}\n`);
}
