/** One bot's web chat as the manifest sets it up: its look, the pages that may show it, its keys, and its open windows. */
import { keyFor } from "../../adapters/web/seal.ts";
import type { BotName } from "../../model/ids.ts";
import type { ReadLogin } from "../../runtime/link.ts";
import type { Hub } from "./hub.ts";

export type ChatLook = {
  /** A colour of the brand as #rrggbb; null: our own. */
  color: string | null;
  corner: "left" | "right";
  /** What stands on the launcher, by language; none: our own words. */
  launcher: { [language: string]: string };
  /** A picture for the head of the window, https or a path of this server. */
  logo: string | null;
  /** Where the brand says what it does with what is written here. */
  privacyUrl: string | null;
};

export type Chat = {
  bot: BotName;
  account: string;
  origins: string[];
  look: ChatLook;
  /** Reads what the brand's systems signed; null: they share no secret with us. */
  readLogin: ReadLogin | null;
  keys: { door: Buffer; token: Buffer; known: Buffer };
  hub: Hub;
};

export function chatKeys(secret: string, bot: string): Chat["keys"] {
  return { door: keyFor(secret, "door", bot), token: keyFor(secret, "token", bot), known: keyFor(secret, "known", bot) };
}

const LAUNCHER = /^launcher(?:_([a-z]{2,3}))?$/;

/** @throws a sentence that names the setting, what it should be, and an example */
export function readLook(bot: string, settings: Record<string, string>, firstLanguage: string): ChatLook {
  const wrong = (key: string, expected: string) => new Error(`${bot}: \`web: { ${key}: … }\` is not usable. It should be ${expected}.`);
  const { color, corner, logo, privacy } = settings;
  if (color && !/^#[0-9a-f]{6}$/i.test(color)) throw wrong("color", 'a colour of six digits, such as "#0b6b5d"');
  if (corner && corner !== "left" && corner !== "right") throw wrong("corner", "`left` or `right`");
  if (logo && !/^(https:\/\/|\/)[^\s"<>]+$/.test(logo)) throw wrong("logo", "an https address of a picture");
  if (privacy && !/^https:\/\/[^\s"<>]+$/.test(privacy)) throw wrong("privacy", "an https address of a page");
  const launcher: ChatLook["launcher"] = {};
  for (const [key, text] of Object.entries(settings)) {
    const named = LAUNCHER.exec(key);
    if (named && text !== "") launcher[named[1] ?? firstLanguage.split("-")[0]!] = text;
  }
  return {
    color: color || null,
    corner: corner === "left" ? "left" : "right",
    launcher,
    logo: logo || null,
    privacyUrl: privacy || null,
  };
}

const ORIGIN = /^https?:\/\/(?:\*\.)?[a-z0-9.-]+(?::\d{1,5})?$/i;

/** Pages that may show the chat: origins apart by spaces, `https://*.shop.example` for every name under it, `*` for any page. @throws as `readLook` */
export function readOrigins(bot: string, written: string | undefined): string[] {
  const origins = (written ?? "").split(/[\s,]+/).filter((one) => one !== "");
  for (const one of origins)
    if (one !== "*" && !ORIGIN.test(one))
      throw new Error(
        `${bot}: \`web: { origins: … }\` holds something that is no origin. Write them as "https://shop.example", without a path.`,
      );
  return origins.map((one) => one.toLowerCase());
}

export function isAllowed(origins: string[], origin: string): boolean {
  if (!URL.canParse(origin)) return false;
  const { protocol, host } = new URL(origin);
  return origins.some((one) => {
    if (one === "*") return true;
    const star = `${protocol}//*.`;
    return one.startsWith(star) ? host.endsWith(one.slice(star.length - 1)) : one === `${protocol}//${host}`;
  });
}
