/** Lays a flow's nested steps in one flat list: indices, what comes after each, ids by rule 7, and what a `goto` may reach by rule 9. */
import { type At, END, STAY } from "../program.ts";
import type { StepSource } from "../read/flow-schema.ts";
import { entry, problemAt, type Scalar } from "../read/node.ts";
import { report, type Workshop } from "./workshop.ts";

export type Block = {
  parent: Block | null;
  steps: Draft[] /** Where it goes on when it ends. */;
  after: At /** Within an `on_error`. */;
  inError: boolean;
};
export type Draft = {
  source: StepSource;
  main: string;
  mainKey: Scalar;
  at: At;
  next: At;
  id: string;
  writtenId: boolean;
  block: Block;
  inner: Map<string, Block>;
};
export type Layout = {
  drafts: Draft[];
  root: Block;
  otherwise: Block | null;
  byId: Map<string, Draft>;
  /** Ends all: where a `when_closed` that goes on leads when the handoff has no `return_to` (rule 27). null: none needed. */
  endAll: At | null;
};

/** The kinds of steps that a conversation can stand on. */
const STANDING = new Set(["collect", "action", "answer", "call", "wait", "handoff"]);
const MAINS = [
  "send",
  "collect",
  "set",
  "if",
  "switch",
  "call",
  "link",
  "goto",
  "end",
  "action",
  "answer",
  "wait",
  "handoff",
  "track",
  "split",
  "start_sequence",
  "stop_sequence",
  "tag",
  "untag",
  "note",
];

export function layOut(shop: Workshop, steps: StepSource[], otherwise: StepSource[] | null): Layout {
  const drafts: Draft[] = [];
  const root = block(drafts, steps, null);
  const other = otherwise ? block(drafts, otherwise, null) : null;
  const byId = nameSteps(shop, drafts);
  const needsEnd = drafts.some(
    (one) => "handoff" in one.source && !one.source.return_to && (one.source.when_closed || one.source.when_too_long),
  );
  const layout: Layout = { drafts, root, otherwise: other, byId, endAll: needsEnd ? drafts.length : null };
  settle(shop, root, END, layout);
  if (other) settle(shop, other, END, layout);
  return layout;
}

/** First step of a block; what follows it when it is missing or empty. */
export function first(inner: Block | undefined, after: At): At {
  return inner?.steps[0]?.at ?? inner?.after ?? after;
}

/** The step of this id, if a `goto` in this block may reach it: same or enclosing level. `barred`: it lies in a branch. */
export function reach(layout: Layout, from: Block, id: string): Draft | "barred" | null {
  const target = layout.byId.get(id);
  if (!target) return null;
  for (let level: Block | null = from; level; level = level.parent) if (level === target.block) return target;
  return "barred";
}

function block(drafts: Draft[], steps: StepSource[], parent: Block | null, inError = false): Block {
  const made: Block = { parent, steps: [], after: END, inError };
  for (const source of steps) {
    const main = MAINS.find((key) => Object.hasOwn(source, key))!;
    const draft: Draft = {
      source,
      main,
      mainKey: entry(source.node, main)!.key,
      at: drafts.length,
      next: END,
      id: source.id?.text ?? "",
      writtenId: Boolean(source.id),
      block: made,
      inner: new Map(),
    };
    drafts.push(draft);
    made.steps.push(draft);
    for (const [key, inner] of branches(source)) draft.inner.set(key, block(drafts, inner, made, inError || key === "on_error"));
  }
  return made;
}

/** A step's blocks of steps, by their key; a case of a switch is `cases/<value>`. */
export function branches(source: StepSource): [string, StepSource[]][] {
  const found: [string, StepSource[] | undefined][] = [];
  if ("collect" in source) found.push(["otherwise", source.otherwise], ["no_reply", source.no_reply]);
  if ("if" in source) found.push(["then", source.then], ["else", source.else]);
  if ("switch" in source)
    found.push(...source.cases.map((one): [string, StepSource[]] => [`cases/${one.key.text}`, one.value]), ["else", source.else]);
  if ("split" in source) found.push(...(source.cases ?? []).map((one): [string, StepSource[]] => [`cases/${one.key.text}`, one.value]));
  if ("action" in source) found.push(["on_error", source.on_error]);
  if ("answer" in source) found.push(["otherwise", source.otherwise]);
  if ("handoff" in source) found.push(["when_closed", source.when_closed], ["when_too_long", source.when_too_long]);
  return found.filter((one): one is [string, StepSource[]] => one[1] !== undefined);
}

function wantedId(source: StepSource, main: string): string {
  if ("collect" in source) return source.collect.text.split(".").at(-1)!;
  if ("call" in source) return source.call.text;
  if ("link" in source) return source.link.text;
  if ("action" in source) return source.action.text.split(".").at(-1)!;
  return main;
}

function nameSteps(shop: Workshop, drafts: Draft[]): Map<string, Draft> {
  const byId = new Map<string, Draft>();
  for (const draft of drafts) {
    if (!draft.writtenId) continue;
    if (draft.id === "next")
      report(shop, draft.source.id!.at, "bad-name", "`next` cannot be a step's id: in `return_to` it means the step after.", {
        help: "Choose another id.",
      });
    const earlier = byId.get(draft.id);
    if (earlier) {
      report(
        shop,
        draft.source.id!.at,
        "duplicate-id",
        `The id \`${draft.id}\` is taken by the step at line ${problemAt(earlier.source.id!.at, "", "").line}; ids are unique in a flow, branches included.`,
        { help: "Choose another id for one of the two." },
      );
    } else byId.set(draft.id, draft);
  }
  const standing = new Map<string, Draft>();
  for (const draft of drafts) {
    if (draft.writtenId) continue;
    const wanted = wantedId(draft.source, draft.main);
    if (STANDING.has(draft.main)) {
      const earlier = standing.get(wanted);
      if (earlier) {
        report(
          shop,
          draft.mainKey,
          "same-automatic-id",
          `This \`${draft.main}\` and the \`${earlier.main}\` at line ${problemAt(earlier.mainKey, "", "").line} would both be called \`${wanted}\`. Conversations stand on these steps, and a release has to tell them apart.`,
          { help: `Give one of them an \`id\` of its own, such as \`id: ${freeId(byId, wanted, "again")}\`.` },
        );
      } else standing.set(wanted, draft);
    }
    let id = wanted;
    for (let n = 2; byId.has(id); n++) id = `${wanted}_${n}`;
    draft.id = id;
    byId.set(id, draft);
  }
  return byId;
}

function freeId(byId: Map<string, Draft>, wanted: string, word: string): string {
  let id = `${wanted}_${word}`;
  for (let n = 2; byId.has(id); n++) id = `${wanted}_${word}_${n}`;
  return id;
}

function settle(shop: Workshop, level: Block, after: At, layout: Layout): void {
  level.after = after;
  for (const [i, draft] of level.steps.entries()) draft.next = level.steps[i + 1]?.at ?? after;
  for (const draft of level.steps) {
    for (const [key, inner] of draft.inner) settle(shop, inner, afterBranch(draft, key, layout), layout);
  }
}

function afterBranch(draft: Draft, key: string, layout: Layout): At {
  if (key === "no_reply") return STAY;
  if (key === "when_closed" || key === "when_too_long") {
    if (!("handoff" in draft.source)) return draft.next;
    const wanted = draft.source.return_to?.text;
    if (wanted === undefined) return layout.endAll ?? END;
    if (wanted === "next") return draft.next;
    const target = reach(layout, draft.block, wanted);
    return target && target !== "barred" ? target.at : draft.next;
  }
  return draft.next;
}
