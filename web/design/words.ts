/** The catalogue: every text of a screen by its key, in each language, with `{places}` and a form of its own for one. */
import { language, usePrefs } from "./prefs.ts";

export type Places = Record<string, string | number>;
export type Say<K extends string> = (key: K, places?: Places) => string;

/**
 * @param en every key's text; a key that ends in `.one` is the form for one of `n`
 * @param others the same keys in other languages; the types see to it that none is missing
 * @returns a hook that gives the screen's `t`, and `t` for code outside React
 */
export function makeWords<K extends string>(en: Record<K, string>, others: { zh: Record<K, string> }): { useWords(): Say<K>; say: Say<K> } {
  const says = { en: sayIn(en, "en"), zh: sayIn(others.zh, "zh") };
  return {
    useWords: () => says[language(usePrefs())],
    say: (key, places) => says[language()](key, places),
  };
}

function sayIn<K extends string>(texts: Record<K, string>, locale: string): Say<K> {
  const plural = new Intl.PluralRules(locale);
  const number = new Intl.NumberFormat(locale);
  return (key, places = {}) => {
    const one = `${key}.one` as K;
    const n = places.n;
    const text = typeof n === "number" && plural.select(n) === "one" && Object.hasOwn(texts, one) ? texts[one] : texts[key];
    return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
      const value = Object.hasOwn(places, name) ? places[name] : undefined;
      return value === undefined ? whole : typeof value === "number" ? number.format(value) : value;
    });
  };
}
