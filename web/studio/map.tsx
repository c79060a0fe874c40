/** A flow as a picture: laid out by itself, the steps that were walked marked, the running one lit. */
import dagre from "@dagrejs/dagre";
import {
  Background,
  BackgroundVariant,
  Controls,
  type Edge,
  Handle,
  MarkerType,
  type Node,
  type NodeProps,
  Position,
  ReactFlow,
  ReactFlowProvider,
  useReactFlow,
} from "@xyflow/react";
import "@xyflow/react/dist/base.css";
import "./map.css";
import { Check, ChevronDown, X } from "lucide-react";
import { useEffect, useMemo } from "react";
import type { GraphEdge, GraphNode, GraphView, OverviewView, PhoneView } from "../../server/studio/views.ts";
import { Menu, MenuItem, MenuLabel } from "../design/floating.tsx";
import { Skeleton } from "../design/shapes.tsx";
import { useGraph } from "./api.ts";
import { show } from "./place.tsx";
import { setState, useStudio } from "./state.ts";
import { type Key, known, useWords } from "./words.ts";

type StepNode = Node<{ step: GraphNode; isNow: boolean; been: boolean }, "step">;

const WIDTH = 236;
const HEIGHT = 62;
const SMALL = 40;
const heightOf = (node: GraphNode) => (node.text === "" || node.kind === "flow" ? SMALL : HEIGHT);

export default function FlowMap({ overview, phone }: { overview: OverviewView; phone: PhoneView }) {
  const t = useWords();
  const { flow: chosen } = useStudio();
  const running = phone.session?.question?.flow ?? phone.session?.frames[0]?.flow ?? phone.turns[0]?.stands?.flow ?? null;
  const fallback = overview.flows.find((one) => !one.pattern)?.name ?? "";
  const name = chosen ?? running ?? fallback;
  const { data: graph } = useGraph(overview.bot, name);
  const now =
    phone.session?.question?.flow === name
      ? phone.session.question.step
      : (phone.session?.frames.find((one) => one.flow === name)?.step?.step ?? null);
  const been = useMemo(() => walked(phone, name), [phone, name]);
  const seen = graph?.nodes.filter((node) => been.has(node.id)).length ?? 0;
  const all = graph?.nodes.filter((node) => !node.id.startsWith("(")).length ?? 0;
  return (
    <section className="map" aria-label={t("mapOf", { flow: name })}>
      <header>
        <Menu
          label={t("chooseFlow")}
          align="start"
          trigger={
            <button type="button" className="btn quiet flow-name">
              <b>{name}</b>
              <ChevronDown className="i" aria-hidden="true" />
            </button>
          }
        >
          <MenuItem onSelect={() => setState({ flow: null })}>
            {t("runningFlow")} {running ? <span className="faint">{running}</span> : null}
          </MenuItem>
          {overview.flows
            .filter((one) => !one.pattern)
            .map((one) => (
              <MenuItem key={one.name} onSelect={() => setState({ flow: one.name })}>
                {one.name}
              </MenuItem>
            ))}
          <MenuLabel>{t("patterns")}</MenuLabel>
          {overview.flows
            .filter((one) => one.pattern)
            .map((one) => (
              <MenuItem key={one.name} onSelect={() => setState({ flow: one.name })}>
                {one.name}
              </MenuItem>
            ))}
        </Menu>
        <span className="faint small grow">{t("stepsSeen", { n: seen, all })}</span>
        <button type="button" className="btn quiet icon" aria-label={t("closeMap")} onClick={() => setState({ beside: "files" })}>
          <X className="i" aria-hidden="true" />
        </button>
      </header>
      {graph ? (
        <ReactFlowProvider key={graph.flow}>
          <Picture graph={graph} now={now} been={been} />
        </ReactFlowProvider>
      ) : (
        <Skeleton rows={6} label={t("loading")} />
      )}
    </section>
  );
}

/** Every step of this flow that the trace names. */
function walked(phone: PhoneView, flow: string): Set<string> {
  const steps = new Set<string>();
  for (const turn of phone.turns) {
    for (const { ref } of turn.trace) if (ref?.flow === flow && ref.step !== "") steps.add(ref.step);
    for (const { step } of turn.said) if (step?.flow === flow) steps.add(step.step);
  }
  return steps;
}

const TYPES = { step: StepBox };

