/** Reads which of the options a customer means: value, label in any language, `also`, number, and slips that leave no doubt. */
import { slips } from "../expressions/near.ts";
import { EMPTY_SCOPE, type Slot } from "../program.ts";
import { wholeNumber } from "./numbers.ts";
import { findPhrase, fold, hasHan, phrases } from "./words.ts";

/** `forms`: folded ways to say it; the first is the value. */
export type Option = { value: string; forms: string[] };
export type Chosen = { kind: "one"; value: string } | { kind: "several"; values: string[] } | { kind: "none" };

const known = new WeakMap<object, Option[]>();

/** The options of a slot's `of`, or those that its question made; what `of` says more about one of them holds for both. */
export function optionsOf(slot: Slot, made: { value: string; label: string }[] | undefined): Option[] {
  const declared = slot.of ? declaredOptions(slot.of) : [];
  if (!made) return declared;
  return made.map(({ value, label }) => {
    const more = declared.find((option) => option.value === value)?.forms ?? [];
    return { value, forms: distinct([value, value.replaceAll("_", " "), label, ...more]) };
  });
}

function declaredOptions(of: NonNullable<Slot["of"]>): Option[] {
  const cached = known.get(of);
  if (cached) return cached;
  const options = of.map(({ value, label, also }) => {
    // A label says nothing of a customer: it is the same for all.
    const labels = label.languages.map((language) => label.print({ ...EMPTY_SCOPE, language }, language));
    return { value, forms: distinct([value, value.replaceAll("_", " "), ...labels, ...also]) };
  });
  known.set(of, options);
  return options;
}

function distinct(forms: string[]): string[] {
  return [...new Set(forms.map(fold))].filter((form) => form !== "");
}

/** What an answer to the question chooses. */
export function choose(text: string, options: Option[], locale: string): Chosen {
  const said = fold(text);
  if (said === "" || options.length === 0) return { kind: "none" };
  const exact = options.filter((option) => option.forms.includes(said));
  if (exact.length > 0) return toChosen(exact);
  const numbered = options[(positionIn(said, locale) ?? 0) - 1];
  if (numbered) return { kind: "one", value: numbered.value };
  const last = isLast(said) ? options.at(-1) : undefined;
  if (last) return { kind: "one", value: last.value };
  const mentioned = mentionedIn(said, options);
  if (mentioned.length > 0) return toChosen(mentioned);
  const begun = options.filter((option) => option.forms.some((form) => said.length >= (hasHan(said) ? 1 : 2) && form.startsWith(said)));
  if (begun.length > 0) return toChosen(begun);
  return nearest(said, options);
}

/** Options named in a longer text by their whole label; none that are denied ("not small"). */
export function mentionedIn(said: string, options: Option[]): Option[] {
  const found: { option: Option; at: number; end: number }[] = [];
  for (const option of options) {
    for (const form of option.forms) {
      if (form.length < (hasHan(form) ? 1 : 2)) continue;
      for (let at = findPhrase(said, form); at >= 0; at = findPhrase(said, form, at + 1)) {
        if (!isDenied(said.slice(0, at))) found.push({ option, at, end: at + form.length });
      }
    }
  }
  // "too small" names `too small` only, though "small" stands in it.
  const widest = found.filter(
    (one) => !found.some((other) => other !== one && other.at <= one.at && other.end >= one.end && other.end - other.at > one.end - one.at),
  );
  return [...new Set(widest.map((one) => one.option))];
}

function isDenied(before: string): boolean {
  return /(?:\bnot|n't|\bno|\bnever|\bexcept|\bwithout|\bsin|\bni|不是|不要|不|别|除了)\s*(?:the|a|an|too|very|el|la|los|las|太)?\s*$/.test(
    before,
  );
}

function toChosen(options: Option[]): Chosen {
  const values = [...new Set(options.map((option) => option.value))];
  const [first] = values;
  return values.length === 1 && first !== undefined ? { kind: "one", value: first } : { kind: "several", values };
}

