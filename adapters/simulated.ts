/**
 * Channels as the simulator shows them: their limits and windows without their network. A channel with an adapter
 * cuts by it; one that has only its tables here shows what does not fit as a numbered list, answered by number or label.
 */
import type { Limits } from "../model/limits.ts";
import type { Button, Card, Message } from "../model/message.ts";
import { pieces as botframeworkPieces } from "./botframework/pieces.ts";
import { cutText } from "./cut.ts";
import { channelLimits } from "./limits.ts";
import { pieces as metaPieces } from "./meta/pieces.ts";
import { asPlainText, pieces as twitterPieces } from "./twitter/pieces.ts";
import { pieces as wechatPieces } from "./wechat/pieces.ts";
import { pieces as whatsappPieces } from "./whatsapp/pieces.ts";

export type SimulatedChannel = { limits: Limits; pieces(message: Message): Message[] };

/** How each channel that has an adapter cuts what it shows. */
const CUTS: Record<string, (limits: Limits, message: Message) => Message[]> = {
  messenger: metaPieces,
  instagram: metaPieces,
  whatsapp: whatsappPieces,
  wechat: wechatPieces,
  botframework: botframeworkPieces,
  twitter: (_limits, message) => twitterPieces(message).map(asShown),
};

/** null: there is no such channel. */
export function simulatedChannel(channel: string): SimulatedChannel | null {
  const limits = channelLimits().get(channel);
  if (!limits) return null;
  const cut = CUTS[channel] ?? plainPieces;
  return { limits, pieces: (message) => cut(limits, message) };
}

/** As an account shows it that has no quick replies, which are most. */
function asShown(piece: Message): Message {
  const { choices: _listed, buttons: _written, ...shown } = piece;
  const text = asPlainText(piece);
  return text === "" ? shown : { ...shown, text };
}

function plainPieces(limits: Limits, message: Message): Message[] {
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
