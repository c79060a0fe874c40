/** What was done and said in a chat so far, line by line, as a story tells it. */
import type { JsonObject } from "../model/json.ts";
import type { Stage } from "../server/stage.ts";
import { textOf } from "../server/story-player.ts";

export type Recording = {
  atMs: number;
  /** An advertisement by which the very first event came. */
  referral: JsonObject | null;
  script: JsonObject[];
  /** How many of the lines on the screen stand in the script. */
  seen: number;
  /** The ticket whose handoff stands in the script. */
  ticket: string | null;
};

export function createRecording(stage: Stage): Recording {
  return { atMs: stage.clock.nowMs(), referral: null, script: [], seen: 0, ticket: null };
}

/** Notes what was done, then all that it brought about. */
export async function record(recording: Recording, stage: Stage, did: JsonObject): Promise<void> {
  recording.script.push(did);
  for (const { by, message } of stage.shown.slice(recording.seen)) {
    const text = textOf(message) || "*";
    recording.script.push(by === "agent" ? { customer_sees: text } : { bot: text });
  }
  recording.seen = stage.shown.length;
  const ticket = await stage.ticket();
  if (ticket === null || ticket.agent !== null || ticket.id === recording.ticket) return;
  recording.ticket = ticket.id;
  recording.script.push({ handoff: ticket.queue, priority: ticket.priority, reason: ticket.request.detail });
}
