/** One piece in the platform's own words. `pieces` has cut it already; here only titles are still clipped. */
import type { Limits } from "../../model/limits.ts";
import type { Button, Card, Choice, Media, Message, Template } from "../../model/message.ts";
import { clip } from "../cut.ts";
import { cardText, fitButtons } from "./pieces.ts";

type Json = Record<string, unknown>;

const BUTTON_TITLE_MAX = 20;
const ROW_TITLE_MAX = 24;
const ROW_DESCRIPTION_MAX = 72;
/** What opens a list. A sign, since an adapter does not know which language is spoken. */
const LIST_OPENER = "☰";

/** A file by the id under which it was uploaded, or by its address. */
export type Uploaded = (url: string) => string | null;

/** Source: Meta, Cloud API, messages reference; read 2026-09-28. */
export function messageBody(limits: Limits, message: Message, uploaded: Uploaded): Json {
  const { text, choices, buttons, cards, image, video, audio, file } = message;
  const [card] = cards ?? [];
  if (card !== undefined) return cardBody(limits, card, uploaded);
  const header = headerOf(message, uploaded);
  if (choices?.length) {
    if (fitButtons(limits, choices))
      return interactive({ type: "button", ...header, ...body(text), action: { buttons: replies(choices) } });
    return interactive({ type: "list", ...body(text), action: { button: LIST_OPENER, sections: [{ rows: choices.map(row) }] } });
  }
  const [link] = buttons ?? [];
  if (link?.url !== undefined) return interactive({ type: "cta_url", ...body(text), action: opener(link) });
  if (image !== undefined) return { type: "image", image: { ...medium(image, uploaded), ...caption(text) } };
  if (video !== undefined) return { type: "video", video: { ...medium(video, uploaded), ...caption(text) } };
  if (audio !== undefined) return { type: "audio", audio: medium(audio, uploaded) };
  if (file !== undefined) return { type: "document", document: { ...medium(file, uploaded), ...named(file), ...caption(text) } };
  return { type: "text", text: { body: whole(text ?? "…"), preview_url: /https?:\/\//.test(text ?? "") } };
}

/** Source: Meta, Cloud API, message templates; parameters by place or by name; read 2026-09-28. */
export function templateBody({ name, language, values, imageUrl }: Template): Json {
  const components: Json[] = [];
  if (imageUrl !== undefined) components.push({ type: "header", parameters: [{ type: "image", image: { link: imageUrl } }] });
  const parameters = Array.isArray(values)
    ? values.map((value) => ({ type: "text", text: oneLine(value) }))
    : Object.entries(values ?? {}).map(([parameter, value]) => ({ type: "text", parameter_name: parameter, text: oneLine(value) }));
  if (parameters.length > 0) components.push({ type: "body", parameters });
  return { type: "template", template: { name, language: { code: language }, ...(components.length > 0 ? { components } : {}) } };
}

/** A value of a template may hold no line break and no run of spaces, and not be empty. */
function oneLine(value: string): string {
  return whole(value).replace(/\s+/g, " ").trim() || "-";
}

function cardBody(limits: Limits, card: Card, uploaded: Uploaded): Json {
  const words = whole(cardText(limits, card));
  const picture = card.imageUrl === undefined ? {} : { header: { type: "image", image: medium({ url: card.imageUrl }, uploaded) } };
  const buttons = card.buttons ?? [];
  const [link] = buttons;
  if (link?.url !== undefined) return interactive({ type: "cta_url", ...picture, body: { text: words }, action: opener(link) });
  if (buttons.length > 0) {
    const options = buttons.map(({ title, payload = title }) => ({ title, payload }));
    return interactive({ type: "button", ...picture, body: { text: words }, action: { buttons: replies(options) } });
  }
  return { type: "image", image: { ...medium({ url: card.imageUrl ?? "" }, uploaded), caption: words } };
}

function interactive(content: Json): Json {
  return { type: "interactive", interactive: content };
}

function body(text: string | undefined): Json {
  return { body: { text: whole(text ?? "…") } };
}

function headerOf({ image, video, file }: Message, uploaded: Uploaded): Json {
  if (image !== undefined) return { header: { type: "image", image: medium(image, uploaded) } };
  if (video !== undefined) return { header: { type: "video", video: medium(video, uploaded) } };
  return file === undefined ? {} : { header: { type: "document", document: { ...medium(file, uploaded), ...named(file) } } };
}

/** Titles of one message must differ, also after they were clipped. */
function replies(options: Choice[]): Json[] {
  const taken = new Set<string>();
  return options.map(({ title: written, payload }, at) => {
    const clipped = clip(whole(written), BUTTON_TITLE_MAX);
    const title = taken.has(clipped) ? `${clip(whole(written), BUTTON_TITLE_MAX - 2)} ${at + 1}` : clipped;
    taken.add(title);
    return { type: "reply", reply: { id: whole(payload), title } };
  });
}

function row({ title, payload }: Choice): Json {
  const shown = whole(title);
  const one: Json = { id: whole(payload), title: clip(shown, ROW_TITLE_MAX) };
  if (shown.length > ROW_TITLE_MAX) one.description = clip(shown, ROW_DESCRIPTION_MAX);
  return one;
}

function opener({ title, url }: Button): Json {
  return { name: "cta_url", parameters: { display_text: clip(whole(title), BUTTON_TITLE_MAX), url } };
}

function medium({ url }: Media, uploaded: Uploaded): Json {
  const id = uploaded(url);
  return id === null ? { link: url } : { id };
}

function named({ name }: Media): Json {
  return name === undefined ? {} : { filename: whole(name) };
}

function caption(text: string | undefined): Json {
  return text === undefined || text === "" ? {} : { caption: whole(text) };
}

/** Half a surrogate pair has no UTF-8; the platform refuses the whole message for it. */
function whole(text: string): string {
  return text.replace(/\p{Surrogate}/gu, "\uFFFD");
}
