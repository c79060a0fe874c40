/** What a WhatsApp number needs before it can serve. */
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
  tokenFinding,
} from "../meta/check.ts";
import { id, text } from "../wire.ts";

export const DASHBOARD = "Meta app dashboard, WhatsApp, API setup";
const SCOPES = ["whatsapp_business_messaging", "whatsapp_business_management"];

export async function checkUp(
  checked: Checked,
  number: string,
  token: string,
  business: string | null,
  about: CheckUp,
): Promise<Finding[]> {
  const { proof, dashboard } = checked;
  const fields = "id,display_phone_number,verified_name,quality_rating,code_verification_status,platform_type";
  const me = await ask(checked, `/${number}?fields=${fields}&appsecret_proof=${proof}`);
  const names = {
    what: "number and token",
    called: "number",
    says: (body: Record<string, unknown>) => id(body.id),
    tokenSetting: "WHATSAPP_TOKEN",
    idSetting: "WHATSAPP_PHONE_NUMBER_ID",
    dashboard,
  };
  const findings = [tokenFinding(me, number, names), clockFinding(dateOf(me), about.nowMs)];
  if (findings[0]!.ok) {
    findings.push(standing(bodyOf(me) ?? {}), await scopesFinding(checked, token, SCOPES, about.nowMs));
    findings.push(await subscription(checked, business));
  }
  findings.push(await addressFinding(checked, { object: "whatsapp_business_account", fields: ["messages"] }, about));
  findings.push(await handshakeFinding(checked.verifyToken, "WHATSAPP_VERIFY_TOKEN", about));
  return findings;
}

/** Is the number registered for the Cloud API, and does the platform think well of it? */
function standing(body: Record<string, unknown>): Finding {
  const what = "standing of the number";
  const quality = text(body.quality_rating) ?? "UNKNOWN";
  if (text(body.platform_type) === "NOT_APPLICABLE")
    return { what, ok: false, found: "It is not registered for the Cloud API.", next: `Register it with its PIN in ${DASHBOARD}.` };
  if (quality === "RED")
    return {
      what,
      ok: false,
      found: "Its quality is RED: many people blocked or reported it.",
      next: "Send fewer messages that nobody asked for; Meta limits the number otherwise.",
    };
  return { what, ok: true, found: `Its quality is ${quality}.` };
}

/** Without the business's subscription the app's webhook stays silent, however well it is set. */
async function subscription(checked: Checked, business: string | null): Promise<Finding> {
  const what = "subscription of the business";
  if (business === null)
    return { what, ok: null, found: "Nobody said which WhatsApp business account it is.", next: "Set WHATSAPP_BUSINESS_ID to its id." };
  const apps = bodyOf(await ask(checked, `/${business}/subscribed_apps?appsecret_proof=${checked.proof}`));
  return subscribedFinding(what, apps, checked.appId, ["messages"], checked.dashboard);
}
