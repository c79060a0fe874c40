/** How much one visitor, and one address, may do: generous to a family behind one address, dear to a script. In memory: a restart forgives. */
import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";

export type Act = "start" | "act" | "upload" | "look" | "typing";

/** Points within seconds, for one visitor and for one address. */
const ALLOWED: Record<Act, { withinS: number; visitor: number; address: number }> = {
  start: { withinS: 600, visitor: 20, address: 120 },
  act: { withinS: 20, visitor: 40, address: 400 },
  upload: { withinS: 600, visitor: 20, address: 100 },
  look: { withinS: 60, visitor: 120, address: 2_400 },
  typing: { withinS: 20, visitor: 40, address: 400 },
};

export type ChatLimits = {
  /** @returns how long to wait where there was too much, else null */
  take(act: Act, visitor: string | null, address: string): Promise<number | null>;
};

export function createChatLimits(): ChatLimits {
  const limiters = Object.fromEntries(
    Object.entries(ALLOWED).map(([act, { withinS, visitor, address }]) => [
      act,
      {
        visitor: new RateLimiterMemory({ points: visitor, duration: withinS }),
        address: new RateLimiterMemory({ points: address, duration: withinS }),
      },
    ]),
  ) as Record<Act, { visitor: RateLimiterMemory; address: RateLimiterMemory }>;
  return {
    async take(act, visitor, address) {
      try {
        await limiters[act].address.consume(address);
        if (visitor !== null) await limiters[act].visitor.consume(visitor);
        return null;
      } catch (refused) {
        if (refused instanceof RateLimiterRes) return refused.msBeforeNext;
        throw refused;
      }
    },
  };
}
