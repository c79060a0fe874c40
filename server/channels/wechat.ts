/** WeChat, opened: with the operator's credentials, or against its twin where there are none. */
import { createWechatAdapter } from "../../adapters/wechat/adapter.ts";
import { createWechatTwin } from "../../adapters/wechat/twin.ts";
import type { ChannelAccount } from "../../dialogue/program.ts";
import { openTwinDiary } from "../twin-memory.ts";
import type { Opened, Opening, Place } from "./opening.ts";

const TWIN_ACCOUNT = "gh_twin";

export async function openWechat(accounts: ChannelAccount[], opening: Opening, place: Place): Promise<Opened> {
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
    return { adapter, accounts: offices.map((one) => one.account) };
  }
  const played = {
    account: offices[0]?.account || `${TWIN_ACCOUNT}${place.at}`,
    appId: `wxtwin${place.at}`,
    appSecret: `twin-app-secret-${place.at}`,
    token: `twin-token-${place.at}`, // each twin's pushes are its own bot's only
  };
  const twin = await createWechatTwin({
    ...played,
    clock,
    aesKey: TWIN_AES_KEY,
    webhookUrl: `${serverUrl}/webhooks/wechat`,
    diary: openTwinDiary(settings, opening.root, `${place.bot}-wechat`, clock.nowMs()),
  });
  const adapter = createWechatAdapter({ ...common, accounts: [{ ...played, aesKeys: [TWIN_AES_KEY] }], apiUrl: twin.url });
  return { adapter, accounts: [played.account], twin };
}

/** Of a platform that is not there: it hides nothing, and shows that safe mode works. */
const TWIN_AES_KEY = "dHdpbnR3aW50d2ludHdpbnR3aW50d2ludHdpbnR3aW4";
