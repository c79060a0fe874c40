/**
 * Reads a YAML node by a zod schema and says everything that does not fit, with its place. zod's own parse would work
 * on values without places and call a misspelt step "invalid input"; so the schema stays the one description, and the
 * walk is ours. What fails is left out: an optional key counts as absent, an item of a list is dropped.
 */
import type { z } from "zod";
import { nearNames } from "../expressions/near.ts";
import type { Problem } from "../problem.ts";
import { type Entry, entry, type MapNode, type Node, problemAt, type Scalar } from "./node.ts";
import { durationMs, type Reading, readings } from "./words.ts";

type Def = {
  type: string;
  innerType?: z.ZodType;
  getter?: () => z.ZodType;
  element?: z.ZodType;
  options?: z.ZodType[];
  shape?: Record<string, z.ZodType>;
  entries?: Record<string, string>;
  values?: unknown[];
};
export const THIS_FILE = "this file";
const UNKNOWN_MAX = 20;
const PROBLEMS_MAX = 1_000;
const NOTHING = Symbol("nothing");
type Outcome = unknown | typeof NOTHING;

/** `lost` is told when more than a single setting was left out: a step, a slot, a branch. */
type Reader = { problems: Problem[]; lost: () => void };

/** undefined when it does not fit at all; then at least one problem was added. `what` names the thing for messages: a key, with backticks. */
export function readAs<T>(node: Node, schema: z.ZodType<T>, problems: Problem[], what: string, lost: () => void = () => {}): T | undefined {
  const reading = readings.get(schema);
  if (reading?.as === "object" && node.kind !== "map" && what === THIS_FILE) {
    problems.push(
      problemAt(node, "wrong-type", `This is ${kindName(node)}, and ${reading.owner} is a map of keys.`, {
        help: "Begin it with `format: 1`.",
      }),
    );
    return undefined;
  }
  const outcome = walk(node, schema, { problems, lost }, what);
  return outcome === NOTHING ? undefined : (outcome as T);
}

function walk(node: Node, schema: z.ZodType, to: Reader, what: string): Outcome {
  if (isSpoiled(node)) return NOTHING;
  const reading = readings.get(schema);
  if (reading) return walkReading(node, schema, reading, to, what);
  const def = definition(schema);
  switch (def.type) {
    case "optional":
      return walk(node, def.innerType!, to, what);
    case "nullable":
      return isNull(node) ? null : walk(node, def.innerType!, to, what);
    case "lazy":
      return walk(node, def.getter!(), to, what);
    case "array":
      return node.kind === "list" ? walkItems(node.items, def.element!, to, what) : misfit(node, schema, to, what);
    case "union":
      return walkUnion(node, schema, def.options!, to, what);
    case "enum":
    case "literal": {
      const values = (def.type === "enum" ? Object.values(def.entries!) : def.values!) as (string | number | boolean)[];
      if (node.kind === "scalar") for (const one of values) if (node.value === one || node.text === one) return one;
      return misfit(node, schema, to, what);
    }
    case "boolean":
      return node.kind === "scalar" && typeof node.value === "boolean" ? node.value : misfit(node, schema, to, what);
    case "number":
      if (node.kind !== "scalar" || typeof node.value !== "number") return misfit(node, schema, to, what);
      return schema.safeParse(node.value).success ? node.value : misfit(node, schema, to, what);
    default:
      return misfit(node, schema, to, what);
  }
}

