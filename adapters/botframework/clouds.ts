/** Where each Azure cloud signs in, and who signs for its channels: dated data. */

export type Cloud = {
  loginUrl: string;
  /** The tenant that gives tokens to apps of many tenants. */
  botTenant: string;
  scope: string;
  issuer: string;
  openIdUrl: string;
  emulatorOpenIdUrl: string;
  callerId: string;
};
export type Clouds = Record<string, Cloud>;

/** Source: Bot Framework authentication, constants of botframework-connector 4.23.3; read 2026-11-24. */
export const CLOUDS = {
  public: {
    loginUrl: "https://login.microsoftonline.com",
    botTenant: "botframework.com",
    scope: "https://api.botframework.com",
    issuer: "https://api.botframework.com",
    openIdUrl: "https://login.botframework.com/v1/.well-known/openidconfiguration",
    emulatorOpenIdUrl: "https://login.microsoftonline.com/common/v2.0/.well-known/openid-configuration",
    callerId: "urn:botframework:azure",
  },
  us_government: {
    loginUrl: "https://login.microsoftonline.us",
    botTenant: "MicrosoftServices.onmicrosoft.us",
    scope: "https://api.botframework.us",
    issuer: "https://api.botframework.us",
    openIdUrl: "https://login.botframework.azure.us/v1/.well-known/openidconfiguration",
    emulatorOpenIdUrl: "https://login.microsoftonline.us/cab8a31a-1906-4287-a0d8-4eef66b95f6e/v2.0/.well-known/openid-configuration",
    callerId: "urn:botframework:azureusgov",
  },
} satisfies Clouds;
