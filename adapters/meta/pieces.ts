/**
 * One message becomes those that Messenger or Instagram takes one by one. Order: media, the text, cards. Choices ride on the last piece.
 * What the channel has no room for degrades by these rules, and nothing is dropped:
 *
 * - text over the channel's length is cut; under buttons the last part has at most 640;
 * - more than three buttons: links and phone numbers stay buttons, payloads become quick replies, if both then fit; otherwise what
 *   can be answered is a numbered list in the text, answered by number or label, and addresses are written out;
 * - a kind of button that the channel lacks (a telephone number on Instagram) is written out, from a card into a text behind the cards;
 * - buttons without a text follow the same rule with no room for buttons;
 * - more choices than fit, or a payload that is too long: a numbered list. Numbers count as the engine does: choices, then buttons;
 * - more than ten cards: several rows; more than three buttons on a card: the card again with the rest;
 * - a card with nothing but a title is a text.
 */
import type { Limits } from "../../model/limits.ts";
import type { Button, Card, Choice, Media, Message } from "../../model/message.ts";
import { cutText } from "../cut.ts";
import { cutBytes } from "../cut-bytes.ts";

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
  if (message.text === undefined || lengthOf(limits, message.text) > limits.text.max || message.text.trim() === "") return false;
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
  const all = message.buttons ?? [];
  const buttons = all.filter((button) => has(limits, button));
  const choices = message.choices ?? [];
  const taps = buttons.flatMap((button) => (button.payload === undefined ? [] : [{ title: button.title, payload: button.payload }]));
  const links = buttons.filter((button) => button.payload === undefined);
  const fitted: Fitted = { text, buttons: [], choices: [] };

  const room = text === "" ? 0 : limits.buttons!.max;
  const short = buttons.every((button) => (button.payload ?? "").length <= limits.buttons!.payloadMax);
  let tapsAreListed = false;
  const addresses = all.filter((button) => !has(limits, button));
  if (buttons.length <= room && short) fitted.buttons = buttons;
  else if (links.length <= room && choicesFit(limits, [...taps, ...choices])) {
    fitted.buttons = links;
    fitted.choices = taps;
  } else {
    tapsAreListed = true;
    addresses.unshift(...links);
  }
  const offered = [...fitted.choices, ...choices];
  const choicesAreListed = !choicesFit(limits, offered);
  if (!choicesAreListed) fitted.choices = offered;

  const listed = [
    ...(choicesAreListed ? choices : []).map(({ title }, at) => `${at + 1}. ${title}`),
    ...(tapsAreListed ? taps : []).map(({ title }, at) => `${choices.length + at + 1}. ${title}`),
  ];
  const blocks = [text, addresses.map(written).join("\n"), listed.join("\n")];
  fitted.text = blocks.filter((block) => block !== "").join("\n\n");
  return fitted;
}

function has(limits: Limits, button: Button): boolean {
  return limits.buttons!.kinds.includes(button.phone !== undefined ? "phone" : button.url !== undefined ? "url" : "payload");
}

function written(button: Button): string {
  return `${button.title}: ${button.url ?? button.phone ?? ""}`;
}

function lengthOf({ text: { unit } }: Limits, text: string): number {
  return unit === "utf8" ? Buffer.byteLength(text) : text.length;
}

function cut({ text: { unit } }: Limits, text: string, max: number): string[] {
  return unit === "utf8" ? cutBytes(text, max) : cutText(text, max);
}

function textPieces(limits: Limits, text: string, buttons: Button[]): Message[] {
  if (text === "") return [];
  const parts = cut(limits, text, limits.text.max);
  if (buttons.length === 0) return parts.map((part) => ({ text: part }));
  const last = parts.pop() ?? "";
  const tail = cut(limits, last, limits.buttons!.textMax);
  const under = tail.pop() ?? "";
  return [...parts, ...tail].map((part): Message => ({ text: part })).concat({ text: under, buttons });
}

function cardPieces(limits: Limits, cards: Card[]): Message[] {
  const { max, buttonsMax } = limits.cards!;
  const out: Message[] = [];
  const addresses: string[] = [];
  let row: Card[] = [];
  const endRow = () => {
    if (row.length > 0) out.push({ cards: row });
    row = [];
  };
  for (const given of cards) {
    const lacking = given.buttons?.filter((button) => !has(limits, button)) ?? [];
    addresses.push(...lacking.map(written));
    const card = lacking.length === 0 ? given : { ...given, buttons: given.buttons!.filter((button) => has(limits, button)) };
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
  out.push(...textPieces(limits, addresses.join("\n"), []));
  return out;
}

function withRoomForButtons(card: Card, max: number): Card[] {
  const buttons = card.buttons ?? [];
  if (buttons.length <= max) return [card];
  const cards: Card[] = [];
  for (let at = 0; at < buttons.length; at += max) cards.push({ ...card, buttons: buttons.slice(at, at + max) });
  return cards;
}
