/** Which flow a keyword, payload or event starts: an index of each program, made once. */
import type { Program } from "../program.ts";

type Triggers = {
  keywords: Map<string, string>;
  payloads: Map<string, string>;
  /** Payloads that end in `*`, longest first. */
  prefixes: { prefix: string; flow: string }[];
  events: Map<string, string>;
  referral: string | null;
};
const triggersByProgram = new WeakMap<Program, Triggers>();

export function triggersOf(program: Program): Triggers {
  let triggers = triggersByProgram.get(program);
  if (triggers === undefined) {
    triggers = { keywords: new Map(), payloads: new Map(), prefixes: [], events: new Map(), referral: null };
    for (const flow of program.flows.values()) {
      for (const keyword of flow.keywords) setFirst(triggers.keywords, plain(keyword), flow.name);
      for (const payload of flow.payloads) {
        if (payload.endsWith("*")) triggers.prefixes.push({ prefix: payload.slice(0, -1), flow: flow.name });
        else setFirst(triggers.payloads, payload, flow.name);
      }
      for (const event of flow.events) setFirst(triggers.events, event, flow.name);
      if (flow.referral) triggers.referral ??= flow.name;
    }
    triggers.prefixes.sort((a, b) => b.prefix.length - a.prefix.length);
    triggersByProgram.set(program, triggers);
  }
  return triggers;
}

export function flowForPayload(program: Program, payload: string): string | undefined {
  const { payloads, prefixes } = triggersOf(program);
  return payloads.get(payload) ?? prefixes.find(({ prefix }) => payload.startsWith(prefix))?.flow;
}

/** @param said a whole message, made `plain` */
export function flowForKeyword(program: Program, said: string): string | undefined {
  return triggersOf(program).keywords.get(said);
}

function setFirst(map: Map<string, string>, key: string, value: string): void {
  if (!map.has(key)) map.set(key, value);
}

/** A whole message, whatever its case, width and closing marks. */
export function plain(text: string): string {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/\s+/g, " ")
    .replace(/^[\s"'«“‘¿¡]+|[\s"'»”’.!?,;。！？，；…~]+$/g, "");
}
