/** Work outside: an action runs once per visit of its step, and what it brought back enters the inbox as an event of its own. */
import type { Action } from "../dialogue/program.ts";
import type { Spent } from "../model/answerer.ts";
import { entryOf } from "../model/entry.ts";
import type { CallErrorCode, CallOutcome } from "../model/event.ts";
import type { CallBody, OutboxRow } from "../model/store.ts";
import { ask, isAsk, lostAsk } from "./asking.ts";
import { callHttp } from "./calls-http.ts";
import { fitOutput } from "./fit.ts";
import { runOwnAction } from "./link.ts";
import { saying } from "./log.ts";
import { dayOf, forgetPurse } from "./purse.ts";
import { type Live, pause, type Road, track } from "./road.ts";
import { settle } from "./settle.ts";
import { wakeLane } from "./worker.ts";

const RETRIES = 2;
const RETRY_FIRST_MS = 200;
const RETRIED = new Set(["unreachable", "failed", "timeout"]);

/** Begins calls whose rows are `sending`: they are this process's own. */
export function startCalls(road: Road, live: Live, rows: OutboxRow[]): void {
  for (const row of rows) {
    if (road.calling.has(row.id)) continue;
    road.calling.add(row.id);
    live.held++;
    track(
      road,
      runCall(road, live, row).finally(() => {
        live.held--;
        road.calling.delete(row.id);
      }),
      (error) => road.log("error", `Call ${row.id} of ${live.id} broke off: ${saying(error)}`, { bot: row.bot }),
    );
  }
}

/** A call that a dead process left under way: only reading may be repeated. */
export function recoverCall(road: Road, live: Live, row: OutboxRow): void {
  const body = row.body as CallBody;
  if (isAsk(body)) {
    const used = lostAsk(live, body); // an answer that is lost may have been written, and is not asked for twice
    const lost: CallOutcome = { ok: false, error: { code: "in_doubt", message: "The process ended while this was asked." } };
    track(
      road,
      bringBack(road, live, row, lost, used).then(() => forgetPurse(live)),
      (error) => road.log("error", `Ask ${row.id} of ${live.id} could not be ended: ${saying(error)}`, { bot: row.bot }),
    );
    return;
  }
  if (body.safe) {
    startCalls(road, live, [row]);
    return;
  }
  const message = "The process ended while this was under way; whether it happened is not known, and it is not done twice.";
  track(road, bringBack(road, live, row, { ok: false, error: { code: "in_doubt", message } }), (error) =>
    road.log("error", `Call ${row.id} of ${live.id} could not be ended: ${saying(error)}`, { bot: row.bot }),
  );
}

async function runCall(road: Road, live: Live, row: OutboxRow): Promise<void> {
  const body = row.body as CallBody;
  if (isAsk(body)) {
    const { outcome, used } = await ask(road, live, body);
    road.strike("call.after-answer");
    if (!outcome.ok) road.log("warn", `${body.action} for ${live.id} ended as ${outcome.error.code}.`, { bot: row.bot, call: row.id });
    await bringBack(road, live, row, outcome, used);
    road.strike("call.after-settle");
    return;
  }
  const labels = { bot: row.bot, kind: body.action };
  const beganMs = road.clock.monotonicMs();
  const outcome = await attempt(road, live, row, body);
  road.strike("call.after-answer");
  road.metrics.count("calls", labels);
  road.metrics.observe("call_ms", road.clock.monotonicMs() - beganMs, labels);
  if (!outcome.ok) {
    road.metrics.count("calls_failed", { bot: row.bot, kind: outcome.error.code });
    road.log("warn", `Action ${body.action} for ${live.id} ended as ${outcome.error.code}.`, { bot: row.bot, call: row.id });
  }
  await bringBack(road, live, row, outcome);
  road.strike("call.after-settle");
}

/** Within the step's time: a safe action is tried three times in all, another one once. */
async function attempt(road: Road, live: Live, row: OutboxRow, body: CallBody): Promise<CallOutcome> {
  const program = live.bot.named(body.program) ?? live.bot.newest;
  const action = program.actions.get(body.action);
  if (!action) return failed("failed", `The program ${body.program} has no action ${body.action}.`);
  const endsAtMs = road.clock.monotonicMs() + body.timeoutMs;
  for (let tries = 0; ; tries++) {
    const leftMs = endsAtMs - road.clock.monotonicMs();
    if (leftMs <= 0) return failed("timeout", `No answer within ${body.timeoutMs} ms.`);
    road.strike("call.before");
    const outcome = await runAction(road, live, action, row, body, leftMs);
    if (outcome.ok || !body.safe || tries >= RETRIES || !RETRIED.has(outcome.error.code)) return outcome;
    const pauseMs = RETRY_FIRST_MS * 2 ** tries;
    if (pauseMs >= endsAtMs - road.clock.monotonicMs()) return outcome;
    await pause(road, road.clock.nowMs() + pauseMs);
  }
}

async function runAction(road: Road, live: Live, action: Action, row: OutboxRow, body: CallBody, timeoutMs: number): Promise<CallOutcome> {
  if (action.own) return runOwnAction(road, live, action.own, body.input);
  if (action.http) return callHttp(action, action.http, body.input, row.id, timeoutMs);
  if (!action.module || !live.bot.callFunction) return failed("failed", `Action ${action.name} has neither an address nor a function.`);
  const signal = AbortSignal.timeout(Math.ceil(timeoutMs));
  const work = live.bot.callFunction(action.module, body.input, { idempotencyKey: row.id, conversation: live.id, signal });
  const late = new Promise<"late">((resolve) => signal.addEventListener("abort", () => resolve("late"), { once: true }));
  try {
    const answer = await Promise.race([work, late]);
    if (answer === "late") {
      work.catch(() => undefined); // it may still throw; nobody waits for it any more
      return failed("timeout", `The function of ${action.name} did not answer within ${Math.round(timeoutMs)} ms.`);
    }
    return fitOutput(action, answer);
  } catch (error) {
    return failed(codeOf(error), `The function of ${action.name} threw: ${saying(error)}`);
  }
}

/** The row ends and the result is an undecided event, in one unit: a crash leaves both or neither. */
async function bringBack(road: Road, live: Live, row: OutboxRow, outcome: CallOutcome, used: Spent | null = null): Promise<void> {
  const nowMs = road.clock.nowMs();
  await settle(road, {
    bot: row.bot,
    id: row.id,
    conversation: row.conversation,
    state: outcome.ok ? "sent" : "failed",
    attempts: row.attempts,
    nextAtMs: row.nextAtMs,
    channelMessageId: null,
    why: outcome.ok ? null : outcome.error.code,
    inbox: { ...entryOf({ kind: "called", call: (row.body as CallBody).key, outcome }, nowMs), cause: row.seq },
    ...(used ? { spent: { day: dayOf(live.bot, nowMs), by: used } } : {}),
  });
  live.inboxStale = true;
  wakeLane(road, live);
}

const CODES: CallErrorCode[] = ["not_found", "refused", "unreachable", "timeout", "bad_answer"];

/** A function may throw an error with a `code` of the language, `not_found` for instance, so that a flow can tell them apart. */
function codeOf(error: unknown): CallErrorCode {
  const code = error instanceof Error && "code" in error ? error.code : null;
  return CODES.find((one) => one === code) ?? "failed";
}

function failed(code: CallErrorCode, message: string): CallOutcome {
  return { ok: false, error: { code, message } };
}
