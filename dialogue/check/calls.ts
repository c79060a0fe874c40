/** Cycles of calls: flows that would wait for each other without end (rule 14). */
import type { Made } from "../compile/flow.ts";
import { report, type Workshop } from "../compile/workshop.ts";
import { list } from "../read/shape.ts";

export function checkCalls(shop: Workshop, made: Map<string, Made>): void {
  const done = new Set<string>();
  for (const start of made.keys()) visit(start, []);

  function visit(name: string, path: string[]): void {
    if (done.has(name)) return;
    const one = made.get(name);
    if (!one) return;
    for (const step of one.flow.steps) {
      if (step.kind !== "call") continue;
      const began = [...path, name].indexOf(step.flow);
      if (began !== -1) {
        const round = [...path, name].slice(began);
        const source = one.inside.layout.drafts[step.at]!.source;
        const at = "call" in source ? source.call.at : source.node;
        const way = round.length === 1 ? "This flow calls itself" : `These flows call each other in a circle: ${list(round)}`;
        report(shop, at, "call-cycle", `${way}, and a flow stands at most once on the stack.`, {
          help: "Use `link` where the caller is not needed any more, or `goto` within one flow.",
        });
      } else if (!path.includes(step.flow)) visit(step.flow, [...path, name]);
    }
    done.add(name);
  }
}
