/** One piece as an activity: words, suggested actions, hero cards, an Adaptive Card for a long list, attachments by their kind. */
import type { Button, Card, ChannelEvent, Choice, Media, Message } from "../../model/message.ts";
import { clip } from "../cut.ts";
import { limitsOf, type Shows, showsOf } from "./limits.ts";
import type { Place, Way } from "./place.ts";
import { markedText, valueWith } from "./taps.ts";

type Json = Record<string, unknown>;

/** What every activity of ours says: who speaks to whom, where. */
export function frameOf({ channelId, conversation, person }: Place, { serviceUrl, bot }: Way): Json {
  const frame: Json = { channelId, serviceUrl, conversation: { id: conversation } };
  if (bot !== "") frame.from = { id: bot };
  if (person !== null) frame.recipient = { id: person };
  return frame;
}

/** Source: Bot Framework activity schema, cards and suggested actions; read 2026-11-24. */
export function messageActivity(place: Place, way: Way, message: Message): Json {
  if (message.event !== undefined) return eventActivity(place, way, message.event);
  const shows = showsOf(place.channelId);
  const { text, buttons = [], choices = [], cards = [] } = message;
  // Plain: what a customer typed and a flow repeats must not turn into headings, links or mentions.
  const activity: Json = { type: "message", ...frameOf(place, way), textFormat: "plain", inputHint: "acceptingInput" };
  const attachments: Json[] = [];
  if (text !== undefined && text !== "" && !(buttons.length > 0 && shows.wordsInCard)) activity.text = whole(text);
  if (buttons.length > 0)
    attachments.push(hero({ ...(shows.wordsInCard ? { text: whole(text ?? "") } : {}), buttons: actionsOf(shows, buttons) }));
  for (const card of cards) attachments.push(heroOf(shows, card));
  if (cards.length > 1) activity.attachmentLayout = "carousel";
  for (const kind of ["image", "video", "audio", "file"] as const) {
    const medium = message[kind];
    if (medium !== undefined) attachments.push(mediumOf(kind, medium));
  }
  if (choices.length > 0) offer(shows, activity, attachments, choices);
  if (attachments.length > 0) activity.attachments = attachments;
  return activity;
}

function eventActivity(place: Place, way: Way, { name, value, attachments }: ChannelEvent): Json {
  const frame = frameOf(place, way);
  const { from, recipient, conversation, channelId, serviceUrl } = frame;
  const relatesTo = { channelId, serviceUrl, conversation, bot: from, ...(recipient === undefined ? {} : { user: recipient }) };
  return { type: "event", ...frame, name, value, relatesTo, ...(attachments === undefined ? {} : { attachments }) };
}

function offer({ suggested }: Shows, activity: Json, attachments: Json[], choices: Choice[]): void {
  if (suggested !== null && choices.length <= suggested.max) {
    const actions = choices.map(({ title }) => {
      const words = whole(title);
      return { type: "imBack", title: clip(words, suggested.titleMax), value: words };
    });
    activity.suggestedActions = { actions };
  } else attachments.push(choiceSet(choices));
}

const CARD_VERSION = "1.3";
/** More rows than this are folded into a list that opens. */
const ROWS_MAX = 6;

function choiceSet(choices: Choice[]): Json {
  const titles = choices.map(({ title }) => whole(title));
  const content: Json = { type: "AdaptiveCard", version: CARD_VERSION, $schema: "http://adaptivecards.io/schemas/adaptive-card.json" };
  if (titles.length <= ROWS_MAX) {
    content.actions = choices.map((choice, at) => ({
      type: "Action.Submit",
      title: titles[at],
      data: messageBack(titles[at]!, valueWith(whole(choice.payload))),
    }));
  } else {
    const set = choices.map((choice, at) => ({ title: titles[at], value: whole(choice.payload) }));
    content.body = [
      { type: "Input.ChoiceSet", id: "baton", style: "compact", isRequired: true, errorMessage: "?", label: "…", choices: set },
    ];
    content.actions = [{ type: "Action.Submit", title: "→" }];
  }
  return { contentType: "application/vnd.microsoft.card.adaptive", content };
}

/** In Teams the words of a tap are shown as the customer's own. Elsewhere the value alone counts. */
function messageBack(title: string, value: Json): Json {
  return { ...value, msteams: { type: "messageBack", text: title, displayText: title, value } };
}

function hero(content: Json): Json {
  return { contentType: "application/vnd.microsoft.card.hero", content };
}

function heroOf(shows: Shows, card: Card): Json {
  const { titleMax, subtitleMax } = limitsOf(null).cards!;
  const content: Json = { title: clip(whole(card.title), titleMax) };
  if (card.subtitle) content.subtitle = clip(whole(card.subtitle), subtitleMax);
  if (card.imageUrl !== undefined) content.images = [{ url: card.imageUrl, alt: clip(whole(card.title), titleMax) }];
  if (card.url !== undefined) content.tap = { type: "openUrl", title: clip(whole(card.title), titleMax), value: card.url };
  if (card.buttons?.length) content.buttons = actionsOf(shows, card.buttons);
  return hero(content);
}

function actionsOf({ tap }: Shows, buttons: Button[]): Json[] {
  return buttons.map(({ title: given, payload, url }) => {
    const title = whole(given);
    if (url !== undefined) return { type: "openUrl", title, value: url };
    if (tap.by === "imBack" || payload === undefined) return { type: "imBack", title, value: title };
    if (tap.by === "messageBack") return { type: "messageBack", title, text: title, displayText: title, value: valueWith(whole(payload)) };
    return { type: "postBack", title, value: markedText(whole(payload)) };
  });
}

const TYPES: Record<string, string> = {
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  png: "image/png",
  gif: "image/gif",
  webp: "image/webp",
  svg: "image/svg+xml",
  mp4: "video/mp4",
  mov: "video/quicktime",
  webm: "video/webm",
  mp3: "audio/mpeg",
  m4a: "audio/mp4",
  ogg: "audio/ogg",
  wav: "audio/wav",
  pdf: "application/pdf",
  txt: "text/plain",
  csv: "text/csv",
  zip: "application/zip",
};
const OTHERWISE = { image: "image/jpeg", video: "video/mp4", audio: "audio/mpeg", file: "application/octet-stream" };

function mediumOf(kind: keyof typeof OTHERWISE, { url, name }: Media): Json {
  const path = URL.canParse(url) ? new URL(url).pathname : url;
  const ending = /\.([a-z0-9]{2,4})$/i.exec(path)?.[1]?.toLowerCase() ?? "";
  const found = Object.hasOwn(TYPES, ending) ? TYPES[ending]! : OTHERWISE[kind];
  const isOfKind = kind === "file" || found.startsWith(`${kind}/`);
  return { contentType: isOfKind ? found : OTHERWISE[kind], contentUrl: url, name: name ?? decodedName(path) };
}

function decodedName(path: string): string {
  return path.split("/").at(-1)?.slice(0, 120) || "file";
}

/** Half a surrogate pair has no UTF-8. */
function whole(text: string): string {
  return text.replace(/\p{Surrogate}/gu, "\uFFFD");
}
