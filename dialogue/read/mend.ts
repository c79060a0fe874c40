/** Reads on in a file that lacks what it must have: with stand-ins, so that the mistakes in the rest of it are told too. */
import type { z } from "zod";
import { entry, type MapNode, type Node } from "./node.ts";
import { readAs } from "./shape.ts";
import { load } from "./yaml.ts";

/** @param spare YAML of stand-ins for the keys that the schema must have; undefined when the rest cannot be read either. */
export function readMended<T>(root: Node, schema: z.ZodType<T>, spare: string): T | undefined {
  const whole = load("", spare).root;
  if (root.kind !== "map" || whole?.kind !== "map") return undefined;
  return readAs(mended(root, whole, schema), schema, [], "this file");
}

function mended(root: MapNode, spare: MapNode, schema: z.ZodType): MapNode {
  const fits = (key: string, value: Node): boolean => {
    const entries = spare.entries.map((one) => (one.key.text === key ? { ...one, value } : one));
    return readAs({ ...spare, entries }, schema, [], "") !== undefined;
  };
  const right = root.entries.filter((one) => !entry(spare, one.key.text) || fits(one.key.text, one.value));
  return { ...root, entries: [...right, ...spare.entries.filter((one) => !right.some((other) => other.key.text === one.key.text))] };
}
