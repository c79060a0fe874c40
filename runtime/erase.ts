/** Forgets a customer: the store empties everything in one unit, and this process lets go of what it held. */
import { refuse } from "../handoff/decided.ts";
import type { ControlOutcome } from "../model/desk.ts";
import type { ConversationId, PersonId } from "../model/ids.ts";
import type { Live, Road, RunningBot } from "./road.ts";

export type Erased = { conversations: number; entries: number; lines: number };

/** @throws when this process was given no secret to write the ledger with */
export async function erasePerson(road: Road, bot: RunningBot, person: PersonId, by: string): Promise<Erased> {
  if (!road.keyedHash) throw new Error("Erasing needs BATON_SECRET, under which the ledger names who was erased.");
  const all = await road.store.conversationsOf(bot.name, person);
  const { keyedHash } = road;
  const before = (await road.store.addressesOf(bot.name, person)).map(({ home }) => keyedHash(home)); // as an older backup knows them
  const erased = await road.store.erase(bot.name, person, by, road.clock.nowMs(), keyedHash(person), before);
  for (const one of all) forget(road, road.live.get(one.id));
  road.log("info", `A customer was erased: ${erased.conversations} conversations, ${erased.entries} entries.`, { bot: bot.name });
  return erased;
}

export async function eraseCustomer(road: Road, bot: RunningBot, id: ConversationId, by: string): Promise<ControlOutcome> {
  const conversation = await road.store.load(bot.name, id);
  if (!conversation) return { ok: false, ...refuse("not_found", 404, `There is no conversation ${id}.`) };
  await erasePerson(road, bot, conversation.person, by);
  const epoch = (await road.store.load(bot.name, id))?.epoch ?? conversation.epoch + 1;
  return { ok: true, epoch, ticket: conversation.ticket, seq: 0, line: null, underWay: [], replayed: false };
}

/** A turn or a send under way finds out by itself, by version and by epoch. */
function forget(road: Road, live: Live | undefined): void {
  if (!live) return;
  live.bot.depth -= live.waiting.length;
  live.waiting = [];
  live.rows = live.sending ? live.rows.slice(0, 1) : [];
  live.rowsStale = true;
  live.inboxStale = true;
  live.conversation = null;
  live.customer = null;
  live.ticket = null;
  live.unsaved = null;
  if (live.laneAt) road.agenda.cancel(live.laneAt);
  live.laneAt = null;
}
