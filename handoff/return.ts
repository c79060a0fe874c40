/** Is what an agent brings back fit for the flow that handed over? Asked before anything changes hands. */
import type { Flow, Slot } from "../dialogue/program.ts";
import type { Refusal } from "../model/desk.ts";
import type { Fact } from "../model/event.ts";
import type { Json } from "../model/json.ts";
import { refuse } from "./decided.ts";

/** A conversation can stand on these, so it can be sent to any step of the main level; a branch is entered only from its own step. */
export type Return = { toStep?: string; facts: Fact[] };

/** @param flow the one that handed over, on the program its run stands on; null: no run is left, so no step and no slot can be named */
export function checkReturn(flow: Flow | null, { toStep, facts }: Return): Refusal | null {
  if (toStep !== undefined && !flow?.byId.has(toStep)) {
    const steps = flow ? [...flow.byId.keys()] : [];
    const message = flow
      ? `The flow ${flow.name} has no step ${toStep}.`
      : "No flow waits for this conversation, so it cannot go to a step.";
    return refuse("no_such_step", 422, message, { to_step: toStep, steps });
  }
  for (const { key, value } of facts) {
    const slot = flow?.slots.get(key);
    if (!slot) {
      const slots = flow ? [...flow.slots.keys()] : [];
      return refuse("bad_fact", 422, flow ? `The flow ${flow.name} has no slot ${key}.` : "No flow waits for facts.", { key, slots });
    }
    if (value !== null && !fits(slot, value))
      return refuse("bad_fact", 422, `${key} wants ${wantOf(slot)}.`, {
        key,
        type: slot.type,
        ...(slot.of ? { of: slot.of.map((one) => one.value) } : {}),
      });
  }
  return null;
}

function fits(slot: Slot, value: Json): boolean {
  const isText = typeof value === "string" && value.length <= 2000;
  switch (slot.type) {
    case "text":
      return isText && (!slot.pattern || slot.pattern.first(value) !== null);
    case "email":
      return isText && /^\S+@\S+$/.test(value);
    case "phone":
      return isText && /^[+\d][\d ()./-]{3,}$/.test(value);
    case "integer":
      return Number.isSafeInteger(value);
    case "number":
      return typeof value === "number" && Number.isFinite(value);
    case "money":
      return (typeof value === "number" && Number.isFinite(value)) || (isObject(value) && typeof value.amount === "number");
    case "yes_no":
      return typeof value === "boolean";
    case "choice":
      return isText && (!slot.of || slot.of.some((one) => one.value === value));
    case "choices":
      return (
        Array.isArray(value) && value.every((one) => typeof one === "string" && (!slot.of || slot.of.some((known) => known.value === one)))
      );
    case "date":
      return isText && /^\d{4}-\d\d-\d\d$/.test(value);
    case "time":
      return isText && /^\d\d:\d\d(:\d\d)?$/.test(value);
    case "datetime":
      return isText && /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(value);
    case "location":
    case "attachment":
      return isObject(value);
  }
}

function wantOf(slot: Slot): string {
  if (slot.of && slot.of.length > 0) return `one of ${slot.of.map((one) => one.value).join(", ")}`;
  const words: Partial<Record<Slot["type"], string>> = {
    yes_no: "true or false",
    integer: "a whole number",
    number: "a number",
    money: "an amount",
    date: "a day as 2026-03-02",
    time: "a time as 09:30",
    datetime: "a moment as 2026-03-02T09:30:00Z",
  };
  return words[slot.type] ?? `a value of type ${slot.type}`;
}

function isObject(value: Json): value is { [key: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
