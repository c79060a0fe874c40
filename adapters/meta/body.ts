/** One piece in the platform's own words. `pieces` has cut it already; here only titles are still clipped. */
import type { Limits } from "../../model/limits.ts";
import type { Button, Card, Media, Message } from "../../model/message.ts";
import { clip } from "../cut.ts";

type Json = Record<string, unknown>;

/** Source: Meta, Send API reference, `message`; templates `button` and `generic`; read 2026-09-11. */
export function messageBody(limits: Limits, message: Message, metadata: string | null): Json {
  const body = contentOf(limits, message);
  const choices = limits.choices!;
  if (message.choices !== undefined && message.choices.length > 0)
    body.quick_replies = message.choices.map((choice) => {
      const reply: Json = { content_type: "text", title: clip(whole(choice.title), choices.titleMax), payload: whole(choice.payload) };
      if (choice.imageUrl !== undefined) reply.image_url = choice.imageUrl;
      return reply;
    });
  if (metadata !== null) body.metadata = metadata;
  return body;
}

function contentOf(limits: Limits, message: Message): Json {
  if (message.text !== undefined) {
    const words = whole(message.text);
    if (!message.buttons?.length) return { text: words };
    return template({ template_type: "button", text: words, buttons: buttonsOf(limits, message.buttons) });
  }
  if (message.image !== undefined) return medium("image", message.image);
  if (message.video !== undefined) return medium("video", message.video);
  if (message.audio !== undefined) return medium("audio", message.audio);
  if (message.file !== undefined) return medium("file", message.file);
  return template({ template_type: "generic", elements: (message.cards ?? []).map((card) => elementOf(limits, card)) });
}

function template(payload: Json): Json {
  return { attachment: { type: "template", payload } };
}

function medium(type: string, { url }: Media): Json {
  return { attachment: { type, payload: { url } } };
}

function elementOf(limits: Limits, card: Card): Json {
  const { titleMax, subtitleMax } = limits.cards!;
  const element: Json = { title: clip(whole(card.title), titleMax) };
  if (card.subtitle) element.subtitle = clip(whole(card.subtitle), subtitleMax);
  if (card.imageUrl !== undefined) element.image_url = card.imageUrl;
  if (card.url !== undefined) element.default_action = { type: "web_url", url: card.url };
  if (card.buttons?.length) element.buttons = buttonsOf(limits, card.buttons);
  return element;
}

function buttonsOf(limits: Limits, buttons: Button[]): Json[] {
  const { titleMax } = limits.buttons!;
  return buttons.map((button) => {
    const title = clip(whole(button.title), titleMax);
    if (button.url !== undefined) return { type: "web_url", title, url: button.url };
    if (button.phone !== undefined) return { type: "phone_number", title, payload: button.phone };
    return { type: "postback", title, payload: whole(button.payload ?? button.title) };
  });
}

/** Half a surrogate pair has no UTF-8; the platform refuses the whole message for it. */
function whole(text: string): string {
  return text.replace(/\p{Surrogate}/gu, "\uFFFD");
}
