/** FAQ from Markdown: a heading is a question, what stands under it the answer; or `Q:` and `A:`. */
import { type Import, take } from "./entry.ts";

type Section = { questions: string[]; line: number; body: string[] };

export function readMarkdown(text: string): Import {
  const made: Import = { entries: [], troubles: [] };
  const sections: Section[] = [];
  let fenced = false;
  let answering = false;
  text.split(/\r?\n/).forEach((raw, at) => {
    const line = raw.replace(/\s+$/, "");
    if (/^\s*(```|~~~)/.test(line)) {
      fenced = !fenced;
      return;
    }
    const heading = fenced ? null : /^#{1,6}\s+(.+?)\s*#*$/.exec(line);
    const asked = fenced ? null : /^\s*(?:[-*]\s+)?(?:\*\*|__)?(?:Q|Question|问|問)\s*[:.：]\s*(.+?)(?:\*\*|__)?$/i.exec(line);
    const bold = fenced ? null : /^(?:\*\*|__)(.+[?？])(?:\*\*|__)$/.exec(line.trim());
    const question = heading?.[1] ?? asked?.[1] ?? bold?.[1];
    const last = sections.at(-1);
    if (question !== undefined) {
      const another = !heading && last && !answering && last.body.every((one) => one === "");
      if (another && asked) last.questions.push(plain(question));
      else sections.push({ questions: [plain(question)], line: at + 1, body: [] });
      answering = false;
      return;
    }
    if (!last) return;
    const answered = /^\s*(?:\*\*|__)?(?:A|Answer|答)\s*[:.：](?:\*\*|__)?\s*(.*)$/i.exec(line);
    if (answered) answering = true;
    if (/!\[[^\]]*\]\([^)]*\)/.test(line)) made.troubles.push({ line: at + 1, what: "A picture was left out." });
    last.body.push(plain(answered?.[1] ?? line));
  });
  sections.forEach((section, at) => {
    const answer = paragraphs(section.body);
    const next = sections[at + 1];
    const isGroup = answer === "" && next !== undefined && !/[?？]$/.test(section.questions[0]!);
    if (!isGroup) take(made, { questions: section.questions, answer, line: section.line });
  });
  return made;
}

/** Lines of one paragraph are one; a list keeps its lines. */
function paragraphs(lines: string[]): string {
  let text = "";
  for (const line of lines) {
    const isPoint = /^\s*([-*+•]|\d+[.)])\s/.test(line);
    if (line === "") text += "\n\n";
    else if (isPoint) text += `\n${line.trim()}`;
    else text += text === "" || text.endsWith("\n") ? line : ` ${line.trim()}`;
  }
  return text;
}

function plain(markdown: string): string {
  return markdown
    .replace(/!\[[^\]]*\]\([^)]*\)/g, "")
    .replace(/\[([^\]]+)\]\((https?:[^)\s]+)[^)]*\)/g, "$1 ($2)")
    .replace(/\[([^\]]+)\]\([^)]*\)/g, "$1")
    .replace(/(\*\*|__)(.+?)\1/g, "$2")
    .replace(/(^|[\s(])[*_]([^*_]+)[*_](?=[\s).,;:!?]|$)/g, "$1$2")
    .replace(/`([^`]+)`/g, "$1")
    .replace(/<[^>]+>/g, "");
}