function walkReading(node: Node, schema: z.ZodType, reading: Reading, to: Reader, what: string): Outcome {
  switch (reading.as) {
    case "value":
      return node;
    case "text":
      if (node.kind !== "scalar") return misfit(node, schema, to, what);
      if (node.text.trim() === "" && !reading.empty) {
        to.problems.push(problemAt(node, "empty-text", `${what} is empty.`, { help: "Write the text, or leave the key out." }));
        return NOTHING;
      }
      return { text: node.text, at: node };
    case "name":
      if (node.kind !== "scalar") return misfit(node, schema, to, what);
      if (reading.form.test(node.text)) return { text: node.text, at: node };
      if (node.text === "") return misfit(node, schema, to, what);
      to.problems.push(problemAt(node, "bad-name", `\`${node.text}\` cannot be ${reading.says}.`, { help: reading.rule }));
      return NOTHING;
    case "duration": {
      const ms = node.kind === "scalar" ? durationMs(node.text) : null;
      return ms === null ? misfit(node, schema, to, what) : { ms, at: node };
    }
    case "one_or_more":
      if (node.kind === "list") {
        const items = walkItems(node.items, reading.of, to, what);
        return items.length === 0 && node.items.some(isSpoiled) ? NOTHING : items;
      }
      if (!kinds(reading.of).has(node.kind)) return misfit(node, schema, to, what);
      return walkItems([node], reading.of, to, what);
    case "keyed":
      return node.kind === "map" ? walkKeyed(node, reading, to) : misfit(node, schema, to, what);
    case "object":
      return node.kind === "map" ? walkObject(node, definition(schema).shape!, reading.owner, to) : misfit(node, schema, to, what);
  }
}

function walkItems(items: Node[], of: z.ZodType, to: Reader, what: string): unknown[] {
  const read: unknown[] = [];
  for (const item of items) {
    const one = walk(item, of, to, what);
    if (one !== NOTHING) read.push(one);
    if (to.problems.length > PROBLEMS_MAX) break; // a list of something else altogether
  }
  if (read.length < items.length) to.lost();
  return read;
}

function walkKeyed(node: MapNode, reading: Extract<Reading, { as: "keyed" }>, to: Reader): unknown[] {
  const made: unknown[] = [];
  for (const { key, value } of node.entries) {
    if (reading.keys && !reading.keys.test(key.text)) {
      to.problems.push(problemAt(key, "bad-name", `\`${key.text}\` cannot be a name here.`, { help: reading.rule }));
      to.lost();
    } else {
      const read = walk(value, reading.of, to, `\`${key.text}\``);
      if (read !== NOTHING) made.push({ key, value: read });
      else to.lost();
    }
  }
  return made;
}

function walkObject(node: MapNode, shape: Record<string, z.ZodType>, owner: string, to: Reader): Outcome {
  const made: Record<string, unknown> = { node };
  let whole = true;
  let unknown = 0;
  for (const { key, value } of node.entries) {
    const schema = Object.hasOwn(shape, key.text) ? shape[key.text] : undefined;
    if (!schema) {
      // A map of something else altogether has hundreds: the first few tell.
      if (unknown++ < UNKNOWN_MAX) to.problems.push(unknownKey(key, owner, Object.keys(shape)));
      continue;
    }
    const read = walk(value, schema, to, `\`${key.text}\``);
    if (read !== NOTHING) made[key.text] = read;
    else if (definition(schema).type !== "optional") whole = false;
    else if (kinds(schema).has("map")) to.lost();
  }
  for (const key in shape) {
    if (definition(shape[key]!).type === "optional" || entry(node, key)) continue;
    whole = false;
    const at = node.entries[0]?.key ?? node;
    to.problems.push(problemAt(at, "missing-key", `${upperFirst(owner)} needs the key \`${key}\`: ${describe(shape[key]!)}.`));
  }
  return whole ? made : NOTHING;
}

function unknownKey(key: Scalar, owner: string, known: string[]): Problem {
  return problemAt(key, "unknown-key", `\`${key.text}\` is not a key of ${owner}.`, {
    near: nearNames(key.text, known),
    help: `It takes ${list(known)}.`,
  });
}

