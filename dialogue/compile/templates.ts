/** `outside_window`: the approved template that says the same once a channel takes no words of our own any more (rule 31). */
import type { TemplatePlan } from "../program.ts";
import type { MessageSource } from "../read/flow-schema.ts";
import type { Written } from "../read/words.ts";
import { report, type Site, textValue, type Workshop } from "./workshop.ts";

type Source = NonNullable<MessageSource["outside_window"]>;

/** By channel, or channel and account. What names no template has none here; the checker says so. */
export function templates(shop: Workshop, source: Source, site: Site): Map<string, TemplatePlan> {
  const plans = new Map<string, TemplatePlan>();
  for (const { key, value } of source) {
    if ("at" in value) {
      plans.set(key.text, { name: value.text });
      continue;
    }
    if (value.template === undefined) {
      if (value.notification === undefined)
        report(shop, key, "missing-key", "This entry names no template.", {
          help: `Write \`${key.text}: <template>\`, or a map with \`template:\`.`,
        });
      continue;
    }
    const plan: TemplatePlan = { name: value.template.text };
    if (value.language) plan.language = value.language.text;
    if (value.image) plan.image = textValue(shop, value.image, site, { kind: "url" });
    if (value.values) {
      const print = (written: Written) => textValue(shop, written, site);
      plan.values = isNamed(value.values)
        ? new Map(value.values.map((one) => [one.key.text, print(one.value)] as const))
        : value.values.map(print);
    }
    plans.set(key.text, plan);
  }
  return plans;
}

function isNamed(values: Written[] | { key: Written["at"]; value: Written }[]): values is { key: Written["at"]; value: Written }[] {
  return values.length > 0 && "key" in values[0]!;
}
