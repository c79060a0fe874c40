/** Handing over as Bot Framework's protocol has it: `handoff.initiate` asks for a person, `handoff.status` tells what became of it. */
import type { Passage } from "../../model/adapter.ts";
import type { Control, Envelope, Heard } from "../../model/event.ts";
import type { Json, JsonObject } from "../../model/json.ts";
import type { Message } from "../../model/message.ts";
import { keep, list, record, text } from "../wire.ts";
import { activityId, envelope, type Item, ignored } from "./context.ts";

export const HANDOFF_INITIATE = "handoff.initiate";
export const HANDOFF_STATUS = "handoff.status";

/** A hub tells that its people have the conversation, or have it no more. */
export function fromHandoffStatus(item: Item): Envelope {
  const value = record(item.wire.value);
  const state = text(value?.state)?.toLowerCase() ?? "";
  const note = noteOf(value?.message);
  const told = note === undefined ? {} : { note };
  const app = item.channelId;
  const part = `${state} ${activityId(item) ?? item.atMs}`;
  switch (state) {
    case "accepted": {
      const taken: Control = { kind: "thread_taken", app, ...told };
      return envelope(item, "handoff", part, taken);
    }
    case "failed":
    case "completed": {
      const given: Control = { kind: "thread_given", from: app, ...told };
      return envelope(item, "handoff", part, given);
    }
    default:
      return ignored(item, HANDOFF_STATUS, `We do not know the state ${JSON.stringify(state.slice(0, 40))}.`, part);
  }
}

const NOTE_MAX = 500;

/** A message may be an object. */
function noteOf(message: unknown): string | undefined {
  const told = text(message) ?? (record(message) ? JSON.stringify(keep(message)) : undefined);
  return told?.slice(0, NOTE_MAX);
}

const LINES_MAX = 50;
const LINE_MAX = 500;

/** Another bot asks for people of ours: its context and what was said come along. */
export function fromHandoffInitiate(item: Item): Envelope {
  const fields: JsonObject = { context: keep(item.wire.value ?? null), transcript: transcriptIn(item) };
  const event: Heard = { kind: "happened", name: "person_wanted", fields };
  const id = activityId(item);
  if (id !== undefined) event.messageId = id;
  return envelope(item, "handoff", id, event);
}

function transcriptIn({ wire, bot }: Item): Json[] {
  const attached = list(wire.attachments).map(record);
  const transcript = attached.find((one) => text(one?.name) === "Transcript") ?? attached[0];
  return list(record(transcript?.content)?.activities)
    .slice(-LINES_MAX)
    .flatMap((given) => {
      const one = record(given);
      const words = text(one?.text);
      if (one === undefined || words === undefined) return [];
      const from = record(one.from);
      const isBot = text(from?.role) === "bot" || text(from?.id) === bot;
      return [{ by: isBot ? "bot" : "customer", text: words.slice(0, LINE_MAX) }];
    });
}

/** Where a bot's people are: at our desk, or at a hub behind the channel. */
export type People = "desk" | "hub";

/** A hub is asked for people; everybody else who may have asked us is told what became of it. */
export function toldOf(people: People, passage: Passage): Message | null {
  if (people === "hub") return passage.kind === "asked" ? { event: initiation(passage) } : null;
  if (passage.kind === "asked") return null;
  const value: JsonObject = { state: passage.kind };
  if (passage.kind === "failed") value.message = "Nobody took it.";
  return { event: { name: HANDOFF_STATUS, value } };
}

/** What hubs route by: names as their samples have them; the rest is our package, without what is personal. */
function initiation({ ticket, said }: Passage): NonNullable<Message["event"]> {
  const value: JsonObject = {
    Skill: ticket.skills[0] ?? ticket.queue,
    Queue: ticket.queue,
    Priority: ticket.priority,
    Language: ticket.language,
    Reason: ticket.request.code,
    handoff: keep(ticket.package),
  };
  const activities = said.map(
    ({ by, text: words, atMs }): JsonObject => ({
      type: "message",
      timestamp: new Date(atMs).toISOString(),
      from: { id: by, role: by === "customer" ? "user" : "bot" },
      text: words,
    }),
  );
  const transcript: JsonObject = { contentType: "application/json", name: "Transcript", content: { activities } };
  return { name: HANDOFF_INITIATE, value, attachments: [transcript] };
}
