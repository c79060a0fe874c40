/** Reads a time of day: "half past five", 下午三点半, "a las 5 de la tarde". Without am or pm, 1 to 6 are in the afternoon. */
import { hanNumber } from "./numbers.ts";
import { clean, fold, hasHan } from "./words.ts";

export type TimeOfDay = { hour: number; minute: number };

const NUMBER_WORDS = new Map<string, string>();
for (const [number, words] of [
  [1, "one una"],
  [2, "two dos"],
  [3, "three tres"],
  [4, "four cuatro"],
  [5, "five cinco"],
  [6, "six seis"],
  [7, "seven siete"],
  [8, "eight ocho"],
  [9, "nine nueve"],
  [10, "ten diez"],
  [11, "eleven once"],
  [12, "twelve doce"],
  [15, "fifteen quince"],
  [20, "twenty veinte"],
  [30, "thirty treinta"],
] as const) {
  for (const word of words.split(" ")) NUMBER_WORDS.set(word, String(number));
}

/** @returns null when the text names no time of day */
export function hourOf(text: string): TimeOfDay | null {
  const said = fold(clean(text).replace(/\b([ap])\.\s?m\b\.?/gi, "$1m"));
  return (
    chineseTime(said) ?? digitalTime(said) ?? spokenTime(said.replace(/\p{Script=Latin}+/gu, (word) => NUMBER_WORDS.get(word) ?? word))
  );
}

/** The answer to "at what time?": a bare "5" or "17" counts too. */
export function wholeHour(text: string): TimeOfDay | null {
  const found = hourOf(text);
  if (found) return found;
  const said = fold(text).replace(/^(?:at|about|around|a las?|sobre las?|las?|大概|大约)\s*/u, "");
  const bare = /^(\d{1,2})$/.exec(said) ?? /^(\d\d)(\d\d)$/.exec(said);
  if (bare) return timeOf(Number(bare[1]), Number(bare[2] ?? 0), null);
  const word = NUMBER_WORDS.get(said);
  return word ? timeOf(Number(word), 0, null) : null;
}

function digitalTime(said: string): TimeOfDay | null {
  const clock =
    /(?<![\d:.,/-])(\d{1,2})\s?[:h.]\s?(\d\d)(?![\d/.])(?::\d\d)?\s?(?:hrs?\b|h\b)?\s?(am|pm|de la (?:manana|tarde|noche|madrugada))?/.exec(
      said,
    );
  if (clock && !(clock[0].includes(".") && !clock[3] && Number(clock[2]) % 5 !== 0)) {
    return timeOf(Number(clock[1]), Number(clock[2]), clock[3] ?? dayPart(said));
  }
  const hour = /(?<![\d:.,/-])(\d{1,2})\s?(am|pm)\b/.exec(said);
  if (hour) return timeOf(Number(hour[1]), 0, hour[2] ?? null);
  const hours = /(?<![\d:.,/-])(\d{1,2})\s?(?:h|hrs|horas)\b/.exec(said);
  return hours && !/\b(?:in|en|dentro de)\s+\d/.test(said) ? timeOf(Number(hours[1]), 0, dayPart(said)) : null;
}

