/** A mistake in a brand's files, written for the person who made it: where, what, why, what next. */
export type Problem = {
  code: string; // stable, documented in docs/problems.md
  severity: "error" | "warning";
  file: string; // as given, relative to the project
  line: number; // from 1
  column: number; // from 1, UTF-16 units
  length: number; // of what is wrong, on that line
  message: string; // a plain sentence or two: what is wrong and why
  near: string[]; // names that were perhaps meant
  help: string | null; // the next move
};

const LINE_MAX = 140;

/** Place and code, the line with the part underlined, the sentences, close names, the next move. */
export function renderProblem(problem: Problem, fileText: string): string {
  const code = problem.severity === "warning" ? `${problem.code} (warning)` : problem.code;
  const parts = [`${problem.file}:${problem.line}:${problem.column}  ${code}`];
  const line = fileText.split("\n", problem.line)[problem.line - 1]?.replace(/\r$/, "");
  if (line !== undefined && line.trim() !== "") parts.push(excerpt(problem, line));
  const near = problem.near.length > 0 ? ` Close names: ${problem.near.map((one) => `\`${one}\``).join(", ")}.` : "";
  parts.push(problem.message + near);
  if (problem.help) parts.push(problem.help);
  return parts.join("\n");
}

function excerpt(problem: Problem, line: string): string {
  const number = String(problem.line).padStart(4);
  let from = 0;
  if (line.length > LINE_MAX) from = Math.max(0, Math.min(problem.column - 1 - 40, line.length - LINE_MAX));
  const shown = `${from > 0 ? "…" : ""}${line.slice(from, from + LINE_MAX)}${from + LINE_MAX < line.length ? "…" : ""}`;
  const before = (from > 0 ? "…" : "") + line.slice(from, problem.column - 1);
  const marked = line.slice(problem.column - 1, problem.column - 1 + problem.length);
  // Tabs stay tabs, so that the carets stand under what they mark.
  const gap = before.replace(/[^\t]/g, (letter) => " ".repeat(width(letter)));
  const carets = "^".repeat(Math.max(1, Math.min(width(marked), LINE_MAX - width(gap))));
  return `${number} | ${shown}\n${" ".repeat(number.length)} | ${gap}${carets}`;
}

/** Columns in a terminal: Chinese takes two. */
function width(text: string): number {
  let columns = 0;
  for (const letter of text)
    columns += /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]/u.test(
      letter,
    )
      ? 2
      : 1;
  return columns;
}

/** For machines that read the checker: the problems as they are, with counts. */
export function problemsToJson(problems: Problem[]): { version: 1; errors: number; warnings: number; problems: Problem[] } {
  const errors = problems.filter((one) => one.severity === "error").length;
  return { version: 1, errors, warnings: problems.length - errors, problems };
}

/** SARIF 2.1.0, which code hosts show beside the lines of a change. */
export function problemsToSarif(problems: Problem[]): Record<string, unknown> {
  const codes = [...new Set(problems.map((one) => one.code))].sort();
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "baton check",
            informationUri: "docs/problems.md",
            rules: codes.map((code) => ({ id: code, helpUri: `docs/problems.md#${code}` })),
          },
        },
        columnKind: "utf16CodeUnits",
        results: problems.map((one) => ({
          ruleId: one.code,
          ruleIndex: codes.indexOf(one.code),
          level: one.severity,
          message: { text: sentences(one) },
          locations: [
            {
              physicalLocation: {
                artifactLocation: { uri: encodeURI(one.file) },
                region: { startLine: one.line, startColumn: one.column, endColumn: one.column + one.length },
              },
            },
          ],
        })),
      },
    ],
  };
}

function sentences(problem: Problem): string {
  const near = problem.near.length > 0 ? ` Close names: ${problem.near.map((one) => `\`${one}\``).join(", ")}.` : "";
  return `${problem.message}${near}${problem.help ? ` ${problem.help}` : ""}`;
}
