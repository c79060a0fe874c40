/** Which language a customer writes in, and when they ask for another. */
import { describe, expect, it } from "vitest";
import { asksForLanguage, detectLanguage } from "../../dialogue/language.ts";
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
  ])("%s", (text, language) => {
    expect(asksForLanguage(plain(text).replace(",", ""), ["en", "zh", "es"])).toBe(language);
  });
});
