/** An event as the journal keeps it, and back: its kind stays in the skeleton, all that a person said or is stands in `personal`. */
import type { Control, Event, Heard } from "./event.ts";
import type { JournalEntry } from "./journal.ts";
import type { Json, JsonObject } from "./json.ts";
import type { Marks } from "./limits.ts";

type Road = "heard" | "control" | "receipt" | "ignored";

const ROADS = new Map<Event["kind"], Road>([
  ["said", "heard"],
  ["tapped", "heard"],
  ["referred", "heard"],
  ["happened", "heard"],
  ["due", "heard"],
  ["called", "heard"],
  ["echoed", "receipt"],
  ["delivered", "receipt"],
  ["read", "receipt"],
  ["edited", "receipt"],
  ["unsent", "receipt"],
  ["undelivered", "receipt"],
  ["ignored", "ignored"],
]);

/** Which of the roads an event takes; what is not heard, a receipt or ignored is decided by the law of ownership. */
export function roadOf(event: Event): Road {
  return ROADS.get(event.kind) ?? "control";
}

/** The journal's entry for an event. From the window that it opened and the way that it came, lost marks are found again. */
export function entryOf(event: Event, atMs: number, opens?: string, via?: string): JournalEntry {
  const skeleton: JsonObject = opens === undefined ? { kind: event.kind } : { kind: event.kind, opens };
  if (via !== undefined) skeleton.via = via;
  const entry: JournalEntry = { kind: roadOf(event), v: 1, atMs, by: speakerOf(event), cause: null, skeleton, personal: null };
  switch (event.kind) {
    case "ignored":
      entry.skeleton = { kind: event.kind, what: event.what, why: event.why };
      return entry;
    case "edited": // the new words stand in the entry that was edited, and only there
      entry.skeleton = { kind: event.kind, messageId: event.messageId, edit: event.edit };
      return entry;
    default:
      entry.personal = event as unknown as Json;
      return entry;
  }
}

function speakerOf(event: Event): JournalEntry["by"] {
  if ("agent" in event && event.agent) return `agent:${event.agent}`;
  switch (roadOf(event)) {
    case "heard":
      return event.kind === "due" || event.kind === "called" ? "system" : "customer";
    case "receipt":
      return "platform";
    default:
      return "system";
  }
}

/** The event that an entry holds; null when an erase has emptied it. */
export function eventOf(entry: JournalEntry): Heard | Control | null {
  const { personal, skeleton } = entry;
  const holds = typeof personal === "object" && personal !== null && !Array.isArray(personal) && typeof personal.kind === "string";
  if (holds) return personal as unknown as Heard | Control;
  return skeleton.kind === "due" ? { kind: "due" } : null;
}

/** The marks after an event of the customer: when we last heard them, which window it opened, and the count begun anew with it. */
export function marksAfter(before: Marks, kind: string, atMs: number, opens?: string, via?: string): Marks {
  const marks = via === undefined || via === before.via ? before : { ...before, via };
  const heard = kind === "said" || kind === "tapped";
  if (!heard && opens === undefined) return marks;
  const heardAtMs = heard ? Math.max(marks.heardAtMs ?? 0, atMs) : marks.heardAtMs;
  if (opens === undefined) return { ...marks, heardAtMs };
  const openedAtMs = Object.hasOwn(marks.openings, opens) ? marks.openings[opens]! : Number.NEGATIVE_INFINITY;
  if (atMs <= openedAtMs) return { ...marks, heardAtMs }; // told late: a newer one has been counted from already
  const { since: _before, ...kept } = marks;
  const since = sinceOthers(marks, opens);
  const opened: Marks = { ...kept, openings: { ...marks.openings, [opens]: atMs }, heardAtMs, spent: 0 };
  return since === null ? opened : { ...opened, since };
}

/** How much of the other openings' counts was spent before this one; null: nothing, as on a channel that counts nothing. */
function sinceOthers({ openings, since = {}, spent }: Marks, opens: string): Record<string, number> | null {
  const counts = Object.keys(openings).flatMap((name): [string, number][] => {
    const lost = (Object.hasOwn(since, name) ? since[name]! : 0) + spent;
    return name === opens || lost === 0 ? [] : [[name, lost]];
  });
  return counts.length === 0 ? null : Object.fromEntries(counts);
}
