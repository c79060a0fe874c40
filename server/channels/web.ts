/** Web chat, opened: the channel is this server itself, so nothing is missing and there is no twin to stand in for it. */
import { createWebAdapter } from "../../adapters/web/adapter.ts";
import type { ChannelAccount } from "../../dialogue/program.ts";
import { chatKeys, readLook, readOrigins } from "../chat/chat.ts";
import { createHub } from "../chat/hub.ts";
import { loginReader } from "../login.ts";
import type { Opened, Opening, Place } from "./opening.ts";

const LOCAL = new Set(["127.0.0.1", "localhost", "[::1]"]);

export async function openWeb(accounts: ChannelAccount[], { settings, clock, secret }: Opening, { bot }: Place): Promise<Opened> {
  const [own, another] = accounts;
  if (!own || another)
    throw new Error(`${bot} names more than one web chat. A bot has one; name the pages that show it under \`origins\`.`);
  const { BATON_LOGIN_SECRET } = settings;
  const readLogin = BATON_LOGIN_SECRET === undefined ? null : loginReader(BATON_LOGIN_SECRET, () => clock.nowMs());
  const origins = readOrigins(bot, own.settings.origins || settings.WEB_ORIGINS);
  const hub = createHub(() => clock.nowMs());
  const keys = chatKeys(secret, bot);
  const chat = { bot, account: own.account, origins, look: readLook(bot, own.settings, "en"), readLogin, keys, hub };
  const adapter = createWebAdapter({ account: own.account, key: keys.door, live: hub, origins, hasLoginSecret: readLogin !== null });
  const { BATON_URL } = settings;
  return { adapter, accounts: [own.account], chat, isLocal: BATON_URL === undefined || LOCAL.has(new URL(BATON_URL).hostname) };
}
