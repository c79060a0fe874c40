import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { clip, cutText } from "../../adapters/cut.ts";
import { messengerLimits } from "../../adapters/messenger/limits.ts";
import { pieces } from "../../adapters/meta/pieces.ts";
import type { Button, Message } from "../../model/message.ts";

const cut = (message: Message) => pieces(messengerLimits(), message);
const button = (title: string, more: Partial<Button> = { payload: title }): Button => ({ title, ...more });
const titles = (count: number) => Array.from({ length: count }, (_, at) => `Option ${at + 1}`);
const MAX = 1999;

describe("a long text is cut where a reader would pause", () => {
  const sentence = "The Ridge boots are back in every size you asked for. ";
  test("at the end of a sentence", () => {
    const parts = cutText(sentence.repeat(80), MAX);
    expect(parts.length).toBe(3);
    for (const part of parts) expect(part.endsWith(".")).toBe(true);
  });
  test("at the end of a Chinese sentence, which has no space", () => {
    const parts = cutText("山脊靴所有尺码都已到货。".repeat(400), MAX);
    for (const part of parts) expect(part.endsWith("。")).toBe(true);
  });
  test("else at a space", () => {
    const parts = cutText("word ".repeat(1_000), MAX);
    for (const part of parts) expect(part).toMatch(/^word( word)*$/);
  });
  test("else between two characters, never within one", () => {
    const family = "👨‍👩‍👧‍👦";
    for (const part of cutText(family.repeat(400), MAX)) expect(part.replaceAll(family, "")).toBe("");
  });
  test("2000 units are two pieces, 1999 are one", () => {
    expect(cutText("x".repeat(1_999), MAX).length).toBe(1);
    expect(cutText("x".repeat(2_000), MAX).map((part) => part.length)).toEqual([1_999, 1]);
  });
  test("nothing but white space at the cuts is lost, whatever the text", () => {
    const unit = fc.oneof(
      fc.string({ unit: "grapheme" }),
      fc.string({ unit: "binary" }),
      fc.constantFrom(" ", ". ", "\n", "。", "é", "👩‍🚀", "\ud800"),
    );
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 80 }), fc.integer({ min: 2, max: 40 }), (units, max) => {
        const text = units.join("");
        const parts = cutText(text, max);
        const bare = (value: string) => value.replace(/\s/g, "");
        expect(bare(parts.join(""))).toBe(bare(text));
        for (const part of parts) {
          expect(part.length).toBeGreaterThan(0);
          expect(part.length).toBeLessThanOrEqual(max);
        }
      }),
      { numRuns: 2_000 },
    );
  });
  test("even a character longer than a piece is not cut through half of a surrogate pair", () => {
    const tower = `e${"\u0301".repeat(5)}${"\u{1f3fb}".repeat(40)}`;
    for (const max of [2, 3, 5, 10]) for (const part of cutText(tower, max)) expect(part).not.toMatch(/\p{Surrogate}/u);
  });
  test("a title without room keeps its beginning and says that more follows", () => {
    expect(clip("Returns and exchanges", 20)).toBe("Returns and exchang…");
    expect(clip("Returns", 20)).toBe("Returns");
    expect(clip(`${"x".repeat(18)}👍👍`, 20)).toBe(`${"x".repeat(18)}…`);
  });
});

