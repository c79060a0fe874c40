/**
 * One message becomes those that the customer's channel takes one by one. Order: media, the text with its buttons, cards. Choices ride
 * on the last piece. What the channel has no room for degrades by these rules, and nothing is dropped:
 *
 * - choices are suggested actions; more of them than the channel has room for are a list to choose from where it shows Adaptive Cards,
 *   else a numbered list in the text, answered by number or label;
 * - more buttons than a card takes, a payload that is too long, or a channel without cards: a numbered list of what comes back to us,
 *   addresses and telephone numbers written out;
 * - numbers count choices first, then buttons, then those of cards;
 * - telephone numbers are always written out: few channels call one;
 * - cards are rows of at most ten; where there are none, or one has more buttons than fit, they are written out in the text;
 * - media that a channel does not take are links.
 */
import type { Limits } from "../../model/limits.ts";
import type { Button, Card, Choice, Media, Message } from "../../model/message.ts";
import { cutText } from "../cut.ts";

const MEDIA = ["image", "video", "audio", "file"] as const;

export function pieces(limits: Limits, message: Message): Message[] {
  const { text = "", buttons = [], choices = [], cards = [] } = message;
  const cardButtons = cards.flatMap((card) => card.buttons ?? []);
  const isCards = cards.length > 0 && cardsFit(limits, cards);
  const shownButtons = buttons.filter((button) => button.phone === undefined || button.payload !== undefined || button.url !== undefined);
  const isButtons = buttonsFit(limits, shownButtons);
  const isChoices = choicesFit(limits, choices);

  const listed: string[] = [];
  const addresses: string[] = [];
  let number = 0;
  const write = (one: Button | Choice, isShown: boolean) => {
    const isHeard = "payload" in one && one.payload !== undefined;
    if (isHeard) number += 1;
    if (isShown) return;
    if (isHeard) listed.push(`${number}. ${one.title}`);
    else addresses.push(`${one.title}: ${(one as Button).url ?? (one as Button).phone ?? ""}`);
  };
  for (const choice of choices) write(choice, isChoices);
  for (const button of buttons) write(button, isButtons && shownButtons.includes(button));
  for (const button of cardButtons) write(button, isCards && button.phone === undefined);

  const out: Message[] = [];
  for (const kind of MEDIA) {
    const medium: Media | undefined = message[kind];
    if (medium === undefined) continue;
    if (limits.media.includes(kind)) out.push({ [kind]: medium });
    else addresses.push(medium.name ? `${medium.name}: ${medium.url}` : medium.url);
  }
  const written = [text.trim() === "" ? "" : text, ...(isCards ? [] : cards.map(asWords)), addresses.join("\n"), listed.join("\n")];
  const words = written.filter((part) => part !== "").join("\n\n");
  out.push(...textPieces(limits, words, isButtons ? shownButtons : []));
  if (isCards) out.push(...rowsOf(limits, cards));
  if (out.length === 0) out.push({ text: "…" });
  const last = out[out.length - 1]!;
  if (isChoices && choices.length > 0) out[out.length - 1] = { ...last, choices };
  return out;
}

function choicesFit({ choices: limit }: Limits, choices: Choice[]): boolean {
  return limit !== null && choices.length <= limit.max && choices.every(({ payload }) => payload.length <= limit.payloadMax);
}

function buttonsFit({ buttons: limit }: Limits, buttons: Button[]): boolean {
  return limit !== null && buttons.length <= limit.max && buttons.every(({ payload = "" }) => payload.length <= limit.payloadMax);
}

function cardsFit(limits: Limits, cards: Card[]): boolean {
  const { cards: limit, buttons } = limits;
  if (limit === null || buttons === null) return false;
  return cards.every((card) => {
    const shown = (card.buttons ?? []).filter((button) => button.phone === undefined);
    return shown.length <= limit.buttonsMax && shown.every(({ payload = "" }) => payload.length <= buttons.payloadMax);
  });
}

function textPieces(limits: Limits, words: string, buttons: Button[]): Message[] {
  if (buttons.length === 0) return words === "" ? [] : cutText(words, limits.text.max).map((part) => ({ text: part }));
  const parts = cutText(words, limits.text.max);
  const tail = cutText(parts.pop() ?? "…", limits.buttons!.textMax); // buttons stand under something
  const under = tail.pop() ?? "…";
  return [...parts, ...tail].map((part): Message => ({ text: part })).concat({ text: under, buttons });
}

function rowsOf({ cards: limit }: Limits, cards: Card[]): Message[] {
  const out: Message[] = [];
  for (let at = 0; at < cards.length; at += limit!.max) out.push({ cards: cards.slice(at, at + limit!.max).map(withoutPhones) });
  return out;
}

function withoutPhones(card: Card): Card {
  if (!card.buttons?.some((button) => button.phone !== undefined)) return card;
  return { ...card, buttons: card.buttons.filter((button) => button.phone === undefined) };
}

function asWords(card: Card): string {
  return [card.title, card.subtitle, card.url].filter(Boolean).join("\n");
}
