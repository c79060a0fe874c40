/** Reads numbers from what customers write: digits with separators, words in English and Spanish, Chinese numerals. */
import { clean, fold, hasHan } from "./words.ts";

const UNITS = new Map<string, number>();
const add = (words: string, from: number, step = 1): void => {
  for (const [index, word] of words.split(" ").entries()) UNITS.set(word, from + index * step);
};
add("zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen", 0);
add("twenty thirty forty fifty sixty seventy eighty ninety", 20, 10);
add(
  "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciseis diecisiete dieciocho diecinueve",
  0,
);
add("veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa", 20, 10);
add("veintiuno veintidos veintitres veinticuatro veinticinco veintiseis veintisiete veintiocho veintinueve", 21);
for (const [word, value] of [
  ["un", 1],
  ["una", 1],
  ["dozen", 12],
  ["docena", 12],
  ["couple", 2],
  ["cien", 100],
  ["ciento", 100],
] as const)
  UNITS.set(word, value);

const SCALES = new Map([
  ["hundred", 100],
  ["cientos", 100],
  ["thousand", 1000],
  ["mil", 1000],
  ["million", 1_000_000],
  ["millon", 1_000_000],
  ["millones", 1_000_000],
]);

const HAN_DIGITS = new Map([..."零一二三四五六七八九"].map((digit, value) => [digit, value]));
for (const [digit, value] of [
  ["〇", 0],
  ["两", 2],
  ["兩", 2],
  ["壹", 1],
  ["贰", 2],
  ["叁", 3],
  ["俩", 2],
  ["仨", 3],
] as const)
  HAN_DIGITS.set(digit, value);
const HAN_SCALES = new Map([
  ["十", 10],
  ["拾", 10],
  ["百", 100],
  ["佰", 100],
  ["千", 1000],
  ["仟", 1000],
  ["万", 10_000],
  ["萬", 10_000],
  ["亿", 100_000_000],
  ["億", 100_000_000],
]);
const HAN_NUMBER = /[零〇一二三四五六七八九两兩壹贰叁俩仨十拾百佰千仟万萬亿億]+(?:点[零〇一二三四五六七八九]+)?/gu;
// Words in which 一 and its like count nothing.
const HAN_NOT_COUNTED =
  /第[一二三四五六七八九十]+|星期[一二三四五六]|周[一二三四五六]|礼拜[一二三四五六]|一下|一点儿?(?!五)|一起|一样|一直|一定|一共|一般|一些|统一|万一|千万|十分(?!钟)|百度/gu;

/** A number found in a text; `at` and `length` in UTF-16 units of the cleaned text. */
export type Found = { value: number; at: number; length: number };

/** Every number that a text names, in reading order. `locale` tells which separator is the decimal one. */
export function numbersIn(text: string, locale: string): Found[] {
  const cleaned = clean(text);
  const found = digitsIn(cleaned, decimalSeparator(locale));
  if (hasHan(cleaned)) found.push(...hanNumbersIn(cleaned));
  found.push(...wordNumbersIn(cleaned));
  return found.sort((a, b) => a.at - b.at);
}

/** The number of a text that is one: "两" is 2, "twenty-one" 21; null when it is not, or more than that. */
export function wholeNumber(text: string, locale: string): number | null {
  const [only, ...more] = numbersIn(text, locale);
  const cleaned = clean(text);
  return only && more.length === 0 && fold(cleaned.slice(0, only.at)) === "" && fold(cleaned.slice(only.at + only.length)) === ""
    ? only.value
    : null;
}

