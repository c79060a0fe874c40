/** What the worker reads for a turn, from memory where it can: the customer's fields, the window, the queues. */
import { NOTHING_SPENT } from "../model/answerer.ts";
import type { JsonObject } from "../model/json.ts";
import type { Conversation } from "../model/store.ts";
import type { CustomerFields, View } from "../model/turn.ts";
import { type Draft, windowOf } from "./draft.ts";
import { isPurseRead, readPurse, restingBecause } from "./purse.ts";
import { accountOf, type Live, type Road } from "./road.ts";
import { isStaffFresh, readStaff } from "./staff.ts";

/** Reads what is not in memory; null when everything is, so that a turn need not wait at all. */
export function readFirst(road: Road, live: Live, conversation: Conversation): Promise<unknown> | null {
  live.account ??= accountOf(live.bot, conversation.address);
  const reads: Promise<unknown>[] = [];
  if (live.customer === null)
    reads.push(
      road.store.customer(live.bot.name, conversation.person).then((fields) => {
        live.customer = { ...fields, ...live.unsaved };
      }),
    );
  if (conversation.ticket === null) live.ticket = null;
  else if (live.ticket?.id !== conversation.ticket)
    reads.push(
      road.store.ticket(live.bot.name, conversation.ticket).then((ticket) => {
        live.ticket = ticket;
      }),
    );
  if (live.bot.newest.bot.queues.size > 0 && !isStaffFresh(live.bot, road.clock.nowMs())) reads.push(readStaff(road, live.bot));
  if (!isPurseRead(road, live)) reads.push(readPurse(road, live));
  return reads.length === 0 ? null : Promise.all(reads);
}

/** Is everything that a turn of this conversation reads in memory already? */
export function isRead(road: Road, live: Live, conversation: Conversation): boolean {
  if (live.customer === null || (conversation.ticket !== null && live.ticket?.id !== conversation.ticket) || !isPurseRead(road, live))
    return false;
  return live.bot.newest.bot.queues.size === 0 || isStaffFresh(live.bot, road.clock.nowMs());
}

export function viewOf(draft: Draft): View {
  const { live, now, nowMs } = draft;
  const answerer = answererOf(draft);
  return {
    ...(answerer ? { answerer } : {}),
    nowMs,
    conversation: live.id,
    address: now.address,
    customer: customerOf(now, live.customer ?? {}),
    window: windowOf(live, now, nowMs),
    queues: live.bot.queues?.views ?? {},
    seq: draft.cause ?? 0,
  };
}

function answererOf({ road, live }: Draft): View["answerer"] {
  const { answers } = live.bot.newest.bot;
  if (live.bot.purse === null || answers.from === "local-only") return undefined;
  return { may: answers.may, resting: restingBecause(road, live, NOTHING_SPENT) };
}

export function customerOf(conversation: Conversation, fields: JsonObject): CustomerFields {
  const tags = Array.isArray(fields.tags) ? fields.tags.filter((tag) => typeof tag === "string") : [];
  return { ...fields, id: conversation.person, tags } as CustomerFields;
}
