/** Asks the answerer for what a turn wanted to know: within its time and its limits, once. */
import { type Answered, type Ask, MODEL_CALL, type Spent, spentOn } from "../model/answerer.ts";
import type { CallOutcome } from "../model/event.ts";
import type { Json } from "../model/json.ts";
import type { CallBody } from "../model/store.ts";
import { hold, restingBecause } from "./purse.ts";
import type { Live, Road } from "./road.ts";
import { botWrites } from "./typing.ts";

export function isAsk(body: CallBody): boolean {
  return body.action.startsWith(MODEL_CALL);
}

export function askOf(body: CallBody): Ask {
  return body.input.ask as unknown as Ask;
}

export type Asked = { outcome: CallOutcome; used: Spent | null };

export async function ask(road: Road, live: Live, body: CallBody): Promise<Asked> {
  const { purse } = live.bot;
  const wanted = askOf(body);
  const labels = { bot: live.bot.name, kind: wanted.kind };
  if (purse === null) return refused("Nobody is there to be asked.");
  const worst = worstOf(live, wanted, body.timeoutMs);
  const why = restingBecause(road, live, worst);
  if (why !== null) {
    road.metrics.count("asks_not_begun", labels);
    return refused(`Not asked: ${why}.`);
  }
  const giveBack = hold(live, worst);
  purse.breaker.begun();
  const beganMs = road.clock.monotonicMs();
  const answered = await inTime(road, live, wanted, body.timeoutMs);
  const tookMs = road.clock.monotonicMs() - beganMs;
  // An answer that nobody read may have been written all the same: it counts at its worst.
  const usage = !answered.ok && answered.code === "timeout" ? purse.answerer.worstCase(wanted) : answered.usage;
  const used = spentOn(usage, purse.answerer.price, tookMs);
  giveBack(used);
  purse.breaker.ended(answered.ok || answered.code === "bad_answer", road.clock.nowMs());
  road.metrics.count("asks", labels);
  road.metrics.count("ask_tokens", { ...labels, kind: "in" }, usage.input + usage.cached + usage.stored);
  road.metrics.count("ask_tokens", { ...labels, kind: "out" }, usage.output);
  road.metrics.observe("ask_ms", tookMs, labels);
  if (answered.ok) {
    if (answered.word.dropped.length > 0) road.metrics.count("asks_dropped", labels);
    return { outcome: { ok: true, value: answered.word as unknown as Json }, used };
  }
  road.metrics.count("asks_failed", { ...labels, kind: answered.code });
  const code = answered.code === "busy" || answered.code === "not_installed" ? "refused" : answered.code;
  return { outcome: { ok: false, error: { code, message: answered.message } }, used };
}

/** What an ask that a dead process left may have used. */
export function lostAsk(live: Live, body: CallBody): Spent | null {
  return live.bot.purse === null ? null : worstOf(live, askOf(body), body.timeoutMs);
}

function worstOf(live: Live, wanted: Ask, timeoutMs: number): Spent {
  const { answerer } = live.bot.purse!;
  return spentOn(answerer.worstCase(wanted), answerer.price, timeoutMs);
}

/** The customer sees that an answer is being written for as long as it is. */
async function inTime(road: Road, live: Live, wanted: Ask, timeoutMs: number): Promise<Answered> {
  const { answerer } = live.bot.purse!;
  const signal = AbortSignal.timeout(Math.max(1, Math.ceil(timeoutMs)));
  const isForCustomer = wanted.kind !== "summarize";
  const answer = answerer.ask(wanted, { signal, progress: () => isForCustomer && botWrites(road, live) });
  const late = new Promise<Answered>((resolve) => {
    const told = () =>
      resolve({ ok: false, code: "timeout", message: `No answer within ${timeoutMs} ms.`, usage: answerer.worstCase(wanted) });
    signal.addEventListener("abort", told, { once: true });
  });
  return Promise.race([answer, late]);
}

function refused(message: string): Asked {
  return { outcome: { ok: false, error: { code: "refused", message } }, used: null };
}
