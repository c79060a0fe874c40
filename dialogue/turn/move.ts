/** A conversation under way goes on in another program: every run finds its place there, or all stay where they are. */
import type { Frame, Session } from "../../model/session.ts";
import type { Flow } from "../program.ts";
import type { Programs } from "./draft.ts";

/** `none`: nothing stands on an older program. `stays`: a sentence that says what is gone. */
export type Move = { kind: "none" } | { kind: "moved"; session: Session } | { kind: "stays"; why: string };

export function moveSession(session: Session, programs: Programs): Move {
  const { newest } = programs;
  if (session.stack.every((frame) => frame.program === newest.hash)) return { kind: "none" };
  const stack: Frame[] = [];
  for (const frame of session.stack) {
    const from = programs.named(frame.program)?.flows.get(frame.flow);
    const to = newest.flows.get(frame.flow);
    if (to === undefined) return { kind: "stays", why: `There is no flow \`${frame.flow}\` any more.` };
    const missing = placeMissing(frame, session, from, to);
    if (missing !== null) return { kind: "stays", why: missing };
    const moved: Frame = { ...frame, program: newest.hash };
    if (frame.passed) moved.passed = frame.passed.filter((step) => to.byId.has(step));
    if (frame.back) moved.back = frame.back.filter((step) => to.byId.has(step));
    stack.push(moved);
  }
  return { kind: "moved", session: { ...session, stack } };
}

function placeMissing(frame: Frame, session: Session, from: Flow | undefined, to: Flow): string | null {
  const open = session.question?.flow === frame.flow ? session.question.step : undefined;
  for (const step of [frame.step, frame.question?.step, open]) {
    if (step === null || step === undefined) continue;
    const now = kindOf(to, step);
    if (now === undefined) return `The step \`${step}\` of \`${frame.flow}\` is gone.`;
    const before = from && kindOf(from, step);
    if (before !== undefined && before !== now) return `The step \`${step}\` of \`${frame.flow}\` was ${before} and is ${now} now.`;
  }
  for (const name of Object.keys(frame.slots)) {
    const before = from?.slots.get(name)?.type;
    const now = to.slots.get(name)?.type;
    if (now === undefined) return `The slot \`${name}\` of \`${frame.flow}\`, which is filled, is gone.`;
    if (before !== undefined && before !== now) return `The slot \`${name}\` of \`${frame.flow}\` was ${before} and is ${now} now.`;
  }
  return null;
}

function kindOf(flow: Flow, step: string): string | undefined {
  const at = flow.byId.get(step);
  return at === undefined ? undefined : flow.steps[at]?.kind;
}
