/** Compiles `documents:` of FAQ files: each passage is an answer of its own, quoted word for word with its source, and ranked by what it says. */
import { posix } from "node:path";
import type { FaqEntry, Text } from "../program.ts";
import type { DocumentSource } from "../read/content-schema.ts";
import { plainMessage } from "./message.ts";
import { passagesOf } from "./passages.ts";
import { report, type Site, type Workshop } from "./workshop.ts";

/** More is a library, not a document. */
const PASSAGES_MAX = 2_000;

/** @param from the FAQ file: the document's path is written as it is reached from there. @returns the document's path, and its passages */
export function documentEntries(
  shop: Workshop,
  source: DocumentSource,
  from: string,
  files: Map<string, string>,
  site: Site,
): { path: string; entries: FaqEntry[] } {
  const path = posix.normalize(posix.join(posix.dirname(from), source.file.text));
  const text = files.get(path);
  if (text === undefined) {
    report(shop, source.file.at, "no-file", `There is no file \`${path}\`.`, {
      help: "Documents are Markdown (`.md`) or plain text (`.txt`) below `flows/`; `baton import` makes them of others.",
    });
    return { path, entries: [] };
  }
  const cuts = passagesOf(text);
  if (cuts.length === 0) report(shop, source.file.at, "empty-document", `Nothing in \`${path}\` can be quoted.`, { severity: "warning" });
  if (cuts.length > PASSAGES_MAX)
    report(shop, source.file.at, "long-document", `\`${path}\` has ${cuts.length} passages; the first ${PASSAGES_MAX} are read.`, {
      severity: "warning",
      help: "Cut it into several documents, and leave out what nobody asks.",
    });
  const title = source.title.text;
  const entries = cuts.slice(0, PASSAGES_MAX).map((cut, at): FaqEntry => {
    const place = { file: path, line: cut.line, column: 1 };
    const heading = cut.heading.filter((one) => one !== title);
    const where = [title, ...heading].join(" › ");
    const quote = `“${cut.text}”\n— ${where}${source.url ? `\n${source.url.text}` : ""}`;
    return {
      id: `${source.id.text}_${at + 1}`,
      place,
      title: asWritten(heading.at(-1) ?? title, place, site.language),
      questions: [],
      answers: [
        { message: { ...plainMessage([], source.file.at, site.language), place, texts: [asWritten(quote, place, site.language)] } },
      ],
      expiresOn: source.expires?.text ?? null,
      language: site.language,
      passage: { document: source.id.text, heading: where, text: cut.text },
    };
  });
  return { path, entries };
}

/** Said as it stands: braces in a document mean nothing. */
function asWritten(source: string, place: Text["place"], language: string): Text {
  return { source, place, languages: [language], print: () => source };
}
