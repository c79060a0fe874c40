/** Mishaps on demand: what real networks and X do now and then, here when asked for. */
import { badGateway, internalError, overCapacity, rateExceeded, type TwinAnswer } from "./answers.ts";

export type FaultKind =
  | "429" // the rate limit, whatever was sent
  | "130" // over capacity: nothing was taken
  | "131" // an internal error before anything was taken
  | "502" // a gateway's HTML, after the message was taken
  | "reset_before" // the connection breaks, nothing was accepted
  | "reset_after" // the message was accepted, the answer never arrives
  | "hang" // accepted or not, no answer at all
  | "echo_first" // the echo is at the webhook before the answer of the send
  | "duplicate" // a webhook twice
  | "reorder"; // a webhook is overtaken by the next one

export type Faults = { waiting: { kind: FaultKind; times: number }[] };

export const SEND_FAULTS: ReadonlySet<FaultKind> = new Set([
  "429",
  "130",
  "131",
  "502",
  "reset_before",
  "reset_after",
  "hang",
  "echo_first",
]);
export const WEBHOOK_FAULTS: ReadonlySet<FaultKind> = new Set(["duplicate", "reorder"]);

/** The fault that meets this call or webhook, if any of these kinds is due; its count goes down. */
export function strike(faults: Faults, kinds: ReadonlySet<FaultKind>): FaultKind | null {
  const fault = faults.waiting.find(({ kind }) => kinds.has(kind));
  if (fault === undefined) return null;
  fault.times -= 1;
  if (fault.times <= 0) faults.waiting.splice(faults.waiting.indexOf(fault), 1);
  return fault.kind;
}

/** What X says instead of accepting; null where it accepts first, or says nothing. */
export function refusalFor(kind: FaultKind): TwinAnswer | null {
  const answers: Partial<Record<FaultKind, () => TwinAnswer>> = { "429": rateExceeded, "130": overCapacity, "131": internalError };
  return answers[kind]?.() ?? null;
}

export const AFTERWARDS: Partial<Record<FaultKind, () => TwinAnswer>> = { "502": badGateway };
