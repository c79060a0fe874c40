/** The accounts that bots speak through: an adapter per bot and channel, or the channel's twin where there are no credentials. */
import { createMessengerAdapter } from "../adapters/messenger/adapter.ts";
import type { PlayedProfile } from "../adapters/messenger/twin/platform.ts";
import { createMessengerTwin, SOMEBODY, type Twin } from "../adapters/messenger/twin.ts";
import type { ChannelAccount, Program } from "../dialogue/program.ts";
import type { Adapter } from "../model/adapter.ts";
import type { Clock } from "../model/clock.ts";
import type { Failpoint } from "../model/failpoint.ts";
import type { BotName } from "../model/ids.ts";
import type { RuntimeBot } from "../runtime/road.ts";
import type { Settings } from "./settings.ts";

export type Channels = {
  /** By bot. */
  accounts: Map<string, RuntimeBot["accounts"]>;
  /** By webhook path: whose adapters look at what comes there. */
  webhooks: Map<string, { bot: BotName; adapter: Adapter }[]>;
  twins: PlayedChannel[];
  close(): Promise<void>;
};

/** A twin, and who the customers are that somebody plays on it (by their id; the others are somebody). */
export type PlayedChannel = { bot: BotName; channel: string; page: string; twin: Twin; profiles: Map<string, PlayedProfile> };

type Opening = { settings: Settings; clock: Clock; failpoint: Failpoint; serverUrl: string };
type Opened = { adapter: Adapter; accounts: string[]; twin: Twin | null; profiles?: Map<string, PlayedProfile> };

/** Channels that this release speaks. A new one adds its line here. */
const OPEN: Record<string, (accounts: ChannelAccount[], opening: Opening) => Promise<Opened>> = {
  messenger: openMessenger,
};

export async function openChannels(options: Opening & { programs: Program[] }): Promise<Channels> {
  const channels: Channels = { accounts: new Map(), webhooks: new Map(), twins: [], close };
  for (const program of options.programs) {
    const bot = program.bot.name as BotName;
    const mine: RuntimeBot["accounts"] = [];
    channels.accounts.set(bot, mine);
    for (const channel of new Set(program.bot.channels.map((account) => account.channel))) {
      const accounts = program.bot.channels.filter((account) => account.channel === channel);
      const opened = await OPEN[channel]?.(accounts, options);
      if (!opened) continue; // its tables serve checker and simulator; its adapter comes with a later release
      for (const account of opened.accounts) mine.push({ account, adapter: opened.adapter });
      const served = channels.webhooks.get(opened.adapter.path) ?? [];
      served.push({ bot, adapter: opened.adapter });
      channels.webhooks.set(opened.adapter.path, served);
      const { twin, profiles = new Map() } = opened;
      if (twin) channels.twins.push({ bot, channel, page: opened.accounts[0] ?? "", twin, profiles });
    }
  }
  return channels;

  async function close(): Promise<void> {
    for (const served of channels.webhooks.values()) for (const { adapter } of served) await adapter.close();
    for (const { twin } of channels.twins) await twin.close();
  }
}

/** The page a bot without credentials has on the twin. */
const TWIN_PAGE = "100000000000001";
const TWIN_APP = "400000000000001";
const HOUR_MS = 60 * 60_000;

async function openMessenger(accounts: ChannelAccount[], { settings, clock, failpoint, serverUrl }: Opening): Promise<Opened> {
  const pages = accounts.map((account) => ({
    pageId: account.settings.page ?? settings.MESSENGER_PAGE_ID ?? "",
    pageToken: account.settings.token ?? settings.MESSENGER_PAGE_TOKEN ?? "",
  }));
  const appSecret = settings.MESSENGER_APP_SECRET;
  const missing = appSecret === undefined || pages.some((page) => page.pageId === "" || page.pageToken === "");
  const common = {
    verifyToken: settings.MESSENGER_VERIFY_TOKEN ?? "",
    apiVersion: settings.MESSENGER_API_VERSION,
    adWindowMs: settings.MESSENGER_AD_WINDOW_HOURS * HOUR_MS,
    clock,
    failpoint,
  };
  if (!missing) {
    const adapter = createMessengerAdapter({
      ...common,
      accounts: pages,
      appId: settings.MESSENGER_APP_ID ?? "",
      appSecrets: [appSecret],
      apiUrl: settings.MESSENGER_API_URL,
    });
    const limits = { ...adapter.limits, rate: { ...adapter.limits.rate, perAccountPerSecond: settings.MESSENGER_SENDS_PER_SECOND } };
    return { adapter: { ...adapter, limits }, accounts: pages.map((page) => page.pageId), twin: null };
  }
  const page = { pageId: pages[0]?.pageId || TWIN_PAGE, pageToken: "twin-page-token" };
  const secret = "twin-app-secret";
  const profiles = new Map<string, PlayedProfile>();
  const twin = await createMessengerTwin({
    clock,
    pages: [page],
    appId: TWIN_APP,
    appSecret: secret,
    webhookUrl: `${serverUrl}/webhooks/messenger`,
    profile: (psid) => profiles.get(psid) ?? SOMEBODY,
  });
  const adapter = createMessengerAdapter({
    ...common,
    verifyToken: "twin",
    accounts: [page],
    appId: TWIN_APP,
    appSecrets: [secret],
    apiUrl: twin.url,
  });
  return { adapter, accounts: [page.pageId], twin, profiles };
}
