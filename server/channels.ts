/** The accounts that bots speak through: an adapter per bot and channel, or the channel's twin where there are no credentials. */
import { createMessengerAdapter } from "../adapters/messenger/adapter.ts";
import { createMessengerTwin, type Twin } from "../adapters/messenger/twin.ts";
import { createWechatAdapter } from "../adapters/wechat/adapter.ts";
import { createWechatTwin } from "../adapters/wechat/twin.ts";
import type { ChannelAccount, Program } from "../dialogue/program.ts";
import type { Adapter } from "../model/adapter.ts";
import type { Clock } from "../model/clock.ts";
import type { Failpoint } from "../model/failpoint.ts";
import type { BotName, Ids } from "../model/ids.ts";
import type { Keeper } from "../model/keeper.ts";
import type { RuntimeBot } from "../runtime/road.ts";
import type { Settings } from "./settings.ts";
import { openTwinMemory } from "./twin-memory.ts";

export type Channels = {
  /** By bot. */
  accounts: Map<string, RuntimeBot["accounts"]>;
  /** By webhook path: whose adapters look at what comes there. */
  webhooks: Map<string, { bot: BotName; adapter: Adapter }[]>;
  twins: PlayedChannel[];
  /** Twins that the studio has no phone for yet; a terminal plays them. */
  otherTwins: OtherTwin[];
  /** Does no real customer write to this process? */
  areAllPlayed: boolean;
  close(): Promise<void>;
};

export type OtherTwin = { bot: BotName; channel: string; url: string; close(): Promise<void> };
export type PlayedChannel = { bot: BotName; channel: string; page: string; twin: Twin };

type Opening = {
  root: string;
  settings: Settings;
  clock: Clock;
  ids: Ids;
  failpoint: Failpoint;
  serverUrl: string;
  keeper: Keeper;
  /** A picture of the brand or of an agent, for channels that want its bytes; null where it may not or cannot be had. */
  fetchBytes(url: string): Promise<Buffer | null>;
};
/** `at`: the bot's place among those of this process. `elsewhere`: accounts that the others serve. `alone`: there are no others. */
type Place = { bot: BotName; at: number; elsewhere: ReadonlySet<string>; alone: boolean };
type Opened = { adapter: Adapter; accounts: string[]; twin: Twin | null; otherTwin?: Pick<OtherTwin, "url" | "close"> | null };

/** Channels that this release speaks. A new one adds its line here. */
const OPEN: Record<string, (accounts: ChannelAccount[], opening: Opening, place: Place) => Promise<Opened>> = {
  messenger: openMessenger,
  twitter: async (accounts, opening, place) => {
    const { openTwitter } = await import("./twitter.ts"); // who does not speak on X does not load it
    const { twin, ...opened } = await openTwitter(accounts, opening, place);
    return { ...opened, twin: null, otherTwin: twin };
  },
  wechat: openWechat,
};

/** @throws a sentence when two bots would answer the same customers, or when some credentials are there and some are not */

export async function openChannels(options: Opening & { programs: Program[] }): Promise<Channels> {
  const channels: Channels = { accounts: new Map(), webhooks: new Map(), twins: [], otherTwins: [], areAllPlayed: true, close };
  const pages = pagesOf(options.programs, options.settings);
  for (const [at, program] of options.programs.entries()) {
    const bot = program.bot.name as BotName;
    const elsewhere = new Set([...pages].filter(([, whose]) => whose !== bot).map(([page]) => page));
    const mine: RuntimeBot["accounts"] = [];
    channels.accounts.set(bot, mine);
    for (const channel of new Set(program.bot.channels.map((account) => account.channel))) {
      const accounts = program.bot.channels.filter((account) => account.channel === channel);
      const opened = await OPEN[channel]?.(accounts, options, { bot, at, elsewhere, alone: options.programs.length === 1 });
      if (!opened) continue; // its tables serve checker and simulator; its adapter comes with a later release
      for (const account of opened.accounts) mine.push({ account, adapter: opened.adapter });
      const served = channels.webhooks.get(opened.adapter.path) ?? [];
      served.push({ bot, adapter: opened.adapter });
      channels.webhooks.set(opened.adapter.path, served);
      const { twin, otherTwin } = opened;
      if (twin) channels.twins.push({ bot, channel, page: opened.accounts[0] ?? "", twin });
      else if (otherTwin) channels.otherTwins.push({ bot, channel, url: otherTwin.url, close: otherTwin.close });
      else channels.areAllPlayed = false;
    }
  }
  return channels;

  async function close(): Promise<void> {
    for (const served of channels.webhooks.values()) for (const { adapter } of served) await adapter.close();
    for (const { twin } of channels.twins) await twin.close();
    for (const twin of channels.otherTwins) await twin.close();
  }
}

