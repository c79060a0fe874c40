/** Questions that a document answers: quoted word for word with the source, ranked beside the FAQ, and silence where nothing fits. */
import { afterEach, describe, expect, it } from "vitest";
import { passagesOf } from "../../dialogue/compile/passages.ts";
import { openShop, type Shop, shopProgram } from "../models/shop.ts";

const WARRANTY = `# Warranty terms

<!-- internal: ask legal before changing -->

## What is covered

Seams and soles are covered for **two years** from the day you bought the boots. Laces and insoles are not covered.

Damage by [fire](https://x.test) or chemicals is never covered, nor is wear that comes from walking.

## How to claim

1. Keep the receipt or the order number.
2. Send a photo of the damage through this chat.
3. We answer within three working days.

## 国际保修

在中国大陆购买的靴子享受两年保修，保修期内免费更换鞋底。
`;
const FAQ = `
format: 1
documents:
  - { id: warranty, title: Warranty terms, file: documents/warranty.md, url: "https://shop.test/warranty" }
`;
const files = { "flows/terms.faq.yaml": FAQ, "flows/documents/warranty.md": WARRANTY };
const program = shopProgram("local-only", files);

let shop: Shop;
afterEach(() => shop?.close());

describe("a question that only a document answers", () => {
  it("is answered by the passage as it stands, with its source", async () => {
    shop = await openShop({ program, answerer: null });
    expect(await shop.says("Are seams and soles covered?")).toEqual([
      "“Seams and soles are covered for two years from the day you bought the boots. Laces and insoles are not covered.”\n" +
        "— Warranty terms › What is covered\nhttps://shop.test/warranty",
    ]);
    const turn = (await shop.journal()).find((row) => row.kind === "turn")!;
    expect(turn.skeleton).toMatchObject({ answered: ["warranty_1"] });
  });

  it.each([
    ["does the warranty cover damage by chemicals", "fire or chemicals is never covered"],
    ["do I need the receipt to claim", "Keep the receipt"],
    ["保修期内更换鞋底免费吗", "免费更换鞋底"],
  ])("%s", async (question, quoted) => {
    shop = await openShop({ program, answerer: null });
    const said = await shop.says(question);
    expect(said).toHaveLength(1);
    expect(said[0]).toContain(quoted);
    expect(said[0]).toContain("Warranty terms");
  });

  it.each(["zebra carpets for tea", "do you sell soles of fish", "covered", "what is the meaning of life", "我想买一只猫"])(
    "nothing is quoted for %j",
    async (question) => {
      shop = await openShop({ program, answerer: null });
      expect((await shop.says(question)).join()).not.toContain("Warranty terms");
    },
  );

  it("gives way to an entry of the FAQ that was written for the question", async () => {
    shop = await openShop({ program, answerer: null });
    expect(await shop.says("How long does shipping take?")).toEqual(["Two to four working days, and about a week abroad."]);
  });
});

describe("documents in a brand's files", () => {
  it("are cut along their headings, lists and sentences, never inside one", () => {
    const cuts = passagesOf(WARRANTY);
    expect(cuts[0]).toEqual({
      heading: ["Warranty terms", "What is covered"],
      text: "Seams and soles are covered for two years from the day you bought the boots. Laces and insoles are not covered.",
      line: 7,
    });
    const long = passagesOf(`# A\n\n${"One sentence of some length stands here. ".repeat(60)}`);
    expect(long.length).toBeGreaterThan(3);
    for (const { text } of long) expect(text).toMatch(/^One sentence.*here\.$/);
    expect(passagesOf("")).toEqual([]);
    expect(passagesOf("\u0000".repeat(10_000)).length).toBeGreaterThan(0);
  });

  it("that are missing, empty or claim a known id are named with their place", () => {
    const faq = FAQ.replace("warranty.md", "warrenty.md");
    expect(() => shopProgram("local-only", { ...files, "flows/terms.faq.yaml": faq })).toThrow(/terms\.faq\.yaml:4 no-file/);
    const twice = `${FAQ}  - { id: warranty, title: Again, file: documents/warranty.md }\n`;
    expect(() => shopProgram("local-only", { ...files, "flows/terms.faq.yaml": twice })).toThrow(/duplicate-id/);
  });

  it("say what stands in them: braces are no expressions", async () => {
    const text = "# T\n\nThe code word {{ customer.first_name }} opens the garden gate of ${HOME}.\n";
    shop = await openShop({ program: shopProgram("local-only", { ...files, "flows/documents/warranty.md": text }), answerer: null });
    expect((await shop.says("which code word opens the garden gate")).join()).toContain("{{ customer.first_name }}");
  });
});
