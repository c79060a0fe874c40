/** How long ranking one text takes, against a brand of few phrases and one of many. */
import { rankOffers } from "../../answers/match.ts";
import type { Offer } from "../../answers/matcher.ts";

const WORDS =
  "return swap parcel boots jacket size colour wide leather sole refund voucher card address shop city rain snow wax lace zip sock glove tent stove map rope bottle rack strap buckle".split(
    " ",
  );
const SHAPES = [
  "How do I {} the {}?",
  "Where is my {} for the {}?",
  "Can you {} a {} with {}?",
  "The {} of my {} is {}",
  "I need a {} and a {}",
  "Do you sell {} for {}?",
];
const TEXT = "hello, where is my parcel with the leather boots?";
const LETTER = "I bought boots and the sole of my jacket is wide. ".repeat(40);

/** Microseconds of wall time a text, the quietest of several rounds: neighbours on the machine only make it slower. */
export function measureMatcher(): Record<string, number> {
  return {
    "200 phrases": timeUs(phrases(200), TEXT, 300),
    "10,000 phrases": timeUs(phrases(10_000), TEXT, 40),
    "10,000 phrases, a letter of 2,000 characters": timeUs(phrases(10_000), LETTER, 20),
  };
}

/** Phrases as a brand writes them, made up in a fixed order. */
function phrases(count: number): Offer[] {
  let seed = 7;
  const draw = (of: string[]): string => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return of[(seed >>> 8) % of.length]!;
  };
  const offers: Offer[] = [];
  for (let at = 0; at < count / 5; at++) {
    const made = Array.from({ length: 5 }, () => draw(SHAPES).replace(/\{\}/g, () => draw(WORDS) + (at % 3 === 0 ? at : "")));
    offers.push({ kind: "faq", name: `entry_${at}`, phrases: made });
  }
  return offers;
}

function timeUs(offers: Offer[], text: string, times: number): number {
  const rank = rankOffers(offers);
  let bestUs = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 10; round++) {
    const began = process.hrtime.bigint();
    for (let i = 0; i < times; i++) rank(text);
    bestUs = Math.min(bestUs, Number(process.hrtime.bigint() - began) / times / 1000);
  }
  return Math.round(bestUs * 10) / 10;
}