function walkUnion(node: Node, schema: z.ZodType, options: z.ZodType[], to: Reader, what: string): Outcome {
  const fitting = options.filter((option) => kinds(option).has(node.kind));
  if (fitting.length === 0) return misfit(node, schema, to, what);
  if (fitting.length === 1) return walk(node, fitting[0]!, to, what);
  if (node.kind === "map") {
    const mains = new Map<string, z.ZodType>();
    for (const option of fitting) {
      const main = mainOf(option);
      if (main) mains.set(main, option);
    }
    if (mains.size > 0) return walkByMain(node, mains, to);
  }
  for (const option of fitting) {
    const quiet: Reader = { problems: [], lost: () => {} };
    const outcome = walk(node, option, quiet, what);
    if (outcome !== NOTHING && quiet.problems.length === 0) return outcome;
  }
  // None fits: the one that knows most of the keys speaks.
  if (node.kind === "map") return walk(node, mostAlike(node, fitting), to, what);
  return misfit(node, schema, to, what);
}

/** Exactly one main key names the step; everything else is a key beside it. */
function walkByMain(node: MapNode, mains: Map<string, z.ZodType>, to: Reader): Outcome {
  const found: Entry[] = node.entries.filter((one) => mains.has(one.key.text));
  const [first, second] = found;
  const noun = nounOf([...mains.values()][0]!);
  // A key may be the main one of one step and stand beside another's: the step that knows them all is meant.
  const whole = found.find((one) =>
    found.every((other) => Object.hasOwn(definition(unwrap(mains.get(one.key.text)!)).shape ?? {}, other.key.text)),
  );
  if (!first) {
    const at = node.entries[0]?.key ?? node;
    const near = node.entries.flatMap((one) => nearNames(one.key.text, [...mains.keys()]));
    to.problems.push(
      problemAt(at, "no-main-key", `None of these keys says what this ${noun} is.`, {
        near: [...new Set(near)],
        help: spaceHelp(at.kind === "scalar" ? at.text : "") ?? `A ${noun} has exactly one of ${list([...mains.keys()])}.`,
      }),
    );
    return NOTHING;
  }
  if (second && !whole) {
    to.problems.push(
      problemAt(second.key, "two-main-keys", `This ${noun} has two main keys, \`${first.key.text}\` and \`${second.key.text}\`.`, {
        help: `Make two of it: begin a new ${noun} with \`- \`.`,
      }),
    );
    return NOTHING;
  }
  const main = (whole ?? first).key.text;
  return walk(node, mains.get(main)!, to, `\`${main}\``);
}

function mostAlike(node: MapNode, options: z.ZodType[]): z.ZodType {
  const known = (option: z.ZodType) => {
    const shape = definition(unwrap(option)).shape ?? {};
    return node.entries.filter((one) => Object.hasOwn(shape, one.key.text)).length;
  };
  return options.reduce((best, option) => (known(option) > known(best) ? option : best));
}

/** `step`, `trigger`, `line`: the last word of what owns the keys. */
function nounOf(schema: z.ZodType): string {
  const reading = readings.get(unwrap(schema));
  return reading?.as === "object" ? (reading.owner.split(" ").at(-1) ?? "step") : "step";
}

function mainOf(schema: z.ZodType): string | null {
  const reading = readings.get(unwrap(schema));
  return reading?.as === "object" ? reading.main : null;
}

function unwrap(schema: z.ZodType): z.ZodType {
  const def = definition(schema);
  if (def.type === "lazy") return unwrap(def.getter!());
  return def.innerType ? unwrap(def.innerType) : schema;
}

const ALL = new Set(["scalar", "list", "map"]);
const known = new WeakMap<z.ZodType, Set<string>>();

/** Which kinds of nodes may stand there; a schema is asked many times. */
function kinds(schema: z.ZodType): Set<string> {
  let found = known.get(schema);
  if (!found) {
    found = kindsOf(schema);
    known.set(schema, found);
  }
  return found;
}

