/** Writes what was imported as a FAQ file for review: every entry with its source, ids of its own, texts that mean what they said. */
import { type Import, type Imported, short } from "./entry.ts";

export type Written = {
  /** The FAQ file; null when nothing is left to write. */
  yaml: string | null;
  /** By the path that the FAQ file names, from where it stands. */
  documents: Map<string, string>;
  entries: number;
  troubles: Import["troubles"];
};

export type Known = {
  /** Ids that the brand has already. */
  ids: ReadonlySet<string>;
  /** Which entry answers a question already; null: none. */
  answers(question: string): string | null;
};

/** A bubble that nobody scrolls; what is longer is a document to quote from. */
const ANSWER_MAX = 900;

/** @param bodies whole texts as Markdown, where the file has them */
export function writeFaq(
  from: string,
  found: Import,
  known: Known,
  more: { language?: string; bodies?: Map<Imported, string> } = {},
): Written {
  const troubles = [...found.troubles];
  const taken = new Set(known.ids);
  const asked = new Map<string, number>();
  const documents = new Map<string, string>();
  const faq: string[] = [];
  const quoted: string[] = [];
  for (const entry of found.entries) {
    const questions = entry.questions.filter((question) => {
      const answered = known.answers(question);
      const earlier = asked.get(keyOf(question));
      if (answered === null && earlier === undefined) return true;
      const where = answered === null ? `on line ${earlier}` : `by \`${answered}\``;
      troubles.push({ line: entry.line, what: `\`${short(question)}\` is answered already ${where}, so it was left out.` });
      return false;
    });
    if (questions.length === 0) continue;
    for (const question of questions) asked.set(keyOf(question), entry.line);
    const id = idFor(questions[0]!, taken);
    const source = `${from}:${entry.line}`;
    if (entry.answer.length > ANSWER_MAX) {
      const path = `documents/${id}.md`;
      documents.set(path, `# ${questions[0]}\n\n${more.bodies?.get(entry) ?? entry.answer}\n`);
      quoted.push(documentLines(id, questions[0]!, path, entry, source));
      troubles.push({
        line: entry.line,
        what: `\`${short(questions[0]!)}\` has ${entry.answer.length} signs, too many for an answer: it became a document to quote from.`,
      });
    } else faq.push(entryLines(id, questions, entry, source));
  }
  if (faq.length + quoted.length === 0) return { yaml: null, documents, entries: 0, troubles };
  const head = [
    `# Imported from ${from.replaceAll("\n", " ")}. Read every entry, then move this file into a folder of flows/.`,
    "format: 1",
  ];
  if (more.language) head.push(`language: ${more.language}`);
  const yaml = [...head, ...(faq.length > 0 ? ["faq:", ...faq] : []), ...(quoted.length > 0 ? ["documents:", ...quoted] : [])].join("\n");
  return { yaml: `${yaml}\n`, documents, entries: faq.length + quoted.length, troubles: troubles.sort((a, b) => a.line - b.line) };
}

/** One document as it is, to quote from. */
export function writeDocument(
  from: string,
  name: string,
  title: string,
  text: string,
  known: Known,
  more: { language?: string } = {},
): Written {
  const id = idFor(name, new Set(known.ids));
  const path = `documents/${id}.md`;
  const lines = [
    `# Imported from ${from.replaceAll("\n", " ")}. Read the document, then move both files into a folder of flows/.`,
    "format: 1",
    ...(more.language ? [`language: ${more.language}`] : []),
    "documents:",
    documentLines(id, title, path, { line: 1 }, from),
  ];
  return { yaml: `${lines.join("\n")}\n`, documents: new Map([[path, text]]), entries: 1, troubles: [] };
}

function entryLines(id: string, questions: string[], { answer, url, language }: Imported, source: string): string {
  return [
    `  - id: ${id}`,
    `    source: ${scalar(url ? `${source} ${url}` : source)}`,
    "    questions:",
    ...questions.map((one) => `      - ${scalar(one)}`),
    ...(language ? [`    # language: ${language.replace(/[^A-Za-z-]/g, "")}`] : []),
    `    answer: ${scalar(asText(answer))}`,
  ].join("\n");
}

function documentLines(id: string, title: string, path: string, { url }: { url?: string; line: number }, source: string): string {
  return [
    `  - id: ${id} # ${source.replaceAll("\n", " ")}`,
    `    title: ${scalar(title)}`,
    `    file: ${path}`,
    ...(url ? [`    url: ${scalar(url)}`] : []),
  ].join("\n");
}

/** In our language braces are expressions and `${…}` a setting: these texts mean neither. */
function asText(text: string): string {
  return text.replaceAll("{{", '{{ "{{" }}').replaceAll("${", '{{ "$" }}{');
}

/** Plain where YAML reads just that, else in quotes; JSON's are YAML's. */
function scalar(text: string): string {
  const plain =
    /^[\p{L}][^\n\t:#"'`{}[\]&*!|>%@\\]*[^\s:#]$/u.test(text) &&
    !/^(?:true|false|null|yes|no|on|off|y|n)$/i.test(text) &&
    text.length < 200;
  return plain ? text : JSON.stringify(text);
}

function idFor(question: string, taken: Set<string>): string {
  const slug = question
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[\u0300-\u036f]/g, "")
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^[^a-z]+|_+$/g, "")
    .split("_")
    .slice(0, 6)
    .join("_");
  const base = slug.length >= 3 ? slug.slice(0, 48) : "entry";
  let id = base;
  for (let n = 2; taken.has(id); n++) id = `${base}_${n}`;
  taken.add(id);
  return id;
}

/** Letters and digits alone. */
export function keyOf(question: string): string {
  return question
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, "");
}
