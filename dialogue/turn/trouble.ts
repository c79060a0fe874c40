/** When a flow cannot go on: the customer is told, a person is offered, and runs that were interrupted are spared. */
import { type Draft, note, REST, STEPS_MAX, topFrame } from "./draft.ts";
import { runPattern } from "./patterns.ts";
import { engineText, sayMessage } from "./say.ts";
import { bareScope } from "./scope.ts";
import { clearStack } from "./stack.ts";

/** Steps that the pattern itself may take after the budget ran out. */
const STEPS_AFTER = 50;

export function breakDown(draft: Draft, why: string): void {
  const frame = topFrame(draft);
  note(draft, frame === undefined ? "" : `${frame.flow}/${frame.step ?? ""}`, "cannot go on", why);
  if (draft.tired || frame?.flow === "internal_error") {
    giveUp(draft);
    return;
  }
  if (draft.steps > STEPS_MAX) {
    draft.tired = true;
    draft.steps = STEPS_MAX - STEPS_AFTER;
  }
  draft.at = REST;
  runPattern(draft, "internal_error", {}, "drop");
}

/** The pattern itself failed: one plain line, and the conversation starts afresh with the next message. */
export function giveUp(draft: Draft): void {
  clearStack(draft);
  sayMessage(draft, { text: engineText(draft, "trouble", bareScope(draft)) }, { flow: null, step: null }, "system");
  draft.at = REST;
}
