/** The channels' tables by name, as a value for whoever must know what a channel can show: checker, engine, simulator. */
import type { Limits } from "../model/limits.ts";
import { botframeworkLimits } from "./botframework/limits.ts";
import { instagramLimits } from "./instagram/limits.ts";
import { messengerLimits } from "./messenger/limits.ts";
import { twitterLimits } from "./twitter/limits.ts";
import { webLimits } from "./web/limits.ts";
import { wechatLimits } from "./wechat/limits.ts";
import { whatsappLimits } from "./whatsapp/limits.ts";

/** @param messengerAdWindowMs as `messengerLimits` has it, where the operator knows better than the table */
export function channelLimits(messengerAdWindowMs?: number): Map<string, Limits> {
  const plain = [instagramLimits, whatsappLimits(), wechatLimits, twitterLimits, webLimits, botframeworkLimits];
  const all = [messengerLimits(messengerAdWindowMs), ...plain];
  return new Map(all.map((limits) => [limits.channel, limits]));
}
