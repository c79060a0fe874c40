/** Which language a text is in, where its script or its small words say so beyond doubt. */
import type { Reading } from "./tokens.ts";

/** Small words that only one of the two has (`no`, `me`, `a`, `he`, `has`, `son` are in both). */
const ENGLISH = new Set(
  "the of to in on at by for with from is are was were be been am do does did have had i im ive id my we our you your it its they them their this that these those there here and or but so if can could would should will what when where who which why how much many not dont doesnt didnt isnt wasnt cant about please thanks thank hi hello hey want need like know get got just any some".split(
    " ",
  ),
);
const SPANISH = new Set(
  "el la los las un una unos unas del al en con por para y o que se mi mis tu sus lo le les nos es estan esta este esto ese eso ser yo usted ustedes hola buenas buenos dias gracias favor puedo puede quiero quisiera necesito hay cuando donde quien cual cuanto cuanta cuantos como porque sin pero muy mas ya tengo".split(
    " ",
  ),
);

/**
 * @param read the text's words, folded
 * @param nearest language of the phrase that the text surely matches, if any
 * @param known the language spoken so far: leaving it takes more than a word or a name
 * @returns `zh`, `en`, `es`, or null when unsure
 */
export function languageOf(read: Reading, nearest: string | null, known: string | null): string | null {
  const base = known === null ? null : known.split("-")[0]!;
  if (read.kana > 0) return null;
  if (read.han > 0) {
    const enough = base === null || base === "zh" ? 2 : 3;
    return read.han >= enough && read.han * 4 >= read.letters ? "zh" : null;
  }
  let english = 0;
  let spanish = 0;
  for (const word of read.said) {
    if (ENGLISH.has(word)) english++;
    if (SPANISH.has(word)) spanish++;
  }
  if (nearest === "en") english++;
  if (nearest === "es") spanish++;
  const language = english > spanish ? "en" : spanish > english ? "es" : null;
  if (language === null) return null;
  const lead = Math.abs(english - spanish);
  const words = read.said.length;
  if (words < 2 && language !== base && nearest !== language) return null;
  return lead >= (base === null || base === language ? 1 : 2) ? language : null;
}