function kindsOf(schema: z.ZodType): Set<string> {
  const reading = readings.get(schema);
  if (reading?.as === "value") return ALL;
  if (reading?.as === "text" || reading?.as === "name" || reading?.as === "duration") return new Set(["scalar"]);
  if (reading?.as === "one_or_more") return new Set(["list", ...kinds(reading.of)]);
  const def = definition(schema);
  if (def.type === "lazy") return kinds(def.getter!());
  if (def.type === "nullable") return new Set(["scalar", ...kinds(def.innerType!)]);
  if (def.innerType) return kinds(def.innerType);
  if (def.type === "object" || def.type === "record") return new Set(["map"]);
  if (def.type === "array") return new Set(["list"]);
  if (def.type === "union") return new Set(def.options!.flatMap((option) => [...kinds(option)]));
  return new Set(["scalar"]);
}

function misfit(node: Node, schema: z.ZodType, to: Reader, what: string): typeof NOTHING {
  const known = choicesOf(schema);
  const near = node.kind === "scalar" ? nearNames(node.text, known) : [];
  to.problems.push(
    problemAt(node, "wrong-type", `${upperFirst(what)} takes ${describe(schema)}, and this is ${kindName(node)}.`, {
      near,
      help: kinds(schema).has("map") && node.kind === "scalar" ? spaceHelp(node.text) : null,
    }),
  );
  return NOTHING;
}

/** `send:Hi` and `-send: Hi`: YAML wants a space, and reads one word without it. */
function spaceHelp(text: string): string | null {
  const key = /^([a-z_]+):\S/.exec(text)?.[1];
  if (key) return `After the colon of a key comes a space: \`${key}: …\`.`;
  return /^-[a-z_]+/.test(text) ? `After the dash of a list comes a space: \`- ${text.slice(1)}\`.` : null;
}

function choicesOf(schema: z.ZodType): string[] {
  if (readings.get(schema)) return [];
  const def = definition(schema);
  if (def.type === "enum") return Object.values(def.entries!);
  if (def.type === "literal") return def.values!.map(String);
  if (def.type === "union") return def.options!.flatMap(choicesOf);
  return def.innerType ? choicesOf(def.innerType) : [];
}

/** What may stand there, with an article. */
export function describe(schema: z.ZodType): string {
  const reading = readings.get(schema);
  if (reading) return reading.says;
  const def = definition(schema);
  switch (def.type) {
    case "optional":
    case "nullable":
      return describe(def.innerType!);
    case "lazy":
      return describe(def.getter!());
    case "enum":
      return `one of ${list(Object.values(def.entries!))}`;
    case "literal":
      return list(def.values!.map(String));
    case "union": {
      const sisters = def.options!.filter((option) => mainOf(option));
      const others = def.options!.filter((option) => !mainOf(option)).map(describe);
      const named = sisters.length > 2 ? [`a ${nounOf(sisters[0]!)} (a map of keys)`] : sisters.map(describe);
      return [...new Set([...named, ...others])].join(" or ");
    }
    case "array":
      return `a list, each ${describe(def.element!)}`;
    case "boolean":
      return "`true` or `false`";
    case "number":
      return "a number in its range";
    default:
      return `a ${def.type}`;
  }
}

function kindName(node: Node): string {
  if (node.kind === "list") return "a list";
  if (node.kind === "map") return "a map of keys";
  if (node.text === "" && node.value === null) return "empty";
  const short = node.text.length > 40 ? `${node.text.slice(0, 39)}…` : node.text;
  return typeof node.value === "number" ? `the number ${short}` : `\`${short}\``;
}

export function list(names: string[]): string {
  const ticked = names.map((one) => `\`${one}\``);
  return ticked.length < 2 ? ticked.join("") : `${ticked.slice(0, -1).join(", ")} and ${ticked.at(-1)}`;
}

function upperFirst(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function isSpoiled(node: Node): boolean {
  return node.kind !== "list" && node.spoiled === true;
}

function isNull(node: Node): boolean {
  return node.kind === "scalar" && node.value === null;
}

function definition(schema: z.ZodType): Def {
  return schema.def as unknown as Def;
}
