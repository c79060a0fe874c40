/** How a message of a brand becomes what X takes. */
import { describe, expect, test } from "vitest";
import { asPlainText, joinable, joined, pieces } from "../../adapters/twitter/pieces.ts";
import { sameWords } from "../../adapters/twitter/words.ts";
import type { Message } from "../../model/message.ts";

const choice = (title: string) => ({ title, payload: title.toUpperCase() });

describe("one message", () => {
  test.each<[string, Message, Message[]]>([
    ["a text", { text: "Hello" }, [{ text: "Hello" }]],
    ["a picture carries its text", { text: "Boots", image: { url: "u" } }, [{ text: "Boots", image: { url: "u" } }]],
    [
      "a picture goes ahead of a question with options",
      { text: "Which?", image: { url: "u" }, choices: [choice("A")] },
      [{ image: { url: "u" } }, { text: "Which?", choices: [choice("A")] }],
    ],
    ["two media are two messages", { image: { url: "u" }, video: { url: "v" } }, [{ image: { url: "u" } }, { video: { url: "v" } }]],
    [
      "files and sounds are links",
      { text: "Yours", file: { url: "u", name: "Invoice" }, audio: { url: "a" } },
      [{ text: "Yours\n\na\n\nInvoice: u" }],
    ],
    [
      "a card is a text with its picture",
      { cards: [{ title: "Ridge", subtitle: "189 USD", imageUrl: "p", url: "u" }] },
      [{ image: { url: "p" }, text: "Ridge\n189 USD\nu" }],
    ],
    ["telephone numbers are written out", { text: "Call", buttons: [{ title: "Shop", phone: "+1" }] }, [{ text: "Call\n\nShop: +1" }]],
    ["nothing at all", {}, [{ text: "…" }]],
  ])("%s", (_what, message, expected) => {
    expect(pieces(message)).toEqual(expected);
  });

  test("more options than X shows are a numbered list", () => {
    const choices = Array.from({ length: 21 }, (_, at) => choice(`Size ${at}`));
    const [piece] = pieces({ text: "Which?", choices });
    expect(piece?.choices).toBeUndefined();
    expect(piece?.text).toContain("21. Size 20");
  });

  test("a text at the limit leaves room for the list that it may become", () => {
    const all = pieces({ text: "word ".repeat(4_000), choices: [choice("A"), choice("B")] });
    for (const piece of all) expect(asPlainText(piece).length).toBeLessThanOrEqual(10_000);
    expect(asPlainText(all.at(-1)!)).toMatch(/1\. A\n2\. B$/);
  });
});

describe("several messages as one", () => {
  test.each<[string, Message[], number]>([
    ["texts", [{ text: "a" }, { text: "b" }, { text: "c" }], 3],
    ["nothing behind options", [{ text: "a" }, { text: "b", choices: [choice("A")] }, { text: "c" }], 2],
    ["one medium", [{ text: "a", image: { url: "u" } }, { text: "b" }, { video: { url: "v" } }], 2],
    ["no more than a message holds", [{ text: "a".repeat(6_000) }, { text: "b".repeat(6_000) }], 1],
  ])("%s", (_what, waiting, count) => {
    expect(joinable(waiting)).toBe(count);
  });
  test("their order stays, an empty line between them", () => {
    const whole = joined([{ text: "a", image: { url: "u" } }, { text: "b" }, { text: "c", choices: [choice("A")] }]);
    expect(whole).toEqual({ text: "a\n\nb\n\nc", image: { url: "u" }, choices: [choice("A")] });
  });
});

describe("is the message that came back the line that left?", () => {
  test.each<[string, Message, Message, boolean]>([
    ["the same words", { text: "Hello" }, { text: "Hello" }, true],
    ["other white space", { text: "Hello  there\n" }, { text: "Hello there" }, true],
    ["a link that X has written differently", { text: "See https://shop.example/" }, { text: "See http://shop.example" }, true],
    ["a list that was made of options", { text: "Which?\n\n1. A" }, { text: "Which?", choices: [choice("A")] }, true],
    ["one of several that were joined", { text: "one\n\ntwo\n\nthree" }, { text: "two" }, true],
    ["a picture without words", { image: { url: "x" } }, { image: { url: "y" } }, true],
    ["words within other words", { text: "I will two" }, { text: "two" }, false],
    ["other words", { text: "Bob here" }, { text: "Hello" }, false],
    ["a text is no picture", { text: "Hello" }, { image: { url: "y" } }, false],
  ])("%s", (_what, came, line, same) => {
    expect(sameWords(came, line)).toBe(same);
  });
});
