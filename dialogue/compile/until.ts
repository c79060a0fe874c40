/** Reads the `until` of a wait: `tomorrow 09:00`, `mon 09:00`, or an expression that gives a moment. */
import type { UntilPlan } from "../program.ts";
import type { Written } from "../read/words.ts";
import { report, type Site, textValue, type Workshop } from "./workshop.ts";

const DAY = /^(today|tomorrow|mon|tue|wed|thu|fri|sat|sun) ([01]?\d|2[0-3]):([0-5]\d)$/;

export function until(shop: Workshop, written: Written, site: Site): UntilPlan | null {
  const found = DAY.exec(written.text);
  if (found)
    return { kind: "day", day: found[1] as Extract<UntilPlan, { kind: "day" }>["day"], hour: Number(found[2]), minute: Number(found[3]) };
  if (/^\{\{[\s\S]*\}\}$/.test(written.text)) return { kind: "moment", value: textValue(shop, written, site, { kind: "datetime" }) };
  if (/^\d{4}-\d\d-\d\dT/.test(written.text) && !Number.isNaN(Date.parse(written.text)))
    return { kind: "moment", value: textValue(shop, written, site, { kind: "datetime" }) };
  report(shop, written.at, "bad-until", `\`${written.text}\` is not a moment to wait for.`, {
    help: "Write `tomorrow 09:00`, `mon 09:00`, or an expression such as \"{{ at(slots.day, '10:00') }}\".",
  });
  return null;
}
