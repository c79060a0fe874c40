/** Slots as the examples of the language declare them, for the tests of reading. */
import type { Slot, SlotType, Text } from "../../dialogue/program.ts";

function label(text: string, chinese: string): Text {
  return {
    source: text,
    place: { file: "", line: 1, column: 1 },
    languages: ["en", "zh"],
    print: (_scope, language) => (language === "zh" ? chinese : text),
  };
}

export function slot(type: SlotType, more: Partial<Slot> = {}): Slot {
  return { name: "x", type, personal: false, onlyWhenAsked: false, ...more };
}

export const REASONS: Slot = slot("choice", {
  of: [
    { value: "small", label: label("Too small", "太小"), also: ["tight", "小了"] },
    { value: "big", label: label("Too big", "太大"), also: ["loose", "huge"] },
    { value: "faulty", label: label("Faulty", "有毛病"), also: ["broken"] },
    { value: "other_reason", label: label("Something else", "其他"), also: [] },
  ],
});

export const ORDER = slot("text", { pattern: { source: "AL-[0-9]{6}", first: (text) => /AL-[0-9]{6}/.exec(text)?.[0] ?? null } });
