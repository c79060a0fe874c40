/** The engine's last line: a broken promise inside a turn becomes an apology, never a crash or a silence. */
import type { Heard } from "../../model/event.ts";
import type { Session } from "../../model/session.ts";
import type { Turn, View } from "../../model/turn.ts";
import { closeDraft, note, openDraft, type Programs } from "./draft.ts";
import { runPattern } from "./patterns.ts";
import { giveUp } from "./trouble.ts";
import { walk } from "./walk.ts";

/** Where the trace says that it happened; tests refuse any turn that shows it. */
export const GUARD = "guard";

export function guarded<T>(programs: Programs, session: Session, event: Heard | null, view: View, decide: () => T): T | Turn {
  try {
    return decide();
  } catch (cause) {
    return apologize(programs, session, event, view, cause);
  }
}

function apologize(programs: Programs, session: Session, event: Heard | null, view: View, cause: unknown): Turn {
  const why = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
  const draft = openDraft(programs, session, event, view);
  note(draft, GUARD, "a promise of the engine was broken", why);
  try {
    runPattern(draft, "internal_error", {}, "resume");
    walk(draft);
    if (draft.lines.length > 0 || draft.handed) return closeDraft(draft);
  } catch {
    // The pattern breaks in the same way: what follows needs nothing of the flows.
  }
  const last = openDraft(programs, { ...session, stack: [] }, event, view);
  last.session.question = undefined;
  last.session.timers = undefined;
  last.session.awaiting = undefined;
  last.session.asking = undefined;
  last.trace.push(...draft.trace);
  giveUp(last);
  return closeDraft(last);
}
