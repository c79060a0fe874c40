/** The examples in README and docs, as the tests run them. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../tidy/sources.ts";

/** `info` is what stands behind the fence: the language, then words such as `file=flows/alder/x.flow.yaml`. */
export type Block = { file: string; line: number; language: string; info: string; text: string };

export function blocks(language: string): Block[] {
  return pages()
    .flatMap(({ file, text }) => fenced(file, text))
    .filter((block) => block.language === language);
}

export function pages(): { file: string; text: string }[] {
  const docs = readdirSync(join(ROOT, "docs"), { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".md"));
  const names = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", ...docs.map((name) => `docs/${name}`)];
  return names.map((file) => ({ file, text: readFileSync(join(ROOT, file), "utf8") }));
}

function fenced(file: string, text: string): Block[] {
  const found: Block[] = [];
  const lines = text.split("\n");
  for (let at = 0; at < lines.length; at++) {
    const open = /^(\s*)```(\w+)(.*)$/.exec(lines[at]!);
    if (!open) continue;
    const [, indent, language, info] = open;
    const body: string[] = [];
    const line = at + 1;
    while (++at < lines.length && lines[at]!.trim() !== "```") body.push(lines[at]!.slice(indent!.length));
    found.push({ file, line, language: language!, info: info!.trim(), text: `${body.join("\n")}\n` });
  }
  return found;
}
