/** Compiles slots and the customer's declared fields, and says what they are in expressions. */
import { RE2JS } from "re2js";
import { slotExprType } from "../expressions/names.ts";
import { nearNames } from "../expressions/near.ts";
import type { ExprType } from "../expressions/types.ts";
import type { Slot } from "../program.ts";
import type { SlotSource } from "../read/flow-schema.ts";
import type { Scalar } from "../read/node.ts";
import { list } from "../read/shape.ts";
import { report, type Site, text, value, type Workshop } from "./workshop.ts";

const PERSONAL = new Set(["email", "phone", "location"]);

/** Labels have the context `flow/slot/value`, a slot's own label `flow/slot/label`. */
export function slot(shop: Workshop, key: Scalar, source: SlotSource, site: Site): Slot {
  const name = key.text;
  const inSlot: Site = { ...site, context: `${site.context}/${name}` };
  const made: Slot = {
    name,
    type: source.type,
    personal: source.personal ?? PERSONAL.has(source.type),
    onlyWhenAsked: source.only_when_asked ?? false,
  };
  const isChoice = source.type === "choice" || source.type === "choices";
  if (source.of && isChoice) {
    const also = new Map((source.also ?? []).map((one) => [one.key.text, one.value.map((word) => word.text)]));
    const options = source.of.map((one) => ("key" in one ? { key: one.key, label: one.value } : { key: one.at, label: one }));
    const seen = new Set<string>();
    made.of = [];
    for (const { key: option, label } of options) {
      if (seen.has(option.text)) report(shop, option, "duplicate-name", `\`${option.text}\` stands twice among the values of \`${name}\`.`);
      seen.add(option.text);
      made.of.push({ value: option.text, label: text(shop, label, inSlot, option.text), also: also.get(option.text) ?? [] });
    }
    if (options.length === 0)
      report(shop, source.node, "empty-choice", `The choice \`${name}\` has nothing to choose from.`, {
        help: "Write values and labels: `of: { small: Too small }`.",
      });
    for (const { key: option } of source.also ?? []) {
      if (!seen.has(option.text))
        report(shop, option, "unknown-choice", `\`${option.text}\` is not a value of \`${name}\`.`, {
          near: nearNames(option.text, seen),
          help: `Its values are ${list([...seen])}.`,
        });
    }
  } else if (source.of || (source.also && !isChoice)) {
    report(shop, source.node, "slot-keys", `\`of\` and \`also\` belong to a \`choice\`, and \`${name}\` is a \`${source.type}\`.`, {
      help: "Make its type `choice`, or leave them out.",
    });
  }
  if (source.pattern) {
    if (source.type !== "text")
      report(shop, source.pattern.at, "slot-keys", `A \`pattern\` belongs to a \`text\`, and \`${name}\` is a \`${source.type}\`.`);
    const found = pattern(source.pattern.text);
    if (typeof found === "string")
      report(shop, source.pattern.at, "bad-pattern", `This pattern cannot be read: ${found}.`, {
        help: "Patterns are regular expressions without look-around and back-references.",
      });
    else made.pattern = found;
  }
  if (source.label) made.label = text(shop, source.label, inSlot, "label");
  if (source.keep !== undefined) made.keep = { forMs: source.keep === true ? null : source.keep.ms };
  if (source.default !== undefined) {
    const type = slotType(made);
    made.default = value(shop, source.default, site, type).value;
  }
  return made;
}

/** What the slot is in CEL. */
export function slotType(made: Slot): ExprType {
  if (!made.of) return slotExprType(made.type);
  return slotExprType(
    made.type,
    made.of.map((one) => one.value),
    new Map(made.of.map((one) => [one.value, one.label])),
  );
}

/** The first match in a text, in linear time whatever is typed; or why the pattern cannot be read. */
function pattern(source: string): Slot["pattern"] | string {
  try {
    const compiled = RE2JS.compile(source);
    return {
      source,
      first(heard) {
        const matcher = compiled.matcher(heard);
        return matcher.find() ? (matcher.group() ?? null) : null;
      },
    };
  } catch (error) {
    return error instanceof Error ? error.message.replace(/^error parsing regexp: /, "") : "unknown form";
  }
}
