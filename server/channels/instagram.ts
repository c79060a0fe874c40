/** Instagram, opened: with the operator's credentials, or against its twin where there are none. */
import { createInstagramAdapter } from "../../adapters/instagram/adapter.ts";
import { createInstagramTwin } from "../../adapters/instagram/twin.ts";
import type { ChannelAccount } from "../../dialogue/program.ts";
import { openTwinMemory } from "../twin-memory.ts";
import type { Opened, Opening, Place } from "./opening.ts";

/** The account a bot without credentials has on its twin, one for each bot. */
const TWIN_ACCOUNTS_FROM = 17_841_400_000_000_001n;
const TWIN_APP = "400000000000009";

/** Where each way in is served. */
const API_URLS = { instagram: "https://graph.instagram.com", facebook: "https://graph.facebook.com" };

export async function openInstagram(given: ChannelAccount[], opening: Opening, place: Place): Promise<Opened> {
  const { settings, clock, failpoint, serverUrl } = opening;
  const accounts = given.map(({ settings: own }) => ({
    accountId: own.account || settings.INSTAGRAM_ACCOUNT_ID || "",
    token: own.token || settings.INSTAGRAM_TOKEN || "",
  }));
  const appSecret = settings.INSTAGRAM_APP_SECRET;
  const missing = Object.entries({
    INSTAGRAM_APP_ID: settings.INSTAGRAM_APP_ID,
    INSTAGRAM_APP_SECRET: appSecret,
    INSTAGRAM_VERIFY_TOKEN: settings.INSTAGRAM_VERIFY_TOKEN,
    INSTAGRAM_ACCOUNT_ID: accounts.every((one) => one.accountId !== ""),
    INSTAGRAM_TOKEN: accounts.every((one) => one.token !== ""),
  }).flatMap(([name, isThere]) => (isThere ? [] : [name]));
  if (missing.length > 0 && (accounts.some((one) => one.token !== "") || (place.alone && appSecret !== undefined)))
    throw new Error(
      `${place.bot} has some of Instagram's credentials and lacks ${missing.join(", ")}. Set all of them, or none for the built-in twin.`,
    );
  const login = settings.INSTAGRAM_LOGIN;
  const common = { login, apiVersion: settings.INSTAGRAM_API_VERSION, pagesElsewhere: place.elsewhere, clock, failpoint };
  if (missing.length === 0 && appSecret !== undefined) {
    const adapter = createInstagramAdapter({
      ...common,
      accounts,
      appId: settings.INSTAGRAM_APP_ID!,
      appSecrets: [appSecret],
      verifyToken: settings.INSTAGRAM_VERIFY_TOKEN!,
      apiUrl: settings.INSTAGRAM_API_URL ?? API_URLS[login],
    });
    return { adapter, accounts: accounts.map((one) => one.accountId) };
  }
  const account = { accountId: accounts[0]?.accountId || String(TWIN_ACCOUNTS_FROM + BigInt(place.at)), token: "twin-account-token" };
  const secret = `twin-instagram-secret-${place.at}`; // each twin's webhooks are its own bot's only
  const twin = await createInstagramTwin({
    clock,
    pages: [{ pageId: account.accountId, pageToken: account.token }],
    appId: TWIN_APP,
    appSecret: secret,
    webhookUrl: `${serverUrl}/webhooks/instagram`,
    memory: openTwinMemory(settings, opening.root, `${place.bot}-instagram`, clock.nowMs()),
  });
  const adapter = createInstagramAdapter({
    ...common,
    accounts: [account],
    appId: TWIN_APP,
    appSecrets: [secret],
    verifyToken: "twin",
    apiUrl: twin.url,
  });
  return { adapter, accounts: [account.accountId], twin };
}
