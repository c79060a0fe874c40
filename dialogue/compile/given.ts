/** What a step hands over by `with`, checked against what the flow or action takes. */
import { fieldExprType } from "../expressions/names.ts";
import { nearNames } from "../expressions/near.ts";
import type { Action, Value } from "../program.ts";
import type { Node } from "../read/node.ts";
import { list } from "../read/shape.ts";
import type { Keyed, Written } from "../read/words.ts";
import type { Known } from "./brand.ts";
import { slotType } from "./slots.ts";
import { report, type Site, value, type Workshop } from "./workshop.ts";

/** `with` of a `call`, a `link` or an advertisement: it fills slots of the flow. */
export function withForFlow(
  shop: Workshop,
  given: Keyed<Node> | undefined,
  known: Known | null,
  site: Site,
  at: Written,
): Map<string, Value> {
  const made = new Map<string, Value>();
  for (const { key, value: node } of given ?? []) {
    const slot = known?.slots.get(key.text);
    if (known && !slot && !known.broken) {
      report(shop, key, "unknown-slot", `The flow \`${known.name}\` has no slot called \`${key.text}\`.`, {
        near: nearNames(key.text, known.slots.keys()),
        help: known.slots.size === 0 ? "It declares none." : `Its slots are ${list([...known.slots.keys()])}.`,
      });
    }
    // A value that may be missing fills nothing when it is: that is allowed unless the flow needs it.
    const needed = known?.inputs.includes(key.text) ?? false;
    made.set(key.text, value(shop, node, needed ? site : { ...site, uses: [] }, slot ? slotType(slot) : undefined).value);
  }
  const lacking = (known?.inputs ?? []).filter((name) => !given?.some((one) => one.key.text === name));
  if (lacking.length > 0) {
    report(
      shop,
      at.at,
      "missing-input",
      `\`${at.text}\` has to be given ${list(lacking)}: ${lacking.length === 1 ? "it stands" : "they stand"} under its \`inputs\`.`,
      { help: `Write \`with: { ${lacking.map((name) => `${name}: …`).join(", ")} }\` beside it.` },
    );
  }
  return made;
}

/** `with` of an `action`. `isPersonal`: does this path hold something personal? */
export function withForAction(
  shop: Workshop,
  given: Keyed<Node> | undefined,
  action: Action | null,
  site: Site,
  at: Written,
  isPersonal: (path: string) => boolean,
): Map<string, Value> {
  const made = new Map<string, Value>();
  for (const { key, value: node } of given ?? []) {
    const field = action?.input.get(key.text);
    if (action && !field) {
      report(shop, key, "unknown-input", `\`${action.name}\` takes no \`${key.text}\`.`, {
        near: nearNames(key.text, action.input.keys()),
        help: action.input.size === 0 ? "It declares no `input`." : `Its input is ${list([...action.input.keys()])}.`,
      });
    }
    const optional = field?.optional ?? false;
    const compiled = value(shop, node, optional ? { ...site, uses: [] } : site, field ? fieldExprType(field.type) : undefined);
    made.set(key.text, compiled.value);
    const personal = action && !action.personal ? compiled.reads.find(isPersonal) : undefined;
    if (action && personal) {
      report(
        shop,
        node,
        "personal-value",
        `\`${personal}\` is personal, and \`${action.name}\` is not marked to receive personal values.`,
        { help: `Mark the action \`personal: true\` if the other side may have it, or the slot \`personal: false\` if it is none.` },
      );
    }
  }
  if (action) {
    const lacking = [...action.input]
      .filter(([name, field]) => !field.optional && !given?.some((one) => one.key.text === name))
      .map(([name]) => name);
    if (lacking.length > 0)
      report(shop, at.at, "missing-input", `\`${action.name}\` has to be given ${list(lacking)}.`, {
        help: `Write \`with: { ${lacking.map((name) => `${name}: …`).join(", ")} }\` beside it.`,
      });
  }
  return made;
}
