/** Judges a value that is written out in YAML against the type that is wanted: dates as dates, choices by their values. */
import type { Json } from "../../model/json.ts";
import { ANY, upperFirst } from "./built.ts";
import { dayMinute, dayNumber, momentMs } from "./calendar.ts";
import { nearNames } from "./near.ts";
import { describe } from "./relate.ts";
import type { ExprType } from "./types.ts";

type Judged = { ok: true; value: Json; type: ExprType } | { ok: false; code: string; message: string; near: string[]; help: string | null };

/** `null` fits everywhere: it is missing. */
export function literalJson(value: Json, wanted: ExprType | undefined): Judged {
  if (wanted === undefined || wanted.kind === "any") return { ok: true, value, type: typeOf(value) };
  if (value === null) return fine(value, wanted);
  switch (wanted.kind) {
    case "text":
    case "url":
      if (typeof value === "number" || typeof value === "boolean") return fine(String(value), wanted); // rule 2: a scalar is what you see
      return typeof value === "string" ? fine(value, wanted) : no(wanted);
    case "choice":
      return choice(value, wanted.values, wanted);
    case "integer":
      return typeof value === "number" && Number.isSafeInteger(value) ? fine(value, wanted) : no(wanted);
    case "number":
      return typeof value === "number" ? fine(value, wanted) : no(wanted);
    case "yes_no":
      return typeof value === "boolean" ? fine(value, wanted) : no(wanted, "It is written `true` or `false`.");
    case "money":
      return typeof value === "number" || isMoney(value)
        ? fine(value, wanted)
        : no(wanted, "It is a number, or `{ amount: 20, currency: USD }`.");
    case "date":
      return dayNumber(value) !== null ? fine(value, wanted) : no(wanted, 'It is written `"2026-03-31"`.');
    case "time":
      return typeof value === "string" && dayMinute(value) !== null
        ? fine(value.padStart(5, "0"), wanted)
        : no(wanted, 'It is written `"09:30"`.');
    case "datetime": {
      const ms = typeof value === "string" ? momentMs(value) : undefined;
      return ms !== undefined ? fine(new Date(ms).toISOString(), wanted) : no(wanted, 'It is written `"2026-03-31T09:30:00-08:00"`.');
    }
    case "list":
      return list(value, wanted.of, wanted);
    case "map":
      return map(value, wanted);
    case "location":
      return isPlain(value) && typeof value.lat === "number" && typeof value.lng === "number"
        ? fine(value, wanted)
        : no(wanted, "It has `lat` and `lng`.");
    case "attachment":
      return isPlain(value) && typeof value.url === "string" ? fine(value, wanted) : no(wanted, "It has `url` and `kind`.");
    default:
      return no(wanted);
  }
}

function choice(value: Json, values: string[] | null, wanted: ExprType): Judged {
  const text = typeof value === "number" || typeof value === "boolean" ? String(value) : value;
  if (typeof text !== "string") return no(wanted);
  if (values === null || values.includes(text)) return fine(text, wanted);
  const help = `Its values are ${values.map((known) => `\`${known}\``).join(", ")}.`;
  return { ok: false, code: "unknown-choice", message: `"${text}" is not one of the values.`, near: nearNames(text, values), help };
}

function list(value: Json, of: ExprType, wanted: ExprType): Judged {
  if (!Array.isArray(value)) return no(wanted);
  const items: Json[] = [];
  for (const item of value) {
    const judged = literalJson(item, of);
    if (!judged.ok) return judged;
    items.push(judged.value);
  }
  return fine(items, wanted);
}

function map(value: Json, wanted: Extract<ExprType, { kind: "map" }>): Judged {
  if (!isPlain(value)) return no(wanted);
  const made: { [key: string]: Json } = {};
  for (const [key, item] of Object.entries(value)) {
    const field = wanted.fields.get(key);
    if (!field && !wanted.open) {
      return {
        ok: false,
        code: "unknown-name",
        message: `There is no field called \`${key}\` here.`,
        near: nearNames(key, wanted.fields.keys()),
        help: null,
      };
    }
    const judged = literalJson(item, field?.type);
    if (!judged.ok) return judged;
    Object.defineProperty(made, key, { value: judged.value, enumerable: true, writable: true, configurable: true });
  }
  return fine(made, wanted);
}

function typeOf(value: Json): ExprType {
  if (typeof value === "string") return { kind: "text" };
  if (typeof value === "number") return Number.isInteger(value) ? { kind: "integer" } : { kind: "number" };
  if (typeof value === "boolean") return { kind: "yes_no" };
  return value === null ? { kind: "null" } : ANY;
}

function isMoney(value: Json): boolean {
  return isPlain(value) && typeof value.amount === "number" && typeof value.currency === "string";
}

function isPlain(value: Json): value is { [key: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function fine(value: Json, type: ExprType): Judged {
  return { ok: true, value, type };
}

function no(wanted: ExprType, help: string | null = null): Judged {
  return { ok: false, code: "wrong-type", message: `${upperFirst(describe(wanted))} is wanted here.`, near: [], help };
}
