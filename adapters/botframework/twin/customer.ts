/** The other side of a played channel: a customer who writes and taps, the channel's own events, a hub of people behind it. */
import type { Clock } from "../../../model/clock.ts";
import type { Wire } from "../../wire.ts";
import type { Delivery } from "./delivery.ts";
import { actionsIn, type Thread } from "./threads.ts";

export type Who = { person: string; channelId?: string; isGroup?: boolean };

export type Customer = {
  /** @returns the activity's id, here and below */
  says(who: Who, words: string, more?: Wire): string;
  /** Taps what stands under the newest line that has this title. False: there is none, or it leads elsewhere. */
  taps(who: Who, title: string): boolean;
  joins(who: Who): string;
  sendsPicture(who: Who, url: string, words?: string): string;
  edits(who: Who, id: string, words: string): string;
  deletes(who: Who, id: string): string;
  reacts(who: Who, id: string, reaction: string): string;
  types(who: Who): void;
  /** The channel drops the bot: what is sent there is refused from now on. */
  leaves(who: Who): void;
  /** Any activity of this channel; what it does not say is filled in. */
  tells(who: Who, activity: Wire): string;
  /** A hub tells what became of a handover. */
  hubTells(who: Who, state: "accepted" | "failed" | "completed", message?: string): string;
};

export type CustomerOptions = {
  clock: Clock;
  bot: string;
  delivery: Delivery;
  meet(who: Who): Thread;
  serviceUrl(channelId: string): string;
  nextId(): string;
  /** A thread is other than before. */
  changed(): void;
};

export function createCustomer({ clock, bot, delivery, meet, serviceUrl, nextId, changed }: CustomerOptions): Customer {
  const tell = (who: Who, activity: Wire): string => {
    const thread = meet(who);
    const id = typeof activity.id === "string" ? activity.id : nextId();
    const conversation: Wire = { id: thread.conversation };
    if (thread.isGroup) conversation.isGroup = true;
    delivery.tell({
      id,
      timestamp: new Date(clock.nowMs()).toISOString(),
      channelId: thread.channelId,
      serviceUrl: serviceUrl(thread.channelId),
      from: { id: who.person, name: who.person, role: "user" },
      conversation,
      recipient: { id: bot, name: "bot" },
      ...activity,
    });
    return id;
  };
  /** @param shown what stands in the thread, where that is not what is told */
  const message = (who: Who, words: string, more: Wire = {}, shown = words): string => {
    const thread = meet(who);
    const id = nextId();
    thread.lines.push({ by: "customer", atMs: clock.nowMs(), id, text: shown, options: [], activity: more });
    changed();
    return tell(who, { type: "message", id, text: words, textFormat: "plain", locale: "en-US", ...more });
  };

  return {
    says: (who, words, more) => message(who, words, more),
    taps(who, title) {
      const lines = meet(who).lines.toReversed();
      const action = lines.flatMap((line) => (line.by === "bot" ? actionsIn(line.activity) : [])).find((one) => one.title === title);
      if (action === undefined || action.tap === null) return false;
      const { text = "", value } = action.tap;
      message(who, text, value === undefined ? {} : { value }, text === "" ? title : text);
      return true;
    },
    joins: (who) => tell(who, { type: "conversationUpdate", membersAdded: [{ id: who.person }] }),
    sendsPicture: (who, contentUrl, words = "") =>
      message(who, words, { attachments: [{ contentType: "image/png", contentUrl, name: "picture.png" }] }),
    edits: (who, id, words) => tell(who, { type: "messageUpdate", id, text: words }),
    deletes: (who, id) => tell(who, { type: "messageDelete", id }),
    reacts: (who, replyToId, type) => tell(who, { type: "messageReaction", replyToId, reactionsAdded: [{ type }] }),
    types: (who) => void tell(who, { type: "typing" }),
    leaves(who) {
      meet(who).isOpen = false;
      tell(who, { type: "conversationUpdate", membersRemoved: [{ id: bot }] });
    },
    tells: tell,
    hubTells: (who, state, said) =>
      tell(who, {
        type: "event",
        name: "handoff.status",
        from: { id: "hub", role: "bot" },
        value: { state, ...(said === undefined ? {} : { message: said }) },
      }),
  };
}
