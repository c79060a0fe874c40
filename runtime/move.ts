/** Moves a conversation under way to the newest program, as one commit of its own: a turn that races with it wins, and it is tried again. */
import { moveSession } from "../dialogue/turn/move.ts";
import type { ConversationId } from "../model/ids.ts";
import { commit, openDraft, setSession } from "./draft.ts";
import { known } from "./outbox.ts";
import { begin, end, liveOf, type Road, type RunningBot } from "./road.ts";
import { readFirst } from "./view.ts";

export type Moved = { kind: "none" | "moved" } | { kind: "stays"; why: string };

const TRIES = 5;

export async function moveConversation(road: Road, bot: RunningBot, id: ConversationId): Promise<Moved> {
  const live = liveOf(road, bot, id);
  live.held++;
  begin(road);
  try {
    for (let tries = 0; tries < TRIES; tries++) {
      const conversation = await known(road, live);
      if (!conversation) return { kind: "none" };
      await readFirst(road, live, conversation);
      const move = moveSession(conversation.session, bot);
      if (move.kind !== "moved") return move;
      const draft = openDraft(road, live, conversation, [], road.clock.nowMs());
      setSession(draft, move.session);
      if ((await commit(draft, "control")).kind === "committed") return { kind: "moved" };
      live.conversation = null;
    }
    return { kind: "stays", why: "The conversation changes faster than it can be moved." };
  } finally {
    live.held--;
    end(road);
  }
}
