/** Reads amounts of money: a number with a sign, code or word of a currency; a bare number is in the bot's currency. */
import { numbersIn } from "./numbers.ts";
import { clean, findPhrase, fold } from "./words.ts";

export type Money = { amount: number; currency: string };

const SIGNS: [RegExp, string][] = [
  [/US\s?\$|\$\s?US/i, "USD"],
  [/HK\s?\$/i, "HKD"],
  [/NT\s?\$/i, "TWD"],
  [/MX\s?\$/i, "MXN"],
  [/(?:CA|C)\s?\$/i, "CAD"],
  [/(?:AU|A)\s?\$/i, "AUD"],
  [/S\s?\$/i, "SGD"],
  [/€/, "EUR"],
  [/£/, "GBP"],
  [/₹/, "INR"],
  [/₩/, "KRW"],
  [/R\$/, "BRL"],
];

const WORDS: [string[], string][] = [
  [["us dollars", "us dollar", "dolares", "dolar", "bucks", "美元", "美金", "刀"], "USD"],
  [["dollars", "dollar"], "$"],
  [["pesos", "peso"], "$"],
  [["euros", "euro", "欧元"], "EUR"],
  [["pounds", "pound", "quid", "libras", "英镑"], "GBP"],
  [["港币", "港元"], "HKD"],
  [["台币", "新台币"], "TWD"],
  [["日元", "日圆", "yen", "yenes"], "JPY"],
  [["人民币", "元", "块钱", "块", "塊", "rmb", "yuan", "yuanes", "kuai"], "CNY"],
];

// "$" is the sign of these; elsewhere it means the US dollar.
const DOLLARS = new Set(["USD", "CAD", "AUD", "NZD", "SGD", "HKD", "TWD", "MXN", "ARS", "CLP", "COP", "UYU", "DOP", "CUP"]);
const CODES = new Set(Intl.supportedValuesOf("currency"));

/** @returns null when no amount, or more than one, is named; `currency` is the bot's */
export function readMoney(text: string, locale: string, currency: string): Money | null {
  const cleaned = clean(text);
  const amounts = numbersIn(withoutSigns(cleaned), locale);
  const [only, ...more] = amounts;
  if (!only || more.length > 0 || only.value < 0) return null;
  const cents = /\b(?:cents?|centavos?|centimos?)\b/i.test(fold(cleaned));
  const amount = cents ? only.value / 100 : only.value;
  return { amount, currency: currencyOf(cleaned, currency) };
}

/** Signs and codes stick to their numbers and would hide them. */
function withoutSigns(text: string): string {
  return text
    .replace(/(?:US|HK|NT|MX|CA|AU|[CAS])?\s?[$€£¥₹₩]/gi, " ")
    .replace(
      /(?<=\d)\s?(?:USD|EUR|GBP|CNY|RMB|MXN|JPY|HKD|TWD|CAD|AUD)\b|\b(?:USD|EUR|GBP|CNY|RMB|MXN|JPY|HKD|TWD|CAD|AUD)\s?(?=\d)/gi,
      " ",
    );
}

function currencyOf(text: string, own: string): string {
  for (const [sign, code] of SIGNS) if (sign.test(text)) return code;
  if (text.includes("¥")) return own === "JPY" ? "JPY" : "CNY";
  if (text.includes("$")) return DOLLARS.has(own) ? own : "USD";
  for (const [code] of text.matchAll(/(?<!\p{L})[A-Z]{3}(?!\p{L})/giu)) {
    const upper = code.toUpperCase();
    if (upper === "RMB") return "CNY";
    if (CODES.has(upper) && (code === upper || /\d\s?$/.test(text.slice(0, text.indexOf(code))))) return upper;
  }
  const folded = fold(text);
  for (const [words, code] of WORDS) {
    if (!words.some((word) => findPhrase(folded, word) >= 0)) continue;
    if (code !== "$") return code;
    return DOLLARS.has(own) ? own : words.includes("peso") ? "MXN" : "USD";
  }
  return own;
}
