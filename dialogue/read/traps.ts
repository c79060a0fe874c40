/** YAML's traps: what a designer wrote, read differently by YAML. Each mistake names the cure, not the parser's words (rule 3). */
import type { Problem } from "../problem.ts";
import { type MapNode, problemAt, type Scalar, type Source, type Span } from "./node.ts";

const LINE_MAX = 2_000;

/** A mistake of the parser, said in our words. */
export function parseTrap(span: Span, code: string, words: string): Problem {
  const src = span.source;
  const line = lineAt(src, span.start);
  // Lines that nobody wrote by hand are not looked into.
  if (line.text.length > LINE_MAX) line.text = "";
  const before = src.text.slice(line.start, span.start);
  const here = src.text.slice(span.start, line.end);
  const value = valueOn(line.text, span.start - line.start);
  if (code === "BLOCK_AS_IMPLICIT_KEY" || (code === "BAD_INDENT" && /: \S.*: /.test(line.text))) {
    const whole = { source: src, start: span.start, end: line.end };
    const why = / \? .* : /.test(here) || /\?/.test(here) ? "The `: ` of `a ? b : c`" : "The `: ` in this text";
    return problemAt(whole, "yaml-colon", `${why} would begin a map in YAML.`, {
      help: `Put the whole text into quotes: ${quoted(here.trim())}`,
    });
  }
  const hole = holeInFlow(line.text);
  if (hole && code !== "BAD_DQ_ESCAPE" && code !== "TAB_AS_INDENT") {
    const part = { source: src, start: line.start + hole.at, end: line.start + hole.at + hole.text.length };
    return problemAt(part, "yaml-braces", "Inside `{ }` and `[ ]` YAML reads the braces of `{{ }}` as its own.", {
      help: `Put the whole text into quotes: ${quoted(hole.text)}`,
    });
  }
  const inner = code === "UNEXPECTED_TOKEN" || code === "BAD_SCALAR_START" ? bracketInFlow(line.text) : null;
  if (inner) {
    const part = { source: src, start: line.start + inner.at, end: line.start + inner.at + inner.text.length };
    return problemAt(part, "yaml-brackets", "Inside `{ }` and `[ ]` YAML reads the brackets of this text as its own.", {
      help: `Put the whole text into quotes: ${quoted(inner.text)}`,
    });
  }
  if (code === "BAD_SCALAR_START") {
    return problemAt(
      { source: src, start: span.start, end: line.end },
      "yaml-first-character",
      `A text that starts with \`${src.text[span.start]}\` has a meaning of its own in YAML.`,
      { help: `Put the whole text into quotes: ${quoted(here.trim())}` },
    );
  }
  if (code === "TAG_RESOLVE_FAILED") {
    return problemAt(
      { source: src, start: span.start, end: line.end },
      "yaml-tag",
      "An unquoted `!` at the start means a tag in YAML, and tags are not used here.",
      { help: `Put the text or the expression into quotes: ${quoted(here.trim())}` },
    );
  }
  if (code === "UNEXPECTED_TOKEN" && value && /^["'[{]/.test(value.text) && !isOnePiece(value.text)) {
    const first = value.text[0]!;
    return problemAt(
      { source: src, start: line.start + value.at, end: line.end },
      "yaml-first-character",
      `A text that starts with \`${first}\` ends at its closing mark in YAML, and more follows here.`,
      { help: `Put the whole text into quotes: ${quoted(value.text)}` },
    );
  }
  if (code === "MISSING_CHAR" && /quote/.test(words)) {
    return problemAt(openQuote(span, words.includes('"') ? '"' : "'"), "yaml-quote", "A quote is opened and never closed.", {
      help: "Close it, or put a text that begins with a quotation mark into quotes of the other kind.",
    });
  }
  if (code === "TAB_AS_INDENT")
    return problemAt(span, "yaml-tab", "A tab stands where YAML wants spaces.", { help: "Indent with two spaces." });
  if (code === "BAD_DQ_ESCAPE")
    return problemAt({ ...span, end: span.start + 2 }, "yaml-escape", "A backslash in double quotes begins an escape, and this is none.", {
      help: "Write `\\\\` for a backslash, or use single quotes, in which it stands for itself.",
    });
  if (code === "MULTIPLE_ANCHORS" || code === "BAD_ALIAS" || code === "ALIAS_PROPS")
    return problemAt(span, "yaml-anchor", "Anchors (`&`) and aliases (`*`) are not used here.", {
      help: "Put a text that begins with `&` or `*` into quotes.",
    });
  // At the beginning of a line the parser names its indentation: what stands there is meant.
  const from = before.trim() === "" ? span.start + (/^\s*/.exec(here)?.[0].length ?? 0) : span.start;
  const shown = {
    source: src,
    start: from,
    end: from === span.start ? span.end : from + Math.max(1, /^\S*/.exec(src.text.slice(from, line.end))![0].length),
  };
  if (
    code === "MULTILINE_IMPLICIT_KEY" ||
    code === "MISSING_CHAR" ||
    code === "BAD_INDENT" ||
    code === "UNEXPECTED_TOKEN" ||
    code === "BLOCK_IN_FLOW"
  ) {
    const inFlow = /[[{][^\]}]*$/.test(before);
    return problemAt(
      shown,
      "yaml-structure",
      inFlow ? "The list or map opened with `[` or `{` does not end as YAML expects." : "YAML cannot tell what belongs to what here.",
      {
        help: inFlow
          ? "Close every `[` and `{`, put a comma between entries, and put texts with marks in them into quotes."
          : "Check the indentation of this line and the one above: what belongs together stands in one column, and each key ends with `: `.",
      },
    );
  }
  return problemAt(shown, "yaml-structure", "This is not YAML that can be read.", {
    help: "Check the indentation, the quotes and the `: ` after each key on this line and the one above.",
  });
}

/** Traps that parse, but into something else than is seen. */
export function plainTrap(scalar: Scalar): Problem | null {
  if (scalar.style !== "plain") return null;
  return hashTrap(scalar) ?? foldTrap(scalar) ?? braceTrap(scalar);
}

/** `text #1` and `key: #1`. A comment is set apart by two spaces, or stands alone; a single ` #` cuts a sentence in two. */
function hashTrap(scalar: Scalar): Problem | null {
  const { source: src, end, text } = scalar;
  let hash = end;
  while (src.text[hash] === " ") hash++;
  if (src.text[hash] !== "#" || /\s/.test(src.text[hash + 1] ?? " ")) return null;
  const before = src.text.slice(lineAt(src, scalar.start).start, scalar.start).trimEnd();
  if (!/[:-]$/.test(before)) return null;
  const line = lineAt(src, hash);
  const span = { source: src, start: hash, end: line.end };
  if (text === "") {
    return problemAt(span, "yaml-first-character", "A text that starts with `#` is a comment in YAML.", {
      help: `Put the whole text into quotes: ${quoted(src.text.slice(hash, line.end).trim())}`,
    });
  }
  if (hash !== end + 1) return null;
  return problemAt(span, "yaml-hash", "YAML reads ` #` as the beginning of a comment, so the text ends before it.", {
    help: `Put the whole text into quotes: ${quoted(text + src.text.slice(end, line.end))}. A comment is told apart by two spaces and \`# \`.`,
  });
}

function foldTrap(scalar: Scalar): Problem | null {
  const { source: src, start, end } = scalar;
  const raw = src.text.slice(start, end);
  if (!raw.includes("\n")) return null;
  if (!/[\u3000-\u9fff\uff00-\uffef]\s*\n\s*[\u3000-\u9fff\uff00-\uffef]/.test(raw)) return null;
  return problemAt(
    scalar,
    "yaml-folded-chinese",
    "YAML puts a space where this text goes on to the next line, and Chinese has none there.",
    {
      help: "Write it on one line, or begin it with `|` and put the lines below.",
    },
  );
}

function braceTrap(scalar: Scalar): Problem | null {
  const open = scalar.text.indexOf("{{");
  if (open === -1 || scalar.text.includes("}}", open)) return null;
  return problemAt(
    scalar,
    "yaml-braces",
    "A `{{ }}` is cut in two here, because inside `{ }` and `[ ]` YAML reads braces and commas as its own.",
    {
      help: "Put the whole text into quotes.",
    },
  );
}

type Part = { key: [number, number, number] | null; value: [number, number, number] | null; keyIsCollection: boolean };

/** `a: {{ x }}` and `{ send: Hello, friend }`: maps that nobody meant. */
export function flowTraps(map: MapNode, parts: Part[]): Problem | null {
  if (!map.flow) return null;
  const src = map.source;
  if (src.text.startsWith("{{", map.start) || parts.some((part) => part.keyIsCollection)) {
    const line = lineAt(src, map.start);
    const end = Math.max(map.end, src.text.indexOf("}}", map.start) + 2);
    return problemAt(
      { source: src, start: map.start, end: Math.min(end, line.end) },
      "yaml-braces",
      "YAML reads an unquoted `{{` as the beginning of a map.",
      { help: `Put the whole text into quotes: ${quoted(src.text.slice(map.start, Math.min(end, line.end)))}` },
    );
  }
  const stray = parts.findIndex((part) => part.key && !part.value && !/^\s*:/.test(src.text.slice(part.key[1], part.key[1] + 4)));
  const before = parts[stray - 1];
  const here = parts[stray];
  if (stray > 0 && here?.key && before?.value && src.text[before.value[0]] !== '"' && src.text[before.value[0]] !== "'") {
    const text = src.text.slice(before.value[0], here.key[1]);
    return problemAt(
      { source: src, start: before.value[0], end: here.key[1] },
      "yaml-comma",
      "A comma inside `{ }` ends the text, so the rest of it is read as a key.",
      { help: `Put the whole text into quotes: ${quoted(text)}` },
    );
  }
  return null;
}

/** A text with `{{ }}` that stands unquoted inside `{ }` or `[ ]` on one line. */
function holeInFlow(line: string): { at: number; text: string } | null {
  let depth = 0;
  let start = 0; // of the entry that is being read
  let quote = "";
  for (let at = 0; at < line.length; at++) {
    const letter = line[at]!;
    if (quote !== "") {
      if (letter === quote) quote = "";
    } else if ((letter === '"' || letter === "'") && line.slice(start, at).trim() === "") quote = letter;
    else if (line.startsWith("{{", at) && depth > 0) {
      const close = line.indexOf("}}", at);
      const end = close === -1 ? line.length : close + 2;
      const from = start + /^\s*/.exec(line.slice(start))![0].length;
      return { at: from, text: line.slice(from, end) + (/^[^,}\]]*/.exec(line.slice(end))?.[0].trimEnd() ?? "") };
    } else if (letter === "{" || letter === "[") {
      if (depth > 0 || /(^|[:-])\s*$/.test(line.slice(Math.max(0, at - 9), at))) depth++;
      start = at + 1;
    } else if (letter === "}" || letter === "]") depth = Math.max(0, depth - 1);
    else if (letter === "," || (letter === ":" && /\s/.test(line[at + 1] ?? ""))) start = at + 1;
  }
  return null;
}

