/**
 * One message becomes those that X takes one by one. Order: media, then the text. Nothing is dropped:
 *
 * - X shows no buttons to most accounts, so options ride on the last piece as they are, and leave as what the account has: quick
 *   replies and links under the text (v1.1), or a numbered list in it, which is answered by number or label;
 * - what v1.1 could not show either (more than twenty options, more than three links, a title over 36 characters, telephone
 *   numbers, and the links beside them) is written into the text here;
 * - numbers count what the bot hears of: choices, then buttons with a payload, then those of cards;
 * - a card is text; the picture of a card that comes alone goes with it. Sounds and files are written as links;
 * - a single picture or video carries the text, so that both cost one send; quick replies ask for a message of their own.
 */
import type { Button, Card, Choice, Media, Message } from "../../model/message.ts";
import { cutText } from "../cut.ts";
import { twitterLimits, V1 } from "./limits.ts";

const TEXT_MAX = twitterLimits.text.max;

export function pieces(message: Message): Message[] {
  const cards = message.cards ?? [];
  const media: Message[] = [];
  if (message.image) media.push({ image: message.image });
  if (message.video) media.push({ video: message.video });
  if (cards.length === 1 && cards[0]?.imageUrl && !message.image) media.push({ image: { url: cards[0].imageUrl } });

  const options = optionsOf(message, cards);
  const words = [message.text ?? "", ...cards.map(written), linked(message.audio), linked(message.file), options.addresses]
    .filter((part) => part.trim() !== "")
    .join("\n\n");
  const last: Message = {};
  if (options.choices.length > 0) last.choices = options.choices;
  if (options.links.length > 0) last.buttons = options.links;
  const list = options.listed.join("\n");
  const room = TEXT_MAX - listLength({ ...last });
  const parts = cutText([words, list].filter((part) => part !== "").join("\n\n"), room);
  if (parts.length === 0 && (last.choices || last.buttons)) parts.push("…"); // options need a text to stand under
  const out: Message[] = parts.map((part) => ({ text: part }));
  if (out.length > 0) Object.assign(out[out.length - 1]!, last);
  if (media.length === 1 && out.length > 0 && !last.choices && !last.buttons) {
    out[0] = { ...out[0], ...media[0] };
    return out;
  }
  const all = [...media, ...out];
  return all.length > 0 ? all : [{ text: "…" }];
}

type Options = { choices: Choice[]; links: Button[]; listed: string[]; addresses: string };

/** What v1.1 could show stays; the rest is written out. */
function optionsOf(message: Message, cards: Card[]): Options {
  const buttons = [...(message.buttons ?? []), ...cards.flatMap((card) => card.buttons ?? [])];
  const taps = buttons.flatMap((button) => (button.payload === undefined ? [] : [{ title: button.title, payload: button.payload }]));
  const links = buttons.filter((button) => button.payload === undefined && button.url !== undefined);
  const addresses = buttons.filter((button) => button.payload === undefined);
  const choices = [...(message.choices ?? []), ...taps];
  const { options, ctas } = V1;
  const fit =
    choices.length <= options.max &&
    choices.every(({ title, payload }) => fits(title, options.labelMax) && payload.length <= options.metadataMax && payload !== "");
  const linksFit = links.length === addresses.length && links.length <= ctas.max && links.every(({ title }) => fits(title, ctas.labelMax));
  return {
    choices: fit ? choices : [],
    links: linksFit ? links : [],
    listed: fit ? [] : choices.map(({ title }, at) => `${at + 1}. ${title}`),
    addresses: (linksFit ? [] : addresses).map((button) => `${button.title}: ${button.url ?? button.phone ?? ""}`).join("\n"),
  };
}

function fits(title: string, max: number): boolean {
  return title.trim() !== "" && title.length <= max && !/https?:\/\//.test(title);
}

function written(card: Card): string {
  return [card.title, card.subtitle, card.url].filter(Boolean).join("\n");
}

function linked(medium: Media | undefined): string {
  return medium === undefined ? "" : medium.name ? `${medium.name}: ${medium.url}` : medium.url;
}

/** A piece as an account without v1.1 sends it: links and the numbered list stand in the text. */
export function asPlainText({ text = "", buttons = [], choices = [] }: Message): string {
  const links = buttons.map((button) => `${button.title}: ${button.url ?? button.phone ?? ""}`).join("\n");
  const list = choices.map(({ title }, at) => `${at + 1}. ${title}`).join("\n");
  return [text, links, list].filter((part) => part !== "").join("\n\n");
}

function listLength(options: Message): number {
  const list = asPlainText(options);
  return list === "" ? 0 : list.length + 2;
}

/** How many of these pieces, from the first on, one message can hold: one medium at most, nothing behind options. */
export function joinable(waiting: readonly Message[]): number {
  let taken = 0;
  let length = 0;
  let media = 0;
  for (const piece of waiting) {
    media += piece.image || piece.video ? 1 : 0;
    length += asPlainText(piece).length + 2;
    if (media > 1 || length > TEXT_MAX) break;
    taken += 1;
    if (piece.choices || piece.buttons) break;
  }
  return Math.max(1, taken);
}

/** Their texts in order, an empty line between; medium and options as the one that has them. */
export function joined(waiting: readonly Message[]): Message {
  const whole: Message = Object.assign({}, ...waiting) as Message;
  const texts = waiting.flatMap(({ text }) => (text === undefined || text === "" ? [] : [text]));
  if (texts.length > 0) whole.text = texts.join("\n\n");
  return whole;
}
