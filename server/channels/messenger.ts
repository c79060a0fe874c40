/** Messenger, opened: with the operator's credentials, or against its twin where there are none. */
import { createMessengerAdapter } from "../../adapters/messenger/adapter.ts";
import { createMessengerTwin } from "../../adapters/messenger/twin.ts";
import type { ChannelAccount } from "../../dialogue/program.ts";
import { adWindowMs, type Settings } from "../settings.ts";
import { openTwinMemory } from "../twin-memory.ts";
import type { Opened, Opening, Place } from "./opening.ts";

/** The page a bot without credentials has on its twin, one for each bot. */
const TWIN_PAGES_FROM = 100_000_000_000_001;
const TWIN_APP = "400000000000001";

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

export async function openMessenger(accounts: ChannelAccount[], opening: Opening, place: Place): Promise<Opened> {
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
    return { adapter: { ...adapter, limits }, accounts: pages.map((page) => page.pageId) };
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
