/** The operator's settings: flag, then environment, then `.env`, then default; read once, by one schema. */
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { parseEnv } from "node:util";
import { z } from "zod";

const Port = z.coerce.number().int().min(0).max(65535);
const Text = z.string().min(1);
const Url = z.string().regex(/^https?:\/\/[^\s]+$/);

const Schema = z.object({
  PORT: Port.default(3978),
  HOST: Text.default("127.0.0.1"),
  BATON_STORE: Text.regex(/^sqlite:.+$/).default("sqlite:./data/baton.db"),
  BATON_SECRET: Text.min(16).optional(),
  /** Shared with the brand's own systems: what they sign with it says who is logged in. */
  BATON_LOGIN_SECRET: Text.min(32).optional(),
  /** Where customers and agents reach this server; links in packages begin with it. */
  BATON_URL: Url.optional(),
  /** How many proxies of ours stand before this server: their word is taken for where a request comes from. */
  BATON_PROXY_HOPS: z.coerce.number().int().min(0).max(10).default(0),
  LOG_LEVEL: z.enum(["silent", "fatal", "error", "warn", "info", "debug", "trace"]).default("info"),
  /** Undecided events a process holds before it answers 503. */
  BATON_QUEUE_MAX: z.coerce.number().int().min(1).default(20_000),
  /** Does the router offer waiting tickets to whoever is at the desk, or do agents only take them? */
  BATON_OFFERS: z.enum(["on", "off"]).default("off"),
  MESSENGER_APP_ID: Text.optional(),
  MESSENGER_APP_SECRET: Text.optional(),
  MESSENGER_VERIFY_TOKEN: Text.optional(),
  MESSENGER_PAGE_ID: Text.optional(),
  MESSENGER_PAGE_TOKEN: Text.optional(),
  MESSENGER_API_URL: Url.default("https://graph.facebook.com"),
  MESSENGER_API_VERSION: Text.regex(/^v\d+\.\d+$/).default("v26.0"),
  /** How long the first message after an advertisement lets us speak, in hours (24 to 168). */
  MESSENGER_AD_WINDOW_HOURS: z.coerce.number().min(24).max(168).default(24),
  /** What one page may send a second. Above 40 Meta may block a page; see docs/going-live.md before you raise it. */
  MESSENGER_SENDS_PER_SECOND: z.coerce.number().positive().default(40),
  INSTAGRAM_APP_ID: Text.optional(),
  INSTAGRAM_APP_SECRET: Text.optional(),
  INSTAGRAM_VERIFY_TOKEN: Text.optional(),
  /** The professional account's id, as webhooks name it. */
  INSTAGRAM_ACCOUNT_ID: Text.optional(),
  INSTAGRAM_TOKEN: Text.optional(),
  /** How the account was connected: by Instagram's own login, or by the Facebook page that it is linked to. */
  INSTAGRAM_LOGIN: z.enum(["instagram", "facebook"]).default("instagram"),
  INSTAGRAM_API_URL: Url.optional(),
  INSTAGRAM_API_VERSION: Text.regex(/^v\d+\.\d+$/).default("v26.0"),
  WHATSAPP_APP_ID: Text.optional(),
  WHATSAPP_APP_SECRET: Text.optional(),
  WHATSAPP_VERIFY_TOKEN: Text.optional(),
  /** The number's id in the dashboard, not the number itself. */
  WHATSAPP_PHONE_NUMBER_ID: Text.optional(),
  WHATSAPP_TOKEN: Text.optional(),
  /** The WhatsApp business account's id, which only `baton doctor` asks about. */
  WHATSAPP_BUSINESS_ID: Text.optional(),
  WHATSAPP_API_URL: Url.default("https://graph.facebook.com"),
  WHATSAPP_API_VERSION: Text.regex(/^v\d+\.\d+$/).default("v26.0"),
  /** How long the first message after a click-to-WhatsApp advertisement lets us speak freely, in hours (24 to 72). */
  WHATSAPP_AD_WINDOW_HOURS: z.coerce.number().min(24).max(72).default(24),
  /** What one number may send a second. Meta counts 80, in and out together, and up to 1000 after it has raised it. */
  WHATSAPP_SENDS_PER_SECOND: z.coerce.number().positive().default(50),
  /** The official account's original id, `gh_…`. */
  WECHAT_ACCOUNT: Text.optional(),
  WECHAT_APP_ID: Text.optional(),
  WECHAT_APP_SECRET: Text.optional(),
  WECHAT_TOKEN: Text.regex(/^[A-Za-z0-9_]{3,64}$/).optional(),
  /** EncodingAESKey; set: safe or compatible mode, unset: plain mode. The one before it is read too while it is being changed. */
  WECHAT_AES_KEY: Text.regex(/^[A-Za-z0-9]{43}$/).optional(),
  WECHAT_AES_KEY_PREVIOUS: Text.regex(/^[A-Za-z0-9]{43}$/).optional(),
  WECHAT_API_URL: Url.default("https://api.weixin.qq.com"),
  TWITTER_CONSUMER_KEY: Text.optional(),
  TWITTER_CONSUMER_SECRET: Text.optional(),
  TWITTER_USER_ID: Text.regex(/^\d{1,20}$/).optional(),
  TWITTER_ACCESS_TOKEN: Text.optional(),
  TWITTER_ACCESS_SECRET: Text.optional(),
  /** OAuth 2 instead of, or beside, the access token: the client, and the refresh token that signing in gave. */
  TWITTER_CLIENT_ID: Text.optional(),
  TWITTER_CLIENT_SECRET: Text.optional(),
  TWITTER_REFRESH_TOKEN: Text.optional(),
  /** With it, what other apps send as this account is known at once to be a person's. */
  TWITTER_APP_ID: Text.regex(/^\d{1,20}$/).optional(),
  TWITTER_API_URL: Url.default("https://api.x.com"),
  /** What becomes of messages that only X's own apps can read: answered like one we cannot read, told to a flow, or ignored. */
  TWITTER_ENCRYPTED: z.enum(["answer", "flow", "ignore"]).default("answer"),
  /** What X lets one account send; raise them only with X's word for it. */
  TWITTER_SENDS_PER_15_MINUTES: z.coerce.number().int().min(1).default(15),
  TWITTER_SENDS_PER_DAY: z.coerce.number().int().min(1).default(1_440),
  /** Pages that may show the web chat, apart by spaces. */
  WEB_ORIGINS: Text.optional(),
  /** The app's id in Azure (Microsoft Entra ID), and how it proves who it is: a password, a certificate, or the machine it runs on. */
  BOTFRAMEWORK_APP_ID: Text.optional(),
  BOTFRAMEWORK_APP_PASSWORD: Text.optional(),
  BOTFRAMEWORK_APP_TYPE: z.enum(["SingleTenant", "MultiTenant", "UserAssignedMSI"]).optional(),
  BOTFRAMEWORK_TENANT_ID: Text.regex(/^[A-Za-z0-9.-]+$/).optional(),
  BOTFRAMEWORK_CERTIFICATE_THUMBPRINT: Text.optional(),
  /** The private key, PEM. */
  BOTFRAMEWORK_CERTIFICATE_KEY: Text.optional(),
  BOTFRAMEWORK_CLOUD: z.enum(["public", "us_government"]).default("public"),
  BOTFRAMEWORK_LOGIN_URL: Url.optional(),
  BOTFRAMEWORK_OPENID_URL: Url.optional(),
  /** Hosts beside those of Azure's channels to which answers, and with them our token, may go. */
  BOTFRAMEWORK_SERVICE_HOSTS: Text.regex(/^[\w.:/,\s[\]-]+$/).optional(),
  /** For bots whose manifest names one of Anthropic's models. */
  ANTHROPIC_API_KEY: Text.optional(),
  ANTHROPIC_API_URL: Url.default("https://api.anthropic.com"),
  /** For the crash harness: `place:n` ends the process at the nth pass of that place. */
  BATON_FAILPOINT: Text.regex(/^[a-z.-]+:\d+$/).optional(),
  SHOP_URL: Url.optional(),
});
export type Settings = z.infer<typeof Schema> & {
  /** Everything else that manifests may name as `${NAME}`. */
  env: Record<string, string | undefined>;
};

