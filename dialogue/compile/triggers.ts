/** Compiles what starts a flow. A trailing `*` of a payload matches any rest: buttons of advertisements carry parameters behind it. */
import { nearNames } from "../expressions/near.ts";
import type { Flow } from "../program.ts";
import type { FlowFile } from "../read/flow-schema.ts";
import { entry, placeOf } from "../read/node.ts";
import type { Brand, Known } from "./brand.ts";
import { report, type Workshop } from "./workshop.ts";

const CHANNEL_EVENTS = ["get_started", "followed", "comment", "person_wanted"];
type Heard = Pick<Flow, "phrases" | "payloads" | "keywords" | "events" | "referral">;

export function triggers(shop: Workshop, brand: Brand, known: Known, file: FlowFile): Heard {
  const heard: Heard = { phrases: [], payloads: [], keywords: [], events: [], referral: false };
  const key = entry(file.node, "triggers")?.key;
  if (key && known.pattern) {
    report(shop, key, "pattern-triggers", `\`${known.name}\` is a pattern: the engine runs it by its name, so it has no triggers.`, {
      help: "Take the triggers out, or give the flow another name.",
    });
    return heard;
  }
  for (const one of file.triggers ?? []) {
    if (typeof one === "string") heard.events.push(one);
    else if ("phrases" in one) {
      if (known.inputs.length > 0) {
        report(
          shop,
          entry(one.node, "phrases")!.key,
          "inputs-and-phrases",
          `This flow has \`inputs\`, which come by \`with\` from another flow; a phrase brings none.`,
          { help: "Ask for them by `collect` instead of `inputs`, or take the phrases out." },
        );
      }
      heard.phrases.push(...one.phrases.map((phrase) => ({ text: phrase.text, place: placeOf(phrase.at) })));
    } else if ("payload" in one) heard.payloads.push(...one.payload.map((payload) => payload.text));
    else if ("keyword" in one) heard.keywords.push(...one.keyword.map((keyword) => keyword.text));
    else if ("referral" in one) heard.referral = true;
    else {
      for (const name of one.event) {
        if (brand.events.has(name.text) || CHANNEL_EVENTS.includes(name.text)) heard.events.push(name.text);
        else if (!brand.unread.actions) {
          report(shop, name.at, "unknown-event", `There is no event called \`${name.text}\`.`, {
            near: nearNames(name.text, [...brand.events, ...CHANNEL_EVENTS]),
            help: "Events of your systems are declared in the actions file, under `events:`.",
          });
        }
      }
    }
  }
  return heard;
}

/** A `referral: "spring-*"` trigger is an advertisement rule on `ref`, without slots. */
export function referralPatterns(file: FlowFile): { ref: string; place: ReturnType<typeof placeOf> }[] {
  return (file.triggers ?? []).flatMap((one) => {
    if (typeof one === "string" || !("referral" in one) || typeof one.referral === "boolean") return [];
    return [{ ref: one.referral.text, place: placeOf(one.referral.at) }];
  });
}