/** A bare text inside `{ }` or `[ ]` that has brackets after its first letters: `{ each: r.items ?? [] }`. */
function bracketInFlow(line: string): { at: number; text: string } | null {
  let depth = 0;
  let start = 0; // of the entry that is being read
  let quote = "";
  for (let at = 0; at < line.length; at++) {
    const letter = line[at]!;
    const before = line.slice(start, at).trim();
    if (quote !== "") {
      if (letter === quote) quote = "";
    } else if ((letter === '"' || letter === "'") && before === "") quote = letter;
    else if (letter === "{" || letter === "[") {
      if (depth > 0 && before !== "") {
        const from = start + /^\s*/.exec(line.slice(start))![0].length;
        return { at: from, text: line.slice(from, endOfBrackets(line, at)).trimEnd() };
      }
      if (depth > 0 || /(^|[:-])\s*$/.test(line.slice(Math.max(0, at - 9), at))) depth++;
      start = at + 1;
    } else if (letter === "}" || letter === "]") depth = Math.max(0, depth - 1);
    else if (letter === "," || (letter === ":" && /\s/.test(line[at + 1] ?? ""))) start = at + 1;
  }
  return null;
}

/** `{ send: Hello }` and nothing after it: what made the parser stumble lies before. */
function isOnePiece(text: string): boolean {
  return /^[[{]/.test(text) && endOfBrackets(`${text},`, 0) === text.length && /[\]}]$/.test(text);
}

