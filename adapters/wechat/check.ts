/** What an official account needs before it can serve: asked of the platform, one finding each, with what to click next. */
import type { CheckUp, Finding } from "../../model/adapter.ts";
import { clockFinding } from "../clock-skew.ts";
import type { Told } from "./api.ts";
import { signatureOf } from "./crypto.ts";
import { deliveryOf } from "./errors.ts";
import type { Inlet } from "./receive.ts";
import type { Office } from "./send.ts";

const CONSOLE = "WeChat developer platform (developers.weixin.qq.com), your account";

/** What to do about the refusals that an operator can mend. */
const NEXT: Record<number, string> = {
  40013: `WECHAT_APP_ID is not an account's. Copy it from ${CONSOLE}, basic information.`,
  40125: `WECHAT_APP_SECRET is wrong. Reset it in ${CONSOLE}, basic information, and set the new one here.`,
  40164: `Add this server's outgoing address to the IP whitelist in ${CONSOLE}, basic information.`,
  40243: `The secret is frozen. Unfreeze it in ${CONSOLE}, basic information.`,
  48001: "Customer-service messages are for verified accounts. Verify the account, or use a test account.",
  61004: `Add this server's outgoing address to the IP whitelist in ${CONSOLE}, basic information.`,
  89503: "An administrator of the account has a message in WeChat that asks to approve this server's address.",
  40201: `Set the push address in ${CONSOLE}, message push: the URL, the token and EncodingAESKey that are set here.`,
};

export async function checkUp(office: Office, inlet: Inlet, about: CheckUp): Promise<Finding[]> {
  const credentials = await office.api.ask("/cgi-bin/getcallbackip");
  const findings = [finding("credentials", credentials, "App id and secret are right, and this server may ask for a token.")];
  findings.push(clockFinding(credentials.kind === "told" ? credentials.atMs : null, about.nowMs));
  if (findings[0]!.ok) {
    const quota = await office.api.ask("/cgi-bin/openapi/quota/get", { json: { cgi_path: "/cgi-bin/message/custom/send" } });
    const { remain, daily_limit: limit } = quota.kind === "told" ? ((quota.body.quota ?? {}) as Record<string, unknown>) : {};
    findings.push(finding("customer-service messages", quota, `${Number(remain ?? 0)} of ${Number(limit ?? 0)} are left today.`));
    const pushes = await office.api.ask("/cgi-bin/callback/check", { json: { action: "all", check_operator: "DEFAULT" } });
    findings.push(finding("push address", pushes, reached(pushes)));
  }
  findings.push(mode(inlet));
  findings.push(await handshake(inlet, about));
  return findings;
}

/** Plain mode is a choice that works; what it costs is said. */
function mode({ keys }: Inlet): Finding {
  if (keys.length > 0) return { what: "mode", ok: true, found: "Pushes are taken encrypted (safe or compatible mode)." };
  const next = `Better: set WECHAT_AES_KEY to the EncodingAESKey of ${CONSOLE}, message push, and choose safe mode there.`;
  return { what: "mode", ok: true, found: "Pushes are taken in plain, signed but readable for whoever stands between.", next };
}

function finding(what: string, told: Told, right: string): Finding {
  if (told.kind === "failed")
    return {
      what,
      ok: null,
      found: `The platform did not answer (${told.why}).`,
      next: "Look at this server's way out: DNS, proxy, firewall.",
    };
  const refusal = deliveryOf(told.code);
  if (refusal === null) return { what, ok: true, found: right };
  const next = NEXT[told.code];
  return { what, ok: false, found: `The platform refuses: ${refusal.why}.`, ...(next ? { next } : {}) };
}

function reached(told: Told): string {
  const pings = told.kind === "told" && Array.isArray(told.body.ping) ? (told.body.ping as Record<string, unknown>[]) : [];
  const first = pings[0];
  return first ? `The platform reaches it: ${first.package_loss} of packets lost.` : "The platform has an address of ours.";
}

const ECHO = "baton1doctor";

/** The platform's own check of the address, made by us from outside. */
async function handshake({ token }: Inlet, { webhookUrl, probe, nowMs }: CheckUp): Promise<Finding> {
  const what = "webhook";
  if (webhookUrl === null)
    return { what, ok: null, found: "Nobody said where this server is reached.", next: "Set BATON_URL to its public address, with https." };
  const timestamp = String(Math.floor(nowMs / 1_000));
  const nonce = "1";
  const query = new URLSearchParams({ signature: signatureOf(token, timestamp, nonce), timestamp, nonce, echostr: ECHO });
  const answer = await probe(`${webhookUrl}?${query}`);
  if (answer?.status === 200 && answer.body === ECHO) return { what, ok: true, found: `${webhookUrl} answers as the platform expects.` };
  const found = answer === null ? `${webhookUrl} does not answer.` : `${webhookUrl} answers ${answer.status} and not with the echo.`;
  return { what, ok: false, found, next: "Start the server with the same WECHAT_TOKEN, and lead port 443 of that address to it." };
}