/** The account of a bot whose file names none. */
const ACCOUNT_SET: Record<string, { key: string; of: (settings: Settings) => string | undefined }> = {
  messenger: { key: "page", of: (settings) => settings.MESSENGER_PAGE_ID },
  wechat: { key: "account", of: (settings) => settings.WECHAT_ACCOUNT },
  twitter: { key: "user", of: (settings) => settings.TWITTER_USER_ID },
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

/** The page a bot without credentials has on its twin, one for each bot. */
const TWIN_PAGES_FROM = 100_000_000_000_001;
const TWIN_APP = "400000000000001";
const HOUR_MS = 60 * 60_000;

/** What a page needs before real customers can be served; each is named as the operator sets it. */
function missingOf(settings: Settings, pages: { pageId: string; pageToken: string }[]): string[] {
  const needed = {
    MESSENGER_APP_ID: settings.MESSENGER_APP_ID,
    MESSENGER_APP_SECRET: settings.MESSENGER_APP_SECRET,
    MESSENGER_VERIFY_TOKEN: settings.MESSENGER_VERIFY_TOKEN,
    MESSENGER_PAGE_ID: pages.every((page) => page.pageId !== ""),
    MESSENGER_PAGE_TOKEN: pages.every((page) => page.pageToken !== ""),
  };
  return Object.entries(needed)
    .filter(([, value]) => !value)
    .map(([name]) => name);
}

/** Outbox, desk and checker all count with the same window. */
export function adWindowMs(settings: Settings): number {
  return settings.MESSENGER_AD_WINDOW_HOURS * HOUR_MS;
}

async function openMessenger(accounts: ChannelAccount[], opening: Opening, place: Place): Promise<Opened> {
  const { at, elsewhere } = place;
  const { settings, clock, failpoint, serverUrl } = opening;
  const pages = accounts.map((account) => ({
    pageId: account.settings.page ?? settings.MESSENGER_PAGE_ID ?? "",
    pageToken: account.settings.token ?? settings.MESSENGER_PAGE_TOKEN ?? "",
  }));
  const appSecret = settings.MESSENGER_APP_SECRET;
  const missing = missingOf(settings, pages);
  const hasToken = pages.some((page) => page.pageToken !== "");
  if (missing.length > 0 && (hasToken || (place.alone && appSecret !== undefined)))
    throw new Error(
      `${place.bot} has some of Messenger's credentials and lacks ${missing.join(", ")}. Set all of them, or none for the built-in twin.`,
    );
  const common = {
    verifyToken: settings.MESSENGER_VERIFY_TOKEN ?? "",
    apiVersion: settings.MESSENGER_API_VERSION,
    adWindowMs: adWindowMs(settings),
    pagesElsewhere: elsewhere,
    clock,
    failpoint,
  };
  if (missing.length === 0 && appSecret !== undefined) {
    const adapter = createMessengerAdapter({
      ...common,
      accounts: pages,
      appId: settings.MESSENGER_APP_ID!,
      appSecrets: [appSecret],
      apiUrl: settings.MESSENGER_API_URL,
    });
    const limits = { ...adapter.limits, rate: { ...adapter.limits.rate, perAccountPerSecond: settings.MESSENGER_SENDS_PER_SECOND } };
    return { adapter: { ...adapter, limits }, accounts: pages.map((page) => page.pageId), twin: null };
  }
  const page = { pageId: pages[0]?.pageId || String(TWIN_PAGES_FROM + at), pageToken: "twin-page-token" };
  const secret = `twin-app-secret-${at}`; // each twin's webhooks are its own bot's only
  const twin = await createMessengerTwin({
    clock,
    pages: [page],
    adWindowMs: common.adWindowMs,
    appId: TWIN_APP,
    appSecret: secret,
    webhookUrl: `${serverUrl}/webhooks/messenger`,
    memory: openTwinMemory(settings, opening.root, place.bot, clock.nowMs()),
  });
  const adapter = createMessengerAdapter({
    ...common,
    verifyToken: "twin",
    accounts: [page],
    appId: TWIN_APP,
    appSecrets: [secret],
    apiUrl: twin.url,
  });
  return { adapter, accounts: [page.pageId], twin };
}

const TWIN_ACCOUNT = "gh_twin";

async function openWechat(accounts: ChannelAccount[], opening: Opening, place: Place): Promise<Opened> {
  const { settings, clock, ids, failpoint, serverUrl, fetchBytes } = opening;
  const common = { clock, failpoint, fetchBytes, boundary: () => ids.next("up") };
  const offices = accounts.map(({ settings: own }) => ({
    account: own.account || settings.WECHAT_ACCOUNT || "",
    appId: own.app_id || settings.WECHAT_APP_ID || "",
    appSecret: own.app_secret || settings.WECHAT_APP_SECRET || "",
    token: own.token || settings.WECHAT_TOKEN || "",
    aesKeys: [own.aes_key || settings.WECHAT_AES_KEY, settings.WECHAT_AES_KEY_PREVIOUS].filter((key) => key !== undefined),
  }));
  const missing = Object.entries({
    WECHAT_ACCOUNT: offices.every((one) => one.account !== ""),
    WECHAT_APP_ID: offices.every((one) => one.appId !== ""),
    WECHAT_APP_SECRET: offices.every((one) => one.appSecret !== ""),
    WECHAT_TOKEN: offices.every((one) => one.token !== ""),
  }).flatMap(([name, isThere]) => (isThere ? [] : [name]));
  if (missing.length > 0 && offices.some((one) => one.appSecret !== ""))
    throw new Error(
      `${place.bot} has some of WeChat's credentials and lacks ${missing.join(", ")}. Set all of them, or none for the built-in twin.`,
    );
  if (missing.length === 0) {
    const adapter = createWechatAdapter({ ...common, accounts: offices, apiUrl: settings.WECHAT_API_URL });
    return { adapter, accounts: offices.map((one) => one.account), twin: null };
  }
  const played = {
    account: offices[0]?.account || `${TWIN_ACCOUNT}${place.at}`,
    appId: `wxtwin${place.at}`,
    appSecret: `twin-app-secret-${place.at}`,
    token: `twin-token-${place.at}`, // each twin's pushes are its own bot's only
  };
  const otherTwin = await createWechatTwin({ ...played, clock, aesKey: TWIN_AES_KEY, webhookUrl: `${serverUrl}/webhooks/wechat` });
  const adapter = createWechatAdapter({ ...common, accounts: [{ ...played, aesKeys: [TWIN_AES_KEY] }], apiUrl: otherTwin.url });
  return { adapter, accounts: [played.account], twin: null, otherTwin };
}

/** Of a platform that is not there: it hides nothing, and shows that safe mode works. */
const TWIN_AES_KEY = "dHdpbnR3aW50d2ludHdpbnR3aW50d2ludHdpbnR3aW4";
