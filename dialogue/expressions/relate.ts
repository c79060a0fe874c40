/** How types relate: what they are called, which may be compared, and which may stand for which. */
import type { ExprType } from "./types.ts";

const CALLED: Record<ExprType["kind"], string> = {
  text: "a text",
  integer: "a whole number",
  number: "a number",
  yes_no: "a yes or no",
  money: "money",
  date: "a date",
  time: "a time of day",
  datetime: "a moment",
  location: "a location",
  attachment: "an attachment",
  url: "a URL",
  duration: "a duration",
  null: "null",
  choice: "a choice",
  list: "a list",
  map: "a group of fields",
  any: "any value",
};

/** "a date", for messages. */
export function describe(type: ExprType): string {
  return CALLED[type.kind];
}

export function isNumeric(type: ExprType): boolean {
  return type.kind === "integer" || type.kind === "number";
}

export function isTextual(type: ExprType): boolean {
  return type.kind === "text" || type.kind === "choice" || type.kind === "url";
}

/** May `==` stand between them? */
export function comparable(a: ExprType, b: ExprType): boolean {
  if (a.kind === "any" || b.kind === "any" || a.kind === "null" || b.kind === "null") return true;
  if (isNumeric(a) && isNumeric(b)) return true;
  if (isTextual(a) && isTextual(b)) return true;
  if (a.kind === "list" && b.kind === "list") return comparable(a.of, b.of);
  return a.kind === b.kind;
}

/** May a value of type `given` stand where `wanted` is expected? */
export function assignable(given: ExprType, wanted: ExprType): boolean {
  if (given.kind === "any" || wanted.kind === "any") return true;
  if (given.kind === wanted.kind) {
    if (given.kind === "list" && wanted.kind === "list") return assignable(given.of, wanted.of);
    if (given.kind === "map" && wanted.kind === "map") return mapAssignable(given, wanted);
    return true;
  }
  if (isTextual(given) && isTextual(wanted)) return true;
  if (wanted.kind === "number" || wanted.kind === "money") return isNumeric(given);
  if (wanted.kind === "map" && given.kind === "money") return true;
  return false;
}

type MapType = Extract<ExprType, { kind: "map" }>;
function mapAssignable(given: MapType, wanted: MapType): boolean {
  for (const [name, field] of wanted.fields) {
    const own = given.fields.get(name);
    if (own ? !assignable(own.type, field.type) : !field.optional && !given.open) return false;
  }
  return true;
}

/** The type of a value that is one or the other; null when nothing serves both. */
export function join(a: ExprType, b: ExprType): ExprType | null {
  if (a.kind === "null") return b;
  if (b.kind === "null" || a === b) return a;
  if (a.kind === "any" || b.kind === "any") return { kind: "any" };
  if (isNumeric(a) && isNumeric(b)) return a.kind === b.kind ? a : { kind: "number" };
  if (a.kind === "choice" || b.kind === "choice") {
    if (!isTextual(a) || !isTextual(b)) return null;
    const labels = new Map([...((a.kind === "choice" && a.labels) || []), ...((b.kind === "choice" && b.labels) || [])]);
    const values = a.kind === "choice" && b.kind === "choice" && a.values && b.values ? [...new Set([...a.values, ...b.values])] : null;
    return { kind: "choice", values, labels };
  }
  if (isTextual(a) && isTextual(b)) return { kind: "text" };
  if (a.kind === "list" && b.kind === "list") {
    const of = join(a.of, b.of);
    return of && { kind: "list", of };
  }
  if (a.kind === "map" && b.kind === "map") return a.open && b.open ? a : { kind: "any" };
  return a.kind === b.kind ? a : null;
}
