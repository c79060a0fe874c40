/** What a page needs before it can serve. */
import type { CheckUp, Finding } from "../../model/adapter.ts";
import { clockFinding } from "../clock-skew.ts";
import {
  addressFinding,
  ask,
  bodyOf,
  type Checked,
  dateOf,
  handshakeFinding,
  subscribedFinding,
  type TokenNames,
  tokenFinding,
} from "../meta/check.ts";
import { id } from "../wire.ts";

/** Without these something that customers or agents feel is missing. */
const FIELDS_NEEDED = ["messages", "messaging_postbacks", "messaging_referrals", "message_echoes", "message_reads", "message_deliveries"];
export const DASHBOARD = "Meta app dashboard, Messenger, API setup";

const NAMES: TokenNames = {
  what: "page token",
  called: "page",
  says: (body) => id(body.id),
  tokenSetting: "MESSENGER_PAGE_TOKEN",
  idSetting: "MESSENGER_PAGE_ID",
  dashboard: DASHBOARD,
};

export async function checkUp(checked: Checked, page: string, about: CheckUp): Promise<Finding[]> {
  const { proof, appId } = checked;
  const me = await ask(checked, `/me?fields=id,name&appsecret_proof=${proof}`);
  const findings = [tokenFinding(me, page, NAMES), clockFinding(dateOf(me), about.nowMs)];
  if (findings[0]!.ok) {
    const apps = bodyOf(await ask(checked, `/${page}/subscribed_apps?fields=id,subscribed_fields&appsecret_proof=${proof}`));
    findings.push(subscribedFinding("page subscription", apps, appId, FIELDS_NEEDED, DASHBOARD));
  }
  findings.push(await addressFinding(checked, { object: "page", fields: [] }, about));
  findings.push(await handshakeFinding(checked.verifyToken, "MESSENGER_VERIFY_TOKEN", about));
  return findings;
}
