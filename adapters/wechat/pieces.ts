/**
 * One message becomes those that an official account may send one by one; each costs one of the few that a window has, so there are
 * as few as can be. Order: media, a card, the text. What the channel has no room for degrades by these rules, and nothing is dropped:
 *
 * - choices, and buttons that come back to us, are the lines of one menu under the text, choices first; more than ten, or a payload
 *   of more than 64 characters: a numbered list in the text, answered by number or label;
 * - links and phone numbers are written out in the text, as are videos and files, which the account cannot send by an address;
 * - one card with an address is an article; several cards, or one that leads nowhere, are written out in the text, without pictures;
 * - texts that wait together leave as one (`joinable`), so that an answer in three sentences costs one message;
 * - text over 2048 bytes is cut; a menu stands under the last part, which leaves room for it.
 */
import type { Limits } from "../../model/limits.ts";
import type { Card, Choice, Message } from "../../model/message.ts";
import { cutBytes } from "../cut-bytes.ts";

const MENU_ROOM_BYTES = 700;

export function pieces(limits: Limits, message: Message): Message[] {
  const { text = "", buttons = [], choices = [], cards = [], image, audio, video, file } = message;
  const out: Message[] = [];
  if (image) out.push({ image });
  if (audio) out.push({ audio });
  const [card] = cards;
  const article = cards.length === 1 && card !== undefined && isArticle(card) ? card : null;
  if (article) out.push({ cards: [withoutButtons(article)] });

  const cardButtons = cards.flatMap((one) => one.buttons ?? []);
  const offered: Choice[] = [...choices];
  for (const { title, payload } of [...buttons, ...cardButtons]) if (payload !== undefined) offered.push({ title, payload });
  const hasMenu = offered.length > 0 && fits(limits, offered);
  const addresses = [...buttons, ...cardButtons]
    .filter((button) => button.payload === undefined)
    .map((button) => `${button.title}: ${button.url ?? button.phone ?? ""}`);
  for (const medium of [video, file]) if (medium) addresses.push(medium.name ? `${medium.name}: ${medium.url}` : medium.url);
  const listed = hasMenu ? [] : offered.map(({ title }, at) => `${at + 1}. ${title}`);
  const blocks = [text.trim() === "" ? "" : text, ...(article ? [] : cards.map(written)), addresses.join("\n"), listed.join("\n")];
  const whole = blocks.filter((block) => block !== "").join("\n\n");

  if (hasMenu) {
    const parts = cutBytes(whole, limits.text.max);
    const last = parts.pop() ?? "";
    const tail = cutBytes(last, limits.text.max - MENU_ROOM_BYTES);
    const under = tail.pop() ?? "";
    out.push(...[...parts, ...tail].map((part): Message => ({ text: part })), { text: under, choices: offered });
  } else out.push(...cutBytes(whole, limits.text.max).map((part): Message => ({ text: part })));
  return out.length > 0 ? out : [{ text: "" }];
}

/** How many of these, from the first on, are one message: texts that fit together, the last of them with its menu. */
export function joinable(limits: Limits, waiting: readonly Message[]): number {
  let taken = 0;
  let bytes = 0;
  for (const piece of waiting) {
    if (!piece.text || piece.image || piece.audio || piece.cards) break;
    bytes += Buffer.byteLength(piece.text) + 2 + (piece.choices ? MENU_ROOM_BYTES : 0);
    if (bytes > limits.text.max) break;
    taken += 1;
    if (piece.choices) break;
  }
  return Math.max(1, taken);
}

export function joined(waiting: readonly Message[]): Message {
  const choices = waiting.at(-1)?.choices;
  return { text: waiting.map((piece) => piece.text ?? "").join("\n\n"), ...(choices ? { choices } : {}) };
}

function fits(limits: Limits, offered: Choice[]): boolean {
  const { max, payloadMax, titleMax } = limits.choices!;
  const titles = offered.reduce((bytes, { title }) => bytes + Math.min(Buffer.byteLength(title), 3 * titleMax) + 4, 0);
  return offered.length <= max && titles <= MENU_ROOM_BYTES && offered.every(({ payload }) => payload.length <= payloadMax);
}

/** An article opens something; without an address it would be a picture that ignores the finger. */
function isArticle(card: Card): boolean {
  return card.url !== undefined;
}

function withoutButtons({ buttons: _inTheMenu, ...card }: Card): Card {
  return card;
}

function written(card: Card): string {
  return [card.title, card.subtitle, card.url].filter(Boolean).join("\n");
}