const EXAMPLES: Record<string, string> = {
  PORT: "a port number, such as 3978",
  BATON_STORE: "`sqlite:` and a path, such as sqlite:./data/baton.db",
  BATON_SECRET: "at least 16 characters that nobody else knows",
  BATON_LOGIN_SECRET: "at least 32 characters that only your own systems know",
  LOG_LEVEL: "one of silent, fatal, error, warn, info, debug, trace",
  MESSENGER_API_URL: "a web address, such as https://graph.facebook.com",
  MESSENGER_API_VERSION: "a Graph API version, such as v26.0",
  MESSENGER_AD_WINDOW_HOURS: "a number of hours from 24 to 168",
  MESSENGER_SENDS_PER_SECOND: "a number of messages, such as 40",
  INSTAGRAM_LOGIN: "`instagram` or `facebook`",
  INSTAGRAM_API_URL: "a web address, such as https://graph.instagram.com",
  INSTAGRAM_API_VERSION: "a Graph API version, such as v26.0",
  WHATSAPP_API_URL: "a web address, such as https://graph.facebook.com",
  WHATSAPP_API_VERSION: "a Graph API version, such as v26.0",
  WHATSAPP_AD_WINDOW_HOURS: "a number of hours from 24 to 72",
  WHATSAPP_SENDS_PER_SECOND: "a number of messages, such as 50",
  WECHAT_TOKEN: "3 to 64 letters, digits or _, as in the account's message push settings",
  WECHAT_AES_KEY: "the 43 letters and digits of EncodingAESKey",
  WECHAT_AES_KEY_PREVIOUS: "the 43 letters and digits of the EncodingAESKey before",
  WECHAT_API_URL: "a web address, such as https://api.weixin.qq.com",
  TWITTER_USER_ID: "the account's number at X, such as 3805104374",
  TWITTER_APP_ID: "the app's number at X, such as 258901",
  TWITTER_API_URL: "a web address, such as https://api.x.com",
  TWITTER_ENCRYPTED: "one of answer, flow, ignore",
  TWITTER_SENDS_PER_15_MINUTES: "a number of messages, such as 15",
  TWITTER_SENDS_PER_DAY: "a number of messages, such as 1440",
  WEB_ORIGINS: "your site, such as https://shop.example",
  BOTFRAMEWORK_APP_TYPE: "one of SingleTenant, MultiTenant, UserAssignedMSI",
  BOTFRAMEWORK_TENANT_ID: "the tenant's id or domain, such as contoso.onmicrosoft.com",
  BOTFRAMEWORK_CLOUD: "public or us_government",
  BOTFRAMEWORK_LOGIN_URL: "a web address, such as https://login.microsoftonline.com",
  BOTFRAMEWORK_OPENID_URL: "a web address, such as https://login.botframework.com/v1/.well-known/openidconfiguration",
  BOTFRAMEWORK_SERVICE_HOSTS: "host names with commas between, such as bots.example.com",
  ANTHROPIC_API_URL: "a web address, such as https://api.anthropic.com",
  BATON_FAILPOINT: "a place and a count, such as turn.after-commit:3",
  BATON_URL: "a web address, such as https://bot.example.com",
  BATON_OFFERS: "`on` or `off`",
  BATON_PROXY_HOPS: "how many of your own proxies stand before this server, such as 1",
};

