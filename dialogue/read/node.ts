/** What a YAML file says, with the place of every key and value: our own small tree, so that nothing else needs the YAML library. */
import type { Json } from "../../model/json.ts";
import type { Problem } from "../problem.ts";
import type { Place } from "../program.ts";

export type Source = { file: string; text: string; lineStarts: number[] };

export type Scalar = {
  kind: "scalar";
  source: Source;
  start: number; // offsets into the file, quotes included
  end: number;
  /** What a reader sees: `0123` stays `0123`. */
  text: string;
  /** What YAML 1.2 core reads: 123, true, null. */
  value: null | boolean | number | string;
  style: "plain" | "single" | "double" | "literal" | "folded";
  /** Read as something nobody meant: said already, so nothing more is said of it. */
  spoiled?: true;
};
export type Entry = { key: Scalar; value: Node };
export type MapNode = {
  kind: "map";
  source: Source;
  start: number;
  end: number;
  entries: Entry[];
  flow: boolean;
  spoiled?: true;
};
export type ListNode = { kind: "list"; source: Source; start: number; end: number; items: Node[]; flow: boolean };
export type Node = Scalar | MapNode | ListNode;

export function source(file: string, text: string): Source {
  const lineStarts = [0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) lineStarts.push(at + 1);
  return { file, text, lineStarts };
}

export function placeAt(src: Source, offset: number): Place {
  let low = 0;
  let high = src.lineStarts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (src.lineStarts[middle]! <= offset) low = middle;
    else high = middle - 1;
  }
  return { file: src.file, line: low + 1, column: offset - src.lineStarts[low]! + 1 };
}

export function placeOf(node: Node): Place {
  return placeAt(node.source, node.start);
}

/** A part of a file that a mistake points at. */
export type Span = { source: Source; start: number; end: number };
export type Say = { near?: string[]; help?: string | null; severity?: "error" | "warning" };

export function problemAt(span: Span, code: string, message: string, say: Say = {}): Problem {
  const place = placeAt(span.source, span.start);
  const nextLine = span.source.lineStarts[place.line] ?? span.source.text.length + 1;
  const lineEnd = Math.max(span.start + 1, span.source.text.charCodeAt(nextLine - 2) === 13 ? nextLine - 2 : nextLine - 1);
  return {
    code,
    severity: say.severity ?? "error",
    ...place,
    length: Math.max(1, Math.min(span.end, lineEnd) - span.start),
    message,
    near: say.near ?? [],
    help: say.help ?? null,
  };
}

export function entry(map: MapNode, key: string): Entry | undefined {
  for (const one of map.entries) if (one.key.text === key) return one;
  return undefined;
}

/** The part of the file that `length` units at `offset` of a scalar's text stand at; the whole scalar where folding hides it. */
export function within(scalar: Scalar, offset: number, length: number): Span {
  const map = offsets(scalar);
  if (!map) return { source: scalar.source, start: scalar.start, end: scalar.end };
  const start = map[Math.min(offset, map.length - 1)]!;
  const end = map[Math.min(offset + length, map.length - 1)]!;
  return { source: scalar.source, start, end: Math.max(end, start + 1) };
}

/** For each unit of the scalar's text, and its end, the offset in the file; null when the text is not what stands there. */
function offsets(scalar: Scalar): number[] | null {
  const raw = scalar.source.text.slice(scalar.start, scalar.end);
  let map: number[];
  if (scalar.style === "literal") map = literalOffsets(scalar, raw);
  else if (/[\r\n]/.test(raw)) return null;
  else if (scalar.style === "plain") map = Array.from({ length: raw.length + 1 }, (_, i) => scalar.start + i);
  else if (scalar.style === "single") map = quotedOffsets(scalar.start, raw, /''/y);
  else if (scalar.style === "double") map = quotedOffsets(scalar.start, raw, /\\(?:x..|u....|U.{8}|.)/y);
  else return null;
  return map.length === scalar.text.length + 1 ? map : null;
}

function quotedOffsets(start: number, raw: string, mark: RegExp): number[] {
  const map: number[] = [];
  const last = raw.length - 1;
  for (let at = 1; at < last; ) {
    mark.lastIndex = at;
    const length = mark.exec(raw)?.[0].length ?? 1;
    map.push(start + at);
    at += length;
  }
  map.push(start + last);
  return map;
}

function literalOffsets(scalar: Scalar, raw: string): number[] {
  const map: number[] = [];
  const lines = raw.split("\n");
  let at = scalar.start + lines[0]!.length + 1;
  const indent = /^ */.exec(lines.find((line, i) => i > 0 && line.trim() !== "") ?? "")![0].length;
  for (const line of lines.slice(1)) {
    for (let i = Math.min(indent, line.length); i < line.length; i++) map.push(at + i);
    map.push(at + line.length);
    at += line.length + 1;
  }
  map.push(at - 1);
  return map.slice(0, scalar.text.length + 1);
}

/** The plain value of a node; own keys only, `__proto__` is a key like any other. */
export function json(node: Node): Json {
  if (node.kind === "scalar") return node.value;
  if (node.kind === "list") return node.items.map(json);
  const made: { [key: string]: Json } = {};
  for (const { key, value } of node.entries)
    Object.defineProperty(made, key.text, { value: json(value), enumerable: true, writable: true, configurable: true });
  return made;
}
