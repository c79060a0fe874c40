/** Answer, ask back, soothe, or a person: what becomes of a text that no question waits for. Rule 22a. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRanker } from "../../answers/match.ts";
import { advance } from "../../dialogue/turn/advance.ts";
import { decidedIn } from "../../dialogue/turn/decided.ts";
import { EMPTY_SESSION } from "../../model/session.ts";
import { HOSTILE_STRINGS } from "../hostile-strings.ts";
import { brand, effectsOf, offersIn, SHUT, talk } from "./talk.ts";

const FAQ = `
format: 1
faq:
  - id: shipping
    title: Shipping time
    questions: [How long does shipping take?, 多久能到货]
    answers:
      - { language: zh, answer: 国内三天。 }
      - answer: A week.
  - id: cost
    questions: [How much is shipping?, 运费多少]
    answer: Six dollars.
  - id: warranty
    questions: [How long is the warranty?, 保修多久]
    answer: Two years.
`;
const FLOWS = {
  returns: `
title: Return or swap
triggers: [ { phrases: [I want to return my order, 我想退货] }, { keyword: GO } ]
slots: { number: { type: text, pattern: "AL-[0-9]{6}" } }
steps:
  - { collect: number, ask: Number? }
  - send: Label made.
`,
  shops: `
triggers: [ { phrases: [Where are your shops?] } ]
slots: { city: { type: choice, of: { portland: Portland, seattle: Seattle } } }
steps:
  - { collect: city, ask: Which city? }
  - send: "{{ slots.city }}, Main Street."
`,
};
const program = brand(FLOWS, { files: { "flows/shop.faq.yaml": FAQ } });

describe("several questions in one message", () => {
  it("are all answered, in their order", () => {
    const t = talk(program);
    expect(t.says("How much is shipping? And how long is the warranty?")).toEqual(["Six dollars.", "Two years."]);
    expect(talk(program).says("保修多久，运费多少")).toEqual(["Two years.", "Six dollars."]);
  });

  it("are answered before the flow that was asked for, whose question comes last", () => {
    const t = talk(program);
    expect(t.says("I want to return my order. How long does shipping take?")).toEqual(["A week.", "Number?"]);
  });

  it("two wishes are fulfilled one after the other", () => {
    const t = talk(program);
    expect(t.says("I want to return my order. Where are your shops?")).toEqual(["Number?"]);
    expect(t.says("AL-123456")).toEqual(["Label made.", "Which city?"]);
    expect(t.says("Seattle")).toEqual(["Seattle, Main Street."]);
  });

  it("in the middle of a form are answered, and the form asks once more", () => {
    const t = talk(program);
    t.says("go");
    expect(t.says("How much is shipping? How long is the warranty?")).toEqual(["Six dollars.", "Two years.", "Number?"]);
  });
});

describe("what a customer does not want", () => {
  it("is not started, and what they want instead is", () => {
    const t = talk(program);
    expect(t.says("I don't want to return my order")).toEqual(["All right, not that. What can I do for you instead?"]);
    expect(t.says("not a return, how long is the warranty")).toEqual(["Two years."]);
    expect(talk(program).says("我不想退货，我想问保修多久")).toEqual(["Two years."]);
  });

  it("ends the flow that is under way with it", () => {
    const t = talk(program);
    t.says("go");
    t.says("I don't want to return my order");
    expect(t.session.stack).toEqual([]);
    expect(decidedIn(t.turn.trace)).toEqual(["cancel"]);
  });
});

describe("a question that leans on the one before", () => {
  it("is read with it, for half an hour, and keeps none of the customer's words", () => {
    const t = talk(program);
    t.says("How much is shipping?");
    expect(t.session.topic).toBe("faq/cost");
    expect(JSON.stringify(t.session.topic)).not.toContain("shipping?");
    expect(t.says("and to Canada?")).toEqual(["Six dollars."]);
    t.wait(31 * 60_000);
    expect(t.says("and to Canada?")).toEqual(["Sorry, I didn't get that. Could you put it another way?"]);
  });

  it("fills the flow that came before with what is new", () => {
    const t = talk(program);
    t.says("Where are your shops?");
    t.says("Seattle");
    expect(t.says("and Portland?")).toEqual(["Portland, Main Street."]);
  });
});

describe("near ties and guesses", () => {
  const near = (first: number, second: number) => ({
    candidates: [
      { kind: "faq" as const, name: "shipping", score: first, phrase: "How long does shipping take?" },
      { kind: "flow" as const, name: "returns", score: second, phrase: "I want to return my order" },
    ],
    none: 0.1,
    language: null,
  });

  it("are offered by their titles", () => {
    const t = talk(program);
    t.rankings.set("parcel", near(0.7, 0.65));
    expect(t.says("parcel")).toEqual(["Which of these do you mean?"]);
    expect(offersIn(t.turn.effects).map(({ title }) => title)).toEqual(["Shipping time", "Return or swap"]);
  });

  it("what is too uncertain to act upon is offered, not done", () => {
    const t = talk(program);
    t.rankings.set("parcel", near(0.45, 0.3));
    expect(t.says("parcel")).toEqual(["I'm not sure I got that. Is it one of these?"]);
    expect(t.taps("Return or swap")).toEqual(["Number?"]);
  });
});

describe("how a customer feels", () => {
  it("a complaint is answered with an apology and the offer of a person, which a plain yes takes", () => {
    const t = talk(program);
    expect(t.says("this is ridiculous")[0]).toMatch(/^I'm sorry\. .*\?$/);
    t.says("yes please");
    expect(effectsOf(t.turn, "handoff")[0]?.request.code).toBe("customer_asked");
  });

  it("the second complaint goes to a person by itself, who knows the mood", () => {
    const t = talk(program);
    t.says("this is ridiculous");
    t.says("你们服务太差了");
    expect(effectsOf(t.turn, "handoff")[0]?.request).toMatchObject({ code: "negative_mood", priority: "high" });
  });

  it("rudeness is answered calmly, and a question in rude words is answered", () => {
    const t = talk(program);
    t.says("you are useless");
    expect(decidedIn(t.turn.trace)).toEqual(["abuse"]);
    expect(t.says("how much is the fucking shipping")).toEqual(["Six dollars."]);
  });

  it("danger is heard before anything else, also in the middle of a form, and goes to a person at once", () => {
    const t = talk(program);
    t.says("go");
    expect(t.says("I just want to kill myself")[0]).toContain("988");
    expect(effectsOf(t.turn, "handoff")[0]?.request).toMatchObject({ code: "sensitive_topic", priority: "urgent" });
    const closed = talk(program);
    closed.queues.care = SHUT;
    expect(closed.says("我不想活了")[0]).toContain("12356");
    expect(closed.turn.effects.filter((effect) => effect.kind === "send")).toHaveLength(1);
  });
});

describe("languages", () => {
  it("an answer may be written for the customers of one language", () => {
    expect(talk(program).says("多久能到货")).toEqual(["国内三天。"]);
    expect(talk(program).says("How long does shipping take?")).toEqual(["A week."]);
  });

  it("are changed on request, remembered, and never promised when not spoken", () => {
    const t = talk(program);
    t.says("can we speak Chinese?");
    expect(t.customer.language).toBe("zh");
    expect(t.says("请说英文")).toEqual(["Sure, let's go on in English."]);
    expect(t.says("Können wir Deutsch sprechen?")[0]).toContain("English, Chinese, and Spanish");
    expect(t.says("Где мой заказ?")[0]).toContain("I'm afraid I only speak");
  });

  it("two languages in Latin letters are told apart by a few words", () => {
    const t = talk(program);
    t.says("cuanto cuesta el envio");
    expect(t.customer.language).toBe("es");
    expect(talk(program).says("devuelvan mi dinero")).toEqual(["Perdona, no te he entendido. ¿Me lo dices de otra forma?"]);
    t.says("how much is the shipping to Canada");
    expect(t.customer.language).toBe("en");
  });

  it("a Chinese name inside an English sentence changes nothing", () => {
    const t = talk(program);
    t.says("How much is shipping?");
    t.says("Do you have the 登山鞋 in size 44?");
    expect(t.customer.language ?? "en").toBe("en");
  });
});

it("no text asks for more rankings than a turn may have", () => {
  const ranker = createRanker(program);
  const programs = { newest: program, named: () => undefined };
  const words = fc.constantFrom(
    "how much is shipping",
    "how long is the warranty",
    "and",
    "not",
    "I don't want to",
    "return my order",
    "?",
    ".",
    ",",
    "，",
    "不是",
    "退货",
    "运费多少",
    "还有",
    "呢",
    "那",
    "to Canada",
    "but",
    "where are your shops",
  );
  const texts = fc.oneof(
    fc.array(words, { maxLength: 14 }).map((parts) => parts.join(" ")),
    fc.constantFrom(...HOSTILE_STRINGS),
  );
  fc.assert(
    fc.property(texts, (text) => {
      const t = talk(program);
      t.says("How much is shipping?");
      const view = t.view();
      for (let ranks = 0; ; ranks++) {
        const turn = advance(programs, t.session ?? EMPTY_SESSION, { kind: "said", text, attachments: [] }, view);
        if (!("needs" in turn)) return;
        expect(ranks).toBeLessThan(8);
        view.rankings ??= new Map();
        view.rankings.set(turn.needs.rank, ranker(turn.needs.rank));
      }
    }),
    { numRuns: 150 },
  );
});
