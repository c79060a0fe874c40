/** What a customer wrote or sent. Source: WeChat Official Accounts, receiving ordinary messages; read 2026-09-28. */
import type { Attachment, Envelope, Heard } from "../../model/event.ts";
import { envelope, type Item, rest } from "./context.ts";
import { type Push, word } from "./push.ts";

export function fromMessage(item: Item): Envelope {
  const { push, type } = item;
  const said: Extract<Heard, { kind: "said" }> = { kind: "said", text: textOf(item), attachments: [] };
  const id = word(push, "MsgId");
  if (id !== undefined) said.messageId = id;
  const attachment = ATTACHMENTS.get(type)?.(push) ?? (type === "text" ? undefined : unknown(push, type));
  if (attachment) said.attachments.push(attachment);
  const article = word(push, "MsgDataId");
  if (article !== undefined) said.more = { article, place: word(push, "Idx") ?? "" };
  // A line of a menu that was tapped comes as a text, yet it buys what a menu click buys.
  const tapped = word(push, "bizmsgmenuid");
  if (tapped !== undefined) said.payload = tapped;
  return envelope(item, said, tapped === undefined ? "message" : "menu_click");
}

/** A voice may come with its words, on accounts that still have them recognised. */
function textOf({ push, type }: Item): string {
  const field = type === "text" ? "Content" : type === "voice" ? "Recognition" : null;
  return (field && word(push, field)) ?? "";
}

/** Media without an address are fetched by their id, which lives three days. */
const ATTACHMENTS: ReadonlyMap<string, (push: Push) => Attachment> = new Map([
  ["image", (push: Push) => medium("image", push, "PicUrl")],
  ["voice", (push: Push) => medium("audio", push)],
  ["video", (push: Push) => medium("video", push)],
  ["shortvideo", (push: Push) => medium("video", push)],
  ["location", (push: Push) => place(push)],
  ["link", (push: Push) => link(push)],
  ["miniprogrampage", (push: Push) => link(push, { page: word(push, "PagePath") ?? "", app: word(push, "AppId") ?? "" })],
]);

function medium(kind: Attachment["kind"], push: Push, address?: string): Attachment {
  const made: Attachment = { kind };
  const url = address && word(push, address);
  if (url) made.url = url;
  const id = word(push, "MediaId");
  if (id !== undefined) made.id = id;
  return made;
}

function place(push: Push): Attachment {
  const made: Attachment = { kind: "location" };
  const [lat, lng] = [Number(word(push, "Location_X")), Number(word(push, "Location_Y"))];
  if (Math.abs(lat) <= 90 && Math.abs(lng) <= 180) {
    made.lat = lat;
    made.lng = lng;
  }
  const label = word(push, "Label");
  if (label !== undefined) made.title = label;
  return made;
}

function link(push: Push, more?: Record<string, string>): Attachment {
  const made: Attachment = { kind: "link" };
  const [url, title, description] = [word(push, "Url"), word(push, "Title"), word(push, "Description")];
  if (url !== undefined) made.url = url;
  if (title !== undefined) made.title = title;
  if (more !== undefined) made.more = more;
  else if (description !== undefined) made.more = { description };
  return made;
}

/** A kind of message that came after us: the customer has spoken all the same. */
function unknown(push: Push, type: string): Attachment {
  return { kind: "unknown", more: { type: type.slice(0, 60), ...rest(push) } };
}
