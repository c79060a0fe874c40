/** Reads e-mail addresses, phone numbers and places by their form. */
import { findPhoneNumbersInText, getCountries, isSupportedCountry, parsePhoneNumberFromString } from "libphonenumber-js/min";
import { clean } from "./words.ts";

const EMAIL =
  /(?<![\p{Script=Latin}\p{N}._%+-])[a-z0-9][a-z0-9._%+'-]{0,63}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}(?![a-z0-9@-])/giu;

/** Every address in a text, once each; the part behind the @ in lower case. */
export function emailsIn(text: string): string[] {
  const found = new Set<string>();
  for (const [address] of clean(text).matchAll(EMAIL)) {
    const at = address.lastIndexOf("@");
    const local = address.slice(0, at);
    if (local.includes("..") || local.endsWith(".")) continue;
    found.add(local + address.slice(at).toLowerCase());
  }
  return [...found];
}

type Country = ReturnType<typeof getCountries>[number];

/** Every phone number in a text as E.164, once each; a national one is read by the country, else by that of the zone. */
export function phonesIn(text: string, country: string | null, timezone: string): string[] {
  const cleaned = clean(text);
  if (!/\d(?:\D{0,4}\d){5}/.test(cleaned)) return [];
  const home = countryOf(country, timezone);
  const options = home ? { defaultCountry: home, v2: true as const } : { v2: true as const };
  const found = new Set<string>();
  for (const { number } of findPhoneNumbersInText(cleaned, options)) found.add(number.number);
  if (found.size === 0) {
    const whole = parsePhoneNumberFromString(cleaned, { ...(home ? { defaultCountry: home } : {}), extract: false });
    if (whole?.isPossible()) found.add(whole.number);
  }
  if (found.size === 0 && /^\D*1[3-9]\d{9}\D*$/.test(cleaned.replace(/[\s-]/g, "")) && home !== "US" && home !== "CA") {
    found.add(`+86${cleaned.replace(/\D/g, "")}`); // a Chinese mobile number, which no country nearby has the form of
  }
  return [...found];
}

let zones: Map<string, Country> | null = null;

function countryOf(country: string | null, timezone: string): Country | null {
  const upper = country?.toUpperCase();
  if (upper && isSupportedCountry(upper)) return upper;
  zones ??= zonesOfCountries();
  return zones.get(timezone) ?? null;
}

/** Which country a zone is in, as CLDR has it. */
function zonesOfCountries(): Map<string, Country> {
  const found = new Map<string, Country>();
  for (const country of getCountries()) {
    const locale = new Intl.Locale(`und-${country}`) as Intl.Locale & { timeZones?: string[]; getTimeZones?(): string[] };
    for (const zone of locale.getTimeZones?.() ?? locale.timeZones ?? []) found.set(zone, found.get(zone) ?? country);
  }
  return found;
}

export type Location = { lat: number; lng: number; name?: string };

/** Coordinates written out, in a `geo:` link, or in the link of a map that was shared. */
export function readLocation(text: string): Location | null {
  const cleaned = clean(text);
  const pair = "(-?\\d{1,3}(?:\\.\\d+)?)\\s*(?:,|%2C|;|\\s)\\s*(-?\\d{1,3}(?:\\.\\d+)?)";
  const forms = [`^\\(?${pair}\\)?$`, `^geo:${pair}`, `https?://\\S*maps\\S*(?:[@=/]|loc:)${pair}`];
  for (const form of forms) {
    const match = new RegExp(form, "i").exec(cleaned);
    const place = match && placeAt(Number(match[1]), Number(match[2]));
    if (place && (form !== forms[0] || cleaned.includes("."))) return place;
  }
  return null;
}

export function placeAt(lat: unknown, lng: unknown, name?: string): Location | null {
  if (typeof lat !== "number" || typeof lng !== "number" || Math.abs(lat) > 90 || Math.abs(lng) > 180) return null;
  return name ? { lat, lng, name } : { lat, lng };
}
