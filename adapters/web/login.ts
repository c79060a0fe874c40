/**
 * A brand's own word for who its visitor is: a JWT (HS256) that its backend signs with a secret shared with this bot only.
 * What it proves is `subject`: the same subject is the same customer, on every device and, for whoever links, on every channel.
 * Source: RFC 7519 (claims), RFC 7515 (JWS compact serialisation).
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import type { Profile } from "../../model/adapter.ts";
import { record, text, type Wire } from "../wire.ts";

export type Login = {
  /** The customer's id at the brand, as its backend names them. */
  subject: string;
  /** What the brand says about them; keys are those of `customer.*`. */
  profile: Profile;
  untilMs: number;
};
export type LoginRead = { ok: true; login: Login } | { ok: false; why: string };

/** Two clocks are never the same. */
const LEEWAY_MS = 60_000;
/** A login says who is here now; one that holds for longer is a password. */
const LONGEST_MS = 24 * 3_600_000;
const SUBJECT_MAX = 200;
const TOKEN_MAX = 4_000;

/** @param bot must be named by the token's `aud`, where it has one. Never throws */
export function verifyLogin(token: string, secret: string, bot: string, nowMs: number): LoginRead {
  if (secret.length < 16) return no("This bot has no login secret.");
  const parts = token.length <= TOKEN_MAX ? token.split(".") : [];
  const [head, body, signature] = parts;
  if (parts.length !== 3 || head === undefined || body === undefined || signature === undefined) return no("It is not a JWT.");
  if (read(head)?.alg !== "HS256") return no("Its algorithm is not HS256."); // `none` among them
  const right = createHmac("sha256", secret).update(`${head}.${body}`).digest();
  const given = Buffer.from(signature, "base64url");
  if (given.length !== right.length || !timingSafeEqual(given, right)) return no("Its signature is not made with this bot's secret.");
  return claims(read(body), bot, nowMs);
}

function claims(given: Wire | undefined, bot: string, nowMs: number): LoginRead {
  const subject = text(given?.sub);
  if (given === undefined || subject === undefined || subject.length > SUBJECT_MAX) return no("It names no `sub`.");
  const exp = typeof given.exp === "number" && Number.isFinite(given.exp) ? given.exp * 1_000 : null;
  if (exp === null) return no("It has no `exp`.");
  if (exp + LEEWAY_MS <= nowMs) return no("It is over.");
  if (exp - nowMs > LONGEST_MS + LEEWAY_MS) return no("It holds for more than a day.");
  if (typeof given.nbf === "number" && given.nbf * 1_000 - LEEWAY_MS > nowMs) return no("It does not hold yet.");
  const audience = Array.isArray(given.aud) ? given.aud : given.aud === undefined ? [bot] : [given.aud];
  if (!audience.includes(bot)) return no("It is for somebody else: `aud` does not name this bot.");
  return { ok: true, login: { subject, profile: profileOf(given), untilMs: exp } };
}

/** OpenID's names for the standard claims. Source: OpenID Connect Core 1.0, section 5.1. */
function profileOf(given: Wire): Profile {
  const profile: Profile = {};
  const put = (key: "first_name" | "last_name" | "language" | "timezone" | "country" | "picture_url", value: unknown) => {
    const said = text(value);
    if (said !== undefined && said.length <= 200) profile[key] = said;
  };
  put("first_name", given.given_name ?? given.name);
  put("last_name", given.family_name);
  put("language", given.locale);
  put("timezone", given.zoneinfo);
  put("country", given.country);
  return profile;
}

function read(part: string): Wire | undefined {
  try {
    return record(JSON.parse(Buffer.from(part, "base64url").toString("utf8")));
  } catch {
    return undefined;
  }
}

function no(why: string): LoginRead {
  return { ok: false, why };
}
