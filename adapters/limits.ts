/** The channels' tables by name, as a value for whoever must know what a channel can show: checker, engine, simulator. */
import type { Limits } from "../model/limits.ts";
import { messengerLimits } from "./messenger/limits.ts";
import { twitterLimits } from "./twitter/limits.ts";
import { webLimits } from "./web/limits.ts";
import { wechatLimits } from "./wechat/limits.ts";

export function channelLimits(): Map<string, Limits> {
  const all = [messengerLimits(), wechatLimits, twitterLimits, webLimits];
  return new Map(all.map((limits) => [limits.channel, limits]));
}
