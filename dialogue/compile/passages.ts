/** Cuts a document into passages short enough to be quoted whole: along its headings, then its paragraphs, then its sentences. */

/** `heading`: those above it, outermost first. `line`: where it begins, from 1. */
export type Cut = { heading: string[]; text: string; line: number };

/** A bubble that is read at a glance. */
const LENGTH_MAX = 420;
/** Shorter paragraphs of one section stand together. */
const LENGTH_MIN = 80;

type Block = { text: string; line: number };

export function passagesOf(document: string): Cut[] {
  const cuts: Cut[] = [];
  const headings: string[] = [];
  let section: Block[] = [];
  let block: string[] = [];
  let blockLine = 0;
  let fenced = false;
  let inComment = false;
  const endBlock = () => {
    const text = plainOf(block.join(" "));
    if (text !== "") section.push({ text, line: blockLine });
    block = [];
  };
  const endSection = () => {
    endBlock();
    for (const one of joined(section)) cuts.push({ heading: headings.filter(Boolean), ...one });
    section = [];
  };
  document.split(/\r?\n/).forEach((raw, at) => {
    const line = raw.replace(/\s+$/, "");
    if (inComment || line.trimStart().startsWith("<!--")) {
      inComment = !line.includes("-->");
      return;
    }
    if (/^\s*(```|~~~)/.test(line)) {
      fenced = !fenced;
      endBlock();
      return;
    }
    const heading = fenced ? null : /^(#{1,6})\s+(.+?)\s*#*$/.exec(line);
    if (heading) {
      endSection();
      headings.length = Math.min(headings.length, heading[1]!.length - 1);
      headings[heading[1]!.length - 1] = plainOf(heading[2]!);
      return;
    }
    if (line.trim() === "" || /^\s*([-*_]\s*){3,}$/.test(line)) {
      endBlock();
      return;
    }
    if (/^\s*([-*+•]|\d+[.)])\s+/.test(line)) endBlock(); // each point of a list is a block
    if (block.length === 0) blockLine = at + 1;
    block.push(line.trim());
  });
  endSection();
  return cuts;
}

function joined(blocks: Block[]): Block[] {
  const made: Block[] = [];
  for (const { text, line } of blocks.flatMap(cutLong)) {
    const last = made.at(-1);
    if (last && last.text.length < LENGTH_MIN && last.text.length + text.length < LENGTH_MAX) last.text += `\n${text}`;
    else made.push({ text, line });
  }
  return made;
}

/** Never inside a sentence, unless the sentence alone is too long. */
function cutLong({ text, line }: Block): Block[] {
  if (text.length <= LENGTH_MAX) return [{ text, line }];
  const made: Block[] = [];
  let held = "";
  for (const sentence of text.match(/[^.!?。！？]+[.!?。！？]*\s*/g) ?? [text]) {
    if (held !== "" && held.length + sentence.length > LENGTH_MAX) {
      made.push({ text: held.trim(), line });
      held = "";
    }
    held += sentence;
  }
  if (held.trim() !== "") made.push({ text: held.trim(), line });
  return made.flatMap((one) => (one.text.length <= 2 * LENGTH_MAX ? [one] : hardCut(one)));
}

function hardCut({ text, line }: Block): Block[] {
  const signs = [...text];
  const made: Block[] = [];
  for (let at = 0; at < signs.length; at += LENGTH_MAX) made.push({ text: signs.slice(at, at + LENGTH_MAX).join(""), line });
  return made;
}

/** The words without their markup. */
function plainOf(markdown: string): string {
  return markdown
    .replace(/!\[[^\]]*\]\([^)]*\)/g, "")
    .replace(/\[([^\]]+)\]\([^)]*\)/g, "$1")
    .replace(/(\*\*|__)(.+?)\1/g, "$2")
    .replace(/(^|[\s(])[*_]([^*_]+)[*_](?=[\s).,;:!?]|$)/g, "$1$2")
    .replace(/`([^`]+)`/g, "$1")
    .replace(/<[^>]+>/g, "")
    .replace(/\\([\\`*_{}[\]()#+.!-])/g, "$1")
    .replace(/^\s*>\s?/, "")
    .replace(/\s+/g, " ")
    .trim();
}
