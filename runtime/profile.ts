/** What the channel tells about a person, asked once, at their first event, where a text of the bot names it. */
import type { JsonObject } from "../model/json.ts";
import type { Conversation, Decision } from "../model/store.ts";
import { linkByPlatform } from "./link.ts";
import { saying } from "./log.ts";
import { type Live, type Road, track } from "./road.ts";

const WAIT_MS = 1_000;
const TRIES = 5;

export function wantsProfile(live: Live, conversation: Conversation): boolean {
  return (
    conversation.version === 0 &&
    !live.profileAsked &&
    (live.bot.newest.readsProfile || vouchedFor(live)) &&
    live.account?.adapter.profile !== undefined &&
    conversation.controller === "bot"
  );
}

/** Does the platform know people across several accounts that this bot has there, or by two names on one? */
function vouchedFor({ bot, account }: Live): boolean {
  if (account?.adapter.vouches !== true) return false;
  return account.adapter.renames === true || [...bot.accounts.values()].filter(({ adapter }) => adapter === account.adapter).length > 1;
}

/** Waits one second at most; a profile that comes later is remembered for the next turn. */
export async function fetchProfile(road: Road, live: Live, conversation: Conversation): Promise<void> {
  live.profileAsked = true;
  let isLate = false;
  const fetched = live.account!.adapter.profile!(conversation.address).then(async (profile) => {
    if (!profile) return;
    // Joined before the turn, which then begins again as the customer they are.
    if (profile.unionid !== undefined) await linkByPlatform(road, live.bot, live.id, profile.unionid);
    const fields: JsonObject = {};
    for (const [name, value] of Object.entries(profile))
      if (value !== undefined && live.customer?.[name] === undefined) fields[name] = value;
    if (Object.keys(fields).length === 0) return;
    if (live.customer) live.customer = { ...live.customer, ...fields };
    live.unsaved = fields; // rides in this turn's commit
    if (!isLate) return;
    live.unsaved = null;
    track(road, rememberProfile(road, live, fields), (error) =>
      road.log("warn", `The profile of ${live.id} could not be stored: ${saying(error)}`, { bot: live.bot.name }),
    );
  });
  const late = new AbortController();
  live.profile = fetched
    .catch(() => undefined)
    .finally(() => {
      live.profile = null;
      late.abort();
    });
  track(road, live.profile, () => undefined);
  await Promise.race([live.profile, road.clock.sleepUntil(road.clock.nowMs() + WAIT_MS, late.signal)]);
  isLate = true;
}

/** Fields of the customer are not under the conversation's version: a turn that wins the race does not undo them. */
async function rememberProfile(road: Road, live: Live, fields: JsonObject): Promise<void> {
  for (let tries = 0; tries < TRIES; tries++) {
    const conversation = await road.store.load(live.bot.name, live.id);
    if (!conversation) return;
    const decision: Decision = {
      bot: live.bot.name,
      conversation: live.id,
      began: conversation.version,
      atMs: road.clock.nowMs(),
      decided: [],
      journal: [],
      outbox: [],
      timers: { set: [], cancel: [] },
      tickets: [],
      customer: fields,
      feed: [],
    };
    const committed = await road.store.commit(decision);
    if (committed.kind !== "committed") continue;
    if (live.conversation?.version === conversation.version) live.conversation = { ...live.conversation, version: committed.version };
    return;
  }
}
