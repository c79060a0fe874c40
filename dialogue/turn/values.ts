/** Reading and writing slots and customer fields: where each value lives, and who may replace it. */
import type { Json } from "../../model/json.ts";
import type { Frame, SlotValue } from "../../model/session.ts";
import type { Flow, Slot, Target } from "../program.ts";
import { type Draft, flowOf, own, topFrame, without, writable, writableTop } from "./draft.ts";
import { bareScope, flowFacts, forgetScope } from "./scope.ts";

/** What a run holds in a slot, its own or kept from another; null counts as missing. */
export function heldSlot(draft: Draft, frame: Frame, slot: Slot): SlotValue | undefined {
  if (slot.keep !== undefined) {
    const kept = own(draft.session.kept, slot.name);
    if (kept === undefined || (kept.untilMs !== undefined && kept.untilMs <= draft.view.nowMs)) return undefined;
    return kept;
  }
  return own(frame.slots, slot.name);
}

/** The value of a target, for the run on top. A default is no answer: a `collect` still asks. */
export function filled(draft: Draft, target: Target, slot: Slot): Json | undefined {
  if (target.kind === "customer") return own(draft.customer, target.name) ?? undefined;
  const frame = topFrame(draft);
  const held = frame && heldSlot(draft, frame, slot);
  return held === undefined || held.from === "default" ? undefined : (held.value ?? undefined);
}

/** Sets or, with null, empties a target of the run on top. */
export function write(draft: Draft, target: Target, value: Json | null, from: SlotValue["from"]): void {
  if (target.kind === "customer") {
    remember(draft, target.name, value);
    return;
  }
  const frame = topFrame(draft);
  const slot = frame && flowOf(draft, frame)?.slots.get(target.name);
  if (frame !== undefined && slot !== undefined) writeSlot(draft, draft.session.stack.length - 1, slot, value, from);
}

export function writeSlot(draft: Draft, index: number, slot: Slot, value: Json | null, from: SlotValue["from"]): void {
  const entry: SlotValue | null =
    value === null ? null : from === "customer" || from === "agent" ? { value, from, seq: draft.view.seq } : { value, from };
  if (slot.keep !== undefined) keep(draft, slot, entry);
  else {
    const frame = writable(draft, index);
    if (entry === null) frame.slots = without(frame.slots, slot.name) ?? {};
    else frame.slots = { ...frame.slots, [slot.name]: entry };
    if (draft.scope?.frame === frame) {
      const seen = draft.scope.scope.slots;
      if (entry === null) delete seen[slot.name];
      else seen[slot.name] = value!;
      return;
    }
  }
  forgetScope(draft);
}

function keep(draft: Draft, slot: Slot, entry: SlotValue | null): void {
  const kept = { ...draft.session.kept };
  if (entry === null) delete kept[slot.name];
  else {
    const forMs = slot.keep!.forMs;
    kept[slot.name] = forMs === null ? entry : { ...entry, untilMs: draft.view.nowMs + forMs };
  }
  if (Object.keys(kept).length > 0) draft.session.kept = kept;
  else draft.session.kept = undefined;
}

export function remember(draft: Draft, field: string, value: Json | null): void {
  draft.remembered = { ...draft.remembered, [field]: value };
  const customer = { ...draft.customer };
  if (value === null) delete customer[field];
  else customer[field] = value;
  draft.customer = customer;
  if (field === "language") {
    if (typeof value === "string" && value !== "") draft.session.language = value;
    else draft.session.language = undefined;
  }
  forgetScope(draft);
}

/** What `save:` names; undefined leaves it missing. */
export function writeSave(draft: Draft, name: string, value: Json | undefined): void {
  const frame = writableTop(draft);
  const saves = { ...frame.saves };
  if (value === undefined || value === null) delete saves[name];
  else saves[name] = value;
  frame.saves = saves;
  forgetScope(draft);
}

/** Defaults of a new run, read once, so that one that names the event keeps meaning that event. */
export function fillDefaults(draft: Draft, flow: Flow, frame: Frame): void {
  const { defaults } = flowFacts(flow);
  if (defaults.length === 0) return;
  const scope = bareScope(draft);
  for (const { name, read } of defaults) {
    if (Object.hasOwn(frame.slots, name)) continue;
    const value = read(scope);
    if (value !== undefined && value !== null) frame.slots[name] = { value, from: "default" };
  }
}

/** Forgets kept slots whose time is over. */
export function dropOldKept(draft: Draft): void {
  const kept = draft.session.kept;
  if (kept === undefined) return;
  for (const name in kept) {
    const { untilMs } = kept[name]!;
    if (untilMs === undefined || untilMs > draft.view.nowMs) continue;
    const { [name]: _old, ...rest } = draft.session.kept!;
    if (Object.keys(rest).length > 0) draft.session.kept = rest;
    else draft.session.kept = undefined;
  }
}
