/** Reads one YAML file into our tree: YAML 1.2 core, without anchors, aliases, tags, merge keys or duplicate keys. The only door to `yaml`. */
import { Composer, type CST, isAlias, isMap, isScalar, isSeq, Lexer, type ParsedNode, Parser, type YAMLError } from "yaml";
import type { Problem } from "../problem.ts";
import { type Entry, type MapNode, type Node, problemAt, type Scalar, type Source, type Span, source } from "./node.ts";
import { flowTraps, parseTrap, plainTrap } from "./traps.ts";

const FILE_MAX = 1_000_000;
const DEPTH_MAX = 60;
/** Texts, marks and spaces of one file: more than a megabyte of plain FAQ has. */
const PIECES_MAX = 200_000;
/** One slip near the top can upset all that follows. */
const ERRORS_MAX = 50;
const PROBLEMS_MAX = 200;

const TOO_BIG_HELP = "Divide it: a flow is one file, and FAQ entries may stand in many.";

export type Loaded = { source: Source; root: Node | null; problems: Problem[] };

export function load(file: string, text: string): Loaded {
  const src = source(file, text);
  if (text.length > FILE_MAX) {
    const whole = { source: src, start: 0, end: 1 };
    return {
      source: src,
      root: null,
      problems: [
        problemAt(whole, "file-too-big", "This file is larger than 1 MB.", {
          help: TOO_BIG_HELP,
        }),
      ],
    };
  }
  const foreign = /[\ufffd\0]/.exec(text);
  if (foreign) {
    const spot = { source: src, start: foreign.index, end: foreign.index + 1 };
    const help = "Save it again as UTF-8: editors offer that under `Save with Encoding`.";
    return {
      source: src,
      root: null,
      problems: [problemAt(spot, "not-utf8", "This letter cannot be read: the file is not UTF-8.", { help })],
    };
  }
  const tokens = cut(src);
  if (!Array.isArray(tokens)) return { source: src, root: null, problems: [tokens] };
  const composer = new Composer({ uniqueKeys: false, prettyErrors: false, logLevel: "silent", version: "1.2" });
  const documents = [...composer.compose(tokens, true, text.length)];
  const document = documents[0];
  if (!document) return { source: src, root: null, problems: [] };
  const problems: Problem[] = [];
  for (const error of [...document.errors, ...document.warnings].slice(0, ERRORS_MAX)) problems.push(syntaxProblem(src, error));
  const second = documents[1];
  if (second)
    problems.push(
      problemAt(
        { source: src, start: second.range[0], end: second.range[0] + 3 },
        "two-documents",
        "`---` begins a second document, and a file holds one.",
        { help: "Put it into a file of its own." },
      ),
    );
  if (problems.length > 0) return { source: src, root: null, problems: firstOfEach(problems) };
  const root = document.contents ? build(document.contents, src, problems) : null;
  return { source: src, root, problems: problems.slice(0, PROBLEMS_MAX) };
}

/** Tokens of the file, or the mistake that it nests deeper than anything written by hand: stops early, since the composer is recursive. */
function cut(src: Source): CST.Token[] | Problem {
  const parser = new Parser();
  const tokens: CST.Token[] = [];
  let pieces = 0;
  for (const lexeme of new Lexer().lex(src.text)) {
    if (++pieces > PIECES_MAX) {
      return problemAt(
        { source: src, start: parser.offset, end: parser.offset + 1 },
        "file-too-big",
        `This file has more than ${PIECES_MAX} pieces before this point.`,
        { help: TOO_BIG_HELP },
      );
    }
    for (const token of parser.next(lexeme)) tokens.push(token);
    if (parser.stack.length > DEPTH_MAX) {
      return problemAt(
        { source: src, start: parser.offset, end: parser.offset + 1 },
        "too-deep",
        `Lists and maps nest more than ${DEPTH_MAX} deep here.`,
        { help: "Move the inner steps into a flow of their own and `call` it." },
      );
    }
  }
  for (const token of parser.end()) tokens.push(token);
  return tokens;
}

function syntaxProblem(src: Source, error: YAMLError): Problem {
  const [start, end] = error.pos;
  const span: Span = { source: src, start: Math.min(start, src.text.length), end: Math.max(start + 1, end) };
  return parseTrap(span, error.code, error.message);
}

/** One slip makes the parser stumble again and again: each line speaks once, and what cannot be named only when it stands first. */
function firstOfEach(problems: Problem[]): Problem[] {
  const lines = new Set<number>();
  return problems
    .filter((one, i) => (i === 0 || one.code !== "yaml-structure") && !lines.has(one.line) && lines.add(one.line))
    .slice(0, 20);
}

