/** Who the brand says its visitor is: the same signed word that links a customer's chats, and what it tells of them besides. */
import type { Profile } from "../../model/adapter.ts";
import type { BotName } from "../../model/ids.ts";
import type { ReadLogin } from "../../runtime/link.ts";

export type Known = {
  /** The customer's id at the brand: the same customer on every device. */
  subject: string;
  profile: Profile;
};

/** OpenID's names for the standard claims. Source: OpenID Connect Core 1.0, section 5.1. */
const CLAIMS = {
  given_name: "first_name",
  family_name: "last_name",
  locale: "language",
  zoneinfo: "timezone",
  country: "country",
} as const;

/** @param readLogin null: this server shares no secret with the brand's systems */
export function readKnown(readLogin: ReadLogin | null, bot: BotName, token: string): Known | { wrong: string } {
  if (!readLogin) return { wrong: "This server has no BATON_LOGIN_SECRET." };
  const read = readLogin(bot, token);
  if ("wrong" in read) return read;
  const claims = JSON.parse(Buffer.from(token.split(".")[1]!, "base64url").toString("utf8")) as Record<string, unknown>;
  const profile: Profile = {};
  for (const [claim, field] of Object.entries(CLAIMS)) {
    const value = Object.hasOwn(claims, claim) ? claims[claim] : undefined;
    if (typeof value === "string" && value !== "" && value.length <= 200) profile[field] = value;
  }
  return { subject: read.who, profile };
}
