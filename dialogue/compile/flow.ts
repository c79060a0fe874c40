/** Compiles one flow: what others may know of it first, then its steps. */

import { fieldExprType } from "../expressions/names.ts";
import { nearNames } from "../expressions/near.ts";
import { assignable } from "../expressions/relate.ts";
import type { ExprType } from "../expressions/types.ts";
import { patternType } from "../patterns.ts";
import type { FieldType, Flow, Slot } from "../program.ts";
import type { FlowFile, StepSource } from "../read/flow-schema.ts";
import { entry, placeOf, within } from "../read/node.ts";
import type { Written } from "../read/words.ts";
import { type Brand, channelNamed, type Known } from "./brand.ts";
import { branches, first, layOut } from "./layout.ts";
import { slot, slotType } from "./slots.ts";
import { compileSteps, type Inside } from "./steps.ts";
import { triggers } from "./triggers.ts";
import { condition, report, type Site, text, type Workshop } from "./workshop.ts";

/** Names that a `save` may not hide. */
const TAKEN = [
  "slots",
  "customer",
  "event",
  "referral",
  "channel",
  "bot",
  "window",
  "now",
  "error",
  "item",
  "value",
  "pattern",
  "input",
  "status",
  "headers",
  "body",
  "has",
  "true",
  "false",
  "null",
  "in",
];

/** Declares the slots of a flow whose file has been read. */
export function declareSlots(shop: Workshop, brand: Brand, known: Known): void {
  const { file } = known;
  if (!file) return;
  const site: Site = { names: brand.standard, uses: [], language: known.language, translate: known.translate, context: known.name };
  for (const { key, value: source } of file.slots ?? []) {
    known.slots.set(key.text, slot(shop, key, source, site));
    if (known.pattern && source.keep !== undefined)
      report(shop, entry(source.node, "keep")!.key, "pattern-keep", `\`${known.name}\` is a pattern, and a pattern has no \`keep\` slots.`);
  }
  known.inputs = slotList(shop, known, file.inputs ?? [], "inputs");
  known.outputs = slotList(shop, known, file.outputs ?? [], "outputs");
}

function slotList(shop: Workshop, known: Known, names: Written[], key: string): string[] {
  const found: string[] = [];
  for (const name of names) {
    if (known.slots.has(name.text)) found.push(name.text);
    else if (!known.broken)
      report(shop, name.at, "unknown-slot", `\`${key}\` names \`${name.text}\`, and this flow has no slot of that name.`, {
        near: nearNames(name.text, known.slots.keys()),
      });
  }
  return found;
}

export type Made = { flow: Flow; inside: Inside };

export function flow(shop: Workshop, brand: Brand, known: Known, file: FlowFile): Made {
  const { name, language, translate } = known;
  for (const channel of file.only_on ?? []) channelNamed(shop, brand, channel);
  const slots: ExprType = {
    kind: "map",
    fields: new Map([...known.slots].map(([key, one]) => [key, { type: slotType(one), optional: true }])),
    open: false,
  };
  const names = new Map(brand.standard).set("slots", slots);
  if (known.pattern) names.set("pattern", patternType(name));
  const personalPaths = new Set([...known.slots.values()].filter((one) => one.personal).map((one) => `slots.${one.name}`));
  for (const one of brand.customerFields.values()) if (one.personal) personalPaths.add(`customer.${one.name}`);
  for (const [save, { type, personal }] of saves(shop, brand, file, names)) {
    names.set(save, type);
    for (const path of personal) personalPaths.add(path);
  }
  const layout = layOut(shop, file.steps, file.otherwise ?? null);
  const site: Site = { names, uses: [], language, translate, context: name };
  const inside: Inside = {
    flow: name,
    slots: known.slots,
    layout,
    site,
    defaults: brand.defaults,
    isPersonal: (path) => [...personalPaths].some((one) => path === one || path.startsWith(`${one}.`) || path.startsWith(`${one}[`)),
    uses: [],
    implied: new Map(),
    jumps: new Map(),
    broken: known.broken,
  };
  const steps = compileSteps(shop, brand, inside);
  const heard = triggers(shop, brand, known, file);
  const guard = file.guard ? guardOf(shop, brand, known, file.guard, site) : undefined;
  if (file.otherwise && !file.guard)
    report(
      shop,
      entry(file.node, "otherwise")!.key,
      "otherwise-alone",
      "`otherwise` runs when the `guard` of a flow is false, and this flow has none.",
      { help: "Add a `guard:`, or move these steps under `steps:`." },
    );
  return {
    flow: {
      name,
      description: file.description?.text ?? "",
      ...(file.title ? { title: text(shop, file.title, { ...site, names: brand.standard }, "title") } : {}),
      place: placeOf(file.flow.at),
      language,
      pattern: known.pattern,
      onlyOn: file.only_on ? new Set(file.only_on.map((one) => one.text)) : null,
      ...heard,
      ...(guard ? { guard } : {}),
      otherwise: layout.otherwise ? first(layout.otherwise, layout.otherwise.after) : null,
      slots: known.slots,
      inputs: known.inputs,
      outputs: known.outputs,
      interruptions: file.interruptions ?? "all",
      steps,
      start: first(layout.root, layout.root.after),
      byId: new Map(steps.map((step) => [step.id, step.at])),
    },
    inside,
  };
}

