/**
 * Reads what a brand's own systems signed of who is logged in: a JSON Web Token (RFC 7519) with HS256, made for this bot, for one
 * person, for a short time. The secret is shared with those systems only.
 */
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import type { ReadLogin } from "../runtime/link.ts";

const LONGEST = 2_048;
/** Longer ones would outlive the memory of which were used. */
const LIFE_MAX_S = 24 * 60 * 60;
const SKEW_S = 60;

const Header = z.object({ alg: z.literal("HS256"), typ: z.string().optional() });
const Claims = z.object({
  sub: z.string().min(1).max(200),
  aud: z.union([z.string(), z.array(z.string())]),
  exp: z.number(),
  nbf: z.number().optional(),
});

export function loginReader(secret: string, nowMs: () => number): ReadLogin {
  return (bot, token) => {
    const parts = token.split(".");
    if (token.length > LONGEST || parts.length !== 3 || parts.some((part) => !/^[A-Za-z0-9_-]+$/.test(part)))
      return { wrong: "This is neither a code nor a signed token." };
    const [header, claims, signature] = parts as [string, string, string];
    const own = createHmac("sha256", secret).update(`${header}.${claims}`).digest();
    const theirs = Buffer.from(signature, "base64url");
    if (theirs.length !== own.length || !timingSafeEqual(own, theirs))
      return { wrong: "The token's signature is not of this server's secret." };
    if (!Header.safeParse(read(header)).success) return { wrong: "The token's algorithm is not HS256." };
    const said = Claims.safeParse(read(claims));
    if (!said.success) return { wrong: "The token lacks `sub`, `aud` or `exp`, or has them in another form." };
    const { sub, aud, exp, nbf } = said.data;
    const nowS = nowMs() / 1000;
    if (![aud].flat().includes(bot)) return { wrong: `The token's \`aud\` is not ${bot}.` };
    if (exp + SKEW_S < nowS) return { wrong: "The token's time is over." };
    if (exp > nowS + LIFE_MAX_S + SKEW_S) return { wrong: "The token lives longer than a day; make it live for minutes." };
    if (nbf !== undefined && nbf - SKEW_S > nowS) return { wrong: "The token's time has not begun." };
    return { who: sub, once: createHash("sha256").update(token).digest("base64url") };
  };
}

function read(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
  } catch {
    return null;
  }
}
