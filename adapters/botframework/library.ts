/** The door to botbuilder, an optional dependency: found out cheaply whether it is there, loaded when the first token must be verified. */
import { createRequire } from "node:module";
import type { ConfigurationBotFrameworkAuthentication as Authentication } from "botbuilder";
import type { Cloud } from "./clouds.ts";
import type { Verdict, Verify } from "./proof.ts";
import type { Claim } from "./receive.ts";

/** How an app proves who it is. Secrets are asked for by us; these two are the library's. */
export type LibraryCredentials =
  | { kind: "managed_identity"; tenantId: string }
  | { kind: "certificate"; thumbprint: string; privateKey: string; tenantId: string | null };

export function isLibraryInstalled(): boolean {
  try {
    createRequire(import.meta.url).resolve("botbuilder");
    return true;
  } catch {
    return false;
  }
}

export const INSTALL = "Run `npm install botbuilder@4.23`, then start again.";

/** Verifies as Bot Framework's own library does: issuer, audience, time, signature, endorsement, `serviceUrl`; every cloud and the emulator. */
export function libraryVerify(appId: string, cloud: Cloud): Verify {
  let authentication: Promise<Authentication> | null = null;
  const begin = async (): Promise<Authentication> => {
    const { ConfigurationBotFrameworkAuthentication, ConfigurationServiceClientCredentialFactory } = await load();
    const credentials = new ConfigurationServiceClientCredentialFactory({ MicrosoftAppId: appId });
    const options = {
      ValidateAuthority: true,
      ToChannelFromBotLoginUrl: `${cloud.loginUrl}/${cloud.botTenant}`,
      ToChannelFromBotOAuthScope: cloud.scope,
      ToBotFromChannelTokenIssuer: cloud.issuer,
      OAuthUrl: cloud.scope,
      ToBotFromChannelOpenIdMetadataUrl: cloud.openIdUrl,
      ToBotFromEmulatorOpenIdMetadataUrl: cloud.emulatorOpenIdUrl,
      CallerId: cloud.callerId,
    };
    return new ConfigurationBotFrameworkAuthentication(options, credentials);
  };
  return async (claim) => {
    try {
      authentication ??= begin();
      const verifier = await authentication;
      const activity = { type: "message", channelId: claim.channelId, serviceUrl: claim.serviceUrl };
      const { claimsIdentity } = await verifier.authenticateRequest(activity, claim.authorization);
      const ends = Number(claimsIdentity.getClaimValue("exp"));
      return claimsIdentity.isAuthenticated && Number.isFinite(ends)
        ? { kind: "proved", untilMs: ends * 1_000 }
        : { kind: "refused", why: "it does not say when it ends" };
    } catch (error) {
      return verdictOf(error, claim);
    }
  };
}

/** The library throws: 401 for a token that proves nothing, and 500 or the network's own error where keys could not be had. */
function verdictOf(error: unknown, { authorization }: Claim): Verdict {
  const { statusCode, name, message } = error as { statusCode?: unknown; name?: unknown; message?: unknown };
  if (name === "FetchError" || name === "AbortError" || statusCode === 500)
    return { kind: "later", why: "the channel's keys could not be had" };
  const told =
    typeof message === "string" && statusCode === 401 ? message.replaceAll(authorization, "…").slice(0, 200) : "it cannot be read";
  return { kind: "refused", why: told };
}

export type LibraryToken = { token: string; untilMs: number };

/** Tokens that are not asked for with a secret. Rejects as the library does. */
export function libraryTokens(appId: string, how: LibraryCredentials, cloud: Cloud): (nowMs: number) => Promise<LibraryToken> {
  let credentials: Promise<{ getToken(forceRefresh?: boolean): Promise<string> }> | null = null;
  const begin = async () => {
    const { ConfigurationServiceClientCredentialFactory } = await load();
    const factory = new ConfigurationServiceClientCredentialFactory({ MicrosoftAppId: appId, ...optionsOf(how) });
    return factory.createCredentials(appId, cloud.scope, `${cloud.loginUrl}/${cloud.botTenant}`, true);
  };
  return async (nowMs) => {
    credentials ??= begin();
    try {
      const token = await (await credentials).getToken();
      return { token, untilMs: endOf(token) ?? nowMs + UNKNOWN_LIFE_MS };
    } catch (error) {
      credentials = null;
      throw error;
    }
  };
}

const UNKNOWN_LIFE_MS = 10 * 60_000;

function optionsOf(how: LibraryCredentials): Record<string, string> {
  if (how.kind === "managed_identity") return { MicrosoftAppType: "UserAssignedMsi", MicrosoftAppTenantId: how.tenantId };
  const { thumbprint, privateKey, tenantId } = how;
  const tenant: Record<string, string> =
    tenantId === null ? { MicrosoftAppType: "MultiTenant" } : { MicrosoftAppType: "SingleTenant", MicrosoftAppTenantId: tenantId };
  return { CertificateThumbprint: thumbprint, CertificatePrivateKey: privateKey, ...tenant };
}

/** When a token ends, by its own word; it is ours, so nothing is verified. */
function endOf(token: string): number | null {
  try {
    const { exp } = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8")) as { exp?: unknown };
    return typeof exp === "number" && Number.isFinite(exp) ? exp * 1_000 : null;
  } catch {
    return null;
  }
}

let isQuiet = false;

async function load() {
  if (!isQuiet) {
    isQuiet = true;
    keepQuiet();
  }
  return import("botbuilder");
}

/** The library prints something for every token that does not hold, so that anybody could fill an operator's log from outside. */
function keepQuiet(): void {
  const { error } = console;
  const isOfToken = (told: unknown) =>
    typeof told === "string" ? told.startsWith("Error finding key for token.") : told instanceof Error && told.name === "TokenExpiredError";
  console.error = (...told: unknown[]) => {
    if (!isOfToken(told[0])) error.apply(console, told);
  };
}
