/** The accounts that bots speak through: an adapter per bot and channel, or the channel's twin where there are no credentials. */
import type { PlayedPhones, PlayedTwin } from "../adapters/played-phone.ts";
import type { Program } from "../dialogue/program.ts";
import type { Adapter } from "../model/adapter.ts";
import type { BotName } from "../model/ids.ts";
import type { RuntimeBot } from "../runtime/road.ts";
import type { OpenChannel, Opened, Opening } from "./channels/opening.ts";
import type { Chat } from "./chat/chat.ts";
import { type Settings, withoutCredentials } from "./settings.ts";

export type Channels = {
  /** By bot. */
  accounts: Map<string, RuntimeBot["accounts"]>;
  /** By webhook path: whose adapters look at what comes there. */
  webhooks: Map<string, { bot: BotName; adapter: Adapter }[]>;
  twins: PlayedChannel[];
  /** Who plays visitors of the chats, as long as no real ones come. */
  visitors: PlayedChannel[];
  /** Chats in web pages, by bot: those are served here. */
  chats: Map<string, Chat>;
  /** Does no real customer write to this process? */
  areAllPlayed: boolean;
  close(): Promise<void>;
};

export type PlayedChannel = { bot: BotName; channel: string; account: string; twin: PlayedTwin };

/** Channels that this release speaks; who does not speak on one does not load it. A new one adds its line here and its file in channels/. */
const OPEN: Record<string, () => Promise<OpenChannel>> = {
  instagram: async () => (await import("./channels/instagram.ts")).openInstagram,
  botframework: async () => (await import("./channels/botframework.ts")).openBotFramework,
  messenger: async () => (await import("./channels/messenger.ts")).openMessenger,
  twitter: async () => (await import("./channels/twitter.ts")).openTwitter,
  web: async () => (await import("./channels/web.ts")).openWeb,
  wechat: async () => (await import("./channels/wechat.ts")).openWechat,
  whatsapp: async () => (await import("./channels/whatsapp.ts")).openWhatsapp,
};

/** @throws a sentence when two bots would answer the same customers, or when some credentials are there and some are not */
export async function openChannels(options: Opening & { programs: Program[] }): Promise<Channels> {
  const channels: Channels = {
    accounts: new Map(),
    webhooks: new Map(),
    twins: [],
    visitors: [],
    chats: new Map(),
    areAllPlayed: true,
    close,
  };
  const pages = pagesOf(options.programs, options.settings);
  for (const [at, program] of options.programs.entries()) {
    const bot = program.bot.name as BotName;
    const elsewhere = new Set([...pages].filter(([, whose]) => whose !== bot).map(([page]) => page));
    const mine: RuntimeBot["accounts"] = [];
    channels.accounts.set(bot, mine);
    for (const channel of new Set(program.bot.channels.map((account) => account.channel))) {
      const accounts = program.bot.channels.filter((account) => account.channel === channel);
      const open = await OPEN[channel]?.();
      if (!open) continue; // its tables serve checker and simulator; its adapter comes with a later release
      const opened = await open(accounts, options, { bot, at, elsewhere, alone: options.programs.length === 1 });
      for (const account of opened.accounts) mine.push({ account, adapter: opened.adapter });
      const served = channels.webhooks.get(opened.adapter.path) ?? [];
      served.push({ bot, adapter: opened.adapter });
      channels.webhooks.set(opened.adapter.path, served);
      const { twin } = opened;
      if (opened.chat) {
        channels.chats.set(bot, opened.chat);
        if (!opened.isLocal) channels.areAllPlayed = false;
        else if (twin) channels.visitors.push({ bot, channel, account: opened.accounts[0] ?? "", twin });
      } else if (twin) channels.twins.push({ bot, channel, account: opened.accounts[0] ?? "", twin });
      else channels.areAllPlayed = false;
    }
  }
  return channels;

  async function close(): Promise<void> {
    for (const served of channels.webhooks.values()) for (const { adapter } of served) await adapter.close();
    for (const { twin } of [...channels.twins, ...channels.visitors]) await twin.close();
  }
}

/** Channels whose twin gives a phone; the others are played by a terminal. */
const WITH_PHONES: ReadonlySet<string> = new Set(["messenger", "wechat", "twitter", "instagram", "whatsapp", "botframework", "web"]);

export function isPlayable(channel: string): boolean {
  return WITH_PHONES.has(channel);
}

/** One channel without its credentials: an adapter and the platform that is played for it, for a stage of one's own. */
export async function openPlayed(
  channel: string,
  bot: BotName,
  opening: Opening,
): Promise<Opened & { twin: PlayedTwin; phones: PlayedPhones }> {
  const open = await OPEN[channel]!();
  const account = { channel, account: "", settings: {} };
  const settings = withoutCredentials(opening.settings);
  const { twin, ...opened } = await open([account], { ...opening, settings }, { bot, at: 0, elsewhere: new Set(), alone: true });
  if (!twin?.phones) throw new Error(`${channel} opened without a twin that has phones, although it has no credentials.`);
  return { ...opened, twin, phones: twin.phones };
}

/** The account of a bot whose file names none. */
const ACCOUNT_SET: Record<string, { key: string; of: (settings: Settings) => string | undefined }> = {
  instagram: { key: "account", of: (settings) => settings.INSTAGRAM_ACCOUNT_ID },
  messenger: { key: "page", of: (settings) => settings.MESSENGER_PAGE_ID },
  wechat: { key: "account", of: (settings) => settings.WECHAT_ACCOUNT },
  twitter: { key: "user", of: (settings) => settings.TWITTER_USER_ID },
  whatsapp: { key: "phone", of: (settings) => settings.WHATSAPP_PHONE_NUMBER_ID },
  botframework: { key: "app", of: (settings) => settings.BOTFRAMEWORK_APP_ID },
};

/** Which bot serves a page. Two bots may share an app, never a page: both would answer. */
function pagesOf(programs: Program[], settings: Settings): Map<string, string> {
  const pages = new Map<string, string>();
  for (const { bot } of programs) {
    for (const { channel, settings: own } of bot.channels) {
      const named = ACCOUNT_SET[channel] ?? { key: "account", of: () => undefined };
      const page = own[named.key] || named.of(settings);
      if (!page) continue;
      const other = pages.get(page);
      if (other !== undefined && other !== bot.name)
        throw new Error(
          `The bots ${other} and ${bot.name} both serve ${named.key} ${page} of ${channel}. Give each its own \`${named.key}:\` in bots/.`,
        );
      pages.set(page, bot.name);
    }
  }
  return pages;
}
