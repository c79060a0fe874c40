/**
 * One message becomes those that the chat window shows one by one: media first, then text and cards, buttons under the last. What a
 * piece has no room for is a numbered list under the text, answered by number or label; addresses are written out; nothing is dropped.
 */
import type { Limits } from "../../model/limits.ts";
import type { Button, Card, Message } from "../../model/message.ts";
import { cutText } from "../cut.ts";

export function pieces(limits: Limits, message: Message): Message[] {
  const { text = "", buttons = [], choices = [], cards = [], ...media } = message;
  const out: Message[] = Object.entries(media).map(([kind, medium]) => ({ [kind]: medium }));
  const buttonsFit = limits.buttons !== null && buttons.length <= limits.buttons.max;
  const choicesFit = limits.choices !== null && choices.length <= limits.choices.max;
  const cardsFit = limits.cards !== null && cards.length <= limits.cards.max;
  const cardButtons = cards.flatMap((card) => card.buttons ?? []);
  const cardButtonsFit = cardsFit && cards.every((card) => (card.buttons?.length ?? 0) <= limits.cards!.buttonsMax);
  // A number means what the engine takes it for: choices first, then the buttons that it hears of.
  const heard = (shown: boolean) => (button: Button) => ({ line: button.payload === undefined ? null : button.title, shown });
  const numbered = [
    ...choices.map(({ title }) => ({ line: title, shown: choicesFit })),
    ...buttons.map(heard(buttonsFit)),
    ...cardButtons.map(heard(cardButtonsFit)),
  ].filter(({ line }) => line !== null);
  const listed = numbered.flatMap(({ line, shown }, at) => (shown ? [] : [`${at + 1}. ${line}`]));
  const addresses = [...(buttonsFit ? [] : buttons), ...(cardButtonsFit ? [] : cardButtons)]
    .filter((button) => button.payload === undefined)
    .map((button) => `${button.title}: ${button.url ?? button.phone ?? ""}`);
  const lines = [text, ...(cardsFit ? [] : cards.map(written)), addresses.join("\n"), listed.join("\n")];
  const parts = cutText(lines.filter((line) => line !== "").join("\n\n"), limits.text.max);
  out.push(...parts.map((part): Message => ({ text: part })));
  if (cardsFit && cards.length > 0) out.push({ cards: cardButtonsFit ? cards : cards.map(({ buttons: _listed, ...card }) => card) });
  if (out.length === 0) out.push({ text: "" });
  const last = out[out.length - 1]!;
  if (buttonsFit && buttons.length > 0) last.buttons = buttons;
  if (choicesFit && choices.length > 0) last.choices = choices;
  return out;
}

function written(card: Card): string {
  return [card.title, card.subtitle, card.url].filter(Boolean).join("\n");
}