describe("what the channel has no room for degrades by a stated rule", () => {
  test("an ordinary line is one piece, as it was", () => {
    const message = { text: "Which size?", choices: [{ title: "40", payload: "40" }] };
    expect(cut(message)).toEqual([message]);
  });
  test("a picture goes before its text, cards after it, choices on the last", () => {
    const cards = [{ title: "Ridge", subtitle: "189 USD" }];
    const choices = [{ title: "Yes", payload: "yes" }];
    expect(cut({ text: "Look:", image: { url: "https://example.com/a.jpg" }, cards, choices })).toEqual([
      { image: { url: "https://example.com/a.jpg" } },
      { text: "Look:" },
      { cards, choices },
    ]);
  });
  test("three buttons stay buttons", () => {
    const buttons = [button("A"), button("B", { url: "https://example.com" }), button("C", { phone: "+1555" })];
    expect(cut({ text: "Pick", buttons })).toEqual([{ text: "Pick", buttons }]);
  });
  test("under buttons the last part of a long text has at most 640 units", () => {
    const out = cut({ text: "One sentence of a long story. ".repeat(100), buttons: [button("A")] });
    expect(out.at(-1)?.buttons).toHaveLength(1);
    expect(out.at(-1)?.text?.length).toBeLessThanOrEqual(640);
    expect(out.slice(0, -1).every((piece) => piece.buttons === undefined)).toBe(true);
  });
  test("five payload buttons become five quick replies", () => {
    expect(cut({ text: "Pick", buttons: titles(5).map((title) => button(title)) })).toEqual([
      { text: "Pick", choices: titles(5).map((title) => ({ title, payload: title })) },
    ]);
  });
  test("of five buttons with two links the links stay buttons", () => {
    const buttons = [
      ...titles(3).map((title) => button(title)),
      button("Shop", { url: "https://a.example" }),
      button("Call", { phone: "+1" }),
    ];
    const [only] = cut({ text: "Pick", buttons });
    expect(only?.buttons?.map((one) => one.title)).toEqual(["Shop", "Call"]);
    expect(only?.choices?.map((one) => one.title)).toEqual(titles(3));
  });
  test("four links are written out with their addresses, without a number that would answer nothing", () => {
    const buttons = titles(4).map((title, at) => button(title, { url: `https://example.com/${at}` }));
    const [only] = cut({ text: "Pick", buttons });
    expect(only?.text).toBe(
      `Pick\n\n${titles(4)
        .map((title, at) => `${title}: https://example.com/${at}`)
        .join("\n")}`,
    );
    expect(only?.buttons).toBeUndefined();
  });
  test("fourteen choices become a numbered list, thirteen do not", () => {
    const choices = (count: number) => titles(count).map((title) => ({ title, payload: title }));
    expect(cut({ text: "Pick", choices: choices(13) })).toEqual([{ text: "Pick", choices: choices(13) }]);
    const [only] = cut({ text: "Pick", choices: choices(14) });
    expect(only?.choices).toBeUndefined();
    expect(only?.text).toMatch(/\n14\. Option 14$/);
  });
  test("buttons under a picture alone become quick replies of the picture", () => {
    const image = { url: "https://example.com/a.jpg" };
    expect(cut({ image, buttons: [button("A")] })).toEqual([{ image, choices: [{ title: "A", payload: "A" }] }]);
  });
  test("eleven cards are two rows; a card with four buttons is two cards; a bare title is a text", () => {
    const card = (title: string) => ({ title, subtitle: "x" });
    expect(cut({ cards: titles(11).map(card) }).map((piece) => piece.cards?.length)).toEqual([10, 1]);
    const [row] = cut({ cards: [{ title: "Boots", buttons: titles(4).map((title) => button(title)) }] });
    expect(row?.cards?.map((one) => one.buttons?.length)).toEqual([3, 1]);
    expect(cut({ cards: [card("A"), { title: "Only a title" }, card("B")] })).toEqual([
      { cards: [card("A")] },
      { text: "Only a title" },
      { cards: [card("B")] },
    ]);
  });
  test("no message is without a piece", () => {
    for (const message of [{}, { text: "" }, { text: "  " }, { cards: [] }]) expect(cut(message).length).toBeGreaterThan(0);
  });
  test("every button and choice of any message is still there to be chosen", () => {
    const title = fc.integer({ min: 0, max: 99_999 }).map((number) => `Title ${number}`);
    const anyButton = fc.oneof(
      title.map((one) => ({ title: one, payload: one })),
      title.map((one) => ({ title: one, url: `https://example.com/${one.length}` })),
    );
    const anyMessage = fc.record(
      {
        text: fc.string({ maxLength: 3_000 }),
        buttons: fc.array(anyButton, { maxLength: 16 }),
        choices: fc.array(
          title.map((one) => ({ title: one, payload: one })),
          { maxLength: 16 },
        ),
        image: fc.constant({ url: "https://example.com/a.jpg" }),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(anyMessage, (message: Message) => {
        const out = cut(message);
        const shown = JSON.stringify(out);
        for (const one of [...(message.buttons ?? []), ...(message.choices ?? [])]) expect(shown).toContain(one.title);
        for (const piece of out) {
          expect(piece.text?.length ?? 0).toBeLessThanOrEqual(piece.buttons ? 640 : MAX);
          expect(piece.buttons?.length ?? 0).toBeLessThanOrEqual(3);
          expect(piece.choices?.length ?? 0).toBeLessThanOrEqual(13);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
