/** That two addresses are one customer: only by proof. The words of a proof, and the code that proves it from one channel to another. */
import type { Address } from "./address.ts";
import type { BotName, ConversationId, PersonId } from "./ids.ts";

/**
 * How it is known that an address is this customer's: it was the one they first wrote from, a code given in one channel was typed in
 * the other, the brand's own systems signed who is logged in, or the platform says that two accounts are followed by one person.
 */
export type Proof = "first_message" | "code" | "signed" | "unionid";

export type CustomerAddress = {
  address: Address;
  conversation: ConversationId;
  proof: Proof;
  linkedAtMs: number;
  /** Whose it was before it was linked. */
  home: PersonId;
};

export type LinkRequest = {
  bot: BotName;
  /** Where the proof was brought. */
  conversation: ConversationId;
  proof:
    | { kind: "code"; hash: string }
    /** `once`: the token's own hash: it proves one address only. */
    | { kind: "signed"; key: string; once: string }
    /** Brought by the platform with every event: it does not undo an unlinking. */
    | { kind: "unionid"; key: string };
  by: string;
  atMs: number;
};

export type LinkOutcome =
  /** `others`: the conversations that this one was joined to; all of the customer's are stale in memory. */
  | { kind: "linked"; person: PersonId; conversations: ConversationId[]; other: ConversationId }
  /** They were one customer before. */
  | { kind: "already"; person: PersonId; other: ConversationId }
  /** Noted: whoever brings the same proof at another address is this customer. */
  | { kind: "noted"; person: PersonId }
  | { kind: "refused"; because: LinkRefusal };
/** `own`: typed where it was given, which proves nothing. `kept_apart`: they were unlinked, and nobody has asked for it anew. */
export type LinkRefusal = "unknown" | "expired" | "used" | "own" | "too_many" | "kept_apart" | "no_conversation";

export type UnlinkOutcome = { kind: "unlinked"; person: PersonId; conversations: ConversationId[] } | { kind: "not_linked" };

/** How long a code holds; how many wrong ones one conversation may try within an hour, and all of a bot's within ten minutes. */
export const CODE_FOR_MS = 15 * 60_000;
export const WRONG_CODES = { conversation: { max: 5, withinMs: 60 * 60_000 }, bot: { max: 200, withinMs: 10 * 60_000 } };

// No vowels, so that no word is a code and no code a word; nothing that looks like something else.
const SIGNS = "23456789BCDFGHJKLMNPQRSTVWXZ";
const LENGTH = 8; // seven drawn ones (28^7, 34 bits) and one that checks them

/** @param draw a whole number from 0 up to, and without, the given one; by chance that nobody can foretell */
export function makeCode(draw: (below: number) => number): string {
  let signs = "";
  for (let at = 0; at < LENGTH - 1; at++) signs += SIGNS[draw(SIGNS.length)]!;
  return shown(signs + checkOf(signs));
}

/** A whole message that is a code, however it is written: `kdx7 2p9b`, `KDX7-2P9B`. null: it is something else, or mistyped. */
export function readCode(text: string): string | null {
  if (text.length < LENGTH || text.length > LENGTH + 4) return null;
  const signs = text
    .normalize("NFKC")
    .toUpperCase()
    .replace(/[\s‐-―-]/g, "");
  if (signs.length !== LENGTH || [...signs].some((sign) => !SIGNS.includes(sign))) return null;
  return checkOf(signs.slice(0, -1)) === signs.at(-1) ? shown(signs) : null;
}

function shown(signs: string): string {
  return `${signs.slice(0, 4)}-${signs.slice(4)}`;
}

/** Odd weights without a factor seven: one wrong sign is always noticed. */
function checkOf(signs: string): string {
  const weights = [1, 3, 5, 9, 11, 13, 15];
  let sum = 0;
  for (const [at, sign] of [...signs].entries()) sum += SIGNS.indexOf(sign) * weights[at]!;
  return SIGNS[sum % SIGNS.length]!;
}
