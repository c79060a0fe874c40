/** Which hosts are a channel's: only they are answered, and only they ever see our token. */

/** Source: Azure Bot Service, "Configure network isolation" and the connectors' own `serviceUrl`s; read 2026-11-24. */
const AZURE = [
  /(^|\.)botframework\.com$/,
  /(^|\.)botframework\.azure\.us$/,
  /^smba\.trafficmanager\.net$/,
  /^smba(\.infra)?(\.[a-z]+)*\.teams\.microsoft\.(com|us)$/,
];
const HERE = new Set(["127.0.0.1", "localhost", "[::1]"]);

export type Hosts = {
  /** May this service be called with our token? Its normal form, or null. */
  trusted(serviceUrl: string): string | null;
  /** Is it a program on this machine, such as an emulator? It is called without a token. */
  here(serviceUrl: string): string | null;
};

/** @param more hosts (`bots.example.com`) or origins (`http://127.0.0.1:5000`) that the operator trusts as well */
export function createHosts(more: readonly string[]): Hosts {
  const origins = new Set(more.filter((one) => one.includes("://")).map((one) => new URL(one).origin));
  const names = new Set(more.filter((one) => !one.includes("://")).map((one) => one.toLowerCase()));
  return {
    trusted(serviceUrl) {
      const url = parsed(serviceUrl);
      if (url === null) return null;
      if (origins.has(url.origin)) return normal(url);
      const isKnown = names.has(url.hostname) || AZURE.some((pattern) => pattern.test(url.hostname));
      return url.protocol === "https:" && url.port === "" && isKnown ? normal(url) : null;
    },
    here(serviceUrl) {
      const url = parsed(serviceUrl);
      return url !== null && HERE.has(url.hostname) ? normal(url) : null;
    },
  };
}

const LENGTH_MAX = 500;

function parsed(serviceUrl: string): URL | null {
  if (serviceUrl.length > LENGTH_MAX || !URL.canParse(serviceUrl)) return null;
  const url = new URL(serviceUrl);
  const isPlain = url.username === "" && url.password === "" && url.search === "" && url.hash === "";
  return isPlain && (url.protocol === "https:" || url.protocol === "http:") ? url : null;
}

/** Without a slash at its end, so that paths can be put behind it. */
function normal(url: URL): string {
  return `${url.origin}${url.pathname.replace(/\/+$/, "")}`;
}
