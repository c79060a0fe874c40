/** FAQ from a web page: what it says to search engines, else its folding parts, lists of terms and headings. */
import { type ChildNode, type Document, type Element, isTag, isText } from "domhandler";
import { parseDocument } from "htmlparser2";
import { type Import, lineAt, take } from "./entry.ts";

const HIDDEN = new Set(["script", "style", "noscript", "template", "nav", "svg", "iframe", "form", "button"]);
const BLOCKS = new Set([
  "p",
  "div",
  "section",
  "article",
  "ul",
  "ol",
  "table",
  "tr",
  "blockquote",
  "h1",
  "h2",
  "h3",
  "h4",
  "h5",
  "h6",
  "dl",
  "dd",
  "dt",
]);
const HEADING = /^h[1-6]$/;

export function readHtml(text: string): Import {
  const made: Import = { entries: [], troubles: [] };
  const document = parseDocument(text, { withStartIndices: true });
  const lineOf = (node: { startIndex: number | null }) => lineAt(text, node.startIndex ?? 0);
  const all = elementsIn(document);
  for (const script of all.filter((one) => one.name === "script" && /ld\+json/.test(one.attribs.type ?? "")))
    readLinkedData(rawIn(script), lineOf(script), made);
  if (made.entries.length > 0) return made;
  const shown = all.filter((one) => !isHidden(one));
  for (const details of shown.filter((one) => one.name === "details")) {
    const summary = details.children.find((one): one is Element => isTag(one) && one.name === "summary");
    if (!summary) continue;
    const answer = textOf(details.children.filter((one) => one !== summary));
    take(made, { questions: [textOf([summary])], answer, line: lineOf(details) });
  }
  for (const list of shown.filter((one) => one.name === "dl")) readTerms(list, lineOf, made);
  if (made.entries.length > 0) return made;
  for (const heading of shown.filter((one) => HEADING.test(one.name))) {
    const body: ChildNode[] = [];
    for (let next = heading.next; next && !(isTag(next) && (HEADING.test(next.name) || holdsHeading(next))); next = next.next)
      body.push(next);
    const answer = textOf(body);
    if (answer !== "" || /[?？]\s*$/.test(textOf([heading]))) take(made, { questions: [textOf([heading])], answer, line: lineOf(heading) });
  }
  if (made.entries.length === 0 && made.troubles.length === 0)
    made.troubles.push({ line: 1, what: "There is no question with an answer here: no headings, no folding parts, no list of terms." });
  return made;
}

/** A page's or an article's words, paragraphs set apart. */
export function textOfHtml(html: string): string {
  return textOf(parseDocument(html).children);
}

/** The same as Markdown, for documents: headings and lists stay. */
export function markdownOfHtml(html: string): string {
  return textOf(parseDocument(html).children, true);
}

function readTerms(list: Element, lineOf: (node: Element) => number, made: Import): void {
  let questions: string[] = [];
  let line = 1;
  for (const child of list.children.filter(isTag)) {
    if (child.name === "dt") {
      if (questions.length === 0) line = lineOf(child);
      questions.push(textOf([child]));
    } else if (child.name === "dd" && questions.length > 0) {
      take(made, { questions, answer: textOf([child]), line });
      questions = [];
    }
  }
}

/** schema.org's FAQPage. */
function readLinkedData(json: string, line: number, made: Import): void {
  let data: unknown;
  try {
    data = JSON.parse(json);
  } catch {
    made.troubles.push({ line, what: "What this page says to search engines is no JSON, so it was not read." });
    return;
  }
  for (const question of questionsIn(data)) take(made, { questions: [textOfHtml(question.name)], answer: textOfHtml(question.text), line });
}

function questionsIn(data: unknown): { name: string; text: string }[] {
  if (Array.isArray(data)) return data.flatMap(questionsIn);
  if (typeof data !== "object" || data === null) return [];
  const { name, acceptedAnswer, mainEntity, "@graph": graph } = data as Record<string, unknown>;
  const answer = (Array.isArray(acceptedAnswer) ? acceptedAnswer[0] : acceptedAnswer) as { text?: unknown } | undefined;
  if (typeof name === "string" && typeof answer?.text === "string") return [{ name, text: answer.text }];
  return [...questionsIn(mainEntity), ...questionsIn(graph)];
}

function elementsIn(document: Document | Element): Element[] {
  return document.children.filter(isTag).flatMap((one) => [one, ...elementsIn(one)]);
}

function holdsHeading(element: Element): boolean {
  return elementsIn(element).some((one) => HEADING.test(one.name));
}

function isHidden(element: Element): boolean {
  for (let one: Element | null = element; one; one = one.parent && isTag(one.parent) ? one.parent : null)
    if (HIDDEN.has(one.name) || one.attribs["aria-hidden"] === "true" || /display:\s*none/.test(one.attribs.style ?? "")) return true;
  return false;
}

function rawIn(element: Element): string {
  return element.children.map((one) => (isText(one) ? one.data : "")).join("");
}

function textOf(nodes: ChildNode[], asMarkdown = false): string {
  let text = "";
  const walk = (node: ChildNode): void => {
    if (isText(node)) text += node.data.replace(/\s+/g, " ");
    if (!isTag(node) || HIDDEN.has(node.name)) return;
    if (node.name === "br") text += "\n";
    const isBlock = BLOCKS.has(node.name);
    if (isBlock) text += "\n\n";
    if (node.name === "li") text += "\n- ";
    if (asMarkdown && HEADING.test(node.name)) text += `${"#".repeat(Number(node.name[1]))} `;
    const { href } = node.attribs;
    const before = text.length;
    for (const child of node.children) walk(child);
    if (node.name === "a" && href && /^https?:/.test(href) && !text.slice(before).includes(href)) text += ` (${href})`;
    if (isBlock) text += "\n\n";
  };
  for (const node of nodes) walk(node);
  return text
    .replace(/[ \t\u00a0]+/g, " ")
    .replace(/ *\n */g, "\n")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
}
