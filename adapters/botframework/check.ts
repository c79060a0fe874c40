/** What an app needs before customers come through Azure Bot Service: the library, a token, the channels' keys, the clock, our address. */
import type { Pool } from "undici";
import type { CheckUp, Finding } from "../../model/adapter.ts";
import { clockFinding } from "../clock-skew.ts";
import { parseJson } from "../parse.ts";
import { call, openPool } from "../post.ts";
import { list, record, text } from "../wire.ts";
import { INSTALL, isLibraryInstalled } from "./library.ts";
import type { Tokens } from "./tokens.ts";

export async function checkUp(tokens: Tokens, openIdUrl: string, timeoutMs: number, about: CheckUp): Promise<Finding[]> {
  const [signIn, channel] = await Promise.all([signingIn(tokens), keys(openIdUrl, timeoutMs)]);
  return [library(), signIn, channel.finding, clockFinding(channel.atMs, about.nowMs), await webhook(about)];
}

function library(): Finding {
  const what = "library";
  if (isLibraryInstalled()) return { what, ok: true, found: "botbuilder is installed; it verifies whoever posts to us." };
  return { what, ok: false, found: "botbuilder is not installed, so nobody who posts to us can be verified.", next: INSTALL };
}

async function signingIn(tokens: Tokens): Promise<Finding> {
  const what = "app id and credentials";
  const bearer = await tokens.bearer();
  switch (bearer.kind) {
    case "token":
      return { what, ok: true, found: "Azure gives a token for them." };
    case "later":
      return { what, ok: null, found: `Azure gave no token: ${bearer.why}.`, next: "Look at the network, and at BOTFRAMEWORK_LOGIN_URL." };
    case "stopped":
      return {
        what,
        ok: false,
        found: `Azure gives no token: ${bearer.why}.`,
        next: "Compare BOTFRAMEWORK_APP_ID, BOTFRAMEWORK_APP_PASSWORD, BOTFRAMEWORK_APP_TYPE and BOTFRAMEWORK_TENANT_ID with the bot's Configuration page in the Azure portal.",
      };
  }
}

async function keys(openIdUrl: string, timeoutMs: number): Promise<{ finding: Finding; atMs: number | null }> {
  const what = "the channels' keys";
  const document = await get(openIdUrl, timeoutMs);
  const at = text(document.body?.jwks_uri);
  const found = at === undefined || !URL.canParse(at) ? null : await get(at, timeoutMs);
  const count = list(found?.body?.keys).length;
  if (count > 0) return { finding: { what, ok: true, found: `${count} keys are there.` }, atMs: document.atMs };
  const next =
    "Let this server reach login.botframework.com over https: without the keys nobody can be verified, and webhooks are answered 503.";
  return { finding: { what, ok: false, found: `They could not be had (${document.why}).`, next }, atMs: document.atMs };
}

async function get(
  url: string,
  timeoutMs: number,
): Promise<{ body: Record<string, unknown> | undefined; atMs: number | null; why: string }> {
  const { origin, pathname, search } = new URL(url);
  const pool: Pool = openPool(origin, 1, timeoutMs);
  const answer = await call(pool, { method: "GET", path: pathname + search, headers: ["accept", "application/json"] });
  await pool.close();
  if (answer.kind === "failed") return { body: undefined, atMs: null, why: answer.why };
  const atMs = Date.parse(String(answer.headers.date ?? ""));
  return { body: record(parseJson(answer.body)), atMs: Number.isNaN(atMs) ? null : atMs, why: `HTTP ${answer.status}` };
}

/** Azure is not asked which endpoint it has: that needs rights over the subscription, which a bot should not hold. */
async function webhook({ webhookUrl, probe }: CheckUp): Promise<Finding> {
  const what = "webhook";
  if (webhookUrl === null)
    return { what, ok: null, found: "Nobody said where this server is reached.", next: "Set BATON_URL to its public address, with https." };
  const answer = await probe(webhookUrl);
  const next = `Lead port 443 of that address to this server, and set ${webhookUrl} as the Messaging endpoint of the bot in the Azure portal.`;
  if (!webhookUrl.startsWith("https://")) return { what, ok: false, found: `${webhookUrl} is not https, which channels insist on.`, next };
  if (answer?.status === 400)
    return { what, ok: true, found: `${webhookUrl} answers. It must be the Messaging endpoint in the Azure portal.` };
  const found = answer === null ? `${webhookUrl} does not answer.` : `${webhookUrl} answers ${answer.status}, and not as this server does.`;
  return { what, ok: false, found, next };
}
