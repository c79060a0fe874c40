/** The Send API as the twin keeps it: what it refuses, and what becomes of a message that it accepts. */
import { list, record, text, type Wire } from "../../wire.ts";
import { invalidParameter, messageAndAction, otherAppControls, type TwinAnswer, unavailable } from "./answers.ts";
import type { SendRules, TwinDialect } from "./dialect.ts";
import type { PlayedButton, PlayedReply, Thread } from "./thread.ts";

/** Source: Meta, Send API reference and templates; read 2026-09-11. */
const BUTTONS_MAX = 3;
const REPLIES_MAX = 13;
const CARDS_MAX = 10;
const TITLE_MAX = 20;
const CARD_TITLE_MAX = 80;
const PAYLOAD_MAX = 1000;
const METADATA_BELOW = 1000;
const ACTIONS = new Set(["typing_on", "typing_off", "mark_seen"]);

export type Accepted = {
  message: Wire;
  text: string;
  buttons: PlayedButton[];
  quickReplies: PlayedReply[];
  messagingType: string;
  tag: string | undefined;
};

export type Verdict =
  | { kind: "refused"; answer: TwinAnswer }
  | { kind: "action"; action: string }
  | { kind: "accepted"; accepted: Accepted };

export function judgeSend(dialect: TwinDialect, body: Wire, thread: Thread | undefined, nowMs: number, appId: string): Verdict {
  const refused = (answer: TwinAnswer): Verdict => ({ kind: "refused", answer });
  if (record(body.recipient) === undefined) return refused(invalidParameter());
  if (thread === undefined) return refused(dialect.noMatchingUser());
  if (body.message !== undefined && body.sender_action !== undefined) return refused(messageAndAction());
  if (thread.blocked) return refused(unavailable());
  const action = text(body.sender_action);
  if (action !== undefined) return ACTIONS.has(action) ? { kind: "action", action } : refused(invalidParameter());

  const message = record(body.message);
  if (message === undefined) return refused(invalidParameter());
  const content = readContent(dialect.rules, message);
  const messagingType = text(body.messaging_type);
  const tag = text(body.tag);
  if (content === null || !mayBe(messagingType, tag)) return refused(invalidParameter());
  if (thread.owner !== null && thread.owner !== appId) return refused(otherAppControls());
  const untilMs = messagingType === "MESSAGE_TAG" ? thread.humanUntilMs : thread.openUntilMs;
  if (untilMs <= nowMs) return refused(dialect.outsideWindow());
  return { kind: "accepted", accepted: { message, ...content, messagingType: messagingType!, tag } };
}

/** Of the tags only a person's is left; the others fail since 2026-04-27. */
function mayBe(messagingType: string | undefined, tag: string | undefined): boolean {
  if (messagingType === "MESSAGE_TAG") return tag === "HUMAN_AGENT";
  return (messagingType === "RESPONSE" || messagingType === "UPDATE") && tag === undefined;
}

type Content = Pick<Accepted, "text" | "buttons" | "quickReplies">;

function readContent(rules: SendRules, message: Wire): Content | null {
  const metadata = message.metadata;
  if (metadata !== undefined && (!rules.metadata || typeof metadata !== "string" || metadata.length >= METADATA_BELOW)) return null;
  const words = message.text;
  const attachment = record(message.attachment);
  if ((words === undefined) === (attachment === undefined)) return null;
  const content = attachment === undefined ? readText(rules, words) : readAttachment(rules, attachment);
  if (content === null) return null;
  if (message.quick_replies === undefined) return content;
  const replies = list(message.quick_replies).map(record);
  if (replies.length === 0 || replies.length > REPLIES_MAX) return null;
  for (const reply of replies) {
    const title = text(reply?.title);
    const payload = text(reply?.payload);
    if (reply?.content_type !== "text" || title === undefined || payload === undefined || payload.length > PAYLOAD_MAX) return null;
    content.quickReplies.push({ title: title.slice(0, TITLE_MAX), payload });
  }
  return content;
}

function readText(rules: SendRules, words: unknown): Content | null {
  if (typeof words !== "string" || words.trim() === "" || !rules.fits(words) || /\p{Surrogate}/u.test(words)) return null;
  return { text: words, buttons: [], quickReplies: [] };
}

function readAttachment(rules: SendRules, attachment: Wire): Content | null {
  const type = text(attachment.type) ?? "";
  const payload = record(attachment.payload);
  if (payload === undefined) return null;
  if (rules.media.has(type)) {
    const url = text(payload.url);
    return url !== undefined && /^https?:\/\//.test(url) ? { text: `[${type} ${url}]`, buttons: [], quickReplies: [] } : null;
  }
  if (type !== "template") return null;
  if (payload.template_type === "button") {
    const words = text(payload.text);
    const buttons = readButtons(rules, payload.buttons);
    if (words === undefined || words.length > rules.buttonTextMax || buttons === null || buttons.length === 0) return null;
    return { text: words, buttons, quickReplies: [] };
  }
  return payload.template_type === "generic" ? readCards(rules, payload.elements) : null;
}

function readCards(rules: SendRules, value: unknown): Content | null {
  const elements = list(value).map(record);
  if (elements.length === 0 || elements.length > CARDS_MAX) return null;
  const content: Content = { text: "", buttons: [], quickReplies: [] };
  const lines: string[] = [];
  for (const element of elements) {
    const title = text(element?.title);
    const buttons = element?.buttons === undefined ? [] : readButtons(rules, element.buttons);
    if (element === undefined || title === undefined || title.length > CARD_TITLE_MAX || buttons === null) return null;
    const subtitle = text(element.subtitle);
    if (subtitle === undefined && element.image_url === undefined && element.default_action === undefined && buttons.length === 0)
      return null;
    if (subtitle !== undefined && subtitle.length > CARD_TITLE_MAX) return null;
    lines.push(subtitle === undefined ? `[${title}]` : `[${title}: ${subtitle}]`);
    content.buttons.push(...buttons);
  }
  content.text = lines.join("\n");
  return content;
}

function readButtons(rules: SendRules, value: unknown): PlayedButton[] | null {
  const given = list(value).map(record);
  if (given.length > BUTTONS_MAX) return null;
  const buttons: PlayedButton[] = [];
  for (const button of given) {
    const title = text(button?.title);
    const payload = text(button?.payload);
    const url = text(button?.url);
    if (title === undefined || !rules.buttons.has(button?.type as PlayedButton["type"])) return null;
    if (button?.type === "web_url" && url !== undefined) buttons.push({ type: "web_url", title, url });
    else if (button?.type === "phone_number" && payload !== undefined) buttons.push({ type: "phone_number", title, payload });
    else if (button?.type === "postback" && payload !== undefined && payload.length <= PAYLOAD_MAX)
      buttons.push({ type: "postback", title, payload });
    else return null;
  }
  return buttons;
}
