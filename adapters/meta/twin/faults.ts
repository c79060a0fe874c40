/** Mishaps on demand: what real networks and a real platform do now and then, here when asked for. */
import { badGateway, invalidToken, rateExceeded, type TwinAnswer, temporary } from "./answers.ts";

export type FaultKind =
  | "613" // the call rate is exceeded
  | "429" // the same, as some edges say it
  | "500" // temporary failure, in JSON
  | "502" // a gateway's HTML
  | "reset_before" // the connection breaks, nothing was accepted
  | "reset_after" // the message was accepted, the answer never arrives
  | "190" // the token is not valid any more
  | "hang" // accepted or not, no answer at all
  | "fails_later" // accepted, and a status tells later that it will not arrive (WhatsApp)
  | "duplicate" // every webhook twice
  | "reorder"; // a webhook is overtaken by the next one

export type Fault = { kind: FaultKind; times: number; after?: number };

export type Faults = { waiting: Fault[] };

export const SEND_FAULTS: ReadonlySet<FaultKind> = new Set(["190", "613", "429", "500", "502", "reset_before", "reset_after", "hang"]);

/** What a platform does with a message that it has accepted. */
export const LATER_FAULTS: ReadonlySet<FaultKind> = new Set(["fails_later"]);

export const WEBHOOK_FAULTS: ReadonlySet<FaultKind> = new Set(["duplicate", "reorder"]);

/** The fault that meets this call or webhook, if any of these kinds is due; its count goes down. */
export function strike(faults: Faults, kinds: ReadonlySet<FaultKind>): FaultKind | null {
  for (const fault of faults.waiting) {
    if (!kinds.has(fault.kind)) continue;
    if (fault.after !== undefined && fault.after > 0) {
      fault.after -= 1;
      continue;
    }
    fault.times -= 1;
    if (fault.times <= 0) faults.waiting.splice(faults.waiting.indexOf(fault), 1);
    return fault.kind;
  }
  return null;
}

/** What the platform says instead of accepting; null where it says nothing. */
export function refusalFor(kind: FaultKind): TwinAnswer | null {
  switch (kind) {
    case "190":
      return invalidToken();
    case "613":
      return rateExceeded();
    case "429":
      return { ...rateExceeded(), status: 429 };
    case "500":
      return temporary();
    case "502":
      return badGateway();
    default:
      return null;
  }
}
