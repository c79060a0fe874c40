/** A flow as a graph: its steps as nodes, and every way from one to another as an edge. */
import { type At, END, type Flow, type MessagePlan, STAY, type Step } from "../../dialogue/program.ts";
import type { GraphEdge, GraphNode, GraphView } from "./views.ts";

/** Where a flow comes to its end, and another one that it leads to. */
const DONE = "(end)";

export function graphOf(flow: Flow): GraphView {
  const nodes: GraphNode[] = [];
  const edges: GraphEdge[] = [];
  const leads = new Map<string, GraphNode>();
  for (const step of flow.steps) {
    if (step.kind === "goto") continue; // an edge, not a place to stand
    nodes.push({ id: step.id, kind: step.kind, text: textOf(step), place: step.place, named: step.writtenId });
  }
  const target = (at: At, seen = 0): string => {
    const step = at >= 0 ? flow.steps[at] : undefined;
    if (step === undefined) return DONE;
    return step.kind === "goto" && seen < flow.steps.length ? target(step.to, seen + 1) : step.id;
  };
  const edge = (from: string, to: At, label: string | null, kind: GraphEdge["kind"]) => {
    if (to === STAY) return;
    edges.push({ from, to: target(to), label, kind });
  };
  const outside = (from: string, name: string, step: Step, label: string | null) => {
    const id = `(${name})`;
    if (!leads.has(id)) leads.set(id, { id, kind: "flow", text: name, place: step.place, named: true });
    edges.push({ from, to: id, label, kind: "next" });
  };
  for (const step of flow.steps) {
    const { id } = step;
    switch (step.kind) {
      case "goto":
        break;
      case "if":
        edge(id, step.then, "yes", "branch");
        edge(id, step.else, "no", "branch");
        break;
      case "switch":
        for (const [value, at] of step.cases) edge(id, at, value, "branch");
        edge(id, step.else, "else", "otherwise");
        break;
      case "collect":
        edge(id, step.next, null, "next");
        if (step.otherwise !== undefined) edge(id, step.otherwise, "otherwise", "otherwise");
        if (step.noReply !== undefined && step.noReply !== STAY) edge(id, step.noReply, "no reply", "otherwise");
        break;
      case "action":
        edge(id, step.next, null, "next");
        if (step.onError !== undefined) edge(id, step.onError, "error", "otherwise");
        break;
      case "answer":
        edge(id, step.next, null, "next");
        if (step.otherwise !== undefined) edge(id, step.otherwise, "otherwise", "otherwise");
        break;
      case "call":
        edge(id, step.next, null, "next");
        break;
      case "link":
        outside(id, step.flow, step, null);
        break;
      case "handoff":
        if (step.returnTo !== undefined) edge(id, step.returnTo, "returned", "branch");
        if (step.whenClosed !== undefined) edge(id, step.whenClosed, "closed", "otherwise");
        if (step.whenTooLong !== undefined) edge(id, step.whenTooLong, "too long", "otherwise");
        break;
      case "end":
        edge(id, END, null, "next");
        break;
      default:
        edge(id, step.next, null, "next");
    }
  }
  nodes.push(...leads.values());
  if (edges.some((one) => one.to === DONE)) nodes.push({ id: DONE, kind: "end", text: "", place: flow.place, named: true });
  return { flow: flow.name, description: flow.description, start: target(flow.start), nodes, edges: distinct(edges) };
}

function distinct(edges: GraphEdge[]): GraphEdge[] {
  const seen = new Set<string>();
  return edges.filter(({ from, to, label }) => {
    const key = JSON.stringify([from, to, label]);
    return !seen.has(key) && seen.add(key);
  });
}

function textOf(step: Step): string {
  switch (step.kind) {
    case "send":
      return said(step.message);
    case "collect":
      return said(step.ask);
    case "set":
      return step.sets.map(({ target }) => `${target.kind === "slot" ? "" : "customer."}${target.name}`).join(", ");
    case "if":
      return step.test.source;
    case "switch":
      return step.on.source;
    case "call":
    case "link":
      return step.flow;
    case "action":
      return step.action;
    case "answer":
      return step.text.source;
    case "wait":
      return step.forMs === undefined ? "" : spanOf(step.forMs);
    case "handoff":
      return step.queue;
    case "note":
      return step.text.source;
    case "tag":
      return [...step.add.map((one) => `+${one.source}`), ...step.remove.map((one) => `-${one.source}`)].join(" ");
    case "goto":
    case "end":
      return "";
  }
}

function said(plan: MessagePlan): string {
  return plan.texts[0]?.source ?? "";
}

const UNITS: [string, number][] = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1_000],
];

/** `20h`, `1h30m`: as it would be written. */
export function spanOf(ms: number): string {
  let left = Math.max(0, Math.round(ms / 1_000) * 1_000);
  let text = "";
  for (const [unit, size] of UNITS) {
    const count = Math.floor(left / size);
    if (count > 0) text += `${count}${unit}`;
    left -= count * size;
  }
  return text === "" ? "0s" : text;
}
