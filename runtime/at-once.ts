/**
 * The short road: an event of a conversation in which nothing else is pending is decided in the unit that stores it. One
 * wait for the disk less, and it never stands in the inbox. Whatever is not plain takes the long road through the lane.
 */
import { marksAfter, roadOf } from "../model/entry.ts";
import type { Heard } from "../model/event.ts";
import type { Committed, Conversation, Decision, Inbound, ReceivedEvent } from "../model/store.ts";
import { type Draft, follow, openDraft, seal } from "./draft.ts";
import { wantsProfile } from "./profile.ts";
import { accountOf, type Live, liveOf, type Road, type RunningBot } from "./road.ts";
import { decideBy } from "./turn.ts";
import { isRead } from "./view.ts";
import { wakeLane } from "./worker.ts";

export type AtOnce = {
  /** Asked inside the store's unit; again when that is tried again. null: the event stands in the inbox. */
  decide(received: ReceivedEvent[]): Decision | null;
  /** After the unit: true when the event was decided with it, and memory has followed. */
  followed(committed: Committed | null): boolean;
  /** The unit failed: nothing of it happened. */
  letGo(): void;
};

/** @param begins the conversation as it is when this event opens it */
export function atOnce(road: Road, bot: RunningBot, inbound: Inbound, begins: (inbound: Inbound) => Conversation): AtOnce {
  const { envelope } = inbound;
  const beganMs = road.clock.monotonicMs();
  let held: Live | null = null;
  let draft: Draft | null = null;

  function letGo(): void {
    if (held) held.deciding = false;
    held = null;
  }

  return {
    letGo,
    decide([result]) {
      letGo();
      draft = null;
      if (result?.kind !== "received" || roadOf(envelope.event) !== "heard") return null;
      const live = liveOf(road, bot, result.conversation);
      const conversation = result.isNew ? begins(inbound) : asHeard(live.conversation, inbound);
      if (!conversation || !isPlain(road, live, conversation, result.isNew)) return null;
      const mine = openDraft(road, live, conversation, [result.seq], road.clock.nowMs());
      try {
        decideBy(mine, envelope.event as Heard);
      } catch {
        return null; // the lane will meet it too, count it, and set it aside
      }
      if (mine.opened) return null; // a package is made from the journal, and reading takes its time
      const decision = seal(mine);
      road.strike("turn.before-commit");
      held = live;
      held.deciding = true; // nobody else decides until this is on disk
      draft = mine;
      return decision;
    },
    followed(committed) {
      const live = held;
      letGo();
      if (!live || !draft || committed?.kind !== "committed") {
        if (live && committed) forget(live);
        return false;
      }
      road.strike("turn.after-commit");
      live.conversation = draft.before; // with the marks of this event
      live.heardAtMs ??= inbound.receivedAtMs;
      follow(draft, committed);
      road.metrics.observe("turn_ms", road.clock.monotonicMs() - beganMs, bot.labels);
      road.metrics.count("turns", bot.labels);
      if (live.waiting.length > 0) wakeLane(road, live);
      return true;
    },
  };
}

/** Our copy was not the newest: the lane reads again. */
function forget(live: Live): void {
  live.conversation = null;
  live.inboxStale = true;
  live.rowsStale = true;
}

function asHeard(conversation: Conversation | null, { envelope }: Inbound): Conversation | null {
  if (!conversation) return null;
  const marks = marksAfter(conversation.marks, envelope.event.kind, envelope.atMs, envelope.opens, envelope.via);
  return marks === conversation.marks ? conversation : { ...conversation, marks };
}

/** Nothing pending, nothing to read first, nobody else to ask: the turn can be decided where it stands. */
function isPlain(road: Road, live: Live, conversation: Conversation, isNew: boolean): boolean {
  if (road.draining || road.stopping || live.deciding || live.inboxStale || live.laneAt !== null || live.waiting.length > 0) return false;
  if (conversation.controller !== "bot" || conversation.session.awaiting !== undefined) return false;
  if (live.bot.newest.bot.defaults.settleMs > 0) return false;
  live.account ??= accountOf(live.bot, conversation.address);
  if (isNew) live.customer ??= {};
  return isRead(road, live, conversation) && !wantsProfile(live, conversation);
}
