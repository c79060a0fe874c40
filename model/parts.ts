/**
 * What is known of a customer who writes from several addresses: each address keeps the fields that were learned there, with their
 * times, and the customer's are these joined. So that taking an address away takes with it what was learned there, and nothing else.
 */
import type { Json, JsonObject } from "./json.ts";

/** `written`: when each field was last set or, where it is not among the fields, removed. */
export type Part = { fields: JsonObject; written: Record<string, number> };

export const EMPTY_PART: Part = { fields: {}, written: {} };

/** The one field that is a set: what was tagged anywhere holds everywhere. */
const TAGS = "tags";

/** Of each field the last writer's value; tags of all. In any order, any grouping, any repetition, the same comes out. */
export function joinParts(parts: readonly Part[]): Part {
  const fields = new Map<string, Json>();
  const written = new Map<string, number>();
  for (const part of parts) {
    for (const name of new Set([...Object.keys(part.fields), ...Object.keys(part.written)])) {
      if (name === TAGS) continue;
      const atMs = timeOf(part, name);
      const knownAtMs = written.get(name);
      const value = valueIn(part, name);
      if (knownAtMs !== undefined && !isLater(atMs, value, knownAtMs, fields.get(name))) continue;
      written.set(name, atMs);
      if (value === undefined) fields.delete(name);
      else fields.set(name, value);
    }
  }
  const tags = [...new Set(parts.flatMap(tagsOf))].sort();
  const taggedAtMs = Math.max(0, ...parts.map((part) => timeOf(part, TAGS)));
  if (tags.length > 0) fields.set(TAGS, tags);
  if (taggedAtMs > 0) written.set(TAGS, taggedAtMs);
  return { fields: Object.fromEntries(fields), written: Object.fromEntries(written) };
}

/** A null removes its field. */
export function writeFields(part: Part, news: JsonObject, atMs: number): Part {
  const fields = new Map(Object.entries(part.fields));
  const written = new Map(Object.entries(part.written));
  for (const [name, value] of Object.entries(news)) {
    // Two writes of one millisecond, or a clock that went back: the later one is the later one all the same.
    written.set(name, Math.max(atMs, (written.get(name) ?? 0) + 1));
    if (value === null) fields.delete(name);
    else fields.set(name, value);
  }
  return { fields: Object.fromEntries(fields), written: Object.fromEntries(written) };
}

/**
 * The parts after one address has written. Values go to that address; tags that it took away are taken from all, since the list it
 * began from was everybody's.
 */
export function writeAt(parts: readonly Part[], at: number, news: JsonObject, atMs: number): Part[] {
  const whole = joinParts(parts);
  const lastMs = Math.max(0, ...Object.keys(news).map((name) => (Object.hasOwn(whole.written, name) ? whole.written[name]! : 0)));
  const { [TAGS]: tags, ...others } = news;
  const after = parts.map((part, index) => (index === at ? writeFields(part, others, Math.max(atMs, lastMs + 1)) : part));
  if (tags === undefined) return after;
  const before = new Set(tagsOf(whole));
  const wanted = new Set(tagsOf({ fields: { tags }, written: {} }));
  return after.map((part, index) => {
    const kept = tagsOf(part).filter((tag) => wanted.has(tag));
    const added = index === at ? [...wanted].filter((tag) => !before.has(tag)) : [];
    const list = [...new Set([...kept, ...added])];
    if (index !== at && list.length === tagsOf(part).length) return part;
    return writeFields(part, { tags: list.length > 0 ? list : null }, atMs);
  });
}

function isLater(atMs: number, value: Json | undefined, thanMs: number, thanValue: Json | undefined): boolean {
  if (atMs !== thanMs) return atMs > thanMs;
  return (JSON.stringify(value) ?? "") > (JSON.stringify(thanValue) ?? ""); // any order will do, as long as it is always the same
}

function timeOf(part: Part, name: string): number {
  return Object.hasOwn(part.written, name) ? part.written[name]! : 0;
}

function valueIn(part: Part, name: string): Json | undefined {
  return Object.hasOwn(part.fields, name) ? part.fields[name] : undefined;
}

function tagsOf(part: Part): string[] {
  const tags = valueIn(part, TAGS);
  return Array.isArray(tags) ? tags.filter((tag) => typeof tag === "string") : [];
}
