/** What follows when people are done, or when nobody came: the way back into the flow. */
import type { Fact } from "../../model/event.ts";
import type { Json } from "../../model/json.ts";
import type { Session } from "../../model/session.ts";
import type { Needs, Turn, View } from "../../model/turn.ts";
import type { Slot } from "../program.ts";
import { withoutAsking } from "./asks.ts";
import { closeDraft, type Draft, flowOf, note, openDraft, type Programs, standingStep, topFrame } from "./draft.ts";
import { guarded } from "./guard.ts";
import { type HandoffStep, nobody, subjectOf } from "./handoff.ts";
import { runPattern } from "./patterns.ts";
import { fits } from "./reading.ts";
import { jumpTo } from "./runs.ts";
import { engineText, sayMessage } from "./say.ts";
import { bareScope } from "./scope.ts";
import { clearStack, unrest } from "./stack.ts";
import { remember, writeSlot } from "./values.ts";
import { walk } from "./walk.ts";

/** As of `advance`: a text may have to be ranked first. */
export type Decided = Turn | { needs: Needs };
export type Refused = { refused: "no_such_step" | "bad_fact"; message: string };

/**
 * An agent gives the conversation back. Facts fill slots of the flow that handed over; it goes on at `toStep`, at its
 * `return_to`, or the pattern `returned_from_human` speaks.
 */
export function returnFromPerson(
  programs: Programs,
  session: Session,
  facts: Fact[],
  toStep: string | undefined,
  view: View,
): Decided | Refused {
  const draft = openDraft(programs, withoutAsking(session), null, view);
  const refused = takeFacts(draft, facts) ?? (toStep === undefined ? null : checkStep(draft, toStep));
  if (refused !== null) return refused;
  return guarded<Decided>(programs, session, null, view, () => {
    draft.session.disclosedAtMs = undefined; // the bot says again whom one is talking to
    goBack(draft, toStep);
    return finish(draft);
  });
}

/** The customer leaves the queue by their own words: it counts as giving back, but no person was met. */
export function leaveQueue(programs: Programs, session: Session, view: View): Decided {
  return guarded<Decided>(programs, session, null, view, () => {
    const draft = openDraft(programs, session, null, view);
    draft.followup = false;
    draft.effects.push({ kind: "leave_queue" });
    goBack(draft, undefined);
    return finish(draft);
  });
}

function finish(draft: Draft): Decided {
  return draft.needs === null ? closeDraft(draft) : { needs: { rank: draft.needs } };
}

function goBack(draft: Draft, toStep: string | undefined): void {
  const frame = topFrame(draft);
  const step = frame && standingStep(draft, frame);
  if (toStep !== undefined) {
    note(draft, toStep, "given back to this step");
    jumpTo(draft, subjectOf(draft)?.flow ?? frame!.flow, toStep);
    dropHanded(draft);
  } else if (frame?.handed && step?.kind === "handoff" && step.returnTo !== undefined) {
    note(draft, `${frame.flow}/${step.id}`, "given back");
    unrest(draft);
    draft.at = step.returnTo;
  } else if (frame?.handed) {
    clearStack(draft);
    runPattern(draft, "returned_from_human", {}, "resume");
  } else {
    // A person took over without being asked: what was going on goes on.
    runPattern(draft, "returned_from_human", {}, "resume");
  }
  walk(draft);
  const silent = draft.lines.length === 0 && !draft.handed && draft.session.awaiting === undefined;
  if (silent && !draft.trace.some((one) => one.at === "returned_from_human")) {
    runPattern(draft, "returned_from_human", {}, "resume");
    walk(draft);
  }
}

/** A named step of the flow below leaves the pattern behind that handed over for it. */
function dropHanded(draft: Draft): void {
  const { stack } = draft.session;
  for (let index = stack.length - 2; index >= 0; index--) {
    if (stack[index]!.handed) stack.splice(index, 1);
  }
}

function takeFacts(draft: Draft, facts: Fact[]): Refused | null {
  const subject = subjectOf(draft);
  const index = subject === undefined ? -1 : draft.session.stack.indexOf(subject);
  const flow = subject && flowOf(draft, subject);
  for (const { key, value } of facts) {
    const field = key.startsWith("customer.") ? key.slice("customer.".length) : null;
    const slot: Slot | undefined = field === null ? flow?.slots.get(key) : draft.programs.newest.bot.customerFields.get(field);
    if (slot === undefined) {
      const known = [...(flow?.slots.keys() ?? [])].join(", ");
      const message =
        flow === undefined
          ? "No flow is open that could take facts."
          : `The flow \`${flow.name}\` has no slot \`${key}\`. It has: ${known}.`;
      return { refused: "bad_fact", message };
    }
    const fitting: Json | undefined = value === null ? null : fits(draft, slot, value);
    if (fitting === undefined)
      return { refused: "bad_fact", message: `The value given for \`${key}\` is no ${slot.type.replace("_", " or ")}.` };
    if (field !== null) remember(draft, field, fitting);
    else writeSlot(draft, index, slot, fitting, "agent");
    note(draft, key, "fact from an agent");
  }
  return null;
}

function checkStep(draft: Draft, toStep: string): Refused | null {
  const subject = subjectOf(draft) ?? topFrame(draft);
  const flow = subject && flowOf(draft, subject);
  if (flow === undefined) return { refused: "no_such_step", message: "No flow is open, so there is no step to go on at." };
  if (flow.byId.has(toStep)) return null;
  const known = [...flow.byId.keys()].join(", ");
  return { refused: "no_such_step", message: `The flow \`${flow.name}\` has no step \`${toStep}\`. It has: ${known}.` };
}

/** An agent settled it: everything ends, and the next message starts afresh. */
export function resolveByPerson(programs: Programs, session: Session, view: View): Decided {
  return guarded<Decided>(programs, session, null, view, () => {
    const draft = openDraft(programs, withoutAsking(session), null, view);
    clearStack(draft);
    draft.session.disclosedAtMs = undefined;
    draft.session.engaged = undefined;
    draft.session.misunderstood = undefined;
    runPattern(draft, "resolved", {}, "resume");
    walk(draft);
    return finish(draft);
  });
}

/** `max_wait` has passed and nobody came; the caller withdraws the ticket. */
export function ticketExpired(programs: Programs, session: Session, view: View): Decided {
  return guarded<Decided>(programs, session, null, view, () => {
    const draft = openDraft(programs, session, null, view);
    const frame = topFrame(draft);
    const step = frame && standingStep(draft, frame);
    if (frame?.handed && step?.kind === "handoff") {
      const handoff: HandoffStep = step;
      unrest(draft);
      nobody(draft, handoff, programs.newest.bot.queues.get(queueName(draft, handoff)), "too_long");
    } else {
      runPattern(draft, "nobody_available", { queue: programs.newest.bot.defaults.queue ?? "" }, "resume");
    }
    walk(draft);
    return finish(draft);
  });
}

/** The promised time has passed and nobody came yet: one line says that they are not forgotten. */
export function stillWaiting(programs: Programs, session: Session, view: View): Decided {
  return guarded<Decided>(programs, session, null, view, () => {
    const draft = openDraft(programs, session, null, view);
    draft.handed = true; // the way to a person has it
    note(draft, "ticket", "late");
    sayMessage(draft, { text: engineText(draft, "still_waiting", bareScope(draft)) }, { flow: null, step: null }, "system");
    return closeDraft(draft);
  });
}

function queueName(draft: Draft, step: HandoffStep): string {
  const { bot } = draft.programs.newest;
  return bot.queues.has(step.queue) ? step.queue : (bot.defaults.queue ?? step.queue);
}
