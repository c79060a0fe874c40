/** Handing over to people: whether one can be promised, what the ticket is told, what happens when nobody can. */
import type { QueueName } from "../../model/ids.ts";
import type { Message } from "../../model/message.ts";
import type { Frame } from "../../model/session.ts";
import type { HandoffRequest, ReasonCode } from "../../model/turn.ts";
import type { Queue, Step } from "../program.ts";
import { type Draft, flowOf, note, own, programOf, REST, topFrame, writableTop } from "./draft.ts";
import { runPattern } from "./patterns.ts";
import { linkTo } from "./runs.ts";
import { engineText, pickLanguage, printMessage } from "./say.ts";
import { languageOf, scopeOf } from "./scope.ts";

export type HandoffStep = Step & { kind: "handoff" };

/** The name by which a flow for any brand (a built-in pattern) means the queue of `defaults`. */
export const DEFAULT_QUEUE = "default";

export function handOff(draft: Draft, step: HandoffStep): void {
  const frame = writableTop(draft);
  frame.step = step.id;
  draft.session.misunderstood = undefined; // whatever comes of it, the counting begins anew
  draft.session.upset = undefined;
  const queue = queueOf(draft, step);
  const facts = queue && own(draft.view.queues, queue.name);
  const where = `${frame.flow}/${step.id}`;
  if (queue === undefined || facts === undefined || !facts.open || !facts.staffed) {
    note(draft, where, "nobody can be promised", queue?.name ?? step.queue);
    nobody(draft, step, queue, "closed");
    return;
  }
  if (queue.maxWaitMs !== null && facts.estimateMs !== null && facts.estimateMs > queue.maxWaitMs) {
    note(draft, where, "the wait would be too long", facts.estimateMs);
    nobody(draft, step, queue, "too_long");
    return;
  }
  frame.handed = true;
  draft.effects.push({ kind: "handoff", request: makeRequest(draft, step, queue) });
  note(draft, where, "handed over", queue.name);
  draft.handed = true;
  draft.at = REST;
}

function queueOf(draft: Draft, step: HandoffStep): Queue | undefined {
  const { bot } = draft.programs.newest;
  const name = step.queue === DEFAULT_QUEUE && !bot.queues.has(DEFAULT_QUEUE) ? bot.defaults.queue : step.queue;
  if (name !== null) return bot.queues.get(name) ?? programOf(draft, topFrame(draft)!).bot.queues.get(name);
  return bot.queues.values().next().value;
}

/** The step's way out wins over the queue's, then the pattern's; going on leads to `return_to`, else the stack ends. */
export function nobody(draft: Draft, step: HandoffStep, queue: Queue | undefined, why: "closed" | "too_long"): void {
  const at = why === "closed" ? step.whenClosed : step.whenTooLong;
  if (at !== undefined) {
    draft.at = at;
    return;
  }
  const flow = why === "closed" ? queue?.whenClosed : queue?.whenTooLong;
  if (flow !== undefined && flow !== null) {
    linkTo(draft, flow, new Map());
    return;
  }
  runPattern(draft, "nobody_available", { queue: queue?.name ?? step.queue }, "nobody");
}

function makeRequest(draft: Draft, step: HandoffStep, queue: Queue): HandoffRequest {
  const frame = topFrame(draft)!;
  const subject = subjectOf(draft) ?? frame;
  const scope = scopeOf(draft);
  const said = draft.heard.text;
  const back = step.returnTo === undefined ? null : (flowOf(draft, frame)?.steps[step.returnTo]?.id ?? "end");
  return {
    queue: queue.name as QueueName,
    code: reasonCode(draft, frame),
    detail: step.reason ? step.reason.print(scope, step.reason.languages[0] ?? "en") : typeof said === "string" ? said : "",
    flow: subject.flow,
    step: subject === frame ? step.id : subject.step,
    priority: step.priority,
    skills: step.skills,
    askAgent: step.askAgent,
    returnTo: back,
    notice: noticeOf(draft, step, queue),
  };
}

function noticeOf(draft: Draft, step: HandoffStep, queue: Queue): Message {
  const plan = step.notice ?? queue.notice;
  const scope = scopeOf(draft);
  if (plan === undefined) return { text: engineText(draft, "queue_notice", scope) };
  scope.language = pickLanguage(plan.languages, languageOf(draft));
  return printMessage(draft, plan, scope, { flow: topFrame(draft)!.flow, step: `${step.id}/notice` });
}

function reasonCode(draft: Draft, frame: Frame): ReasonCode {
  if (frame.flow === "human_request") return "customer_asked";
  if (frame.flow === "cannot_understand" || frame.flow === "clarify") return "no_match";
  if (frame.flow === "too_many_attempts") return "repeated_failure";
  if (frame.flow === "internal_error" || frame.error !== undefined) return "tool_failure";
  if (frame.flow === "unsafe") return "sensitive_topic";
  if (frame.flow === "complaint" || frame.flow === "abuse") return "negative_mood";
  const { ad } = draft.session;
  const started =
    ad !== undefined && draft.programs.newest.ads.some((one) => one.campaign === (ad.campaign ?? null) && one.start === frame.flow);
  return started ? "ad_followup" : "policy";
}

/** The run that a handoff is about: a pattern speaks for the run it came on top of. */
export function subjectOf(draft: Draft): Frame | undefined {
  const { stack } = draft.session;
  for (let index = stack.length - 1; index >= 0; index--) {
    if (stack[index]!.via !== "pattern") return stack[index];
  }
  return undefined;
}
