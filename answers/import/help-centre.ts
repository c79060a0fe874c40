/** FAQ from a help centre's export: Zendesk's and Intercom's articles, or any list of questions and answers, as JSON. */
import { type Import, lineAt, short, take } from "./entry.ts";
import { markdownOfHtml, textOfHtml } from "./html.ts";

type Article = Record<string, unknown>;

/** `bodies`: each entry's whole body as Markdown, for those that are too long for an answer. */
export type Articles = Import & { bodies: Map<Import["entries"][number], string> };

export function readHelpCentre(text: string): Articles {
  const made: Articles = { entries: [], troubles: [], bodies: new Map() };
  let data: unknown;
  try {
    data = JSON.parse(text.replace(/^\ufeff/, ""));
  } catch (error) {
    const offset = Number(/position (\d+)/.exec((error as Error).message)?.[1] ?? 0);
    made.troubles.push({ line: lineAt(text, offset), what: "This is no JSON." });
    return made;
  }
  const articles = articlesIn(data);
  if (articles.length === 0)
    made.troubles.push({ line: 1, what: "There are no articles here: none has a title or question, and a body or answer." });
  let from = 0;
  for (const article of articles) {
    const title = textIn(article, "title", "question", "name");
    const body = textIn(article, "body", "answer", "description", "content", "text");
    const found = text.indexOf(JSON.stringify(title).slice(1, -1), from);
    if (found >= 0) from = found;
    const line = lineAt(text, Math.max(0, found));
    if (isDraft(article)) {
      made.troubles.push({ line, what: `\`${short(title)}\` is a draft, so it was left out.` });
      continue;
    }
    const before = made.entries.length;
    const url = textIn(article, "html_url", "url");
    const language = textIn(article, "locale", "language");
    take(made, {
      questions: [textOfHtml(title)],
      answer: textOfHtml(body),
      line,
      ...(/^https?:\/\//.test(url) ? { url } : {}),
      ...(language === "" ? {} : { language: language.replace("_", "-") }),
    });
    const entry = made.entries[before];
    if (entry) made.bodies.set(entry, markdownOfHtml(body));
  }
  return made;
}

function articlesIn(data: unknown): Article[] {
  if (Array.isArray(data)) return data.flatMap(articlesIn);
  if (typeof data !== "object" || data === null) return [];
  const object = data as Article;
  const isArticle =
    textIn(object, "title", "question", "name") !== "" && ["body", "answer", "description", "content", "text"].some((key) => key in object);
  if (isArticle) return [object];
  return ["articles", "data", "results", "items", "faq", "faqs", "questions"].flatMap((key) =>
    Array.isArray(object[key]) ? articlesIn(object[key]) : [],
  );
}

function textIn(article: Article, ...keys: string[]): string {
  for (const key of keys) {
    const value = Object.hasOwn(article, key) ? article[key] : undefined;
    if (typeof value === "string" && value.trim() !== "") return value;
  }
  return "";
}

/** Zendesk says `draft`, Intercom `state`, others `status` or `published`. */
function isDraft({ draft, state, status, published }: Article): boolean {
  return draft === true || state === "draft" || status === "draft" || published === false;
}
