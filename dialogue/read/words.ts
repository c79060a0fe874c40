/** The words that schemas of our files are made of: zod schemas that also say how our reader takes a YAML node (see `shape.ts`). */
import { z } from "zod";
import type { MapNode, Node, Scalar } from "./node.ts";

/** A text or name as written, with its place. */
export type Written = { text: string; at: Scalar };
export type Span = { ms: number; at: Scalar };
export type Keyed<T> = { key: Scalar; value: T }[];
/** What is read of an object: its keys, and the node they stand in. */
export type Sited<T> = T & { node: MapNode };

/** How the reader takes a node for this schema; what zod itself cannot say. `says`: for messages, with an article. */
export type Reading =
  | { as: "text"; says: string; empty: boolean }
  | { as: "name"; says: string; form: RegExp; rule: string }
  | { as: "duration"; says: string }
  | { as: "value"; says: string }
  | { as: "one_or_more"; of: z.ZodType; says: string }
  | { as: "keyed"; of: z.ZodType; says: string; keys: RegExp | null; rule: string }
  | { as: "object"; owner: string; main: string | null; says: string };
export const readings = new WeakMap<z.ZodType, Reading>();

// The reader turns nodes into these values itself, so the zod schema describes what may be written and the type what is read.
function reads<T>(schema: z.ZodType, reading: Reading): z.ZodType<T> {
  readings.set(schema, reading);
  return schema as z.ZodType<T>;
}

const scalar = () => z.union([z.string(), z.number(), z.boolean()]);

export const text = (says = "a text") => reads<Written>(scalar(), { as: "text", says, empty: false });
export const maybeText = (says = "a text") =>
  reads<Written>(z.union([z.string(), z.number(), z.boolean(), z.null()]), { as: "text", says, empty: true });

const NAME = /^[a-z][a-z0-9_]*$/;
const NAME_RULE = "A name is written in small letters, digits and `_`, and begins with a letter.";
export const name = (says = "a name") => reads<Written>(z.string().regex(NAME), { as: "name", says, form: NAME, rule: NAME_RULE });
export const dottedName = (says: string) =>
  reads<Written>(z.string().regex(/^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$/), {
    as: "name",
    says,
    form: /^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$/,
    rule: `${NAME_RULE} Parts of it are set apart by dots.`,
  });
export const formed = (form: RegExp, says: string, rule: string) =>
  reads<Written>(z.string().regex(form), { as: "name", says, form, rule });
export const duration = () =>
  reads<Span>(z.string().regex(/^([0-9]+(ms|s|m|h|d))+$/), { as: "duration", says: "a duration such as `30s`, `15m`, `20h` or `1h30m`" });
/** A YAML literal or a text with `{{ }}`: kept as a node. */
export const value = () => reads<Node>(z.json(), { as: "value", says: "a value" });

export const oneOrMore = <T>(of: z.ZodType<T>, says: string) => reads<T[]>(z.union([z.array(of), of]), { as: "one_or_more", of, says });
export const keyed = <T>(of: z.ZodType<T>, says: string, keys: RegExp | null = NAME, rule = NAME_RULE) =>
  reads<Keyed<T>>(z.record(z.string(), of), { as: "keyed", of, says, keys, rule });

/** A map with known keys. `main` is the key that tells it apart from its sisters. */
export function object<S extends z.ZodRawShape>(
  owner: string,
  shape: S,
  main: string | null = null,
): z.ZodType<Sited<z.infer<z.ZodObject<S>>>> {
  return reads<Sited<z.infer<z.ZodObject<S>>>>(z.strictObject(shape), { as: "object", owner, main, says: `${owner} (a map of keys)` });
}

/** `800ms`, `1h30m`, `2d` in milliseconds, or null. */
export function durationMs(written: string): number | null {
  if (!/^([0-9]+(ms|s|m|h|d))+$/.test(written)) return null;
  const units: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
  let sum = 0;
  for (const [, count, unit] of written.matchAll(/([0-9]+)(ms|s|m|h|d)/g)) sum += Number(count) * units[unit!]!;
  return Number.isSafeInteger(sum) ? sum : null;
}
