/** How fast an account may speak: a bucket of tokens that refills by the second. */

export type Bucket = { perSecond: number; tokens: number; atMs: number };

/** A full bucket holds one second's worth, at least one token. */
export function bucket(perSecond: number, nowMs: number): Bucket {
  return { perSecond, tokens: Math.max(1, perSecond), atMs: nowMs };
}

/** How long until one token is there, in ms; 0: now. Takes nothing. */
export function waitForToken(of: Bucket, nowMs: number): number {
  refill(of, nowMs);
  return of.tokens >= 1 ? 0 : Math.ceil(((1 - of.tokens) * 1000) / of.perSecond);
}

/** Takes a token that `waitForToken` found. */
export function takeToken(of: Bucket): void {
  of.tokens -= 1;
}

function refill(of: Bucket, nowMs: number): void {
  // A wall clock that stepped back refills nothing, and counts on from where it stands now.
  if (nowMs > of.atMs) of.tokens = Math.min(Math.max(1, of.perSecond), of.tokens + ((nowMs - of.atMs) * of.perSecond) / 1000);
  of.atMs = nowMs;
}
