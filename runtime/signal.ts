/** Typing and seen marks: what the customer sees without a line. Best effort, and nobody's trouble when one fails. */
import type { Address } from "../model/address.ts";
import type { BotName, ConversationId } from "../model/ids.ts";
import { type Account, accountOf, type Road, type RunningBot, track } from "./road.ts";

export type Signal = "typing" | "seen";

export function signal(road: Road, account: Account | null, address: Address, what: Signal): void {
  if (!account?.adapter.signal || account.stopped) return;
  track(road, account.adapter.signal(address, what), () => undefined);
}

/** For the desk: an agent is writing, or has looked. */
export function signalConversation(road: Road, bot: RunningBot, id: ConversationId, what: Signal): void {
  const find = async (): Promise<void> => {
    const conversation = road.live.get(id)?.conversation ?? (await road.store.load(bot.name as BotName, id));
    if (conversation) signal(road, accountOf(bot, conversation.address), conversation.address, what);
  };
  track(road, find(), () => undefined);
}
