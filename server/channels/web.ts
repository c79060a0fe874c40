/** Web chat, opened: the channel is this server itself, so nothing is missing and there is no twin to stand in for it. */
import { createWebAdapter } from "../../adapters/web/adapter.ts";
import type { ChannelAccount } from "../../dialogue/program.ts";
import { chatKeys, readLook, readOrigins } from "../chat/chat.ts";
import { createHub } from "../chat/hub.ts";
import type { Opened, Opening, Place } from "./opening.ts";

const SECRET_MIN = 16;
const LOCAL = new Set(["127.0.0.1", "localhost", "[::1]"]);

export async function openWeb(accounts: ChannelAccount[], { settings, clock, secret }: Opening, { bot }: Place): Promise<Opened> {
  const [own, another] = accounts;
  if (!own || another)
    throw new Error(`${bot} names more than one web chat. A bot has one; name the pages that show it under \`origins\`.`);
  const loginSecret = own.settings.login_secret || settings.WEB_LOGIN_SECRET || null;
  if (loginSecret !== null && loginSecret.length < SECRET_MIN)
    throw new Error(
      `${bot}: the \`login_secret\` of its web chat is too short. It has at least ${SECRET_MIN} characters that nobody can guess.`,
    );
  const origins = readOrigins(bot, own.settings.origins || settings.WEB_ORIGINS);
  const hub = createHub(() => clock.nowMs());
  const keys = chatKeys(secret, bot);
  const chat = { bot, account: own.account, origins, look: readLook(bot, own.settings, "en"), loginSecret, keys, hub };
  const adapter = createWebAdapter({ account: own.account, key: keys.door, live: hub, origins, hasLoginSecret: loginSecret !== null });
  const { BATON_URL } = settings;
  return { adapter, accounts: [own.account], chat, isLocal: BATON_URL === undefined || LOCAL.has(new URL(BATON_URL).hostname) };
}
