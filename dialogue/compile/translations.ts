/** Translations of one folder of flows: found by context and source text, then by source text within the flow (rule 29). */
import type { Translations } from "../expressions/types.ts";
import type { Problem } from "../problem.ts";
import { readPo, type Translated } from "../read/po.ts";
import type { Translate } from "./workshop.ts";

export type Catalog = {
  file: string;
  language: string;
  entries: Translated[];
  exact: Map<string, Translated>;
  byFlow: Map<string, Translated>;
  used: Set<Translated>;
  /** Flows of this folder that were not read, or not whole; `faq` for its FAQ: what belongs to them only seems unused. */
  unread: Set<string>;
};

const SEPARATOR = "\u0004"; // as gettext joins context and text

export function catalog(file: string, language: string, text: string): { catalog: Catalog; problems: Problem[] } {
  const { entries, problems } = readPo(file, text);
  const made: Catalog = { file, language, entries, exact: new Map(), byFlow: new Map(), used: new Set(), unread: new Set() };
  for (const one of entries) {
    if (one.text === "" || one.fuzzy) continue;
    const exact = one.context + SEPARATOR + one.source;
    if (!made.exact.has(exact)) made.exact.set(exact, one);
    const byFlow = flowOf(one.context) + SEPARATOR + one.source;
    if (!made.byFlow.has(byFlow)) made.byFlow.set(byFlow, one);
  }
  return { catalog: made, problems };
}

/** `faq/shipping_time/answer` → `faq/shipping_time`; `returns/look_up/send` → `returns`. */
function flowOf(context: string): string {
  const parts = context.split("/");
  return parts[0] === "faq" ? parts.slice(0, 2).join("/") : parts[0]!;
}

/** Entries whose text is gone. */
export function unused(from: Catalog): Translated[] {
  return from.entries.filter((one) => one.text !== "" && !one.fuzzy && !from.used.has(one) && !from.unread.has(one.context.split("/")[0]!));
}

export function translator(catalogs: Catalog[]): Translate {
  return (context, source) => {
    const found: Translations = new Map();
    for (const one of catalogs) {
      const hit = one.exact.get(context + SEPARATOR + source) ?? one.byFlow.get(flowOf(context) + SEPARATOR + source);
      if (!hit || found.has(one.language)) continue;
      one.used.add(hit);
      found.set(one.language, { text: hit.text, place: hit.place });
    }
    return found;
  };
}
