/**
 * One message becomes those that WhatsApp takes one by one. Order: media, the text, cards. Nothing is dropped:
 *
 * - choices, and buttons that come back to us, are the same to WhatsApp, choices first: up to three short ones are buttons under the
 *   text, up to ten are the rows of a list (a long title goes on in its description); otherwise, or where two would read the same, a
 *   numbered list in the text, answered by number or label. Numbers count as the engine does: choices, buttons, those of cards;
 * - one link by itself is a button that opens it; more links, links beside options, and telephone numbers are written out;
 * - a single picture, video or file carries a short text as its caption, and buttons too;
 * - each card is a message: its picture, its words, up to three of its buttons; the rest on the same card again;
 * - text over 4096 characters is cut; under buttons the last part has at most 1024.
 */
import type { Limits } from "../../model/limits.ts";
import type { Button, Card, Choice, Message } from "../../model/message.ts";
import { clip, cutText } from "../cut.ts";

const CAPTION_MAX = 1024;
const BUTTONS_MAX = 3;
const BUTTON_TITLE_MAX = 20;
const ROW_TITLE_MAX = 24;
/** A row's title and its description together tell a title of so many characters whole. */
const ROW_WHOLE_MAX = 72;
const CARD_TEXT_MAX = 1024;
const MEDIA = ["image", "video", "audio", "file"] as const;

export function pieces(limits: Limits, message: Message): Message[] {
  const out = cut(limits, message);
  if (message.outside !== undefined) out[0] = { ...out[0], outside: message.outside };
  return out;
}

function cut(limits: Limits, message: Message): Message[] {
  const { text: given = "", buttons = [], choices = [], cards = [] } = message;
  const taps = tapsOf(buttons);
  const offered = [...choices, ...taps];
  const links = buttons.filter((button) => button.payload === undefined);
  const fit = offered.length > 0 && (fitButtons(limits, offered) || fitList(limits, offered));
  const [link] = links;
  const opens =
    offered.length === 0 && links.length === 1 && link?.url !== undefined && link.title.length <= BUTTON_TITLE_MAX ? link : null;
  const listed = fit ? [] : offered.map(({ title }, at) => `${at + 1}. ${title}`);
  const text = given.trim() === "" ? "" : given;
  const blocks = [text, (opens ? [] : links).map(written).join("\n"), listed.join("\n")];
  const whole = blocks.filter((block) => block !== "").join("\n\n");

  const out: Message[] = [];
  const media = MEDIA.filter((kind) => message[kind] !== undefined);
  const [only] = media;
  const under = fit && fitButtons(limits, offered) ? { choices: offered } : {};
  const carries = media.length === 1 && only !== "audio" && whole !== "" && whole.length <= CAPTION_MAX && !opens;
  if (only && carries && (!fit || under.choices)) out.push({ [only]: message[only], text: whole, ...under });
  else {
    for (const kind of media) out.push({ [kind]: message[kind] });
    out.push(...texts(limits, whole, fit ? { choices: offered } : opens ? { buttons: [opens] } : {}));
  }
  let number = offered.length;
  for (const card of cards) {
    out.push(...cardPieces(limits, card, number));
    number += tapsOf(card.buttons ?? []).length;
  }
  return out.length > 0 ? out : [{ text: "…" }];
}

/** The parts of a text; options stand under the last of them, and cannot stand alone. */
function texts(limits: Limits, whole: string, under: Pick<Message, "choices" | "buttons">): Message[] {
  const hasUnder = under.choices !== undefined || under.buttons !== undefined;
  const parts = cutText(whole, limits.text.max);
  if (!hasUnder) return parts.map((part) => ({ text: part }));
  const isList = under.choices !== undefined && !fitButtons(limits, under.choices);
  const tail = cutText(parts.pop() ?? "…", isList ? limits.text.max : limits.buttons!.textMax);
  const last = tail.pop() ?? "…";
  return [...[...parts, ...tail].map((part): Message => ({ text: part })), { text: last, ...under }];
}

/** @param before how many options stand before this card's, so that a number means the same everywhere */
function cardPieces(limits: Limits, card: Card, before: number): Message[] {
  const buttons = card.buttons ?? [];
  const taps = tapsOf(buttons);
  const short = taps.every(({ payload }) => payload.length <= limits.buttons!.payloadMax);
  const links = buttons.filter((button) => button.payload === undefined);
  const [link] = links;
  const opens = taps.length === 0 && links.length === 1 && link?.url !== undefined ? link : null;
  const addresses = [...(card.url === undefined ? [] : [card.url]), ...(opens ? [] : links).map(written)];
  const listed = short ? [] : taps.map(({ title }, at) => `${before + at + 1}. ${title}`);
  const more = [...addresses, ...listed].join("\n");
  const shown: Card = { title: card.title };
  if (card.subtitle) shown.subtitle = card.subtitle;
  if (card.imageUrl !== undefined) shown.imageUrl = card.imageUrl;
  const tappable: Button[] = short ? taps : [];
  const words = cardText(limits, shown);
  if (tappable.length === 0 && !opens) {
    if (shown.imageUrl === undefined) return texts(limits, [words, more].filter((part) => part !== "").join("\n"), {});
    return [{ cards: [shown] }, ...texts(limits, more, {})];
  }
  const out: Message[] = [];
  if (opens) out.push({ cards: [{ ...shown, buttons: [opens] }] });
  for (let at = 0; at < tappable.length; at += BUTTONS_MAX)
    out.push({ cards: [{ ...shown, buttons: tappable.slice(at, at + BUTTONS_MAX) }] });
  return [...out, ...texts(limits, more, {})];
}

/** A card's words within what may stand over its buttons. */
export function cardText(limits: Limits, { title, subtitle }: Card): string {
  const { titleMax, subtitleMax } = limits.cards!;
  return clip([clip(title, titleMax), ...(subtitle ? [clip(subtitle, subtitleMax)] : [])].join("\n"), CARD_TEXT_MAX);
}

function tapsOf(buttons: Button[]): { title: string; payload: string }[] {
  return buttons.flatMap(({ title, payload }) => (payload === undefined ? [] : [{ title, payload }]));
}

function written(button: Button): string {
  return `${button.title}: ${button.url ?? button.phone ?? ""}`;
}

export function fitButtons(limits: Limits, options: Choice[]): boolean {
  return options.length <= BUTTONS_MAX && fitAs(limits, options, BUTTON_TITLE_MAX, BUTTON_TITLE_MAX);
}

function fitList(limits: Limits, options: Choice[]): boolean {
  return options.length <= limits.choices!.max && fitAs(limits, options, ROW_TITLE_MAX, ROW_WHOLE_MAX);
}

/** The platform refuses options that read the same, or carry the same. */
function fitAs({ choices }: Limits, options: Choice[], shownMax: number, wholeMax: number): boolean {
  const titles = new Set(options.map(({ title }) => clip(title.trim(), shownMax)));
  const payloads = new Set(options.map(({ payload }) => payload));
  const fits = ({ title, payload }: Choice) =>
    title.trim() !== "" && title.length <= wholeMax && payload !== "" && payload.length <= choices!.payloadMax;
  return titles.size === options.length && payloads.size === options.length && options.every(fits);
}
