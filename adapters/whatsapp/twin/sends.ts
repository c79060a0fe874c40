/** What the played platform takes of a message: its own record of the shapes and limits, not the adapter's tables. */
import type { TwinAnswer } from "../../meta/twin/answers.ts";
import type { PlayedButton, PlayedReply } from "../../meta/twin/thread.ts";
import { list, record, text, type Wire } from "../../wire.ts";
import { invalidParameter, templateMissing, templateValues } from "./answers.ts";

/** Source: Meta, Cloud API, messages reference; read 2026-09-28. */
const TEXT_MAX = 4096;
const CAPTION_MAX = 1024;
const BUTTONS_MAX = 3;
const BUTTON_TITLE_MAX = 20;
const BUTTON_ID_MAX = 256;
const ROWS_MAX = 10;
const ROW_TITLE_MAX = 24;
const ROW_DESCRIPTION_MAX = 72;
const ROW_ID_MAX = 200;
const OPENER_MAX = 20;
const CALLBACK_MAX = 512;
const MEDIA = new Set(["image", "video", "audio", "document", "sticker"]);

export type Content = { type: string; text: string; buttons: PlayedButton[]; replies: PlayedReply[] };
export type ReadContent = { kind: "content"; content: Content } | { kind: "refused"; answer: TwinAnswer };

/** An approved template: its words, with `{{1}}` or `{{name}}` where values go. */
export type PlayedTemplate = { name: string; language: string; body: string };

/** @param approved null: every template is, and its words are its name and values */
export function readContent(body: Wire, hasMedia: (id: string) => boolean, approved: PlayedTemplate[] | null): ReadContent {
  const refused = (details: string): ReadContent => ({ kind: "refused", answer: invalidParameter(details) });
  const callback = body.biz_opaque_callback_data;
  if (callback !== undefined && (typeof callback !== "string" || callback.length > CALLBACK_MAX))
    return refused("biz_opaque_callback_data");
  const type = text(body.type) ?? "";
  const given = record(body[type]);
  if (given === undefined) return refused(`type ${type}`);
  const content = (words: string, more: Partial<Content> = {}): ReadContent => ({
    kind: "content",
    content: { type, text: words, buttons: [], replies: [], ...more },
  });
  if (type === "text") {
    const words = text(given.body);
    return words === undefined || words.trim() === "" || words.length > TEXT_MAX || isTorn(words) ? refused("text.body") : content(words);
  }
  if (MEDIA.has(type)) {
    const shown = mediumIn(given, hasMedia);
    const caption = text(given.caption) ?? "";
    if (shown === null || caption.length > CAPTION_MAX || (caption !== "" && (type === "audio" || type === "sticker")))
      return refused(type);
    return content([`[${type} ${shown}]`, caption].filter((part) => part !== "").join("\n"));
  }
  if (type === "template") return readTemplate(given, approved);
  if (type !== "interactive") return refused(`type ${type}`);
  const read = readInteractive(given, hasMedia);
  return read === null ? refused("interactive") : content(read.text, read);
}

function isTorn(words: string): boolean {
  return /\p{Surrogate}/u.test(words);
}

function mediumIn(given: Wire, hasMedia: (id: string) => boolean): string | null {
  const id = text(given.id);
  const link = text(given.link);
  if ((id === undefined) === (link === undefined)) return null;
  if (id !== undefined) return hasMedia(id) ? id : null;
  return /^https?:\/\//.test(link!) ? link! : null;
}

function readInteractive(given: Wire, hasMedia: (id: string) => boolean): Pick<Content, "text" | "buttons" | "replies"> | null {
  const type = text(given.type);
  const words = text(record(given.body)?.text);
  const action = record(given.action);
  if (words === undefined || isTorn(words) || action === undefined) return null;
  const header = record(given.header);
  const kind = text(header?.type) ?? "";
  const shown = header === undefined ? "" : mediumIn(record(header[kind]) ?? {}, hasMedia);
  if (shown === null) return null;
  const whole = shown === "" ? words : `[${kind} ${shown}]\n${words}`;
  switch (type) {
    case "button": {
      const replies = list(action.buttons).map((one) => readReply(record(record(one)?.reply), BUTTON_TITLE_MAX, BUTTON_ID_MAX));
      const fits = words.length <= CAPTION_MAX && replies.length >= 1 && replies.length <= BUTTONS_MAX;
      return fits && differ(replies) ? { text: whole, buttons: [], replies } : null;
    }
    case "list": {
      const rows = list(action.sections).flatMap((one) => list(record(one)?.rows).map(record));
      const replies = rows.map((row) => readReply(row, ROW_TITLE_MAX, ROW_ID_MAX));
      const opener = text(action.button);
      const described = rows.every((row) => (text(row?.description) ?? "").length <= ROW_DESCRIPTION_MAX);
      const fits = words.length <= TEXT_MAX && replies.length >= 1 && replies.length <= ROWS_MAX && header === undefined;
      if (opener === undefined || opener.length > OPENER_MAX || !fits || !described) return null;
      return differ(replies) ? { text: whole, buttons: [], replies } : null;
    }
    case "cta_url": {
      const { display_text: title, url } = record(action.parameters) ?? {};
      if (typeof title !== "string" || title === "" || title.length > OPENER_MAX || typeof url !== "string" || !/^https?:\/\//.test(url))
        return null;
      return words.length <= CAPTION_MAX ? { text: whole, buttons: [{ type: "web_url", title, url }], replies: [] } : null;
    }
    default:
      return null;
  }
}

function readReply(reply: Wire | undefined, titleMax: number, idMax: number): PlayedReply | null {
  const title = text(reply?.title);
  const id = text(reply?.id);
  if (title === undefined || id === undefined || title.length > titleMax || id.length > idMax) return null;
  return { title, payload: id };
}

function differ(replies: (PlayedReply | null)[]): replies is PlayedReply[] {
  if (replies.some((one) => one === null)) return false;
  const all = replies as PlayedReply[];
  return new Set(all.map((one) => one.title)).size === all.length && new Set(all.map((one) => one.payload)).size === all.length;
}

function readTemplate(given: Wire, approved: PlayedTemplate[] | null): ReadContent {
  const name = text(given.name);
  const language = text(record(given.language)?.code);
  if (name === undefined || language === undefined) return { kind: "refused", answer: invalidParameter("template") };
  const body = list(given.components)
    .map(record)
    .find((one) => one?.type === "body");
  const parameters = list(body?.parameters).map(record);
  const values = parameters.map((one) => text(one?.text));
  if (values.some((value) => value === undefined || /[\n\t]| {5}/.test(value))) return { kind: "refused", answer: templateValues() };
  const known = approved?.find((one) => one.name === name && one.language === language);
  if (approved !== null && known === undefined) return { kind: "refused", answer: templateMissing(name, language) };
  if (known === undefined)
    return { kind: "content", content: { type: "template", text: [`[${name}]`, ...values].join(" "), buttons: [], replies: [] } };
  const places = [...new Set(known.body.match(/\{\{\w+\}\}/g) ?? [])];
  const named = new Map(parameters.map((one, at) => [`{{${text(one?.parameter_name) ?? at + 1}}}`, text(one?.text) ?? ""]));
  if (places.length !== values.length || places.some((place) => !named.has(place))) return { kind: "refused", answer: templateValues() };
  const words = known.body.replace(/\{\{\w+\}\}/g, (place) => named.get(place) ?? "");
  return { kind: "content", content: { type: "template", text: words, buttons: [], replies: [] } };
}
