/** What we use of botbuilder, written here so that the house type-checks where that optional dependency is left out. */
declare module "botbuilder" {
  export class ConfigurationServiceClientCredentialFactory {
    constructor(options: Record<string, string>);
    createCredentials(
      appId: string,
      audience: string,
      loginEndpoint: string,
      validateAuthority: boolean,
    ): Promise<{ getToken(forceRefresh?: boolean): Promise<string> }>;
  }
  export class ConfigurationBotFrameworkAuthentication {
    constructor(options: Record<string, string | boolean>, credentials: ConfigurationServiceClientCredentialFactory);
    authenticateRequest(
      activity: { type: string; channelId: string; serviceUrl: string },
      authorization: string,
    ): Promise<{ claimsIdentity: { isAuthenticated: boolean; getClaimValue(claim: string): string | null } }>;
  }
}
