/**
 * One message becomes those that Messenger takes one by one. Order: media, the text, cards. Choices ride on the last piece.
 * What the channel has no room for degrades by these rules, and nothing is dropped:
 *
 * - text over 1999 units is cut; under buttons the last part has at most 640;
 * - more than three buttons: links and phone numbers stay buttons, payloads become quick replies, if both then fit;
 *   otherwise all become a numbered list in the text (with the addresses written out), which is answered by number or label;
 * - buttons without a text follow the same rule with no room for buttons;
 * - more than thirteen choices, or a payload over 1000 units: a numbered list;
 * - more than ten cards: several rows; more than three buttons on a card: the card again with the rest;
 * - a card with nothing but a title is a text.
 */
import type { Limits } from "../../model/limits.ts";
import type { Button, Card, Choice, Media, Message } from "../../model/message.ts";
import { cutText } from "../cut.ts";

const MEDIA = ["image", "video", "audio", "file"] as const;

export function pieces(limits: Limits, message: Message): Message[] {
  if (isSimple(limits, message)) return [message];
  const fitted = fitOptions(limits, message);
  const out: Message[] = [];
  for (const kind of MEDIA) {
    const medium: Media | undefined = message[kind];
    if (medium !== undefined) out.push({ [kind]: medium });
  }
  out.push(...textPieces(limits, fitted.text, fitted.buttons));
  if (message.cards !== undefined) out.push(...cardPieces(limits, message.cards));
  if (out.length === 0) out.push({ text: "" });
  const last = out[out.length - 1]!;
  if (fitted.choices.length > 0) out[out.length - 1] = { ...last, choices: fitted.choices };
  return out;
}

/** Nearly every line: one text within the limit, with choices that fit or with none. */
function isSimple(limits: Limits, message: Message): boolean {
  if (message.text === undefined || message.text.length > limits.text.max || message.text.trim() === "") return false;
  if (message.buttons?.length || message.cards || message.image || message.video || message.audio || message.file) return false;
  return message.choices === undefined || choicesFit(limits, message.choices);
}

function choicesFit(limits: Limits, choices: Choice[]): boolean {
  const { max, payloadMax } = limits.choices!;
  return choices.length <= max && choices.every((choice) => choice.payload.length <= payloadMax);
}

type Fitted = { text: string; buttons: Button[]; choices: Choice[] };

function fitOptions(limits: Limits, message: Message): Fitted {
  const text = message.text?.trim() ? message.text : "";
  const buttons = message.buttons ?? [];
  const choices = message.choices ?? [];
  const listed: string[] = [];
  const fitted: Fitted = { text, buttons: [], choices: [] };

  const room = text === "" ? 0 : limits.buttons!.max;
  const short = buttons.every((button) => (button.payload ?? "").length <= limits.buttons!.payloadMax);
  if (buttons.length <= room && short) fitted.buttons = buttons;
  else {
    const links = buttons.filter((button) => button.payload === undefined);
    const taps = buttons.flatMap((button) => (button.payload === undefined ? [] : [{ title: button.title, payload: button.payload }]));
    if (links.length <= room && choicesFit(limits, [...taps, ...choices])) {
      fitted.buttons = links;
      fitted.choices = taps;
    } else for (const button of buttons) listed.push(written(button));
  }
  const all = [...fitted.choices, ...choices];
  if (choicesFit(limits, all)) fitted.choices = all;
  else for (const choice of choices) listed.push(choice.title);

  if (listed.length > 0) {
    const lines = listed.map((line, at) => `${at + 1}. ${line}`).join("\n");
    fitted.text = text === "" ? lines : `${text}\n\n${lines}`;
  }
  return fitted;
}

function written(button: Button): string {
  const address = button.url ?? button.phone;
  return address === undefined ? button.title : `${button.title}: ${address}`;
}

function textPieces(limits: Limits, text: string, buttons: Button[]): Message[] {
  if (text === "") return [];
  const parts = cutText(text, limits.text.max);
  if (buttons.length === 0) return parts.map((part) => ({ text: part }));
  const last = parts.pop() ?? "";
  const tail = cutText(last, limits.buttons!.textMax);
  const under = tail.pop() ?? "";
  return [...parts, ...tail].map((part): Message => ({ text: part })).concat({ text: under, buttons });
}

function cardPieces(limits: Limits, cards: Card[]): Message[] {
  const { max, buttonsMax } = limits.cards!;
  const out: Message[] = [];
  let row: Card[] = [];
  const endRow = () => {
    if (row.length > 0) out.push({ cards: row });
    row = [];
  };
  for (const card of cards) {
    if (!card.subtitle && !card.imageUrl && !card.url && !card.buttons?.length) {
      endRow();
      out.push(...textPieces(limits, card.title, []));
      continue;
    }
    for (const one of withRoomForButtons(card, buttonsMax)) {
      if (row.length === max) endRow();
      row.push(one);
    }
  }
  endRow();
  return out;
}

function withRoomForButtons(card: Card, max: number): Card[] {
  const buttons = card.buttons ?? [];
  if (buttons.length <= max) return [card];
  const cards: Card[] = [];
  for (let at = 0; at < buttons.length; at += max) cards.push({ ...card, buttons: buttons.slice(at, at + max) });
  return cards;
}
