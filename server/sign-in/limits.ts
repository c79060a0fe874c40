/** How often somebody may try to sign in: per name and address, and per address. In memory: a restart forgives. */
import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";

const WITHIN_S = 15 * 60;
const TRIES_PER_NAME = 10;
const TRIES_PER_ADDRESS = 100;

export type Tries = {
  /** Counts a try. @returns how long to wait where there were too many, else null */
  take(name: string, address: string): Promise<number | null>;
  /** It was them: their own count begins anew. */
  forgive(name: string, address: string): Promise<void>;
};

export function createTries(): Tries {
  const byName = new RateLimiterMemory({ points: TRIES_PER_NAME, duration: WITHIN_S });
  const byAddress = new RateLimiterMemory({ points: TRIES_PER_ADDRESS, duration: WITHIN_S });
  const key = (name: string, address: string) => `${address} ${name}`;
  return {
    async take(name, address) {
      try {
        await byAddress.consume(address);
        await byName.consume(key(name, address));
        return null;
      } catch (refused) {
        if (refused instanceof RateLimiterRes) return refused.msBeforeNext;
        throw refused;
      }
    },
    async forgive(name, address) {
      await byName.delete(key(name, address));
      await byAddress.reward(address);
    },
  };
}
