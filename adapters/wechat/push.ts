/** The body of a push as plain values: XML or JSON, every number a text, nothing expanded, nothing deeper than a push is. */
import { XMLParser } from "fast-xml-parser";
import { parseJson } from "../parse.ts";

/** A field holds a text, fields of its own, or several of either. */
export type Push = { [field: string]: PushValue };
export type PushValue = string | Push | PushValue[];

const DEPTH_MAX = 6;
const CDATA = "#cdata";
const TEXT = "#text";

/** Tags and words only: no attributes, no numbers made of texts, and no entity is looked up by the parser. */
const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: true,
  cdataPropName: CDATA,
  textNodeName: TEXT,
  parseTagValue: false,
  trimValues: false,
  processEntities: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
});

/** null: it is neither, or holds what no push holds (a document type, an entity of its own). */
export function readPush(body: string): Push | null {
  const start = body.trimStart();
  if (start.startsWith("{")) return readJson(start);
  if (!start.startsWith("<") || /<!(?!\[CDATA\[|--)/.test(start.replace(/<!\[CDATA\[[\s\S]*?\]\]>/g, ""))) return null;
  try {
    const roots = (parser.parse(start) as Node[]).filter((node) => !(TEXT in node));
    const [root] = roots;
    if (roots.length !== 1 || root === undefined || !("xml" in root)) return null;
    return fieldsOf(root.xml as Node[], 0);
  } catch {
    return null; // not XML
  }
}

type Node = { [name: string]: Node[] | string };

function fieldsOf(nodes: Node[], depth: number): Push {
  const fields: Push = Object.create(null) as Push;
  if (depth >= DEPTH_MAX) return fields;
  for (const node of nodes) {
    for (const name in node) {
      if (name === TEXT || name === CDATA || name === "__proto__") continue;
      const children = node[name];
      if (Array.isArray(children)) add(fields, name, valueIn(children, depth + 1));
    }
  }
  return fields;
}

function valueIn(nodes: Node[], depth: number): PushValue {
  const hasFields = nodes.some((node) => !(TEXT in node) && !(CDATA in node));
  return hasFields ? fieldsOf(nodes, depth) : wordsOf(nodes);
}

/** What stands in CDATA sections, joined; without any, the text with its escapes undone. White space around CDATA is layout. */
function wordsOf(nodes: Node[]): string {
  const sections = nodes.flatMap((node) => (CDATA in node ? [textIn(node[CDATA])] : []));
  if (sections.length > 0) return sections.join("");
  return unescaped(nodes.map((node) => textIn(node[TEXT])).join("")).trim();
}

function textIn(value: Node[] | string | undefined): string {
  if (typeof value === "string") return value;
  return Array.isArray(value) ? value.map((node) => textIn(node[TEXT])).join("") : "";
}

const NAMED: Record<string, string> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

/** The five that XML itself has, and characters by number; any other stays as it was written. */
function unescaped(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|(lt|gt|amp|quot|apos));/g, (whole, decimal, hex, name) => {
    if (name !== undefined) return NAMED[name as string] ?? whole;
    const code = decimal === undefined ? Number.parseInt(hex as string, 16) : Number(decimal);
    const isCharacter = code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
    return isCharacter ? String.fromCodePoint(code) : whole;
  });
}

/** A name that comes again makes a list: `List` is one element or many. */
function add(fields: Push, name: string, value: PushValue): void {
  const before = fields[name];
  if (before === undefined) fields[name] = value;
  else if (Array.isArray(before)) before.push(value);
  else fields[name] = [before, value];
}

function readJson(body: string): Push | null {
  const parsed = jsonValue(parseJson(body), 0);
  return typeof parsed === "object" && !Array.isArray(parsed) ? parsed : null;
}

function jsonValue(value: unknown, depth: number): PushValue {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (typeof value !== "object" || value === null || depth >= DEPTH_MAX) return "";
  if (Array.isArray(value)) return value.map((one) => jsonValue(one, depth + 1));
  const fields: Push = Object.create(null) as Push;
  for (const [name, one] of Object.entries(value)) if (name !== "__proto__") fields[name] = jsonValue(one, depth + 1);
  return fields;
}

/** A field that is one text and says something. */
export function word(push: Push, name: string): string | undefined {
  const value = push[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** A field with fields of its own. */
export function part(push: Push, name: string): Push {
  const value = push[name];
  return typeof value === "object" && !Array.isArray(value) ? value : (Object.create(null) as Push);
}

/** A field that is one or many, as many. */
export function parts(push: Push, name: string): Push[] {
  const value = push[name];
  const list = Array.isArray(value) ? value : value === undefined ? [] : [value];
  return list.filter((one): one is Push => typeof one === "object" && !Array.isArray(one));
}
