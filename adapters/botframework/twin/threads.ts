/** What both sides said in each conversation of a played channel, and which buttons are there to be tapped. */
import { list, record, text, type Wire } from "../../wire.ts";

export type ThreadLine = {
  by: "customer" | "bot" | "hub" | "channel";
  atMs: number;
  id: string;
  text: string;
  /** Titles of what can be tapped. */
  options: string[];
  activity: Wire;
};

export type Thread = {
  channelId: string;
  conversation: string;
  person: string;
  isGroup: boolean;
  isOpen: boolean;
  lines: ThreadLine[];
  typing: number;
  /** Has the bot said that it writes, and nothing since? */
  isTyping: boolean;
};

/** A tap, as the channel tells it to the bot. */
export type Tap = { text?: string; value?: unknown };

type Action = { title: string; tap: Tap | null };

/** What an activity of the bot shows to be tapped, by the rules of each kind of action. */
export function actionsIn(activity: Wire): Action[] {
  const suggested = list(record(activity.suggestedActions)?.actions).map((one) => cardAction(record(one) ?? {}));
  const attached = list(activity.attachments).flatMap((given) => {
    const one = record(given);
    const content = record(one?.content);
    if (content === undefined) return [];
    return text(one?.contentType) === "application/vnd.microsoft.card.adaptive"
      ? adaptive(content)
      : list(content.buttons).map((button) => cardAction(record(button) ?? {}));
  });
  return [...suggested, ...attached];
}

/** Source: Bot Framework card schema, card actions; read 2026-11-24. */
function cardAction(action: Wire): Action {
  const title = text(action.title) ?? "";
  const { value } = action;
  switch (text(action.type)) {
    case "imBack":
      return { title, tap: { text: String(value) } };
    case "postBack":
      return { title, tap: typeof value === "string" ? { text: value } : { value } };
    case "messageBack":
      return { title, tap: { ...(text(action.text) === undefined ? {} : { text: text(action.text)! }), value } };
    default:
      return { title, tap: null }; // an address, a picture, a call: nothing is told
  }
}

function adaptive(card: Wire): Action[] {
  const choices = list(card.body).flatMap((given) => {
    const input = record(given);
    const id = text(input?.id) ?? "";
    return list(input?.choices).map((one) => ({ title: text(record(one)?.title) ?? "", tap: { value: { [id]: record(one)?.value } } }));
  });
  const submits = list(card.actions).map((given) => {
    const action = record(given);
    const { msteams: _shown, ...data } = record(action?.data) ?? {};
    return { title: text(action?.title) ?? "", tap: { value: data } };
  });
  return [...choices, ...submits];
}

/** The words that the customer sees of an activity. */
export function wordsOf(activity: Wire): string {
  const cards = list(activity.attachments).flatMap((given) => {
    const one = record(given);
    const content = record(one?.content);
    if (content === undefined) return [`[${text(one?.contentType) ?? "file"}] ${text(one?.contentUrl) ?? ""}`.trim()];
    return [content.title, content.subtitle, content.text].flatMap((part) => text(part) ?? []);
  });
  return [text(activity.text), ...cards].filter(Boolean).join("\n");
}
