/** What an import finds in a file of somebody else's: questions with their answers, each with the line it stands on, and what could not be used. */

export type Imported = {
  questions: string[];
  /** Plain text; paragraphs are set apart by an empty line. */
  answer: string;
  line: number;
  url?: string;
  language?: string;
};
export type Trouble = { line: number; what: string };
export type Import = { entries: Imported[]; troubles: Trouble[] };

/** Keeps what has both, and says what has not. */
export function take(to: Import, entry: Imported): void {
  const questions = [...new Set(entry.questions.map(tidy).filter((one) => one !== ""))];
  const answer = entry.answer
    .replace(/\r\n?/g, "\n")
    .replace(/[ \t\u00a0]+/g, " ")
    .replace(/ *\n */g, "\n")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
  if (questions.length === 0 && answer === "") return;
  if (questions.length === 0) to.troubles.push({ line: entry.line, what: "There is no question here, so it was left out." });
  else if (answer === "") to.troubles.push({ line: entry.line, what: `\`${short(questions[0]!)}\` has no answer, so it was left out.` });
  else to.entries.push({ ...entry, questions, answer });
}

export function tidy(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

export function short(text: string): string {
  const signs = [...tidy(text)];
  return signs.length > 60 ? `${signs.slice(0, 59).join("")}…` : signs.join("");
}

/** The line of an offset, from 1. */
export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf("\n"); at !== -1 && at < offset; at = text.indexOf("\n", at + 1)) line++;
  return line;
}
