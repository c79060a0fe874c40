/** The turn: one event decided to the end. No clock, no I/O, no chance; what it is given is left as it was. */
import type { Word } from "../../model/answerer.ts";
import type { Heard } from "../../model/event.ts";
import type { Json } from "../../model/json.ts";
import type { Session } from "../../model/session.ts";
import type { Needs, Turn, View } from "../../model/turn.ts";
import { neverMind, optsOut } from "../slots/answers.ts";
import { misunderstood, understood } from "./anything.ts";
import { askTurn, noWord, withoutAsking, wordOf } from "./asks.ts";
import { callOverdue, hearOutcome } from "./calls.ts";
import { closeDraft, type Draft, note, openDraft, type Programs, setTimer } from "./draft.ts";
import { guarded } from "./guard.ts";
import { hearSaid, tapped } from "./hear.ts";
import { runPattern } from "./patterns.ts";
import { hearReferral, learn, startAd } from "./referrals.ts";
import { type Decided, leaveQueue } from "./returns.ts";
import { startFlow } from "./runs.ts";
import { flowForPayload, triggersOf } from "./triggers.ts";
import { dropOldKept, remember } from "./values.ts";
import { nextDue, runDue } from "./waits.ts";
import { walk } from "./walk.ts";

/** `needs`: rank this text, put it into `view.rankings`, and ask again with the same session and event. */
export function advance(programs: Programs, session: Session, event: Heard, view: View): Turn | { needs: Needs } {
  return guarded<Turn | { needs: Needs }>(programs, session, event, view, () => {
    const { asking } = session;
    if (asking === undefined) return decide(programs, session, event, view, []);
    if (event.kind === "called" && event.call === asking.call)
      return hearAgain(programs, session, view, [wordOf(asking.kind, event.outcome)]);
    if ((session.awaiting?.untilMs ?? 0) > view.nowMs) return decide(programs, session, event, view, []);
    // No word came in time: the text that waited is decided first, then what has come since.
    const before = hearAgain(programs, session, view, [noWord("understand", "timeout"), noWord("rephrase", "timeout")]);
    if ("needs" in before || before.ends === "person") return before;
    const after = decide(programs, before.session, event, view, []);
    if ("needs" in after) return after;
    return { ...after, effects: [...before.effects, ...after.effects], trace: [...before.trace, ...after.trace] };
  });
}

function decide(programs: Programs, session: Session, event: Heard, view: View, words: Word[]): Turn | { needs: Needs } {
  const draft = openDraft(programs, session, event, view);
  draft.words = words;
  hear(draft, event);
  if (draft.needs !== null) return { needs: { rank: draft.needs } };
  if (draft.asks !== null && event.kind === "said") return askTurn(programs, session, event, view, words, draft.asks);
  armWindow(draft);
  return closeDraft(draft);
}

/** The text that waited for the answerer, as if it were heard now; it keeps its own place in the journal. */
function hearAgain(programs: Programs, session: Session, view: View, came: Word[]): Turn | { needs: Needs } {
  const { event, seq, words } = session.asking!;
  const turn = decide(programs, withoutAsking(session), event, { ...view, seq }, [...words, ...came]);
  if ("needs" in turn) return turn;
  const heard = came.map((word) => ({ at: "model", what: "answered", data: word as unknown as Json }));
  return { ...turn, trace: [...heard, ...turn.trace] };
}

function hear(draft: Draft, event: Heard): void {
  dropOldKept(draft);
  const waiting = draft.session.awaiting;
  if (waiting !== undefined && event.kind !== "called" && waiting.untilMs <= draft.view.nowMs) {
    callOverdue(draft, waiting.call);
    walk(draft);
  }
  switch (event.kind) {
    case "said":
      draft.heard = { text: event.text, attachments: event.attachments.map((one) => ({ ...one })) };
      if (event.payload !== undefined) draft.heard.payload = event.payload;
      note(draft, "heard", event.payload === undefined ? "said" : "tapped a choice");
      hearSaid(draft, event);
      break;
    case "tapped":
      draft.heard = { text: event.title ?? "", payload: event.payload, attachments: [] };
      note(draft, "heard", "tapped");
      hearTap(draft, event);
      break;
    case "referred":
      note(draft, "heard", "referral");
      hearReferral(draft, event.referral);
      break;
    case "happened":
      draft.heard = { text: "", attachments: [], fields: event.fields };
      note(draft, "heard", "happened", event.name);
      hearHappening(draft, event);
      break;
    case "due":
      for (let key = nextDue(draft); key !== null && draft.needs === null; key = nextDue(draft)) {
        draft.followup = !key.startsWith("call:");
        runDue(draft, key);
        walk(draft);
      }
      return;
    case "called":
      hearOutcome(draft, event.call, event.outcome);
      break;
  }
  walk(draft);
  if (event.kind !== "called" && draft.needs === null) draft.session.lastHeardAtMs = draft.view.nowMs;
}

