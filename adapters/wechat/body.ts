/** A piece as the customer-service call takes it. Source: WeChat Official Accounts, message/custom/send; read 2026-09-28. */
import type { Limits } from "../../model/limits.ts";
import type { Card, Choice, Message } from "../../model/message.ts";
import { clipBytes } from "../cut-bytes.ts";

const MENU_LINE_MAX_BYTES = 180;

/** @param mediaId of the piece's picture or voice, uploaded before */
export function messageBody(limits: Limits, piece: Message, options: { mediaId: string | null; menus: boolean }): Record<string, unknown> {
  const { text = "", choices = [], cards } = piece;
  if (piece.image && options.mediaId !== null) return { msgtype: "image", image: { media_id: options.mediaId } };
  if (piece.audio && options.mediaId !== null) return { msgtype: "voice", voice: { media_id: options.mediaId } };
  const medium = piece.image ?? piece.audio;
  if (medium) return textBody(medium.name ? `${medium.name}: ${medium.url}` : medium.url);
  const [card] = cards ?? [];
  if (card) return { msgtype: "news", news: { articles: [article(limits, card)] } };
  if (choices.length === 0) return textBody(text);
  return options.menus ? menu(text, choices) : textBody([text, numbered(choices)].filter((part) => part !== "").join("\n\n"));
}

function textBody(content: string): Record<string, unknown> {
  return { msgtype: "text", text: { content } };
}

/** The id of a line comes back as `bizmsgmenuid` with the line's words as a text: it is the payload. */
function menu(head: string, choices: Choice[]): Record<string, unknown> {
  const list = choices.map(({ title, payload }) => ({ id: payload, content: clipBytes(title, MENU_LINE_MAX_BYTES) }));
  return { msgtype: "msgmenu", msgmenu: { ...(head === "" ? {} : { head_content: head }), list } };
}

/** For accounts that may not send a menu: the engine takes the number for the line. */
function numbered(choices: Choice[]): string {
  return choices.map(({ title }, at) => `${at + 1}. ${title}`).join("\n");
}

/** Exactly one article: more are refused since 2018. */
function article({ cards }: Limits, { title, subtitle, url, imageUrl }: Card): Record<string, unknown> {
  return {
    title: clipBytes(title, cards!.titleMax * 3),
    ...(subtitle ? { description: clipBytes(subtitle, cards!.subtitleMax * 3) } : {}),
    ...(url ? { url } : {}),
    ...(imageUrl ? { picurl: imageUrl } : {}),
  };
}
