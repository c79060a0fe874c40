/** Ways through a flow that nobody wants: steps never reached, rounds without end, questions that lead nowhere. */
import type { Inside } from "../compile/steps.ts";
import { report, type Workshop } from "../compile/workshop.ts";
import { type At, END, type Flow, type Step } from "../program.ts";
import type { Walk } from "./graph.ts";

export function checkWays(shop: Workshop, flow: Flow, inside: Inside, walk: Walk): void {
  unreachable(shop, flow, inside, walk);
  endless(shop, flow, inside, walk);
  for (const [at] of walk.present) {
    const step = flow.steps[at]!;
    if (step.kind === "collect" && step.otherwise !== undefined) forever(shop, inside, walk, flow, step);
  }
}

/** The first step of each stretch that no way leads to. */
function unreachable(shop: Workshop, flow: Flow, inside: Inside, walk: Walk): void {
  for (const draft of inside.layout.drafts) {
    if (walk.present.has(draft.at)) continue;
    const siblings = draft.block.steps;
    const before = siblings[siblings.indexOf(draft) - 1];
    // Said at the first of a stretch, and not again inside a branch that is itself not reached.
    if (!before || !walk.present.has(before.at)) continue;
    const cause = flow.steps[before.at]!;
    const why =
      cause.kind === "handoff"
        ? `Without \`return_to\` the flow ends at the \`handoff\` before it (\`${before.id}\`).`
        : `The \`${before.main}\` before it (\`${before.id}\`) never goes on to the next step.`;
    report(shop, draft.mainKey, "unreachable-step", `No way leads to this step. ${why}`, {
      severity: "warning",
      help:
        cause.kind === "handoff"
          ? "Write `return_to: next` on the handoff, or take the step out."
          : "Take it out, or lead to it by a `goto`.",
    });
  }
}

/** Does a conversation stand here until something comes from outside? */
function stops(step: Step, flow: Flow): boolean {
  if (step.kind === "collect") return step.askAgain || step.optional || emptied(step, flow);
  return step.kind === "action" || step.kind === "answer" || step.kind === "call" || step.kind === "wait" || step.kind === "handoff";
}

/** A question that is filled is passed in silence, so going back to it asks again only if something empties it. */
function emptied(question: Extract<Step, { kind: "collect" }>, flow: Flow): boolean {
  return flow.steps.some(
    (step) =>
      step.kind === "set" &&
      step.sets.some((one) => one.value === null && one.target.kind === question.target.kind && one.target.name === question.target.name),
  );
}

function endless(shop: Workshop, flow: Flow, inside: Inside, walk: Walk): void {
  const escapes = new Set<At>();
  for (let grown = true; grown; ) {
    grown = false;
    for (const [at, out] of walk.out) {
      if (escapes.has(at)) continue;
      const step = flow.steps[at]!;
      if (out.length === 0 || stops(step, flow) || out.some((edge) => edge.to < 0 || escapes.has(edge.to))) {
        escapes.add(at);
        grown = true;
      }
    }
  }
  const said = new Set<At>();
  for (const draft of inside.layout.drafts) {
    const step = flow.steps[draft.at]!;
    if (step.kind !== "goto" || escapes.has(draft.at) || !walk.present.has(draft.at) || said.has(step.to)) continue;
    said.add(step.to);
    const help =
      "Let the round pass a question that is asked anew (`ask_again: true`, or a `set` that empties its slot), a `wait`, or a branch that leads out.";
    report(
      shop,
      draft.mainKey,
      "endless-loop",
      `From here the steps go round and round without ever stopping: nothing on the way back to \`${flow.steps[step.to]?.id ?? ""}\` waits for anyone.`,
      { help },
    );
  }
}

/** Who cannot answer is led by `otherwise` only back to the same question. */
function forever(shop: Workshop, inside: Inside, walk: Walk, flow: Flow, question: Extract<Step, { kind: "collect" }>): void {
  const seen = new Set<At>();
  const queue: At[] = [question.otherwise!];
  while (queue.length > 0) {
    const at = queue.pop()!;
    if (at === END) return;
    if (at < 0 || at === question.at || seen.has(at)) continue;
    seen.add(at);
    const step = flow.steps[at]!;
    if (step.kind === "handoff" || step.kind === "link" || step.kind === "end" || step.kind === "call" || step.kind === "collect") return;
    for (const edge of walk.out.get(at) ?? []) queue.push(edge.to);
  }
  const draft = inside.layout.drafts[question.at]!;
  report(
    shop,
    draft.mainKey,
    "question-forever",
    `Whoever cannot answer this question is asked it for ever: its \`otherwise\` leads back to it and nowhere else.`,
    {
      severity: "warning",
      help: "End `otherwise` with a `handoff`, a `link` or `end: flow`.",
    },
  );
}
