/** Who proved to be a channel: tokens are verified by Bot Framework's own library, once each, and known until they end. */
import { createHash } from "node:crypto";
import type { Clock } from "../../model/clock.ts";
import type { Claim } from "./receive.ts";

/** `later`: the channel's keys could not be had, so nothing can be said of the token. */
export type Verdict = { kind: "proved"; untilMs: number } | { kind: "refused"; why: string } | { kind: "later"; why: string };
export type Verify = (claim: Claim) => Promise<Verdict>;

export type Proof = {
  /** Asks about a token that is new. False: it cannot be judged now. */
  learn(claim: Claim): Promise<boolean>;
  /** The account that a verified token is for; null: it is for none, or nobody has asked about it. */
  accountOf(claim: Claim): string | null;
  whyOf(claim: Claim): string;
};

type Known = { account: string | null; why: string; untilMs: number };

const KNOWN_MAX = 2_000;
/** A refusal is not asked about again for a moment, nor are keys that could not be had. */
const REFUSED_FOR_MS = 10_000;
const NO_KEYS_FOR_MS = 2_000;
const HEADER_MAX = 8_000;

/** @param verifiers by account */
export function createProof(verifiers: ReadonlyMap<string, Verify>, clock: Clock): Proof {
  const known = new Map<string, Known>();
  const asking = new Map<string, Promise<boolean>>();
  let noKeysUntilMs = 0;

  const lookUp = (claim: Claim): Known | undefined => {
    const found = known.get(keyOf(claim));
    return found !== undefined && found.untilMs > clock.nowMs() ? found : undefined;
  };
  const remember = (key: string, one: Known) => {
    known.delete(key);
    known.set(key, one);
    if (known.size > KNOWN_MAX) for (const oldest of known.keys()) if (known.delete(oldest)) break;
  };

  async function ask(key: string, claim: Claim): Promise<boolean> {
    let why = "no account of ours has a token";
    for (const [account, verify] of verifiers) {
      const verdict = await verify(claim);
      if (verdict.kind === "proved") {
        remember(key, { account, why: "", untilMs: verdict.untilMs });
        return true;
      }
      if (verdict.kind === "later") {
        noKeysUntilMs = clock.nowMs() + NO_KEYS_FOR_MS;
        return false;
      }
      why = verdict.why;
    }
    remember(key, { account: null, why, untilMs: clock.nowMs() + REFUSED_FOR_MS });
    return true;
  }

  return {
    async learn(claim) {
      if (claim.authorization.length > HEADER_MAX || verifiers.size === 0 || lookUp(claim) !== undefined) return true;
      if (clock.nowMs() < noKeysUntilMs) return false;
      const key = keyOf(claim);
      const asked = asking.get(key) ?? ask(key, claim).finally(() => asking.delete(key));
      asking.set(key, asked);
      return asked;
    },
    accountOf: (claim) => lookUp(claim)?.account ?? null,
    whyOf: (claim) => lookUp(claim)?.why ?? "nobody has verified it",
  };
}

/** A token proves a channel and an address to answer to, so it is known together with them. */
function keyOf({ authorization, channelId, serviceUrl }: Claim): string {
  return createHash("sha256")
    .update(JSON.stringify([authorization, channelId, serviceUrl]))
    .digest("base64url");
}
