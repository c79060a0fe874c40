/** Runs the flows that serve every conversation: greetings, repairs, interruptions. A brand's own stand before ours. */
import type { Json } from "../../model/json.ts";
import type { Afterwards } from "../../model/session.ts";
import { type Draft, note } from "./draft.ts";
import { entrance, uncover } from "./runs.ts";
import { dropSegment, newFrame, pushFrame } from "./stack.ts";
import { fillDefaults } from "./values.ts";

export type PatternName =
  | "greeting"
  | "thanks"
  | "small_talk"
  | "complaint"
  | "abuse"
  | "refused"
  | "cannot_understand"
  | "too_many_attempts"
  | "clarify"
  | "correction"
  | "cancel"
  | "skip"
  | "repeat"
  | "resume"
  | "human_request"
  | "no_reply"
  | "window_closing"
  | "attachment"
  | "unsafe"
  | "opt_out"
  | "opt_in"
  | "link_code"
  | "linked"
  | "returned_from_human"
  | "nobody_available"
  | "resolved"
  | "internal_error"
  | "language_change"
  | "language_unknown"
  | "completed";

/** Puts a pattern on top; when it ends without leaving, the run below goes on as `then` says. */
export function runPattern(draft: Draft, name: PatternName, facts: Record<string, Json>, then: Afterwards): void {
  const program = draft.programs.newest;
  const flow = program.flows.get(name);
  const at = flow && entrance(draft, flow);
  if (flow === undefined || at === undefined || at === null) {
    note(draft, name, "no such pattern here");
    uncover(draft, then, name);
    return;
  }
  const index = draft.session.stack.findIndex((frame) => frame.flow === name);
  if (index >= 0) dropSegment(draft, index);
  const frame = newFrame(name, program.hash, "pattern");
  if (then !== "resume") frame.after = then;
  if (Object.keys(facts).length > 0) frame.pattern = facts;
  note(draft, name, "pattern");
  fillDefaults(draft, flow, frame);
  pushFrame(draft, frame);
  draft.at = at;
}
