/** One heard event, decided to its end: where dialogue, handoff and store meet. */
import { advance, readWhileWaiting } from "../dialogue/turn/advance.ts";
import { GUARD } from "../dialogue/turn/guard.ts";
import { isRefusal } from "../handoff/decided.ts";
import { decideReopen, decideWake } from "../handoff/law.ts";
import type { Heard } from "../model/event.ts";
import type { Session } from "../model/session.ts";
import type { Conversation, Waiting } from "../model/store.ts";
import type { Needs, Turn, View } from "../model/turn.ts";
import { apply, commit, type Draft, earliestTimer, note, notify, openDraft, setSession } from "./draft.ts";
import { carryOut, lawState, openTicket, writeTurn } from "./effects.ts";
import { fetchProfile, wantsProfile } from "./profile.ts";
import type { Live, Road } from "./road.ts";
import { takeSummary } from "./summary.ts";
import { readFirst, viewOf } from "./view.ts";
import type { Attempt } from "./worker.ts";

/** An event that has thrown as often is set aside. */
export const THROWS_MAX = 3;
const RANKS_MAX = 8; // a turn that still wants a ranking after these asks for the same one again

/** Decides one event, or several that make one turn. Throws only when a promise is broken: then the event is tried again. */
export async function decideHeard(road: Road, live: Live, events: Waiting[], event: Heard): Promise<Attempt> {
  const beganMs = road.clock.monotonicMs();
  const conversation = live.conversation!;
  const reading = readFirst(road, live, conversation);
  if (reading) await reading;
  if (wantsProfile(live, conversation)) {
    await fetchProfile(road, live, conversation);
    if (live.conversation === null) return "conflict"; // the platform knows them from another account: they are somebody else now
  }
  const seqs = events.map((one) => one.seq);
  const draft = openDraft(road, live, conversation, seqs, road.clock.nowMs());
  decideBy(draft, event);
  const committed = await committing(draft);
  road.metrics.observe("turn_ms", road.clock.monotonicMs() - beganMs, live.bot.labels);
  if (committed === "decided") road.metrics.count("turns", live.bot.labels);
  return committed;
}

/** The law is asked before the engine: who has the conversation decides who may answer. */
export function decideBy(draft: Draft, event: Heard): void {
  if (takeSummary(draft, event)) return; // for people, whoever has the conversation by now
  switch (draft.before.controller) {
    case "bot":
      answer(draft, event);
      return;
    case "none":
      if (event.kind === "due") rang(draft);
      else if (event.kind !== "called") reopen(draft, event);
      return;
    case "queue":
    case "human":
      overhear(draft, event);
      return;
  }
}

function answer(draft: Draft, event: Heard): void {
  if (event.kind === "due") rang(draft);
  if (event.kind === "due" && nothingDue(draft.now.session, draft.nowMs)) return;
  take(draft, (view) => advance(draft.live.bot, draft.now.session, event, view));
}

/** Resolved or closed: whoever writes again talks to the bot, which starts afresh. */
function reopen(draft: Draft, event: Heard): void {
  const decided = decideReopen(lawState(draft, null));
  if (isRefusal(decided)) throw new Error(`The law refused to reopen ${draft.live.id}: ${decided.message}`);
  apply(draft, decided);
  answer(draft, event);
}

/** People have the conversation: shown to them, and read only for leaving the queue and for opting out. */
function overhear(draft: Draft, event: Heard): void {
  if (event.kind === "due") {
    rang(draft);
    return; // the session keeps it for the return
  }
  if (event.kind !== "called") {
    notify(draft, "heard", { seq: draft.cause, kind: event.kind });
    wakeTicket(draft);
  }
  take(draft, (view) => readWhileWaiting(draft.live.bot, draft.now.session, event, view, draft.before.controller === "queue"));
}

/** Put aside until the customer writes: they have. */
function wakeTicket(draft: Draft): void {
  const ticket = openTicket(draft);
  if (ticket?.state !== "snoozed") return;
  const decided = decideWake(lawState(draft, ticket));
  if (!isRefusal(decided)) apply(draft, decided);
}

/** The store holds no timer of this session now. */
function rang(draft: Draft): void {
  draft.live.armedAtMs = null;
  draft.rang = true;
}

function nothingDue(session: Session, nowMs: number): boolean {
  const earliestMs = earliestTimer(session);
  return earliestMs === null || earliestMs > nowMs;
}

