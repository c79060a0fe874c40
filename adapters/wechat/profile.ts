/** What the platform tells about a follower: no name and no picture since 2021, but who they are on the brand's other accounts. */
import type { Profile } from "../../model/adapter.ts";

/** Source: WeChat Official Accounts, user/info; read 2026-09-28. @returns null for somebody who does not follow */
export function readProfile(body: Record<string, unknown>): Profile | null {
  if (Number(body.subscribe) !== 1) return null;
  const profile: Profile = {};
  const put = (key: "language" | "unionid" | "followed_by", value: unknown) => {
    if (typeof value === "string" && value !== "") profile[key] = value;
  };
  const locale = /^([a-z]{2,3})_([A-Z]{2})$/.exec(String(body.language ?? ""));
  put("language", locale ? `${locale[1]}-${locale[2]}` : undefined);
  put("unionid", body.unionid);
  put("followed_by", body.subscribe_scene);
  return Object.keys(profile).length === 0 ? null : profile;
}
