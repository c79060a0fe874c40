/** Web chat, opened: the channel is this server itself, so nothing is missing. Its twin plays visitors who have no browser. */
import { type ChatLive, createWebAdapter } from "../../adapters/web/adapter.ts";
import { createWebTwin } from "../../adapters/web/twin.ts";
import type { ChannelAccount } from "../../dialogue/program.ts";
import { chatKeys, readLook, readOrigins } from "../chat/chat.ts";
import { createHub } from "../chat/hub.ts";
import { loginReader } from "../login.ts";
import type { Opened, Opening, Place } from "./opening.ts";

const LOCAL = new Set(["127.0.0.1", "localhost", "[::1]"]);

export async function openWeb(
  accounts: ChannelAccount[],
  { settings, clock, secret, serverUrl }: Opening,
  { bot }: Place,
): Promise<Opened> {
  const [own, another] = accounts;
  if (!own || another)
    throw new Error(`${bot} names more than one web chat. A bot has one; name the pages that show it under \`origins\`.`);
  const { BATON_LOGIN_SECRET } = settings;
  const readLogin = BATON_LOGIN_SECRET === undefined ? null : loginReader(BATON_LOGIN_SECRET, () => clock.nowMs());
  const origins = readOrigins(bot, own.settings.origins || settings.WEB_ORIGINS);
  const hub = createHub(() => clock.nowMs());
  const keys = chatKeys(secret, bot);
  const account = own.account || "default";
  const twin = createWebTwin({ clock, key: keys.door, webhookUrl: `${serverUrl}/webhooks/web` });
  const chat = { bot, account, origins, look: readLook(bot, own.settings, "en"), readLogin, keys, hub };
  const live: ChatLive = {
    said(outbound) {
      twin.live.said(outbound);
      return hub.said(outbound);
    },
    shows(address, what) {
      twin.live.shows(address, what);
      hub.shows(address, what);
    },
    profile: (address) => twin.live.profile(address) ?? hub.profile(address),
  };
  const adapter = createWebAdapter({ account, key: keys.door, live, origins, hasLoginSecret: readLogin !== null });
  const { BATON_URL } = settings;
  return { adapter, accounts: [account], twin, chat, isLocal: BATON_URL === undefined || LOCAL.has(new URL(BATON_URL).hostname) };
}