function hearTap(draft: Draft, event: Extract<Heard, { kind: "tapped" }>): void {
  const ad = event.referral === undefined ? undefined : learn(draft, event.referral);
  if (tapped(draft, event.payload)) {
    understood(draft);
    return;
  }
  if (ad !== undefined && startAd(draft, ad)) {
    understood(draft);
    return;
  }
  misunderstood(draft);
}

/** `get_started` and `followed` open a conversation; what no flow waits for is only noted. */
function hearHappening(draft: Draft, event: Extract<Heard, { kind: "happened" }>): void {
  if (event.name === "linked") {
    const { channel, account } = event.fields;
    runPattern(draft, "linked", { channel: channel ?? "", account: account ?? "" }, "resume");
    return;
  }
  const opening = OPENINGS.has(event.name);
  if (event.referral !== undefined && startAd(draft, learn(draft, event.referral))) {
    understood(draft);
    return;
  }
  const { newest } = draft.programs;
  const payload = typeof event.fields.payload === "string" ? event.fields.payload : null;
  const flow =
    triggersOf(newest).events.get(event.name) ??
    (opening && payload !== null ? flowForPayload(newest, payload) : event.name === PERSON_WANTED ? "human_request" : undefined);
  draft.followup = !opening && !event.messageId;
  if (flow !== undefined && startFlow(draft, flow, { why: event.name })) {
    understood(draft);
    return;
  }
  draft.followup = !opening;
  if (opening) runPattern(draft, "greeting", {}, "resume");
}

/** Somebody who is no customer (another bot, a page) asks for people of ours. */
const PERSON_WANTED = "person_wanted";
const OPENINGS = new Set(["get_started", "followed"]);

/** While a question is open and a brand's pattern cares, a timer warns before the channel's window closes. */
function armWindow(draft: Draft): void {
  const { closesAtMs } = draft.view.window;
  if (draft.session.question === undefined || closesAtMs === null) return;
  const flow = draft.programs.newest.flows.get("window_closing");
  if (flow === undefined || flow.steps[flow.start]?.kind === "end") return;
  const atMs = closesAtMs - WINDOW_WARNING_MS;
  if (atMs > draft.view.nowMs) setTimer(draft, "window", atMs);
}

const WINDOW_WARNING_MS = 60 * 60_000;

/**
 * While a queue or a person has the conversation nothing is answered: read only for opting out and, in the queue, for
 * leaving it. Results of calls and referrals are kept for later.
 */
export function readWhileWaiting(programs: Programs, session: Session, event: Heard, view: View, inQueue: boolean): Decided {
  return guarded<Decided>(programs, session, event, view, () => {
    const draft = openDraft(programs, session, event, view);
    if (event.kind === "said") {
      const text = event.text.normalize("NFKC").trim();
      if (optsOut(text)) {
        draft.session.optedOut = true;
        remember(draft, "opted_out", true);
        note(draft, "heard", "opt-out");
        draft.effects.push({ kind: "note", text: "The customer asked for no more messages." });
      } else if (inQueue && neverMind(text)) return leaveQueue(programs, session, view);
    }
    if ("referral" in event && event.referral !== undefined) learn(draft, event.referral);
    if (event.kind === "called") {
      if (session.asking?.call === event.call) Object.assign(draft.session, withoutAsking(draft.session));
      else hearOutcome(draft, event.call, event.outcome);
    }
    if (event.kind !== "called" && event.kind !== "due") draft.session.lastHeardAtMs = view.nowMs;
    draft.handed = true; // a person, or the way to one, has it
    return closeDraft(draft);
  });
}
