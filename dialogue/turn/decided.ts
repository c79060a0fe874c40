/** What a turn decided, read from its trace in the words of stories: `faq/<id>`, `flow/<name>`, `question/<step>`, a pattern's name. */
import type { Trace } from "../../model/turn.ts";
import { PATTERNS } from "../patterns.ts";

/** Patterns that follow from a decision and are none. */
const AFTERMATH = new Set(["resume", "completed"]);

/** In order; empty: nothing was said or done about what was heard. */
export function decidedIn(trace: Trace[]): string[] {
  const decided: string[] = [];
  const add = (name: string) => {
    if (!decided.includes(name)) decided.push(name);
  };
  for (const { at, what } of trace) {
    const isPattern = Object.hasOwn(PATTERNS, at);
    if (what === "answered") add(at.startsWith("faq/") ? at : `question/${at}`);
    else if (what === "not accepted") add(`question/${at}`);
    else if ((what === "started" || what === "returned to its open step") && !isPattern) add(`flow/${at}`);
    else if ((what === "pattern" || what === "started") && isPattern && !AFTERMATH.has(at)) add(at);
  }
  return decided;
}

/** What was ranked for it: `faq/<id>` and `flow/<name>`, best first. */
export function rankedIn(trace: Trace[]): string[] {
  const ranked: string[] = [];
  for (const { at, data } of trace) {
    if (at !== "ranking" || !Array.isArray(data)) continue;
    for (const one of data) {
      const { kind, name } = one as { kind: string; name: string };
      if (!ranked.includes(`${kind}/${name}`)) ranked.push(`${kind}/${name}`);
    }
  }
  return ranked;
}
