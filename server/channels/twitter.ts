/** X, opened: with the operator's credentials, or against its twin where there are none. */
import { createTwitterAdapter, type TwitterAccount } from "../../adapters/twitter/adapter.ts";
import { createTwitterTwin } from "../../adapters/twitter/twin.ts";
import type { ChannelAccount } from "../../dialogue/program.ts";
import type { Settings } from "../settings.ts";
import { openTwinDiary } from "../twin-memory.ts";
import type { Opened, Opening, Place } from "./opening.ts";

/** The account of a bot without credentials on its twin, one for each bot. */
const TWIN_ACCOUNTS_FROM = 3_805_104_001;
const TWIN_APP = "90000009";

export async function openTwitter(
  given: ChannelAccount[],
  { root, settings, clock, failpoint, serverUrl, keeper, fetchBytes }: Opening,
  { bot, at, elsewhere, alone }: Place,
): Promise<Opened> {
  const accounts = given.map((account) => accountOf(account, settings));
  const missing = missingOf(settings, accounts);
  const someThere = accounts.some((one) => one.oauth1 !== null || one.oauth2 !== null);
  const { TWITTER_CONSUMER_KEY: consumerKey, TWITTER_CONSUMER_SECRET: consumerSecret } = settings;
  if (missing.length > 0 && (someThere || (alone && consumerSecret !== undefined)))
    throw new Error(`${bot} has some of X's credentials and lacks ${missing.join(", ")}. Set all of them, or none for the built-in twin.`);
  const common = {
    accountsElsewhere: elsewhere,
    encrypted: settings.TWITTER_ENCRYPTED,
    sends: { quarter: settings.TWITTER_SENDS_PER_15_MINUTES, day: settings.TWITTER_SENDS_PER_DAY },
    keeper,
    clock,
    failpoint,
    async fetchMedia(url: string) {
      const bytes = await fetchBytes(url);
      return bytes === null ? { ok: false as const, why: "not_there" } : { ok: true as const, bytes };
    },
  };
  if (missing.length === 0 && consumerKey !== undefined && consumerSecret !== undefined) {
    const adapter = createTwitterAdapter({
      ...common,
      accounts,
      ...(settings.TWITTER_APP_ID === undefined ? {} : { appId: settings.TWITTER_APP_ID }),
      consumerKey,
      consumerSecrets: [consumerSecret],
      apiUrl: settings.TWITTER_API_URL,
    });
    return { adapter, accounts: accounts.map((one) => one.userId) };
  }
  const userId = accounts[0]?.userId || String(TWIN_ACCOUNTS_FROM + at);
  const keys = { accessToken: `${userId}-twin`, accessSecret: "twin-access-secret" };
  const app = { consumerKey: `twin-consumer-${at}`, consumerSecret: `twin-consumer-secret-${at}` }; // its webhooks are its own bot's only
  const twin = await createTwitterTwin({
    ...app,
    clock,
    appId: TWIN_APP,
    accounts: [{ userId, ...keys }],
    webhookUrl: `${serverUrl}/webhooks/twitter`,
    sends: common.sends,
    diary: openTwinDiary(settings, root, `${bot}-twitter`, clock.nowMs()),
  });
  const adapter = createTwitterAdapter({
    ...common,
    accounts: [{ userId, oauth1: keys, oauth2: null }],
    appId: TWIN_APP,
    consumerKey: app.consumerKey,
    consumerSecrets: [app.consumerSecret],
    apiUrl: twin.url,
  });
  return { adapter, accounts: [userId], twin };
}

/** A manifest may name its own account and tokens; what it leaves out comes from the settings. */
function accountOf({ settings: own }: ChannelAccount, settings: Settings): TwitterAccount {
  const accessToken = own.token ?? settings.TWITTER_ACCESS_TOKEN;
  const accessSecret = own.secret ?? settings.TWITTER_ACCESS_SECRET;
  const refreshToken = own.refresh_token ?? settings.TWITTER_REFRESH_TOKEN;
  const clientId = settings.TWITTER_CLIENT_ID;
  return {
    userId: own.user || settings.TWITTER_USER_ID || "",
    oauth1: accessToken && accessSecret ? { accessToken, accessSecret } : null,
    oauth2: clientId && refreshToken ? { clientId, clientSecret: settings.TWITTER_CLIENT_SECRET ?? null, refreshToken } : null,
  };
}

/** What an account needs before real customers can be served; each is named as the operator sets it. */
function missingOf(settings: Settings, accounts: TwitterAccount[]): string[] {
  const needed = {
    TWITTER_CONSUMER_KEY: settings.TWITTER_CONSUMER_KEY,
    TWITTER_CONSUMER_SECRET: settings.TWITTER_CONSUMER_SECRET,
    TWITTER_USER_ID: accounts.every((one) => one.userId !== ""),
    "TWITTER_ACCESS_TOKEN and TWITTER_ACCESS_SECRET (or TWITTER_CLIENT_ID and TWITTER_REFRESH_TOKEN)": accounts.every(
      (one) => one.oauth1 !== null || one.oauth2 !== null,
    ),
  };
  return Object.entries(needed)
    .filter(([, value]) => !value)
    .map(([name]) => name);
}
