/** The customer sees that somebody is at work. Best effort: never a line, never waited for, nobody's trouble when it fails. */
import type { ConversationId } from "../model/ids.ts";
import { known } from "./outbox.ts";
import { type Live, liveOf, type Road, type RunningBot, track } from "./road.ts";

/** Platforms show it for about 20 s and count each call. */
const AGAIN_MS = 5_000;

/** The bot works outside: what was written is shown as seen, then that an answer is coming. */
export function showTyping(road: Road, live: Live): void {
  const { account, conversation } = live;
  const signal = account?.adapter.signal;
  if (!conversation || !signal) return;
  live.typedAtMs = road.clock.nowMs();
  const { address } = conversation;
  track(
    road,
    signal(address, "seen").then(() => signal(address, "typing")),
    () => undefined,
  );
}

/** The answer is being written outside: shown anew while it lasts. */
export function botWrites(road: Road, live: Live): void {
  const { account, conversation } = live;
  const nowMs = road.clock.nowMs();
  if (!conversation || !account?.adapter.signal || (live.typedAtMs !== null && nowMs - live.typedAtMs < AGAIN_MS)) return;
  live.typedAtMs = nowMs;
  track(road, account.adapter.signal(conversation.address, "typing"), () => undefined);
}

/** An agent types: shown once in a while, however often the desk says so. */
export function agentTypes(road: Road, bot: RunningBot, id: ConversationId): void {
  const live = liveOf(road, bot, id);
  const nowMs = road.clock.nowMs();
  if (live.typedAtMs !== null && nowMs - live.typedAtMs < AGAIN_MS) return;
  live.typedAtMs = nowMs;
  const shown = known(road, live).then((conversation) => conversation && live.account?.adapter.signal?.(conversation.address, "typing"));
  track(road, shown, () => undefined);
}

/** An agent has looked at what the customer wrote. The desk says so no more often than is worth a call. */
export function showSeen(road: Road, bot: RunningBot, id: ConversationId): void {
  const live = liveOf(road, bot, id);
  const shown = known(road, live).then((conversation) => conversation && live.account?.adapter.signal?.(conversation.address, "seen"));
  track(road, shown, () => undefined);
}