function build(node: ParsedNode, src: Source, problems: Problem[]): Node {
  const [start, end] = node.range;
  const span: Span = { source: src, start, end };
  if (isAlias(node)) {
    problems.push(
      problemAt(span, "yaml-alias", "An unquoted `*` at the start means an alias in YAML, and aliases are not used here.", {
        help: `Put the text into quotes: "${src.text.slice(start, end)} ...", or write the value out again.`,
      }),
    );
    return { ...emptyAt(src, start), spoiled: true };
  }
  if (node.anchor !== undefined) {
    const at = src.text.lastIndexOf(`&${node.anchor}`, start);
    problems.push(
      problemAt(
        { source: src, start: Math.max(0, at), end: Math.max(0, at) + node.anchor.length + 1 },
        "yaml-anchor",
        "An unquoted `&` at the start means an anchor in YAML, and anchors are not used here.",
        { help: "Put the text into quotes, or leave the anchor out and write the value where it is needed." },
      ),
    );
  }
  if (node.tag !== undefined && explicitTag(src, node)) {
    problems.push(
      problemAt(span, "yaml-tag", "An unquoted `!` at the start means a tag in YAML, and tags are not used here.", {
        help: "Put the text or the expression into quotes.",
      }),
    );
  }
  if (isMap(node))
    return buildMap(node as unknown as { items: { key: ParsedNode; value: ParsedNode | null }[]; flow?: boolean }, span, problems);
  if (isSeq(node)) {
    const items = (node.items as ParsedNode[]).map((item) => build(item, src, problems));
    return { kind: "list", source: src, start, end, items, flow: Boolean(node.flow) };
  }
  if (!isScalar(node)) return emptyAt(src, start);
  const scalar = buildScalar(node as unknown as ScalarLike, span);
  const trap = plainTrap(scalar);
  if (!trap) return scalar;
  problems.push(trap);
  return { ...scalar, spoiled: true };
}

type ScalarLike = { value: unknown; source?: string; type?: string };

function buildScalar(node: ScalarLike, span: Span): Scalar {
  const styles: Record<string, Scalar["style"]> = {
    QUOTE_SINGLE: "single",
    QUOTE_DOUBLE: "double",
    BLOCK_LITERAL: "literal",
    BLOCK_FOLDED: "folded",
  };
  const style = styles[node.type ?? ""] ?? "plain";
  const value = typeof node.value === "number" || typeof node.value === "boolean" || typeof node.value === "string" ? node.value : null;
  const text = style === "plain" ? (node.source ?? "") : String(node.value ?? "");
  return {
    kind: "scalar",
    source: span.source,
    start: span.start,
    end: span.end,
    text: style === "literal" || style === "folded" ? text.replace(/\n+$/, "") : text,
    value: typeof value === "number" && !Number.isFinite(value) ? String(node.source) : value,
    style,
  };
}

function buildMap(
  node: { items: { key: ParsedNode; value: ParsedNode | null }[]; flow?: boolean },
  span: Span,
  problems: Problem[],
): MapNode {
  const src = span.source;
  const seen = new Map<string, Scalar>();
  const entries: Entry[] = [];
  const map: MapNode = { kind: "map", source: src, start: span.start, end: span.end, entries, flow: Boolean(node.flow) };
  const trap = flowTraps(
    map,
    node.items.map((pair) => ({
      key: pair.key?.range ?? null,
      value: pair.value ? pair.value.range : null,
      keyIsCollection: isMap(pair.key) || isSeq(pair.key),
    })),
  );
  if (trap) {
    problems.push(trap);
    return { ...map, spoiled: true };
  }
  for (const pair of node.items) {
    const key = build(pair.key, src, problems);
    const value = pair.value ? build(pair.value, src, problems) : emptyAt(src, key.end);
    if (key.kind !== "scalar") {
      problems.push(
        problemAt(key, "odd-key", "A key has to be a plain word here, not a list or a map.", {
          help: "If this was meant as a text with `{{ }}`, put the whole text into quotes.",
        }),
      );
      continue;
    }
    const earlier = seen.get(key.text);
    if (key.text === "<<") {
      problems.push(
        problemAt(key, "merge-key", "`<<` merges another map in YAML, and merging is not used here.", { help: "Write the keys out." }),
      );
    } else if (earlier) {
      problems.push(
        problemAt(key, "duplicate-key", `\`${key.text}\` is given twice in the same map; it stands first at line ${placeLine(earlier)}.`, {
          help: "Keep one of the two.",
        }),
      );
    } else {
      seen.set(key.text, key);
      entries.push({ key, value });
    }
  }
  return map;
}

function placeLine(scalar: Scalar): number {
  return problemAt(scalar, "", "").line;
}

function explicitTag(src: Source, node: ParsedNode): boolean {
  // The composer also names implied tags of collections; a written one stands in the text just before the node.
  return src.text[node.range[0]] === "!" || /![^\s]*\s+$/.test(src.text.slice(Math.max(0, node.range[0] - 80), node.range[0]));
}

function emptyAt(src: Source, at: number): Scalar {
  return { kind: "scalar", source: src, start: at, end: at, text: "", value: null, style: "plain" };
}
