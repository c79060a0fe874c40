/** The account's lasting menu, made of the manifest's entries: three at most, or groups of five. */
import type { Button } from "../../model/message.ts";
import { clipBytes } from "../cut-bytes.ts";

type Entry = { type: "click"; name: string; key: string } | { type: "view"; name: string; url: string };
export type WechatMenu = { button: (Entry | { name: string; sub_button: Entry[] })[] };

/** Source: WeChat Official Accounts, custom menus; read 2026-09-28. Bytes of UTF-8. */
const TOP_MAX = 3;
const SUB_MAX = 5;
const TOP_BYTES = 16;
const SUB_BYTES = 60;
const KEY_BYTES = 128;

/** @param title the name of a group, where the entries do not fit side by side; a number is set behind all but the first */
export function menuOf(entries: Button[], title: string): WechatMenu {
  const sides = entries.length <= TOP_MAX && entries.every((one) => Buffer.byteLength(one.title) <= TOP_BYTES);
  if (sides) return { button: entries.flatMap((one) => entryOf(one, TOP_BYTES)) };
  const button: WechatMenu["button"] = [];
  for (let at = 0; at < entries.length && button.length < TOP_MAX; at += SUB_MAX) {
    const name = clipBytes(at === 0 ? title : `${title} ${button.length + 1}`, TOP_BYTES);
    button.push({ name, sub_button: entries.slice(at, at + SUB_MAX).flatMap((one) => entryOf(one, SUB_BYTES)) });
  }
  return { button };
}

/** A telephone number cannot be called from a menu, and a key that does not fit would come back as another: such an entry is left out. */
function entryOf({ title, payload, url }: Button, maxBytes: number): Entry[] {
  const name = clipBytes(title, maxBytes);
  if (url !== undefined) return [{ type: "view", name, url }];
  return payload !== undefined && Buffer.byteLength(payload) <= KEY_BYTES ? [{ type: "click", name, key: payload }] : [];
}