function Picture({ graph, now, been }: { graph: GraphView; now: string | null; been: Set<string> }) {
  const t = useWords();
  const flow = useReactFlow();
  const places = useMemo(() => layOut(graph), [graph]);
  const nodes = graph.nodes.map(
    (step): StepNode => ({
      id: step.id,
      type: "step",
      position: places.get(step.id) ?? { x: 0, y: 0 },
      width: WIDTH,
      height: heightOf(step),
      data: { step, isNow: step.id === now, been: been.has(step.id) },
      draggable: false,
      connectable: false,
      ariaLabel: `${kindWord(step.kind, t)} ${step.id}`,
    }),
  );
  const edges = graph.edges.map((edge): Edge => {
    const label = labelOf(edge, t);
    const lit = been.has(edge.from) && been.has(edge.to);
    return {
      id: `${edge.from} ${edge.to} ${edge.label ?? ""}`,
      source: edge.from,
      target: edge.to,
      type: "smoothstep",
      className: `${edge.kind} ${lit ? "lit" : ""}`,
      markerEnd: { type: MarkerType.ArrowClosed, width: 12, height: 12, color: lit ? "var(--bot)" : "var(--edge)" },
      focusable: false,
      ...(label === null ? {} : { label }),
    };
  });
  useEffect(() => {
    const reduced = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const duration = reduced ? 0 : 180;
    const place = now === null ? undefined : places.get(now);
    if (place) void flow.setCenter(place.x + WIDTH / 2, place.y + HEIGHT, { zoom: 0.95, duration });
    else {
      const start = places.get(graph.start);
      if (start) void flow.setCenter(start.x + WIDTH / 2, start.y + 220, { zoom: 0.9, duration });
    }
  }, [now, places, graph.start, flow]);
  return (
    <ReactFlow
      nodes={nodes}
      edges={edges}
      nodeTypes={TYPES}
      minZoom={0.2}
      maxZoom={1.5}
      nodesDraggable={false}
      nodesConnectable={false}
      elementsSelectable
      deleteKeyCode={null}
      onNodeClick={(_event, node) => show((node as StepNode).data.step.place)}
      proOptions={{ hideAttribution: true }}
    >
      <Background variant={BackgroundVariant.Dots} gap={20} size={1} />
      <Controls showInteractive={false} position="bottom-left" />
    </ReactFlow>
  );
}

function layOut(graph: GraphView): Map<string, { x: number; y: number }> {
  const picture = new dagre.graphlib.Graph({ multigraph: true });
  picture.setGraph({ rankdir: "TB", nodesep: 28, ranksep: 44, marginx: 20, marginy: 20 });
  picture.setDefaultEdgeLabel(() => ({}));
  for (const node of graph.nodes) picture.setNode(node.id, { width: WIDTH, height: heightOf(node) });
  for (const [n, edge] of graph.edges.entries())
    picture.setEdge(
      edge.from,
      edge.to,
      { weight: edge.kind === "next" ? 3 : edge.kind === "branch" ? 2 : 1, width: 40, height: 12, labelpos: "c" },
      `edge ${n}`, // an empty name would be none
    );
  dagre.layout(picture);
  return new Map(
    graph.nodes.map((node) => {
      const { x, y } = picture.node(node.id) as { x: number; y: number };
      return [node.id, { x: x - WIDTH / 2, y: y - heightOf(node) / 2 }];
    }),
  );
}

const LABELS: Record<string, Key> = {
  yes: "yes",
  no: "no",
  else: "elseWay",
  otherwise: "otherwise",
  "no reply": "noReply",
  error: "error",
  returned: "returned",
};

function labelOf(edge: GraphEdge, t: ReturnType<typeof useWords>): string | null {
  if (edge.label === null) return null;
  return Object.hasOwn(LABELS, edge.label) ? t(LABELS[edge.label]!) : edge.label;
}

function kindWord(kind: string, t: ReturnType<typeof useWords>): string {
  const key = known(`kind.${kind}`);
  return key ? t(key) : kind;
}

function StepBox({ data }: NodeProps<StepNode>) {
  const t = useWords();
  const { step, isNow, been } = data;
  return (
    <div className={`box is-${step.kind} ${isNow ? "now" : ""} ${been ? "been" : ""}`} aria-current={isNow ? "step" : undefined}>
      <Handle type="target" position={Position.Top} />
      <span className="node">{been && !isNow ? <Check className="i" aria-hidden="true" /> : null}</span>
      <span className="text">
        <b className="cut">{step.id.startsWith("(") ? step.text || t("kind.end") : step.id}</b>
        {step.kind !== "flow" && step.text !== "" ? (
          <span className="cut">
            <span className="faint">{kindWord(step.kind, t)}</span> {step.text}
          </span>
        ) : null}
      </span>
      {step.id.startsWith("(") ? null : <span className="ln">{step.place.line}</span>}
      <Handle type="source" position={Position.Bottom} />
    </div>
  );
}
