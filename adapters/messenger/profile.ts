/** What Messenger tells about a person, in our words. */
import type { Profile } from "../../model/adapter.ts";
import { record, text } from "../wire.ts";

export const PROFILE_FIELDS = "first_name,last_name,profile_pic,locale,timezone,gender";

/** @returns null when the platform tells nothing: an account by phone only, or a permission we lack */
export function readProfile(answer: unknown): Profile | null {
  const given = record(answer);
  if (given === undefined || given.error !== undefined) return null;
  const profile: Profile = {};
  const put = (key: keyof Profile, value: string | undefined) => {
    if (value !== undefined) profile[key] = value;
  };
  put("first_name", text(given.first_name));
  put("last_name", text(given.last_name));
  put("picture_url", text(given.profile_pic));
  const locale = /^([a-z]{2,3})[_-]([A-Z]{2})$/.exec(text(given.locale) ?? "");
  put("language", locale ? `${locale[1]}-${locale[2]}` : undefined);
  put("country", locale?.[2]);
  put("timezone", zoneOf(given.timezone));
  return Object.keys(profile).length === 0 ? null : profile;
}

/** Zones that are not whole hours from UTC, by their offset; the place that most people there live in. */
const BROKEN_ZONES: ReadonlyMap<number, string> = new Map([
  [-9.5, "Pacific/Marquesas"],
  [-3.5, "America/St_Johns"],
  [-2.5, "America/St_Johns"],
  [3.5, "Asia/Tehran"],
  [4.5, "Asia/Kabul"],
  [5.5, "Asia/Kolkata"],
  [5.75, "Asia/Kathmandu"],
  [6.5, "Asia/Yangon"],
  [9.5, "Australia/Darwin"],
  [10.5, "Australia/Adelaide"],
]);

/** The platform gives an offset in hours. Zones named `Etc/GMT` count the other way. */
function zoneOf(offset: unknown): string | undefined {
  if (typeof offset !== "number" || offset < -12 || offset > 14) return undefined;
  if (!Number.isInteger(offset)) return BROKEN_ZONES.get(offset);
  return offset === 0 ? "Etc/GMT" : `Etc/GMT${offset > 0 ? "-" : "+"}${Math.abs(offset)}`;
}
