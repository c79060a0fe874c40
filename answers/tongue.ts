/**
 * Tells languages of one script apart in texts of a few words, by tinyld. Only bots that speak several languages in Latin letters
 * need it, so it is loaded at the first text of such a bot: 50 MB and a tenth of a second that no other bot pays.
 */
import { createRequire } from "node:module";
import type { detect } from "tinyld";
import { isLatin } from "../dialogue/language.ts";

export type Tongue = (text: string) => string | null;

/** null: the script alone tells these languages apart. */
export function createTongue(languages: string[]): Tongue | null {
  const latin = languages.filter(isLatin);
  if (latin.length < 2) return null;
  const only = latin.map((one) => one.split("-")[0]!);
  let read: typeof detect | null = null;
  return (text) => {
    read ??= (createRequire(import.meta.url)("tinyld") as { detect: typeof detect }).detect;
    const words = text.slice(0, READ_UNITS_MAX).replace(/\S*[\d@/_]\S*/g, " ");
    if (!/\p{Script=Latin}{2}/u.test(words)) return null;
    const found = read(words, { only });
    return latin[only.indexOf(found)] ?? null;
  };
}

/** A sentence tells as much as a letter. */
const READ_UNITS_MAX = 200;