/** Asks the engine, ranks what it wants ranked, and puts what it decided into the draft. */
export function take(draft: Draft, ask: (view: View) => Turn | { needs: Needs } | null): void {
  const { road, live } = draft;
  const view = viewOf(draft);
  live.bot.queues?.read.clear();
  for (let ranks = 0; ; ranks++) {
    const turn = ask(view);
    if (turn === null) return; // refused: nothing of it is written
    if (!("needs" in turn)) {
      if (turn.trace.some((sentence) => sentence.at === GUARD)) {
        road.metrics.count("turn_throws", live.bot.labels);
        road.log("error", `The engine broke a promise in ${live.id} at event ${draft.cause}; the turn's trace says where.`, {
          bot: live.bot.name,
        });
      }
      writeTurn(draft, turn, view);
      setSession(draft, turn.session);
      carryOut(draft, turn);
      return;
    }
    if (ranks >= RANKS_MAX) throw new Error("The engine asked for a ranking again and again.");
    const text = turn.needs.rank;
    view.rankings ??= new Map();
    view.rankings.set(text, road.rank(live.bot.newest, text, draft.now.session.language));
  }
}

async function committing(draft: Draft): Promise<Attempt> {
  try {
    const committed = await commit(draft, "turn");
    return committed.kind === "committed" ? "decided" : "conflict";
  } catch (error) {
    return { trouble: error };
  }
}

/** An event that threw three times is set aside, the customer is told, a person gets a ticket, and the conversation goes on. */
export async function bury(road: Road, live: Live, event: Waiting, why = "it threw three times"): Promise<Attempt> {
  const conversation = live.conversation!;
  const reading = readFirst(road, live, conversation);
  if (reading) await reading;
  const draft = openDraft(road, live, conversation, [event.seq], road.clock.nowMs());
  road.metrics.count("dead_letters", live.bot.labels);
  road.log("error", `Event ${event.seq} of ${live.id} is a dead letter: ${why}. The conversation goes on.`, { bot: live.bot.name });
  note(draft, {
    kind: "dead",
    by: "system",
    skeleton: { event: event.seq, kind: String(event.row.skeleton.kind ?? ""), why },
    personal: null,
  });
  const alreadyTried = (live.throws?.get(event.seq) ?? 0) > THROWS_MAX; // to apologize is what throws
  if (event.row.kind === "heard" && conversation.controller === "bot" && event.row.personal !== null && !alreadyTried) apologize(draft);
  return committing(draft);
}

/** Without the engine, which may be what threw: one plain line, and a ticket in the bot's own queue. */
function apologize(draft: Draft): void {
  const { live, now } = draft;
  const { bot } = live.bot.newest;
  const queue = bot.defaults.queue ?? [...bot.queues.keys()][0];
  const text = plainTrouble(live.bot.newest, now.session.language ?? bot.languages[0] ?? "en");
  const effects: Turn["effects"] = [
    { kind: "send", message: { text }, by: "system", purpose: "reply", flow: null, step: null },
    ...(queue === undefined ? [] : [ticketEffect(now, queue)]),
  ];
  carryOut(draft, { session: now.session, effects, trace: [], ends: queue === undefined ? "answer" : "person" });
}

function ticketEffect(conversation: Conversation, queue: string): Turn["effects"][number] {
  const top = conversation.session.stack.at(-1);
  return {
    kind: "handoff",
    request: {
      queue: queue as never,
      code: "tool_failure",
      detail: "internal error",
      flow: top?.flow ?? null,
      step: conversation.session.question?.step ?? top?.step ?? null,
      priority: "normal",
      skills: [],
      askAgent: [],
      returnTo: conversation.session.question?.step ?? null,
      notice: null,
    },
  };
}

/** The engine's own line for trouble, in the customer's language if the brand wrote it. */
function plainTrouble(
  program: { texts: Map<string, { languages: string[]; print(scope: never, language: string): string }[]> },
  language: string,
): string {
  const text = program.texts.get("trouble")?.[0];
  try {
    const known = text?.languages.includes(language) ? language : text?.languages[0];
    if (text && known !== undefined) return text.print({ slots: {}, customer: {}, saves: {}, language: known } as never, known);
  } catch {
    // Even the line about trouble is a brand's to write: then our own.
  }
  return "Something went wrong on our side.";
}