function spokenTime(said: string): TimeOfDay | null {
  if (/\b(?:noon|midday|mediodia)\b/.test(said) && !/\bafternoon\b/.test(said)) return { hour: 12, minute: 0 };
  if (/\b(?:midnight|medianoche)\b/.test(said)) return { hour: 0, minute: 0 };
  const part = dayPart(said);
  const past = /\b(half|quarter|\d{1,2}) (?:past|after) (\d{1,2})\b/.exec(said);
  if (past) return timeOf(Number(past[2]), past[1] === "half" ? 30 : past[1] === "quarter" ? 15 : Number(past[1]), part);
  const to = /\b(quarter|\d{1,2}) (?:to|till|before) (\d{1,2})\b(?! (?:people|of))/.exec(said);
  if (to && (to[1] === "quarter" || Number(to[1]) % 5 === 0)) return before(Number(to[2]), to[1] === "quarter" ? 15 : Number(to[1]), part);
  const spanish =
    /\b(?:a las?|sobre las?|para las?|las?) (\d{1,2})(?: (y|menos) (media|cuarto|\d{1,2}))?(?! (?:de (?:enero|feb|mar|abr|may|jun|jul|ago|sep|oct|nov|dic)|personas))/.exec(
      said,
    );
  if (spanish) {
    const minutes = spanish[3] === "media" ? 30 : spanish[3] === "cuarto" ? 15 : Number(spanish[3] ?? 0);
    return spanish[2] === "menos" ? before(Number(spanish[1]), minutes, part) : timeOf(Number(spanish[1]), minutes, part);
  }
  const half = /^(\d{1,2}) y (media|cuarto)\b/.exec(said);
  if (half) return timeOf(Number(half[1]), half[2] === "media" ? 30 : 15, part);
  const clock =
    /\b(\d{1,2}) (?:o'?clock|en punto)\b/.exec(said) ??
    /\b(?:at|around|about|by) (\d{1,2})\b(?!\s*(?:[:/%$]|people|of us|st|nd|rd|th))/.exec(said);
  const two = /\b(?:at |around )?(\d{1,2})[ -](15|20|30|45)\b(?! (?:people|of))(?: (am|pm))?/.exec(said);
  if (two && (/\b(?:at|around|am|pm)\b/.test(said) || said === two[0])) return timeOf(Number(two[1]), Number(two[2]), two[3] ?? part);
  if (clock) return timeOf(Number(clock[1]), 0, part);
  const named = /(?<![\d:.,/-])(\d{1,2}) (?:in the (?:morning|afternoon|evening)|at night|de la (?:manana|tarde|noche|madrugada))/.exec(
    said,
  );
  return named ? timeOf(Number(named[1]), 0, part) : null;
}

const CHINESE =
  /(凌晨|清晨|早上|早晨|上午|早|中午|正午|下午|午后|傍晚|晚上|晚|夜里|半夜)?\s?(\d{1,2}|[零一二两三四五六七八九十]{1,3})\s?(?:[点點时時]|(?=:))钟?(?::?(半|一刻|三刻|\d{1,2}|[零一二三四五六七八九十]{1,4}))?/u;

function chineseTime(said: string): TimeOfDay | null {
  if (/(?:中午|正午)(?!\s?[\d一二三十])/u.test(said)) return { hour: 12, minute: 0 };
  if (/(?:午夜|半夜)(?!\s?[\d一二三四五十])/u.test(said)) return { hour: 0, minute: 0 };
  const match = hasHan(said) ? CHINESE.exec(said) : null;
  if (!match || (!match[1] && match[0].startsWith("一点") && /一点(?:儿|点|都|也)/u.test(said))) return null;
  const hour = count(match[2] ?? "");
  const minute = match[3] === "半" ? 30 : match[3] === "一刻" ? 15 : match[3] === "三刻" ? 45 : count(match[3] ?? "0");
  if (hour === null || minute === null) return null;
  const part = match[1] ?? "";
  if (/[下午傍晚夜]/u.test(part) && !/上午|中午|正午|半夜/u.test(part))
    return timeOf(hour, minute, hour === 12 && /夜|晚/u.test(part) ? "am" : "pm");
  if (/中午|正午/u.test(part)) return timeOf(hour, minute, hour >= 10 && hour <= 12 ? (hour === 12 ? "pm" : "am") : "pm");
  return timeOf(hour, minute, part === "" ? null : "am");
}

function count(text: string): number | null {
  return /^\d+$/.test(text) ? Number(text) : hanNumber(text);
}

function dayPart(said: string): string | null {
  if (/\b(?:am|in the morning|de la manana|por la manana|de la madrugada|this morning)\b/.test(said)) return "am";
  return /\b(?:pm|afternoon|evening|tonight|at night|de la tarde|por la tarde|de la noche|por la noche|esta noche|esta tarde)\b/.test(said)
    ? "pm"
    : null;
}

function before(hour: number, minutes: number, part: string | null): TimeOfDay | null {
  const at = timeOf(hour, 0, part);
  if (!at || minutes < 1 || minutes > 59) return null;
  return { hour: (at.hour + 23) % 24, minute: 60 - minutes };
}

function timeOf(hour: number, minute: number, part: string | null): TimeOfDay | null {
  if (!(hour >= 0 && hour <= 24 && minute >= 0 && minute < 60)) return null;
  if (hour === 24) return minute === 0 ? { hour: 0, minute } : null;
  const afternoon = part !== null && /pm|tarde|noche/.test(part);
  const morning = part !== null && !afternoon;
  if (afternoon) return { hour: hour < 12 ? hour + 12 : hour, minute };
  if (morning) return { hour: hour === 12 ? 0 : hour, minute };
  return { hour: hour >= 1 && hour <= 6 ? hour + 12 : hour, minute };
}
