/** Words that somebody else wrote: only ever text, isolated in its direction, with web links that lead nowhere else. */
import { Fragment } from "react";

const LINK = /\bhttps?:\/\/[^\s<>"'`{}|\\^]+[^\s<>"'`{}|\\^.,;:!?)\]»”’]/gi;

/** A name, a title, a file's name: one line, never larger than its place. */
export function Name({ text, lang }: { text: string; lang?: string | undefined }) {
  return <bdi lang={lang}>{oneLine(text)}</bdi>;
}

/** A whole line of a talk. */
export function Said({ text, lang, links = true }: { text: string; lang?: string | undefined; links?: boolean }) {
  if (!links) return <bdi lang={lang}>{text}</bdi>;
  const parts: { text: string; href: string | null; at: number }[] = [];
  let from = 0;
  for (const found of text.matchAll(LINK)) {
    const href = webAddress(found[0]);
    if (href === null) continue;
    if (found.index > from) parts.push({ text: text.slice(from, found.index), href: null, at: from });
    parts.push({ text: found[0], href, at: found.index });
    from = found.index + found[0].length;
  }
  if (from < text.length) parts.push({ text: text.slice(from), href: null, at: from });
  return (
    <bdi lang={lang}>
      {parts.map((part) =>
        part.href === null ? (
          <Fragment key={part.at}>{part.text}</Fragment>
        ) : (
          <a key={part.at} href={part.href} target="_blank" rel="noopener noreferrer nofollow">
            {part.text}
          </a>
        ),
      )}
    </bdi>
  );
}

/** @returns the address if it is one of the web, else null: no other scheme ever becomes a link */
export function webAddress(address: string | undefined): string | null {
  if (address === undefined) return null;
  try {
    const url = new URL(address);
    return (url.protocol === "https:" || url.protocol === "http:") && url.username === "" && url.password === "" ? url.href : null;
  } catch {
    return null;
  }
}

export function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

/** The language of a text as far as its letters tell; `lang` decides on line height and glyphs. */
export function langOf(text: string): string | undefined {
  if (/[\u3040-\u30ff]/.test(text)) return "ja";
  if (/[\uac00-\ud7af]/.test(text)) return "ko";
  if (/[\u3400-\u9fff]/.test(text)) return "zh";
  return undefined;
}
