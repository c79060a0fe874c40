/** What an Instagram account needs before it can serve, by either of the two ways in. */
import type { CheckUp, Finding } from "../../model/adapter.ts";
import { clockFinding } from "../clock-skew.ts";
import {
  addressFinding,
  ask,
  bodyOf,
  type Checked,
  dateOf,
  handshakeFinding,
  scopesFinding,
  subscribedFinding,
  type TokenNames,
  tokenFinding,
} from "../meta/check.ts";
import { id, record } from "../wire.ts";

export type Login = "instagram" | "facebook";

/** Without these something that customers or agents feel is missing. Echoes come with `messages` by themselves. */
const FIELDS_NEEDED = ["messages", "messaging_postbacks", "messaging_seen", "messaging_referral", "message_reactions"];
export const DASHBOARDS: Record<Login, string> = {
  instagram: "Meta app dashboard, Instagram, API setup with Instagram login",
  facebook: "Meta app dashboard, Messenger, Instagram settings",
};
const SCOPES = ["instagram_basic", "instagram_manage_messages", "pages_manage_metadata"];

const namesOf = (login: Login): TokenNames => ({
  what: "account token",
  called: "Instagram account",
  // A page's token speaks for the page; the account that is linked to it is ours.
  says: (body) => (login === "facebook" ? id(record(body.instagram_business_account)?.id) : (id(body.user_id) ?? id(body.id))),
  tokenSetting: "INSTAGRAM_TOKEN",
  idSetting: "INSTAGRAM_ACCOUNT_ID",
  dashboard: DASHBOARDS[login],
});

export async function checkUp(checked: Checked, account: string, token: string, login: Login, about: CheckUp): Promise<Finding[]> {
  const { proof, appId, dashboard } = checked;
  const fields = login === "facebook" ? "id,name,instagram_business_account" : "user_id,username";
  const me = await ask(checked, `/me?fields=${fields}&appsecret_proof=${proof}`);
  const findings = [tokenFinding(me, account, namesOf(login)), clockFinding(dateOf(me), about.nowMs)];
  if (findings[0]!.ok) {
    const apps = bodyOf(await ask(checked, `/me/subscribed_apps?appsecret_proof=${proof}`));
    findings.push(subscribedFinding("subscription", apps, appId, FIELDS_NEEDED, dashboard));
  }
  // The app's own records are at graph.facebook.com only; with Instagram's login nobody there knows this app's Instagram id.
  if (login === "facebook") {
    if (findings[0]!.ok) findings.push(await scopesFinding(checked, token, SCOPES, about.nowMs));
    findings.push(await addressFinding(checked, { object: "instagram", fields: [] }, about));
  }
  findings.push(await handshakeFinding(checked.verifyToken, "INSTAGRAM_VERIFY_TOKEN", about));
  return findings;
}
