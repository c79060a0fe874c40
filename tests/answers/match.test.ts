import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { rankOffers } from "../../answers/match.ts";
import type { Offer } from "../../answers/matcher.ts";

const SHOP: Offer[] = [
  {
    kind: "flow",
    name: "returns",
    phrases: ["I want to return my order", "Can I send something back?", "我想退货", "Quiero devolver mi pedido"],
  },
  { kind: "flow", name: "tracking", phrases: ["Where is my parcel?", "Track my order", "我的快递到哪了", "¿Dónde está mi paquete?"] },
  { kind: "faq", name: "hours", phrases: ["What are your opening hours?", "When do you open?", "几点开门", "¿A qué hora abren?"] },
  { kind: "faq", name: "shipping", phrases: ["How much is shipping?", "Is delivery free?", "运费多少", "¿Cuánto cuesta el envío?"] },
];
const rank = rankOffers(SHOP);
const best = (text: string) => rank(text).candidates[0];

describe("a phrase as it stands in the files", () => {
  it.each(SHOP.flatMap(({ name, phrases }) => phrases.map((phrase) => [phrase, name])))("%s is %s beyond doubt", (phrase, name) => {
    expect(best(phrase)).toMatchObject({ name, score: 1, phrase });
    expect(rank(phrase).none).toBe(0);
  });

  it("is the same phrase in capitals, without accents and marks, in full width", () => {
    expect(best("WHERE IS MY PARCEL")).toMatchObject({ name: "tracking", score: 1 });
    expect(best("donde esta mi paquete")).toMatchObject({ name: "tracking", score: 1 });
    expect(best("ｔｒａｃｋ my order!!")).toMatchObject({ name: "tracking", score: 1 });
    expect(best("我想退货。")).toMatchObject({ name: "returns", score: 1 });
  });

  it("that two entries claim is a tie, so that the customer is asked", () => {
    const twice = rankOffers([...SHOP, { kind: "faq", name: "return_policy", phrases: ["i want to return my order"] }]);
    const [first, second] = twice("I want to return my order").candidates;
    expect([first!.name, second!.name].sort()).toEqual(["return_policy", "returns"]);
    expect([first!.score, second!.score]).toEqual([1, 1]);
  });
});

describe("what customers make of it", () => {
  it.each([
    ["where is my parcle", "tracking"],
    ["wheres my parcel", "tracking"],
    ["i want to retrun my order please", "returns"],
    ["where is my parcel ~12345", "tracking"],
    ["where is my parcel AL-100001", "tracking"],
    ["what are the opening hours", "hours"],
    ["我想要退貨", "returns"],
    ["请问运费是多少呀", "shipping"],
    ["quiero devolver un pedido", "returns"],
  ])("%s is still %s", (text, name) => {
    expect(best(text)).toMatchObject({ name });
    expect(best(text)!.score).toBeGreaterThanOrEqual(0.5);
  });

  it("scores a number beside the words no worse than the words", () => {
    const plain = best("so where is my parcel then")!.score;
    expect(plain - best("so where is my parcel then ~98765")!.score).toBeLessThan(0.05);
  });

  it.each(["what is the capital of france", "ok", "Ana", "12345", "👍", "今天天气怎么样", "王芳", "cuéntame un chiste", ""])(
    "%s is none of it",
    (text) => {
      expect(best(text)?.score ?? 0).toBeLessThan(0.5);
      expect(rank(text).none).toBeGreaterThan(0.5);
    },
  );

  it("tells the language by script or by the phrase that was surely meant, and else says nothing", () => {
    expect(rank("我的快递呢").language).toBe("zh");
    expect(rank("¿Dónde está mi paquete?").language).toBe("es");
    expect(rank("Where is my parcel?").language).toBe("en");
    expect(rank("Ana").language).toBeNull();
    expect(rank("これはペンです").language).toBeNull();
  });

  it("finds a flow by its description when no phrase comes near, less surely than by a phrase", () => {
    const described = rankOffers([
      ...SHOP,
      {
        kind: "flow",
        name: "repair",
        phrases: ["The zip jams"],
        description: "The customer has something broken that our workshop may repair.",
      },
    ]);
    const found = described("can your workshop repair something broken").candidates[0]!;
    expect(found).toMatchObject({ name: "repair", phrase: "The zip jams" });
    expect(found.score).toBeLessThan(described("the zip jams").candidates[0]!.score);
  });
});

describe("whatever is typed", () => {
  it("ranks in order, between 0 and 1, without repeats, the same twice", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.string({ unit: "grapheme" }), fc.lorem()), (text) => {
        const once = rank(text);
        expect(rank(text)).toEqual(once);
        const scores = once.candidates.map((candidate) => candidate.score);
        expect(scores).toEqual([...scores].sort((a, b) => b - a));
        for (const score of [...scores, once.none]) expect(score >= 0 && score <= 1).toBe(true);
        expect(new Set(once.candidates.map(({ kind, name }) => `${kind} ${name}`)).size).toBe(scores.length);
      }),
      { numRuns: 200 },
    );
  });

  it.each([
    "__proto__",
    "constructor toString",
    "{{ customer.email }}",
    "\u202Egnal si siht",
    "\ud800",
    "a".repeat(100_000),
    "退".repeat(50_000),
  ])("%.20s does no harm", (text) => {
    expect(rank(text).candidates.every((candidate) => Number.isFinite(candidate.score))).toBe(true);
    expect(best("Where is my parcel?")).toMatchObject({ name: "tracking", score: 1 });
  });

  it("an offer without any phrases, or none at all, matches nothing", () => {
    expect(rankOffers([])("hello")).toEqual({ candidates: [], none: 1, language: null });
    expect(rankOffers([{ kind: "faq", name: "mute", phrases: [] }])("hello").candidates).toEqual([]);
  });
});
