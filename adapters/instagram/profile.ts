/** What Instagram tells about a person who wrote to the account. */
import type { Profile } from "../../model/adapter.ts";
import { record, text } from "../wire.ts";

export const PROFILE_FIELDS = "name,username,profile_pic";

/** @returns null when the platform tells nothing: no consent yet, or a permission we lack */
export function readProfile(answer: unknown): Profile | null {
  const given = record(answer);
  if (given === undefined || given.error !== undefined) return null;
  const profile: Profile = {};
  const [first, ...more] = (text(given.name) ?? text(given.username) ?? "").split(/\s+/).filter((word) => word !== "");
  if (first !== undefined) profile.first_name = first;
  if (more.length > 0) profile.last_name = more.join(" ");
  const picture = text(given.profile_pic);
  if (picture !== undefined) profile.picture_url = picture;
  return Object.keys(profile).length === 0 ? null : profile;
}
