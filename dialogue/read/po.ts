/** Reads a gettext PO file of translations: context, source text and translation, each with its line. Ours, since the known readers keep no places. */
import type { Problem } from "../problem.ts";
import type { Place } from "../program.ts";
import { placeAt, problemAt, source } from "./node.ts";

export type Translated = { context: string; source: string; text: string; place: Place; fuzzy: boolean };
type Part = "msgctxt" | "msgid" | "msgstr";
type Draft = Partial<Record<Part, string>> & { start: number; textAt: number; fuzzy: boolean; plural: boolean };

export function readPo(file: string, text: string): { entries: Translated[]; problems: Problem[] } {
  const src = source(file, text);
  const entries: Translated[] = [];
  const problems: Problem[] = [];
  let draft: Draft | null = null;
  let part: Part | null = null;
  let fuzzy = false;
  const close = () => {
    if (draft?.msgid !== undefined && draft.msgstr !== undefined && draft.msgid !== "" && !draft.plural) {
      entries.push({
        context: draft.msgctxt ?? "",
        source: draft.msgid,
        text: draft.msgstr,
        place: placeAt(src, draft.textAt),
        fuzzy: draft.fuzzy,
      });
    }
    draft = null;
    part = null;
  };
  for (const [i, start] of src.lineStarts.entries()) {
    const line = text.slice(start, src.lineStarts[i + 1] ?? text.length).trim();
    const span = { source: src, start, end: start + line.length };
    if (line === "" || line.startsWith("#")) {
      if (draft && (draft as Draft).msgstr !== undefined) close();
      if (line.startsWith("#,") && line.includes("fuzzy")) fuzzy = true;
      continue;
    }
    const found = /^(?:(msgctxt|msgid|msgid_plural|msgstr|msgstr\[\d+\])\s*)?"((?:[^"\\]|\\.)*)"$/.exec(line);
    if (!found) {
      problems.push(
        problemAt(span, "bad-translation-file", "This line is not part of a gettext PO file.", {
          help: 'Lines are `msgctxt "…"`, `msgid "…"`, `msgstr "…"`, a text in quotes that goes on, or begin with `#`.',
        }),
      );
      continue;
    }
    const [, key, quoted] = found;
    const piece = unescaped(quoted!);
    if (key === undefined) {
      if (draft && part) (draft as Draft)[part as Part] = ((draft as Draft)[part as Part] ?? "") + piece;
      continue;
    }
    if (key === "msgctxt" || (key === "msgid" && (!draft || (draft as Draft).msgid !== undefined))) {
      close();
      draft = { start, textAt: start, fuzzy, plural: false };
      fuzzy = false;
    }
    draft ??= { start, textAt: start, fuzzy, plural: false };
    if (key === "msgid_plural" || key.startsWith("msgstr[")) {
      draft.plural = true;
      part = null;
      continue;
    }
    part = key as Part;
    draft[part] = piece;
    if (part === "msgstr") draft.textAt = start + text.slice(start).indexOf('"');
  }
  close();
  return { entries, problems };
}

function unescaped(quoted: string): string {
  const marks: Record<string, string> = { n: "\n", t: "\t", r: "\r", '"': '"', "\\": "\\" };
  return quoted.replace(/\\(.)/g, (_, mark: string) => marks[mark] ?? mark);
}
