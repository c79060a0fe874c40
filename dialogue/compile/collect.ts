/** Compiles a question: what fills it, what it says, how an answer is tried. */
import { END, type OptionsPlan, type Slot, type Step, type StepBase, type Target, type Text } from "../program.ts";
import type { StepSource } from "../read/flow-schema.ts";
import { entry } from "../read/node.ts";
import type { Written } from "../read/words.ts";
import { type Draft, first } from "./layout.ts";
import { each, type Links, message } from "./message.ts";
import { slotType } from "./slots.ts";
import type { Inside } from "./steps.ts";
import { condition, report, type Site, text, value, type Workshop } from "./workshop.ts";

export type CollectSource = Extract<StepSource, { collect: Written }>;
type CollectStep = Extract<Step, { kind: "collect" }>;

export function collect(
  shop: Workshop,
  inside: Inside,
  draft: Draft,
  source: CollectSource,
  site: Site,
  base: StepBase,
  links: Links,
  found: { target: Target; slot: Slot } | null,
): CollectStep {
  const slot: Slot = found?.slot ?? { name: draft.id, type: "text", personal: false, onlyWhenAsked: false };
  const withValue: Site = { ...site, names: new Map([...site.names, ["value", slotType(slot)]]) };
  // A `when` on a missing value is false, so what it reads needs no default (rule 12).
  const when = source.when ? condition(shop, source.when, { ...site, uses: [] }) : null;
  if (when) inside.implied.set(draft.at, when.present);
  const options = source.options ? optionsPlan(shop, source.options, site) : undefined;
  checkOptions(shop, source, found ? slot : null, options !== undefined);
  const otherwise = draft.inner.has("otherwise") ? first(draft.inner.get("otherwise"), draft.next) : undefined;
  const noReply = draft.inner.has("no_reply") ? first(draft.inner.get("no_reply"), END) : undefined;
  return {
    ...base,
    kind: "collect",
    target: found?.target ?? { kind: "slot", name: slot.name },
    slot,
    ask: message(shop, source, "ask", site, links, { slot, ...(options ? { options: options.map((one) => one.label) } : {}) }),
    ...(source.invalid ? { invalid: source.invalid.map((one) => text(shop, one, withValue, "invalid")) } : {}),
    validate: validation(shop, source, withValue),
    ...(options ? { options } : {}),
    ...(when ? { when: when.test } : {}),
    askAgain: source.ask_again ?? false,
    optional: source.optional ?? false,
    ...(source.confirm ? { confirm: source.confirm.map((one) => text(shop, one, withValue, "confirm")) } : {}),
    maxAttempts: source.max_attempts ?? inside.defaults.maxAttempts,
    ...(otherwise === undefined ? {} : { otherwise }),
    idleAfterMs: source.idle_after?.ms ?? inside.defaults.idleAfterMs,
    ...(noReply === undefined ? {} : { noReply }),
  };
}

function validation(shop: Workshop, source: CollectSource, site: Site): CollectStep["validate"] {
  if (!source.validate) return [];
  if (!Array.isArray(source.validate)) return [{ must: condition(shop, source.validate, site).test }];
  return source.validate.map((one) => ({
    must: condition(shop, one.must, site).test,
    ...(one.invalid ? { invalid: one.invalid.map((line): Text => text(shop, line, site, "validate")) } : {}),
  }));
}

function optionsPlan(shop: Workshop, source: NonNullable<CollectSource["options"]>, site: Site): OptionsPlan {
  if (!Array.isArray(source)) {
    const { each: list, inner } = each(shop, source.each, site);
    return [{ each: list, value: value(shop, source.value.at, inner).value, label: text(shop, source.label, inner, "options") }];
  }
  return source.map((one) => {
    const written = "at" in one ? { value: one, label: one } : one;
    return { value: value(shop, written.value.at, site, { kind: "text" }).value, label: text(shop, written.label, site, "options") };
  });
}

function checkOptions(shop: Workshop, source: CollectSource, slot: Slot | null, given: boolean): void {
  if (!slot) return;
  const isChoice = slot.type === "choice" || slot.type === "choices";
  if (isChoice && !slot.of && !given) {
    report(shop, source.collect.at, "no-options", `\`${slot.name}\` is a choice, and nothing says what there is to choose from.`, {
      help: "Give the slot `of:` with values and labels, or this question `options:`.",
    });
  }
  const options = entry(source.node, "options");
  if (!isChoice && options) {
    report(shop, options.key, "slot-keys", `\`options\` belong to a choice, and \`${slot.name}\` is a \`${slot.type}\`.`, {
      help: "Make the slot a `choice`, or offer `choices:` to tap.",
    });
  }
}
