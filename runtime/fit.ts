/** Does what an action brought back fit the `output` that the brand declared? What is not declared is left out. */
import type { Action, FieldType, SlotType } from "../dialogue/program.ts";
import type { CallOutcome } from "../model/event.ts";
import type { Json, JsonObject } from "../model/json.ts";

const TEXT_MAX = 100_000;
const LIST_MAX = 1_000;

/** @param answer anything: what a server or a function gave */
export function fitOutput(action: Action, answer: unknown): CallOutcome {
  const misfits: string[] = [];
  const value = fitFields(action.output, answer === undefined ? {} : answer, "", misfits);
  if (misfits.length === 0) return { ok: true, value };
  return { ok: false, error: { code: "bad_answer", message: `The answer does not fit \`output\`: ${misfits.slice(0, 3).join("; ")}.` } };
}

function fitFields(
  fields: Map<string, { type: FieldType; optional: boolean }>,
  given: unknown,
  path: string,
  misfits: string[],
): JsonObject {
  const fitted: JsonObject = Object.create(null) as JsonObject;
  if (!isPlainObject(given)) {
    misfits.push(`${path === "" ? "it" : path} is not an object`);
    return {};
  }
  for (const [name, { type, optional }] of fields) {
    const value = Object.hasOwn(given, name) ? given[name] : undefined;
    const at = path === "" ? name : `${path}.${name}`;
    if (value === undefined || value === null) {
      if (!optional) misfits.push(`${at} is missing`);
    } else fitted[name] = fitValue(type, value, at, misfits);
  }
  return { ...fitted };
}

function fitValue(type: FieldType, value: unknown, at: string, misfits: string[]): Json {
  switch (type.kind) {
    case "map":
      return fitFields(type.fields, value, at, misfits);
    case "list": {
      if (Array.isArray(value) && value.length <= LIST_MAX) return value.map((item, i) => fitValue(type.of, item, `${at}[${i}]`, misfits));
      misfits.push(`${at} is not a list of at most ${LIST_MAX}`);
      return [];
    }
    case "url":
      if (typeof value === "string" && /^https?:\/\/\S+$/.test(value)) return value;
      misfits.push(`${at} is not a web address`);
      return null;
    case "slot": {
      const fitted = fitSlot(type.type, value);
      if (fitted === undefined) misfits.push(`${at} is not of type ${type.type}`);
      return fitted ?? null;
    }
  }
}

function fitSlot(type: SlotType, value: unknown): Json | undefined {
  switch (type) {
    case "text":
    case "email":
    case "phone":
    case "choice":
      return typeof value === "string" && value.length <= TEXT_MAX ? value : undefined;
    case "choices":
      return Array.isArray(value) && value.every((one) => typeof one === "string") ? (value as string[]) : undefined;
    case "integer":
      return Number.isSafeInteger(value) ? (value as number) : undefined;
    case "number":
      return typeof value === "number" && Number.isFinite(value) ? value : undefined;
    case "yes_no":
      return typeof value === "boolean" ? value : undefined;
    case "money":
      return isPlainObject(value) && typeof value.amount === "number" && Number.isFinite(value.amount) && typeof value.currency === "string"
        ? { amount: value.amount, currency: value.currency }
        : undefined;
    case "date":
      return typeof value === "string" && /^\d{4}-\d\d-\d\d$/.test(value) && !Number.isNaN(Date.parse(value)) ? value : undefined;
    case "time":
      return typeof value === "string" && /^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$/.test(value) ? value : undefined;
    case "datetime":
      if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
      return typeof value === "string" && /^\d{4}-\d\d-\d\dT/.test(value) && !Number.isNaN(Date.parse(value)) ? value : undefined;
    case "location":
    case "attachment":
      return isPlainObject(value) ? (value as JsonObject) : undefined;
  }
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
