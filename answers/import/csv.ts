/** FAQ from a table: one row for each answer, with a heading line or without one. */
import { parse } from "csv-parse/sync";
import { type Import, take } from "./entry.ts";

const COLUMNS: { [name: string]: RegExp } = {
  question: /^(questions?|q|title|ask|frage|pregunta|问题|問題|提问)$/i,
  answer: /^(answers?|a|body|response|reply|text|content|antwort|respuesta|答案|回答|回复)$/i,
  url: /^(url|link|source|网址|链接)$/i,
  language: /^(language|lang|locale|语言)$/i,
};

type Row = { record: string[]; info: { lines: number } };

export function readCsv(text: string): Import {
  const made: Import = { entries: [], troubles: [] };
  let rows: Row[];
  try {
    const options = {
      bom: true,
      info: true,
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      delimiter: delimiterOf(text),
    };
    rows = parse(text, options) as unknown as Row[];
  } catch (error) {
    const { lines, message } = error as { lines?: number; message: string };
    made.troubles.push({ line: lines ?? 1, what: `This is no table that can be read: ${message.split("\n")[0]}` });
    return made;
  }
  const heading = rows[0] ? columnsOf(rows[0].record) : null;
  const columns = heading ?? { question: 0, answer: 1, url: -1, language: -1 };
  let line = 1;
  for (const [at, { record, info }] of rows.entries()) {
    const began = at === 0 ? 1 : line + 1;
    line = info.lines; // where the row ends: an answer may have lines of its own
    if (at === 0 && heading) continue;
    const cell = (column: number) => (column < 0 ? "" : (record[column] ?? "").trim());
    if (record.length < 2) {
      made.troubles.push({ line: began, what: "This row has one column only, so it was left out." });
      continue;
    }
    const url = cell(columns.url);
    const language = cell(columns.language);
    take(made, {
      questions: cell(columns.question).split(/\s*(?:\r?\n|\|)\s*/),
      answer: cell(columns.answer),
      line: began,
      ...(/^https?:\/\//.test(url) ? { url } : {}),
      ...(language === "" ? {} : { language }),
    });
  }
  return made;
}

type Columns = { question: number; answer: number; url: number; language: number };

function columnsOf(heading: string[]): Columns | null {
  const find = (form: RegExp) => heading.findIndex((one) => form.test(one.trim()));
  const columns: Columns = {
    question: find(COLUMNS.question!),
    answer: find(COLUMNS.answer!),
    url: find(COLUMNS.url!),
    language: find(COLUMNS.language!),
  };
  return columns.question >= 0 && columns.answer >= 0 ? columns : null;
}

/** What the first line has most of, outside quotes. */
function delimiterOf(text: string): string {
  const first = text.split(/\r?\n/, 1)[0]!.replace(/"[^"]*"/g, "");
  const counts = [",", ";", "\t"].map((sign) => ({ sign, count: first.split(sign).length }));
  return counts.reduce((best, one) => (one.count > best.count ? one : best)).sign;
}