/** Behind the bracket that closes this one, and what follows it in the same text. */
function endOfBrackets(line: string, from: number): number {
  let depth = 0;
  for (let at = from; at < line.length; at++) {
    const letter = line[at]!;
    if (letter === "{" || letter === "[") depth++;
    else if (letter === "}" || letter === "]") {
      if (depth === 0) return at;
      depth--;
    } else if (letter === "," && depth === 0) return at;
  }
  return line.length;
}

/** Where the quote begins that the parser missed the end of: the last value that opens one and does not close it on its line. */
function openQuote(span: Span, quote: string): Span {
  const src = span.source;
  const opening = quote === '"' ? /(?:^|[\s,[{])"(?:[^"\\]|\\.)*$/ : /(?:^|[\s,[{])'[^']*$/;
  for (let at = lineAt(src, span.start); ; at = lineAt(src, at.start - 1)) {
    const found = at.text.length > LINE_MAX ? null : opening.exec(at.text);
    if (found && at.text.trim() !== "") {
      const start = at.start + found.index + found[0].indexOf(quote);
      return { source: src, start, end: at.end };
    }
    if (at.start === 0) return span;
  }
}

function quoted(text: string): string {
  const bare = text.replace(/\s+$/, "");
  return bare.includes('"') && !bare.includes("'") ? `'${bare}'` : `"${bare.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}

function lineAt(src: Source, offset: number): { start: number; end: number; text: string } {
  const start = src.text.lastIndexOf("\n", offset - 1) + 1;
  const found = src.text.indexOf("\n", offset);
  const end = found === -1 ? src.text.length : src.text[found - 1] === "\r" ? found - 1 : found;
  return { start, end, text: src.text.slice(start, end) };
}

/** The value that begins on this line before the column: after `key: ` or `- `. */
function valueOn(line: string, column: number): { at: number; text: string } | null {
  const found = /^(\s*(?:- )*(?:[\w.$-]+: +)?)(\S.*)$/.exec(line);
  if (!found?.[2] || found[1]!.length > column) return null;
  return { at: found[1]!.length, text: found[2] };
}
