/** A flow as a graph: where each step may lead, and which values it leaves behind. */
import type { Brand } from "../compile/brand.ts";
import type { Inside } from "../compile/steps.ts";
import { type At, END, type Flow, STAY, type Step } from "../program.ts";

export type Edge = { to: At; gains: string[]; loses: string[] };

/** `filled`: outputs that the called flow surely fills. */
export function edges(step: Step, inside: Inside, brand: Brand, filled: (flow: string) => Iterable<string>): Edge[] {
  const to = (at: At, gains: string[] = [], loses: string[] = []): Edge => ({ to: at, gains, loses });
  const maybe = (at: At | undefined): Edge[] => (at === undefined || at === STAY ? [] : [to(at)]);
  switch (step.kind) {
    case "send":
      return [to(step.next), ...(inside.jumps.get(step.at) ?? []).map((at) => to(at))];
    case "collect": {
      const path = pathOf(step.target);
      const jumps = (inside.jumps.get(step.at) ?? []).map((at) => to(at));
      const filled = to(step.next, step.optional ? [] : [path]);
      const passed = step.when ? [to(step.next)] : [];
      return [filled, ...passed, ...maybe(step.otherwise), ...maybe(step.noReply), ...jumps];
    }
    case "set": {
      const gains = step.sets.filter((one) => one.value).map((one) => pathOf(one.target));
      const loses = step.sets.filter((one) => !one.value).map((one) => pathOf(one.target));
      return [to(step.next, gains, loses)];
    }
    case "if":
      return [to(step.then, inside.implied.get(step.at) ?? []), to(step.else)];
    case "switch":
      return [...[...step.cases.values()].map((at) => to(at)), to(step.else)];
    case "call": {
      // A false guard passes the call with `save` missing (rule 23).
      const known = brand.flows.get(step.flow)?.file;
      const sure = step.save && !(known?.guard && !known.otherwise);
      if (!sure) return [to(step.next)];
      const outputs = known?.guard ? [] : [...filled(step.flow)];
      return [to(step.next, [step.save!, ...outputs.map((name) => `${step.save}.${name}`)])];
    }
    case "action":
      return [to(step.next, step.save ? [step.save] : []), ...maybe(step.onError)];
    case "answer":
      return [to(step.next), ...maybe(step.otherwise)];
    case "handoff":
      return [...maybe(step.returnTo), ...maybe(step.whenClosed), ...maybe(step.whenTooLong)];
    case "goto":
      return [to(step.to)];
    case "end":
      return step.what === "flow" ? [to(END)] : [];
    case "link":
      return [];
    case "wait":
    case "tag":
    case "note":
      return [to(step.next)];
  }
}

export function pathOf(target: { kind: "slot" | "customer"; name: string }): string {
  return target.kind === "slot" ? `slots.${target.name}` : `customer.${target.name}`;
}

export type Walk = {
  /** By index of a step that can be reached: paths surely present when it begins. */
  present: Map<At, Set<string>>;
  /** Outgoing edges by index. */
  out: Map<At, Edge[]>;
  /** Paths surely present when the flow ends. */
  atEnd: Set<string> | null;
};

/** Follows every way through the flow; what is present after joining is what all ways bring. */
export function walk(flow: Flow, inside: Inside, brand: Brand, filled: (flow: string) => Iterable<string> = () => []): Walk {
  const present = new Map<At, Set<string>>();
  const out = new Map<At, Edge[]>();
  let atEnd: Set<string> | null = null;
  const given = new Set<string>(flow.inputs.map((name) => `slots.${name}`));
  for (const slot of flow.slots.values()) if (slot.default) given.add(`slots.${slot.name}`);
  const queue: At[] = [];
  const arrive = (at: At, having: Set<string>) => {
    if (at < 0) {
      if (at !== STAY) atEnd = atEnd ? intersection(atEnd, having) : having;
      return;
    }
    const before = present.get(at);
    const after = before ? intersection(before, having) : having;
    if (before && after.size === before.size) return;
    present.set(at, after);
    queue.push(at);
  };
  arrive(flow.start, given);
  if (flow.otherwise !== null) arrive(flow.otherwise, given);
  while (queue.length > 0) {
    const at = queue.pop()!;
    const step = flow.steps[at]!;
    const having = present.get(at)!;
    const leaving = out.get(at) ?? edges(step, inside, brand, filled);
    out.set(at, leaving);
    for (const edge of leaving) {
      const next = new Set(having);
      for (const lost of edge.loses) for (const path of having) if (path === lost || path.startsWith(`${lost}.`)) next.delete(path);
      for (const path of edge.gains) next.add(path);
      arrive(edge.to, next);
    }
  }
  return { present, out, atEnd };
}

function intersection(a: Set<string>, b: Set<string>): Set<string> {
  return new Set([...a].filter((path) => b.has(path)));
}
