/** Which language a customer writes in, and when they ask for another. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { createTongue } from "../../answers/tongue.ts";
import { asksForLanguage, detectLanguage, isForeign } from "../../dialogue/language.ts";
import { plain } from "../../dialogue/turn/triggers.ts";

describe("the language of a text", () => {
  it.each<[string, string[], string | null, boolean]>([
    ["Where is my order?", ["en", "zh", "es"], "en", true],
    ["多久能到货", ["en", "zh", "es"], "zh", true],
    ["我的 iPhone order 什么时候到", ["en", "zh"], "zh", true],
    ["¿Dónde está mi pedido?", ["en", "zh", "es"], "es", true],
    ["Hola, quiero devolver unas botas", ["en", "zh", "es"], "es", true],
    ["hola", ["en", "es"], "es", false],
    ["ok", ["en", "zh", "es"], null, false],
    ["no", ["en", "es"], null, false],
    ["AL-123456", ["en", "zh"], null, false],
    ["ann@example.com", ["en", "zh"], null, false],
    ["👍", ["en", "zh"], null, false],
    ["", ["en", "zh"], null, false],
    ["Nike Air Max", ["en", "zh"], "en", false],
    ["請問運費多少錢", ["en", "zh", "zh-TW"], "zh-TW", true],
    ["请问运费多少钱", ["en", "zh-TW", "zh"], "zh", true],
    ["請問運費多少錢", ["en", "zh"], "zh", true],
    ["Где мой заказ", ["en", "zh"], null, false],
    ["Je voudrais savoir où est ma commande", ["en", "fr"], "fr", true],
    ["Wo ist meine Bestellung bitte", ["en", "de"], "de", true],
    ["{{ slots.x }} __proto__ constructor", ["en", "zh"], "en", false],
  ])("%s", (text, languages, language, sure) => {
    const found = detectLanguage(text, languages);
    expect(found?.language ?? null).toBe(language);
    if (language !== null) expect(found?.sure).toBe(sure);
  });

  it("never throws and never names a language the bot does not speak", () => {
    for (const text of ["\ud800", "\u0000", "a".repeat(100_000), "中".repeat(100_000), "ß ñ 中 あ 한 я"]) {
      const found = detectLanguage(text, ["en", "es"]);
      expect(["en", "es", undefined]).toContain(found?.language);
    }
  });
});

describe("short messages of seven languages in Latin letters", () => {
  const rows = readFileSync(new URL("short-messages.tsv", import.meta.url), "utf8")
    .trim()
    .split("\n")
    .map((line) => line.split("\t") as [string, string]);
  const share = (languages: string[]) => {
    const tongue = createTongue(languages)!;
    const mine = rows.filter(([language]) => languages.includes(language));
    return mine.filter(([language, text]) => tongue(text) === language).length / mine.length;
  };

  it("are told apart nine times out of ten, and from English alone nineteen times out of twenty", () => {
    const all = ["en", "es", "fr", "de", "pt", "it", "nl"];
    expect(share(all)).toBeGreaterThanOrEqual(0.9);
    const pairs = all.slice(1).map((one) => share(["en", one]));
    expect(pairs.reduce((sum, one) => sum + one, 0) / pairs.length).toBeGreaterThanOrEqual(0.95);
  });

  it("a bot whose languages differ by script needs no such help", () => {
    expect(createTongue(["en", "zh"])).toBeNull();
  });

  it("a language that the bot does not speak is noticed by its commonest words", () => {
    expect(isForeign("wo ist mein paket und wann kommt es", ["en", "zh"])).toBe(true);
    expect(isForeign("где мой заказ", ["en", "zh"])).toBe(true);
    for (const text of ["where is my order", "asdf", "Nike Air Max", "42", "运费多少", "la la land"])
      expect(isForeign(text, ["en", "zh"])).toBe(false);
  });
});

describe("asking for a language", () => {
  it.each<[string, string | null]>([
    ["English please", "en"],
    ["in English", "en"],
    ["中文", "zh"],
    ["请说中文", "zh"],
    ["用西班牙语", "es"],
    ["español, por favor", "es"],
    ["habla español", "es"],
    ["French", null],
    ["Do you ship to England?", null],
    ["constructor", null],
    ["can we speak Chinese?", "zh"],
    ["Could you please answer in Spanish", "es"],
    ["可以用中文吗", "zh"],
    ["请说英文", "en"],
    ["你会说西班牙语吗", "es"],
    ["I want to learn Chinese", null],
    ["Do you have a Spanish manual?", null],
    ["有英文说明书吗", null],
  ])("%s", (text, language) => {
    expect(asksForLanguage(plain(text).replace(",", ""), ["en", "zh", "es"])).toBe(language);
  });
});
