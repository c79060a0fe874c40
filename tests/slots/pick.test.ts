/** What a longer text fills by the way: only what has an unmistakable form. And no text whatever breaks the reading. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { SlotType } from "../../dialogue/program.ts";
import { asksForPerson, cancels, greets, neverMind, optsIn, optsOut, repeats, skips, thanks } from "../../dialogue/slots/answers.ts";
import { corrects, namesSlot } from "../../dialogue/slots/corrections.ts";
import { abuses, complains, complainsOutright, danger, insults, smallTalk } from "../../dialogue/slots/mood.ts";
import { clausesOf, followsUp, partsOf, refuses } from "../../dialogue/slots/parts.ts";
import { pick, type Surroundings, understand } from "../../dialogue/slots/understand.ts";
import { ORDER, REASONS, slot } from "./slots.ts";

const context: Surroundings = {
  language: "en",
  timezone: "America/Los_Angeles",
  country: "US",
  currency: "USD",
  nowMs: Date.parse("2026-03-02T18:00:00Z"),
};

test.each([
  [ORDER, "I want to return order AL-123456 please", "AL-123456"],
  [ORDER, "I want to return my order", null],
  [slot("email"), "send it to ana@example.com, I moved last week", "ana@example.com"],
  [slot("email"), "ana@example.com or bo@example.com", null],
  [slot("phone"), "call me on 415-555-2671 when it is ready", "+14155552671"],
  [slot("phone"), "I have 2 tents and 3 bags", null],
  [REASONS, "my new boots are too small, I want to return them", "small"],
  [REASONS, "我买的靴子太小，想退货", "small"],
  [REASONS, "they are not too small, really", null],
  [REASONS, "one boot is too small and one too big", null],
  [REASONS, "I want 2 of them", null],
  [{ ...REASONS, type: "choices" as const }, "they are too small and faulty", ["small", "faulty"]],
  [slot("date"), "I'd like a table for Friday", "2026-03-06"],
  [slot("date"), "a table on March 5 for 4", "2026-03-05"],
  [slot("date"), "a table for 4", null],
  [slot("date"), "Friday or Saturday", null],
  [slot("integer"), "a table for 4", null],
  [slot("yes_no"), "yes I want to return my boots", null],
  [slot("text"), "anything", null],
])("%j in %j", (given, text, value) => {
  expect(pick(given, text, context)).toEqual(value);
});

const TYPES: SlotType[] = [
  "text",
  "integer",
  "number",
  "money",
  "date",
  "time",
  "datetime",
  "yes_no",
  "choice",
  "choices",
  "email",
  "phone",
  "location",
  "attachment",
];
const anyText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 60 }),
  fc.string({ unit: "grapheme", maxLength: 60 }),
  // Pieces that the readers look for, in any order.
  fc
    .array(
      fc.constantFrom(
        "two",
        "三十",
        "二",
        "点",
        "半",
        "$",
        "¥",
        "20",
        "1,234.5",
        "-",
        "/",
        "3/5",
        "tomorrow",
        "下周五",
        "at",
        "5",
        "pm",
        "las",
        "y",
        "media",
        "mañana",
        "not",
        "small",
        "@",
        "a@b.co",
        "+1415",
        "no",
        "是",
        "wrong",
        "我的",
        "改成",
        " ",
        ".",
        "👍",
      ),
      { maxLength: 14 },
    )
    .map((parts) => parts.join("")),
  fc
    .array(fc.constantFrom("转接", "我要", "人工", "hundred", "and", "actually,", "no,", "real", "human", "i want to", "talk"), {
      maxLength: 30,
    })
    .map((parts) => parts.join(" ")),
);
const place = fc.record({
  language: fc.constantFrom("en", "zh", "es", "zh-TW", "xx", "", "not a language"),
  timezone: fc.constantFrom("America/Los_Angeles", "Asia/Shanghai", "Nowhere/Town", ""),
  country: fc.constantFrom(null, "US", "CN", "ES", "ZZ", "", "usa"),
  currency: fc.constantFrom("USD", "CNY", "XXX", "?"),
  nowMs: fc.integer({ min: 0, max: 4_102_444_800_000 }),
});

test("whatever is written, in whatever place, every type of slot answers with data and never throws", () => {
  fc.assert(
    fc.property(anyText, place, fc.constantFrom(...TYPES), (text, surroundings, type) => {
      for (const given of [type === "text" ? ORDER : slot(type), { ...REASONS, type }]) {
        const found = understand(given, { text, payload: text, attachments: [] }, surroundings);
        expect(["value", "not_this_type", "ambiguous"]).toContain(found.kind);
        expect(JSON.parse(JSON.stringify(found))).toEqual(found);
        const picked = pick(given, text, surroundings);
        expect(JSON.parse(JSON.stringify(picked))).toEqual(picked);
      }
    }),
    { numRuns: 1500 },
  );
});

test("whatever is written, the recognisers of whole messages answer and never throw", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      for (const says of [
        abuses,
        complains,
        complainsOutright,
        insults,
        asksForPerson,
        cancels,
        skips,
        repeats,
        optsOut,
        optsIn,
        neverMind,
        greets,
        thanks,
      ])
        expect(typeof says(text)).toBe("boolean");
      const correction = corrects(text);
      if (correction) namesSlot(correction.about ?? "", [text]);
      for (const reads of [danger, smallTalk, refuses, followsUp, partsOf, clausesOf]) expect(JSON.stringify(reads(text))).toBeDefined();
    }),
    { numRuns: 1500 },
  );
});

test("texts made to be slow to read are read at once", () => {
  const slow = [
    "转接".repeat(12),
    "我想要".repeat(8),
    "no, ".repeat(40),
    "hundred and ".repeat(200),
    "1,234".repeat(400),
    "a@".repeat(2000),
    "三十".repeat(2000),
    "en la mañana ".repeat(200),
    "(".repeat(5000),
    "so ".repeat(26),
    "very good ".repeat(8),
    "you are so ".repeat(7),
    "真的好".repeat(20),
    "no, not ".repeat(20),
    "I don't want to ".repeat(10),
    "and how ".repeat(50),
    "我不想要".repeat(40),
    "还有".repeat(100),
  ];
  const begunMs = performance.now();
  for (const text of slow) {
    corrects(text);
    asksForPerson(text);
    for (const reads of [abuses, complains, danger, insults, smallTalk, refuses, followsUp, partsOf]) reads(text);
    for (const type of TYPES) understand({ ...REASONS, type }, { text, attachments: [] }, context);
  }
  expect(performance.now() - begunMs).toBeLessThan(2000);
});
