/** The WhatsApp Cloud API, opened: with the operator's credentials, or against its twin where there are none. */
import { createWhatsappAdapter } from "../../adapters/whatsapp/adapter.ts";
import { createWhatsappTwin } from "../../adapters/whatsapp/twin.ts";
import type { ChannelAccount } from "../../dialogue/program.ts";
import { whatsappAdWindowMs } from "../settings.ts";
import { openTwinMemory } from "../twin-memory.ts";
import type { Opened, Opening, Place } from "./opening.ts";

/** The number a bot without credentials has on its twin, one for each bot. */
const TWIN_NUMBERS_FROM = 106_540_000_000_001;
const TWIN_BUSINESS = "102290000000001";
const TWIN_APP = "400000000000008";

export async function openWhatsapp(given: ChannelAccount[], opening: Opening, place: Place): Promise<Opened> {
  const { settings, clock, ids, failpoint, serverUrl, fetchBytes } = opening;
  const accounts = given.map(({ settings: own }) => ({
    phoneNumberId: own.phone || settings.WHATSAPP_PHONE_NUMBER_ID || "",
    token: own.token || settings.WHATSAPP_TOKEN || "",
    businessId: own.business || settings.WHATSAPP_BUSINESS_ID,
  }));
  const appSecret = settings.WHATSAPP_APP_SECRET;
  const missing = Object.entries({
    WHATSAPP_APP_ID: settings.WHATSAPP_APP_ID,
    WHATSAPP_APP_SECRET: appSecret,
    WHATSAPP_VERIFY_TOKEN: settings.WHATSAPP_VERIFY_TOKEN,
    WHATSAPP_PHONE_NUMBER_ID: accounts.every((one) => one.phoneNumberId !== ""),
    WHATSAPP_TOKEN: accounts.every((one) => one.token !== ""),
  }).flatMap(([name, isThere]) => (isThere ? [] : [name]));
  if (missing.length > 0 && (accounts.some((one) => one.token !== "") || (place.alone && appSecret !== undefined)))
    throw new Error(
      `${place.bot} has some of WhatsApp's credentials and lacks ${missing.join(", ")}. Set all of them, or none for the built-in twin.`,
    );
  const common = {
    apiVersion: settings.WHATSAPP_API_VERSION,
    adWindowMs: whatsappAdWindowMs(settings),
    numbersElsewhere: place.elsewhere,
    fetchBytes,
    boundary: () => ids.next("up"),
    clock,
    failpoint,
  };
  if (missing.length === 0 && appSecret !== undefined) {
    const adapter = createWhatsappAdapter({
      ...common,
      accounts,
      appId: settings.WHATSAPP_APP_ID!,
      appSecrets: [appSecret],
      verifyToken: settings.WHATSAPP_VERIFY_TOKEN!,
      apiUrl: settings.WHATSAPP_API_URL,
    });
    const limits = { ...adapter.limits, rate: { ...adapter.limits.rate, perAccountPerSecond: settings.WHATSAPP_SENDS_PER_SECOND } };
    return { adapter: { ...adapter, limits }, accounts: accounts.map((one) => one.phoneNumberId) };
  }
  const number = { phoneNumberId: accounts[0]?.phoneNumberId || String(TWIN_NUMBERS_FROM + place.at), token: "twin-number-token" };
  const secret = `twin-whatsapp-secret-${place.at}`; // each twin's webhooks are its own bot's only
  const twin = await createWhatsappTwin({
    clock,
    numbers: [number],
    businessId: TWIN_BUSINESS,
    appId: TWIN_APP,
    appSecret: secret,
    adWindowMs: common.adWindowMs,
    webhookUrl: `${serverUrl}/webhooks/whatsapp`,
    memory: openTwinMemory(settings, opening.root, `${place.bot}-whatsapp`, clock.nowMs()),
  });
  const adapter = createWhatsappAdapter({
    ...common,
    accounts: [{ ...number, businessId: TWIN_BUSINESS }],
    appId: TWIN_APP,
    appSecrets: [secret],
    verifyToken: "twin",
    apiUrl: twin.url,
  });
  return { adapter, accounts: [number.phoneNumberId], twin };
}
