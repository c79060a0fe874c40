/** Brings the forms of a word together: plural, tense, gender and some that no rule knows, in English and Spanish. */

/** Forms a rule would miss, by the stem they belong to. */
export const IRREGULAR = new Map(
  "bought:buy sent:send came:come paid:pay broke:break broken:break got:get gotten:get lost:lose wore:wear worn:wear took:take taken:take gave:give given:give went:go gone:go chose:choose chosen:choose fell:fall fallen:fall tore:tear torn:tear delivery:deliver deliveries:deliver feet:foot"
    .split(" ")
    .map((pair) => pair.split(":") as [string, string]),
);

/**
 * The stem that plural, tense and gender share: rough, short, the same for English and Spanish, since a text may mix them.
 * Both sides of a comparison go through it, so a stem need not be a word.
 */
export function stem(word: string): string {
  const irregular = IRREGULAR.get(word);
  if (irregular !== undefined) return stemRegular(irregular);
  return stemRegular(word);
}

function stemRegular(word: string): string {
  let stem = word;
  if (stem.length > 4 && stem.endsWith("ies")) stem = `${stem.slice(0, -3)}y`;
  else if (stem.length > 3 && stem.endsWith("s") && !stem.endsWith("ss") && !stem.endsWith("us") && !stem.endsWith("is"))
    stem = stem.slice(0, -1);
  if (stem.length > 5 && stem.endsWith("ing")) stem = single(stem.slice(0, -3));
  else if (stem.length > 4 && stem.endsWith("ed")) stem = single(stem.slice(0, -2));
  const last = stem.charCodeAt(stem.length - 1);
  if (stem.length > 3 && (last === 97 || last === 101 || last === 111)) stem = stem.slice(0, -1);
  return stem;
}

/** `shipp` is `ship`. */
function single(stem: string): string {
  const last = stem.charCodeAt(stem.length - 1);
  return last === stem.charCodeAt(stem.length - 2) && last !== 115 && last !== 108 ? stem.slice(0, -1) : stem;
}