// Not part of a code, a date, a time or a word: AL-12, 3/4, 12:30, B2 are no numbers. "x2" and "2x" are.
const DIGITS =
  /(?<![\p{Script=Latin}\p{N}]|[\p{Script=Latin}\p{N}][-‐–/.:,]|[/:])(?:x(?=\d))?([-−]?)(\d{1,3}(?:[,.' \u00a0\u202f]\d{3})+(?!\d)(?:[.,]\d+)?|\d+(?:[.,]\d+)?|[.,]\d+)(?![\d]|[-/:][\d\p{L}]|[.,]\d)\s?(万|萬|千|百|亿|k\b)?/giu;
const CLOCK = /^\s?(?:[ap]\.?\s?m\b|h\b|:\d|点|點|时)/i;
const UNIT = /^(?:st|nd|rd|th|x|kg|g|cm|mm|m|km|lbs?|oz|p|pp|pax|ppl|usd|eur|cny|rmb|mxn|gbp|[^\p{Script=Latin}]|$)/iu;

function digitsIn(text: string, decimal: string): Found[] {
  const found: Found[] = [];
  for (const match of text.matchAll(DIGITS)) {
    const [whole, sign, digits = "", scale] = match;
    const after = text.slice(match.index + whole.trimEnd().length);
    if (CLOCK.test(after) || !UNIT.test(after)) continue;
    const value = readDigits(digits, decimal);
    if (value === null) continue;
    const factor = scale ? (scale.toLowerCase() === "k" ? 1000 : (HAN_SCALES.get(scale) ?? 1)) : 1;
    found.push({ value: (sign ? -1 : 1) * value * factor, at: match.index, length: whole.trimEnd().length });
  }
  return found;
}

/** "1.234,56" is 1234.56 wherever; "1.234" is 1234 where the comma is decimal, else 1.234. */
function readDigits(digits: string, decimal: string): number | null {
  const plain = digits.replace(/[' \u00a0\u202f]/g, "");
  const last = Math.max(plain.lastIndexOf("."), plain.lastIndexOf(","));
  if (last < 0) return finite(plain);
  const mark = plain.charAt(last);
  const marks = plain.split(mark).length - 1;
  const both = plain.includes(".") && plain.includes(",");
  const grouped = !both && (marks > 1 || (mark !== decimal && plain.length - last === 4 && last > 0 && !plain.startsWith("0")));
  if (grouped) return finite(plain.replaceAll(mark, ""));
  return finite(`${plain.slice(0, last).replace(/[.,]/g, "")}.${plain.slice(last + 1)}`);
}

function finite(text: string): number | null {
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}

const separators = new Map<string, string>();
export function decimalSeparator(locale: string): string {
  const known = separators.get(locale);
  if (known) return known;
  let mark = ".";
  try {
    mark = new Intl.NumberFormat(locale).formatToParts(1.5).find((part) => part.type === "decimal")?.value ?? ".";
  } catch {
    mark = ".";
  }
  if (separators.size > 200) separators.clear();
  separators.set(locale, mark);
  return mark;
}

function hanNumbersIn(text: string): Found[] {
  const hidden = text.replace(HAN_NOT_COUNTED, (found) => "·".repeat(found.length));
  const found: Found[] = [];
  for (const match of hidden.matchAll(HAN_NUMBER)) {
    if (/\d/.test(hidden[match.index - 1] ?? "") || /^[点點时]/.test(hidden.slice(match.index + match[0].length))) continue;
    const value = hanNumber(match[0]);
    if (value !== null) found.push({ value, at: match.index, length: match[0].length });
  }
  return found;
}

/** 三十 is 30, 一百零五 105, 二〇二六 2026, 三点五 3.5; null when it is none. */
export function hanNumber(text: string): number | null {
  const [whole = "", fraction] = text.split("点");
  const digits = [...whole].map((character) => HAN_DIGITS.get(character));
  if (digits.every((digit) => digit !== undefined))
    return finite(digits.join("") + (fraction ? `.${[...fraction].map((d) => HAN_DIGITS.get(d)).join("")}` : ""));
  let total = 0;
  let section = 0;
  let digit: number | null = null;
  let lastScale = 1;
  for (const character of whole) {
    const value = HAN_DIGITS.get(character);
    const scale = HAN_SCALES.get(character);
    if (value !== undefined) digit = value;
    else if (scale !== undefined && scale >= 10_000) {
      total = (total + section + (digit ?? 0)) * scale;
      section = 0;
      digit = null;
      lastScale = scale;
    } else if (scale !== undefined) {
      section += (digit ?? 1) * scale;
      digit = null;
      lastScale = scale;
    } else return null;
  }
  // 两千五 is 2500: a last digit counts in the next lower place, unless 零 stands before it.
  if (digit !== null && lastScale >= 100 && !/[零〇].$/u.test(whole)) digit *= lastScale / 10;
  const value = total + section + (digit ?? 0);
  return fraction ? finite(`${value}.${[...fraction].map((d) => HAN_DIGITS.get(d)).join("")}`) : value;
}

// "one" counts at the beginning or after these; in "the red one" it counts nothing.
const BEFORE_ONE = new Set(
  "just only for exactly about is are have need want take of to like me by it's its got order buy maybe please with be least most another solo para por quiero somos soy es necesito a de como tengo seria seremos minus plus hundred thousand and y".split(
    " ",
  ),
);

function wordNumbersIn(text: string): Found[] {
  const words = [...text.matchAll(/\p{Script=Latin}+(?:'\p{Script=Latin}+)?/gu)].map((match) => ({
    word: fold(match[0]),
    at: match.index,
    end: match.index + match[0].length,
  }));
  const found: Found[] = [];
  for (let i = 0; i < words.length; i++) {
    const run = readRun(words, i, text);
    if (!run) continue;
    const word = words[i]?.word ?? "";
    const before = words[i - 1]?.word ?? "";
    const single = run.next === i + 1;
    const skipped = single && i > 0 && ["one", "un", "una", "uno"].includes(word) && !BEFORE_ONE.has(before);
    if (!skipped) found.push({ value: run.value, at: words[i]?.at ?? 0, length: (words[run.next - 1]?.end ?? 0) - (words[i]?.at ?? 0) });
    i = run.next - 1;
  }
  // "una mesa para cuatro": an article beside a number counts nothing.
  const articles = found.filter((number) => /^(?:un|una|a couple|couple)$/i.test(text.slice(number.at, number.at + number.length)));
  const hasOther = found.length > articles.length || /\d/.test(text);
  return hasOther ? found.filter((number) => !articles.includes(number)) : found;
}

type Word = { word: string; at: number; end: number };

function readRun(words: Word[], from: number, text: string): { value: number; next: number } | null {
  let total = 0;
  let current: number | null = null;
  let i = from;
  for (; i < words.length; i++) {
    const { word, at } = words[i] as Word;
    const gap = i === from ? " " : text.slice(words[i - 1]?.end, at);
    if (!/^[\s-]+$/.test(gap)) break;
    const unit = UNITS.get(word);
    const scale = SCALES.get(word);
    if (unit !== undefined) {
      if (current === null) current = unit;
      else if ((current % 100 === 0 && current > 0) || (current % 10 === 0 && current % 100 >= 20 && unit < 10)) current += unit;
      else if (current === 1 && unit === 12)
        current = 12; // "a dozen"
      else break;
    } else if (scale !== undefined && (current !== null || word === "mil" || word === "hundred" || word === "thousand")) {
      if (scale === 100) current = (current ?? 1) * 100;
      else {
        total += (current ?? 1) * scale;
        current = null;
      }
    } else if ((word === "and" || word === "y") && current !== null && joinsOn(words[i + 1]?.word, current)) {
    } else break;
  }
  while (i > from && ["and", "y"].includes(words[i - 1]?.word ?? "")) i--;
  return i === from || (current === null && total === 0) ? null : { value: total + (current ?? 0), next: i };
}

function joinsOn(word: string | undefined, current: number): boolean {
  const unit = UNITS.get(word ?? "");
  return unit !== undefined && ((current % 100 === 0 && current > 0) || (current >= 30 && current % 10 === 0 && unit < 10));
}