/** A guard is asked before the flow has slots (rule 23). */
function guardOf(shop: Workshop, brand: Brand, known: Known, written: Written, site: Site): Flow["guard"] {
  const slots = /\bslots\b/.exec(written.text);
  if (slots) {
    report(
      shop,
      within(written.at, slots.index, 5),
      "slots-in-guard",
      "A `guard` is asked before the flow has started, so it sees no slots.",
      {
        help: "Ask for the slot in the flow and branch with `if`, or look at `customer` here.",
      },
    );
    return undefined;
  }
  const names = known.pattern ? new Map(brand.standard).set("pattern", patternType(known.name)) : brand.standard;
  return condition(shop, written, { ...site, names, uses: [] }).test;
}

type Saved = { type: ExprType; personal: string[] };

/** What every `save` of the flow is, with the mistakes of rule 11. */
function saves(shop: Workshop, brand: Brand, file: FlowFile, names: Brand["standard"]): Map<string, Saved> {
  const found = new Map<string, Saved>();
  for (const source of everyStep([...file.steps, ...(file.otherwise ?? [])])) {
    if (!("action" in source || "call" in source) || !source.save) continue;
    const name = source.save.text;
    if (TAKEN.includes(name) || names.has(name)) {
      report(shop, source.save.at, "save-hides", `\`save: ${name}\` would hide another name of expressions.`, {
        help: "Call it something of its own, such as the thing that is found.",
      });
      continue;
    }
    const saved = "action" in source ? savedByAction(brand, source.action.text, name) : savedByCall(brand, source.call.text, name);
    const earlier = found.get(name);
    if (earlier && !(assignable(saved.type, earlier.type) && assignable(earlier.type, saved.type))) {
      report(shop, source.save.at, "save-type", `\`${name}\` is saved twice in this flow, with two different types.`, {
        help: "One name has one type: call one of them differently.",
      });
      continue;
    }
    found.set(name, saved);
  }
  return found;
}

function savedByAction(brand: Brand, action: string, save: string): Saved {
  const declared = brand.actions.get(action);
  if (!declared) return { type: { kind: "any" }, personal: [] };
  const of: FieldType = { kind: "map", fields: declared.output };
  return { type: fieldExprType(of), personal: personalFields(of, save) };
}

function personalFields(type: FieldType, path: string): string[] {
  if (type.kind === "slot") return type.type === "email" || type.type === "phone" || type.type === "location" ? [path] : [];
  if (type.kind === "list") return personalFields(type.of, `${path}[]`);
  if (type.kind === "map") return [...type.fields].flatMap(([name, field]) => personalFields(field.type, `${path}.${name}`));
  return [];
}

/** An output that the called flow did not fill is missing. */
function savedByCall(brand: Brand, flow: string, save: string): Saved {
  const known = brand.flows.get(flow);
  if (!known?.file) return { type: { kind: "any" }, personal: [] };
  const outputs = known.outputs.map((name): Slot => known.slots.get(name)!);
  return {
    type: { kind: "map", fields: new Map(outputs.map((one) => [one.name, { type: slotType(one), optional: true }])), open: false },
    personal: outputs.filter((one) => one.personal).map((one) => `${save}.${one.name}`),
  };
}

function* everyStep(steps: StepSource[]): Generator<StepSource> {
  for (const source of steps) {
    yield source;
    for (const [, inner] of branches(source)) yield* everyStep(inner);
  }
}
