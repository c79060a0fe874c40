/** Bot Framework, opened: as an app of Azure's, or, where there is none, against its twin and for emulators on this machine. */
import { type BotFrameworkApp, createBotFrameworkAdapter } from "../../adapters/botframework/adapter.ts";
import { CLOUDS } from "../../adapters/botframework/clouds.ts";
import type { People } from "../../adapters/botframework/handoff.ts";
import { INSTALL, isLibraryInstalled } from "../../adapters/botframework/library.ts";
import type { Credentials } from "../../adapters/botframework/tokens.ts";
import { createBotFrameworkTwin } from "../../adapters/botframework/twin.ts";
import type { ChannelAccount } from "../../dialogue/program.ts";
import { systemClock } from "../clock.ts";
import type { Settings } from "../settings.ts";
import type { Opened, Opening, Place } from "./opening.ts";

/** The app of a bot without credentials, one for each bot; no real one has such an id. */
const TWIN_APPS = "00000000-0000-4000-8000-";

export async function openBotFramework(
  given: ChannelAccount[],
  { settings, clock, failpoint, serverUrl }: Opening,
  { bot, at, alone }: Place,
): Promise<Opened> {
  const serviceHosts = (settings.BOTFRAMEWORK_SERVICE_HOSTS ?? "").split(/[\s,]+/).filter((host) => host !== "");
  const odd = serviceHosts.find((host) => host.includes("://") && !URL.canParse(host));
  if (odd !== undefined)
    throw new Error(`BOTFRAMEWORK_SERVICE_HOSTS names ${odd}, which is neither a host nor an address. Write bots.example.com.`);
  const apps = given.map((account) => appOf(account, settings));
  const someThere = given.some((account) => account.settings.password) || (alone && settings.BOTFRAMEWORK_APP_PASSWORD !== undefined);
  const missing = [...new Set(apps.flatMap((app) => app.missing))];
  if (missing.length > 0 && (someThere || apps.some((app) => app.appId !== "")))
    throw new Error(
      `${bot} has some of Bot Framework's credentials and lacks ${missing.join(", ")}. Set all of them, or none for the built-in twin.`,
    );
  if (missing.length === 0) {
    if (!isLibraryInstalled())
      throw new Error(`${bot} has a Bot Framework app, and the package that verifies its channels is missing. ${INSTALL}`);
    const cloud = { ...CLOUDS[settings.BOTFRAMEWORK_CLOUD] };
    if (settings.BOTFRAMEWORK_LOGIN_URL !== undefined) cloud.loginUrl = settings.BOTFRAMEWORK_LOGIN_URL;
    if (settings.BOTFRAMEWORK_OPENID_URL !== undefined) cloud.openIdUrl = settings.BOTFRAMEWORK_OPENID_URL;
    const served: BotFrameworkApp[] = apps.flatMap(({ appId, credentials, people }) =>
      credentials === null ? [] : [{ appId, credentials, people }],
    );
    const adapter = createBotFrameworkAdapter({ apps: served, cloud, serviceHosts, clock, failpoint });
    return { adapter, accounts: served.map((app) => app.appId) };
  }
  const people = apps[0]?.people ?? "desk";
  const appId = `${TWIN_APPS}${String(at + 1).padStart(12, "0")}`;
  const secret = `twin-app-secret-${at}`;
  // Without the library nobody can verify a signature: then the twin is an emulator, which makes none.
  const signs = isLibraryInstalled();
  const twin = await createBotFrameworkTwin({
    clock,
    signsBy: systemClock,
    appId,
    secret,
    signs,
    webhookUrl: `${serverUrl}/webhooks/botframework`,
  });
  const adapter = createBotFrameworkAdapter({
    apps: signs ? [{ appId, credentials: { kind: "secret", secret, tenantId: null }, people }] : [],
    cloud: twin.cloud,
    serviceHosts: signs ? [twin.url] : [],
    // Two bots cannot both be who an emulator means.
    ...(at === 0 ? { localAccount: appId, localPeople: people } : {}),
    clock,
    failpoint,
  });
  return { adapter, accounts: [appId], twin };
}

type App = { appId: string; people: People; credentials: Credentials | null; missing: string[] };

/** A manifest may name its own app, password and tenant; what it leaves out comes from the settings. */
function appOf({ settings: own }: ChannelAccount, settings: Settings): App {
  const appId = own.app || settings.BOTFRAMEWORK_APP_ID || "";
  const people = own.people || "desk";
  if (people !== "desk" && people !== "hub") throw new Error("`people:` of botframework is `desk` (yours) or `hub` (behind the channel).");
  const secret = own.password || settings.BOTFRAMEWORK_APP_PASSWORD;
  const tenantId = own.tenant || settings.BOTFRAMEWORK_TENANT_ID || null;
  const type = settings.BOTFRAMEWORK_APP_TYPE ?? (tenantId === null ? "MultiTenant" : "SingleTenant");
  const { BOTFRAMEWORK_CERTIFICATE_THUMBPRINT: thumbprint, BOTFRAMEWORK_CERTIFICATE_KEY: privateKey } = settings;
  const missing = appId === "" ? ["BOTFRAMEWORK_APP_ID"] : [];
  if (type !== "MultiTenant" && tenantId === null) missing.push("BOTFRAMEWORK_TENANT_ID");
  if (type === "UserAssignedMSI")
    return { appId, people, credentials: tenantId === null ? null : { kind: "managed_identity", tenantId }, missing };
  const tenant = type === "SingleTenant" ? tenantId : null;
  if (thumbprint !== undefined && privateKey !== undefined)
    return { appId, people, credentials: { kind: "certificate", thumbprint, privateKey, tenantId: tenant }, missing };
  if (secret === undefined) missing.push("BOTFRAMEWORK_APP_PASSWORD");
  return { appId, people, credentials: secret === undefined ? null : { kind: "secret", secret, tenantId: tenant }, missing };
}