/** @returns the settings, or one sentence per setting that is wrong: its name, what is expected, an example; never its value. */
export function readSettings(root: string, flags: Record<string, string | undefined>): Settings | { wrong: string[] } {
  const file = join(root, ".env");
  const fromFile: Record<string, string | undefined> = existsSync(file) ? parseEnv(readFileSync(file, "utf8")) : {};
  const env: Record<string, string | undefined> = { ...fromFile, ...process.env };
  for (const [name, value] of Object.entries(flags)) if (value !== undefined) env[name] = value;
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ""));
  const read = Schema.safeParse(given);
  if (read.success) return { ...read.data, env: given };
  const names = [...new Set(read.error.issues.map((issue) => String(issue.path[0])))];
  return { wrong: names.map((name) => `${name} is not usable. It should be ${EXAMPLES[name] ?? "a text that is not empty"}.`) };
}

/** The file of a `sqlite:` store, absolute. */
export function sqlitePath(settings: Settings, root: string): string {
  const path = settings.BATON_STORE.slice("sqlite:".length);
  return path === ":memory:" ? path : resolve(root, path);
}

/** Where files that agents send lie: beside the store. */
export function uploadsFolder(settings: Settings, root: string): string {
  const store = sqlitePath(settings, root);
  return store === ":memory:" ? join(tmpdir(), `baton-uploads-${process.pid}`) : join(dirname(store), "uploads");
}

/** Where tokens that a platform rotates are kept: beside the store; null for a store in memory. */
export function keeperFolder(settings: Settings, root: string): string | null {
  const store = sqlitePath(settings, root);
  return store === ":memory:" ? null : join(dirname(store), "accounts");
}

/** `BATON_SECRET`, or one made on the first start and kept beside the store. */
export function secretOf(settings: Settings, root: string): string {
  if (settings.BATON_SECRET) return settings.BATON_SECRET;
  const store = sqlitePath(settings, root);
  const file = store === ":memory:" ? null : join(dirname(store), "secret");
  if (file && existsSync(file)) return readFileSync(file, "utf8").trim();
  const secret = randomBytes(32).toString("base64url");
  if (file) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${secret}\n`, { mode: 0o600, flag: "wx" });
  }
  return secret;
}

/** What has no default is an account's or this machine's own: a stage that is only played knows nothing of it, and keeps nothing. */
export function withoutCredentials(settings: Settings): Settings {
  const defaults = Schema.parse({});
  const known = Object.entries(settings).filter(([key]) => key in defaults);
  return { ...defaults, ...Object.fromEntries(known), BATON_STORE: "sqlite::memory:", env: {} };
}

const HOUR_MS = 60 * 60_000;

export function whatsappAdWindowMs(settings: Settings): number {
  return settings.WHATSAPP_AD_WINDOW_HOURS * HOUR_MS;
}

/** Outbox, desk and checker all count with the same window. */
export function adWindowMs(settings: Settings): number {
  return settings.MESSENGER_AD_WINDOW_HOURS * HOUR_MS;
}
