/** How the turn asks what a text says: one place that speaks with the recognisers of slots. */
import type { Attachment } from "../../model/event.ts";
import type { Json } from "../../model/json.ts";
import type { Flow, Slot } from "../program.ts";
import { pick, type Surroundings, understand } from "../slots/understand.ts";
import { type Draft, flowOf, note, own, topFrame } from "./draft.ts";
import { type CollectStep, type Option, ownOptions } from "./questions.ts";
import { languageOf, timezoneOf } from "./scope.ts";
import { heldSlot, writeSlot } from "./values.ts";

export type Said = { text: string; attachments: Attachment[] };

/** An answer of the slot's type in what was said; undefined: none, or more than one. */
export function readAnswer(draft: Draft, slot: Slot, said: Said, options: Option[]): Json | undefined {
  const understood = understand(slot, said, surroundings(draft, options));
  return understood.kind === "value" ? understood.value : undefined;
}

/** Other slots with an unmistakable form that the text fills too. Two that would take the same words get neither. */
export function readExtras(draft: Draft, flow: Flow, text: string, asked: Slot | null): { slot: Slot; value: Json }[] {
  const found: { slot: Slot; value: Json; key: string }[] = [];
  for (const slot of flow.slots.values()) {
    if (slot === asked || slot.onlyWhenAsked || !unmistakable(slot) || sameForm(slot, asked)) continue;
    const value = pick(slot, text, surroundings(draft, slot.of ? ownOptions(draft, slot) : []));
    if (value !== null) found.push({ slot, value, key: JSON.stringify(value) });
  }
  return found.filter((one) => found.every((other) => other === one || other.key !== one.key));
}

/** Has the slot a form that says by itself what it is? */
export function unmistakable(slot: Slot): boolean {
  const { type } = slot;
  return (
    slot.pattern !== undefined ||
    type === "email" ||
    type === "phone" ||
    type === "date" ||
    ((type === "choice" || type === "choices") && slot.of !== undefined)
  );
}

/** What answers the question that was asked fills no second slot of the same form. */
function sameForm(slot: Slot, asked: Slot | null): boolean {
  if (asked === null || slot.type === "choice" || slot.type === "choices") return false;
  if (slot.type === "date" && (asked.type === "datetime" || asked.type === "date")) return true;
  return slot.type === asked.type && slot.pattern?.source === asked.pattern?.source;
}

/** A text may say more than was asked: that fills other slots of the run on top. */
export function fillExtras(draft: Draft, text: string, asked: CollectStep | null): void {
  const frame = topFrame(draft);
  const flow = frame && flowOf(draft, frame);
  if (flow === undefined || flow.pattern || !saysMore(text, asked)) return;
  const index = draft.session.stack.length - 1;
  const except = asked?.target.kind === "slot" ? asked.slot : null;
  for (const { slot, value } of readExtras(draft, flow, text, except)) {
    const held = heldSlot(draft, topFrame(draft)!, slot);
    if (held !== undefined && held.from !== "default") continue;
    note(draft, slot.name, "filled from the same message");
    writeSlot(draft, index, slot, value, "customer");
  }
}

/** One word that answered the question says nothing else; Chinese is written without spaces. */
function saysMore(text: string, asked: CollectStep | null): boolean {
  return text !== "" && (asked === null || /\s|\p{Script=Han}/u.test(text));
}

/** A value that came from outside (an advert, an agent): as the slot would hold it, or undefined. */
export function fits(draft: Draft, slot: Slot, value: Json): Json | undefined {
  if (typeof value === "string") {
    if (slot.type === "choice" && slot.of === undefined) return value; // its options are made at the question, which checks it
    return readAnswer(draft, slot, { text: value, attachments: [] }, ownOptions(draft, slot));
  }
  switch (slot.type) {
    case "integer":
      return typeof value === "number" && Number.isSafeInteger(value) ? value : undefined;
    case "number":
      return typeof value === "number" ? value : undefined;
    case "yes_no":
      return typeof value === "boolean" ? value : undefined;
    case "text":
    case "phone":
      return typeof value === "number" ? fits(draft, slot, String(value)) : undefined;
    case "money":
      if (typeof value === "number") return { amount: value, currency: draft.programs.newest.bot.currency };
      return hasFields(value, { amount: "number", currency: "string" }) ? value : undefined;
    case "location":
      return hasFields(value, { lat: "number", lng: "number" }) ? value : undefined;
    case "attachment":
      return hasFields(value, { url: "string", kind: "string" }) ? value : undefined;
    case "choices": {
      const values = new Set(slot.of?.map((one) => one.value));
      const all = Array.isArray(value) && value.every((one) => typeof one === "string" && (slot.of === undefined || values.has(one)));
      return all ? value : undefined;
    }
    default:
      return undefined;
  }
}

function hasFields(value: Json, fields: Record<string, "number" | "string">): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return Object.entries(fields).every(([name, type]) => typeof own(value, name) === type);
}

function surroundings(draft: Draft, options: Option[]): Surroundings {
  const { country } = draft.customer;
  return {
    language: languageOf(draft),
    timezone: timezoneOf(draft),
    country: typeof country === "string" ? country : null,
    currency: draft.programs.newest.bot.currency,
    nowMs: draft.view.nowMs,
    options,
  };
}