/** A small slip in a word long enough to tell it from the others. */
function nearest(said: string, options: Option[]): Chosen {
  if (hasHan(said) || said.length < 4) return { kind: "none" };
  const allowed = said.length >= 8 ? 2 : 1;
  const distances = options.map((option) => ({
    option,
    distance: Math.min(...option.forms.map((form) => slips(said, form, allowed + 1))),
  }));
  const near = distances.filter(({ distance }) => distance <= allowed);
  const [only] = near;
  const rival = only && distances.some((other) => other !== only && other.distance <= only.distance + 1);
  return only && near.length === 1 && !rival ? { kind: "one", value: only.option.value } : { kind: "none" };
}

const ORDINALS = [
  "first, 1st, first one, the first, the first one, primero, primera, el primero, la primera, el primer, 第一, 第一个, 第一個, 第1个, 一号",
  "second, 2nd, second one, the second, the second one, segundo, segunda, el segundo, la segunda, 第二, 第二个, 第二個, 第2个, 二号",
  "third, 3rd, third one, the third, the third one, tercero, tercera, el tercero, la tercera, 第三, 第三个, 第三個, 第3个, 三号",
  "fourth, 4th, fourth one, the fourth, the fourth one, cuarto, cuarta, el cuarto, la cuarta, 第四, 第四个, 第四個, 第4个, 四号",
  "fifth, 5th, fifth one, the fifth, the fifth one, quinto, quinta, el quinto, la quinta, 第五, 第五个, 第五個, 第5个, 五号",
  "sixth, 6th, sixth one, the sixth, the sixth one, sexto, sexta, el sexto, la sexta, 第六, 第六个, 第六個, 第6个, 六号",
].map(phrases);
const LAST = phrases("last, last one, the last, the last one, ultimo, ultima, el ultimo, la ultima, 最后, 最后一个, 最後一個");

function isLast(said: string): boolean {
  return LAST.has(said);
}

/** "2", "#2", "option 2", "the second one", 第二个: counted from 1. */
export function positionIn(said: string, locale: string): number | null {
  const ordinal = ORDINALS.findIndex((forms) => forms.has(said));
  if (ordinal >= 0) return ordinal + 1;
  const bare = said
    .replace(/^(?:number|option|no\.?|num\.?|choice|opcion|la opcion|el numero|numero|选项|選項|选|第|就)\s*/u, "")
    .replace(/\s*(?:号|號|个|個|项)$/u, "");
  const number = bare.length <= 12 ? wholeNumber(bare, locale) : null;
  return number !== null && Number.isInteger(number) && number >= 1 ? number : null;
}

const ALL = phrases(
  "all, all of them, everything, both, both of them, all of the above, todo, todos, todas, ambos, ambas, los dos, las dos, 全部, 都, 都要, 都是, 全都, 全要, 所有, 两个都要",
);
const NONE = phrases(
  "none, none of them, none of these, neither, nothing, ninguno, ninguna, ninguno de ellos, nada, 都不要, 都不是, 都没有, 没有, 一个都不要",
);
const SEPARATOR = /\s*(?:[,;/&+、，；\n]|\band\b|\by\b|\be\b|\bor\b|和|跟|与|以及|还有)\s*/u;

/** Any number of options; null when some part of the answer is none of them. */
export function chooseSeveral(text: string, options: Option[], locale: string): string[] | null {
  const said = fold(text);
  if (said === "" || options.length === 0) return null;
  if (ALL.has(said)) return options.map((option) => option.value);
  if (NONE.has(said)) return [];
  const whole = choose(said, options, locale);
  if (whole.kind === "one" && !SEPARATOR.test(said)) return [whole.value];
  const parts = /^[\d\s]+$/.test(said) ? said.split(/\s+/) : said.split(SEPARATOR).filter((part) => part !== "");
  const chosen = parts.map((part) => choose(part, options, locale));
  if (chosen.every((one) => one.kind === "one"))
    return ordered(
      options,
      chosen.flatMap((one) => (one.kind === "one" ? [one.value] : [])),
    );
  const mentioned = mentionedIn(said, options);
  return mentioned.length > 0 ? mentioned.map((option) => option.value) : null;
}

function ordered(options: Option[], values: string[]): string[] {
  return options.map((option) => option.value).filter((value) => values.includes(value));
}
