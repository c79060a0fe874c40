/** Rules 22 to 25: what a message means, guards, buttons, waits. */
import { describe, expect, it } from "vitest";
import { brand, effectsOf, offersIn, slotsOf, talk } from "./talk.ts";

const FAQ = `
format: 1
faq:
  - id: shipping
    questions: [How long does shipping take?, When will my parcel arrive?, 多久能到货]
    answers:
      - { when: customer.country == "US", answer: Two days. }
      - answer: A week.
    buttons: [ { title: Track it, link: track } ]
  - id: old
    questions: [Is there a winter sale?]
    answer: Half price!
    expires: 2026-01-31
`;
const FLOWS = {
  form: `
triggers: [ { keyword: [GO, 开始] }, { phrases: [I want to return my order] } ]
slots: { number: { type: text, pattern: "AL-[0-9]{6}" }, why: { type: text } }
steps:
  - { collect: number, ask: Number? }
  - { collect: why, ask: What went wrong? }
  - send: "{{ slots.why }}"
`,
  track:
    'triggers: [ { phrases: [Track my parcel] }, { payload: TRACK }, { payload: "T-*" } ]\nslots: { m: { type: email } }\nsteps:\n  - { collect: m, ask: Mail? }\n',
};
const files = { "flows/shop.faq.yaml": FAQ };

describe("what a message means", () => {
  it("a question in the middle of a form is answered, and the form goes on", () => {
    const t = talk(brand(FLOWS, { files }));
    t.says("go");
    expect(t.says("how long does shipping take?")).toEqual(["A week.", "Number?"]);
    expect(t.turn.ends).toBe("question");
    expect(t.says("AL-123456")).toEqual(["What went wrong?"]);
  });

  it("free text is the answer, unless a flow or question matches surely", () => {
    const t = talk(brand(FLOWS, { files }));
    t.says("go");
    t.says("AL-123456");
    expect(t.says("When will my parcel arrive?")).toEqual(["A week.", "What went wrong?"]);
    expect(t.says("the parcel arrived with a hole in it")).toEqual(["the parcel arrived with a hole in it"]);
  });

  it("a flow that interrupts comes back to the question", () => {
    const t = talk(brand(FLOWS, { files }));
    t.says("go");
    expect(t.says("Track my parcel")).toEqual(["Mail?"]);
    expect(t.says("a@b.co")).toEqual(["Back to where we were.", "Number?"]);
  });

  it("asking for a person works at every question, in either language", () => {
    for (const text of ["person", "I want to talk to a human please", "转人工"]) {
      const t = talk(brand(FLOWS, { files }));
      t.says("go");
      t.says("AL-123456");
      t.says(text);
      expect(effectsOf(t.turn, "handoff")[0]?.request).toMatchObject({
        code: "customer_asked",
        queue: "care",
        flow: "form",
        step: "why",
        notice: { text: "Connecting you." },
      });
      expect(t.turn.ends).toBe("person");
    }
  });

  it("opting out and in again are heard first", () => {
    const t = talk(brand(FLOWS, { files }));
    t.says("go");
    t.says("STOP");
    expect(t.session.optedOut).toBe(true);
    expect(t.session.stack).toEqual([]);
    t.says("start");
    expect(t.session.optedOut).toBeUndefined();
  });

  it("a number or label of what was offered last is a tap", () => {
    const t = talk(brand(FLOWS, { files }));
    t.says("how long does shipping take");
    expect(offersIn(t.turn.effects)).toEqual([{ title: "Track it", payload: "baton:link:track", button: true }]);
    expect(t.says("1")).toEqual(["Mail?"]);
    const other = talk(brand(FLOWS, { files }));
    other.says("how long does shipping take");
    expect(other.says("track it!")).toEqual(["Mail?"]);
  });

  it("a near tie is asked back, and a tap on the answer is followed", () => {
    const t = talk(brand(FLOWS, { files }));
    t.rankings.set("parcel", {
      candidates: [
        { kind: "faq", name: "shipping", score: 0.7, phrase: "When will my parcel arrive?" },
        { kind: "flow", name: "track", score: 0.66, phrase: "Track my parcel" },
      ],
      none: 0.1,
      language: null,
    });
    expect(t.says("parcel")).toEqual(["Which of these do you mean?"]);
    expect(t.taps("Track my parcel")).toEqual(["Mail?"]);
  });

  it("a clarifying question leaves the form's own question open", () => {
    const t = talk(brand(FLOWS, { files }));
    t.rankings.set("parcel", {
      candidates: [
        { kind: "faq", name: "shipping", score: 0.7, phrase: "When will my parcel arrive?" },
        { kind: "flow", name: "track", score: 0.66, phrase: "Track my parcel" },
      ],
      none: 0.1,
      language: null,
    });
    t.says("go");
    expect(t.says("parcel")).toEqual(["Which of these do you mean?"]);
    expect(t.turn.ends).toBe("question");
    expect(t.says("1")).toEqual(["A week.", "Number?"]);
    expect(t.says("AL-123456")).toEqual(["What went wrong?"]);
  });

  it("what nobody understands is said so twice, then a person comes", () => {
    const t = talk(brand(FLOWS, { files }));
    expect(t.says("blorp")[0]).toMatch(/didn't get that/);
    t.says("blorp blorp");
    t.says("blorp!");
    expect(effectsOf(t.turn, "handoff")[0]?.request.code).toBe("no_match");
  });

  it("being understood starts the count anew", () => {
    const t = talk(brand(FLOWS, { files }));
    t.says("blorp");
    t.says("when will my parcel arrive?");
    expect(t.session.misunderstood).toBeUndefined();
  });

  it("greetings and thanks are answered in kind", () => {
    const t = talk(brand(FLOWS, { files }), { customer: { first_name: "Ana" } });
    expect(t.says("hi")).toEqual(["Hello Ana! What can I do for you?"]);
    expect(t.says("thank you")).toEqual(["You're welcome!"]);
    t.says("go");
    expect(t.says("thanks!")).toEqual(["You're welcome!", "Number?"]);
  });

  it("interruptions: answers lets the FAQ in and no flow, none lets nothing in but a person", () => {
    const flow = (what: string) => ({ ...FLOWS, form: `interruptions: ${what}${FLOWS.form}` });
    const answers = talk(brand(flow("answers"), { files }));
    answers.says("go");
    expect(answers.says("when will my parcel arrive?")[0]).toBe("A week.");
    expect(answers.says("Track my parcel").at(-1)).toBe("Number?");
    expect(answers.session.stack).toHaveLength(1);
    const none = talk(brand(flow("none"), { files }));
    none.says("go");
    expect(none.says("when will my parcel arrive?")[0]).not.toBe("A week.");
    none.says("human");
    expect(none.turn.ends).toBe("person");
  });

  it("hostile texts are values and nothing else", () => {
    const t = talk(brand(FLOWS, { files }));
    t.says("go");
    t.says("AL-123456");
    const text = "{{ slots.number }} $SHOP_TOKEN __proto__ \u202e\u0000";
    expect(t.says(text)[0]).toContain("{{ slots.number }} $SHOP_TOKEN __proto__");
    expect(t.says("constructor")[0]).toMatch(/didn't get that/);
    expect(t.hear({ kind: "tapped", payload: "baton:link:constructor" })[0]).toMatch(/not sure|didn't get/);
  });
});

describe("guards", () => {
  const guarded = (otherwise: string) => ({
    us: `triggers: [ { keyword: US }, { payload: US } ]\nguard: customer.country == "US"\n${otherwise}steps:\n  - send: Welcome.\n`,
    caller: "triggers: [ { keyword: CALL } ]\nsteps:\n  - { call: us }\n  - send: After.\n",
    linker: "triggers: [ { keyword: LINK } ]\nsteps:\n  - { link: us }\n",
  });
  it("without otherwise: a tap is not understood, a call is passed, a link ends the run", () => {
    const t = talk(brand(guarded("")), { customer: { country: "DE" } });
    expect(t.hear({ kind: "tapped", payload: "US" })[0]).toMatch(/didn't get/);
    expect(t.says("call")).toEqual(["After."]);
    expect(t.says("link")).toEqual([]);
    expect(t.session.stack).toEqual([]);
  });
  it("with otherwise, that runs instead", () => {
    const t = talk(brand(guarded("otherwise: { send: Only in the US. }\n")), { customer: { country: "DE" } });
    expect(t.says("us")).toEqual(["Only in the US."]);
    expect(t.says("call")).toEqual(["Only in the US.", "After."]);
    const home = talk(brand(guarded("otherwise: { send: Only in the US. }\n")), { customer: { country: "US" } });
    expect(home.says("us")).toEqual(["Welcome."]);
  });
  it("a FAQ answer follows its conditions, and an expired one is none", () => {
    const t = talk(brand(FLOWS, { files }), { customer: { country: "US" } });
    expect(t.says("when will my parcel arrive?")).toEqual(["Two days."]);
    expect(t.says("Is there a winter sale?")[0]).toMatch(/didn't get/);
  });
});

describe("buttons, however late", () => {
  const flows = {
    ...FLOWS,
    shop: `
triggers: [ { keyword: SHOP } ]
slots: { size: { type: integer } }
steps:
  - { collect: size, ask: Size? }
  - send: "Size {{ slots.size }}."
    buttons: [ { title: Another size, goto: reset }, { title: Track, link: track }, { title: See it, url: "https://x.test/{{ slots.size }}" } ]
  - { set: { slots.size: null }, id: reset }
  - { collect: size, id: again, ask: Another size? }
`,
  };
  it("a goto button works while its run is there, and later starts the flow afresh", () => {
    const t = talk(brand(flows, { files }));
    t.says("shop");
    t.says("40");
    const [another] = offersIn(t.turn.effects);
    expect(t.taps("Another size")).toEqual(["Another size?"]);
    t.says("41");
    expect(t.session.stack).toEqual([]);
    expect(t.hear({ kind: "tapped", payload: another!.payload })).toEqual(["Size?"]);
  });
  it("a customer of whom nothing is known has the defaults of the bot file, in guards, branches, FAQ and texts", () => {
    const flows = {
      door: 'triggers: [ { keyword: DOOR } ]\nguard: "!customer.vip"\notherwise: { send: Not for VIPs. }\nsteps:\n  - { if: "!customer.vip", then: { send: Come in. } }\n  - { set: { customer.vip: true } }\n  - { if: customer.vip, then: { send: A VIP now. } }\n',
    };
    const t = talk(brand(flows));
    expect(t.says("door")).toEqual(["Come in.", "A VIP now."]);
    expect(t.says("door")).toEqual(["Not for VIPs."]);
    expect(talk(brand(flows), { customer: { vip: true } }).says("door")).toEqual(["Not for VIPs."]);
  });

  it("a payload starts its flow, a wildcard too, an unknown one is not understood", () => {
    const t = talk(brand(flows, { files }));
    expect(t.hear({ kind: "tapped", payload: "TRACK" })).toEqual(["Mail?"]);
    expect(t.hear({ kind: "tapped", payload: "NOPE" })[0]).toMatch(/didn't get/);
    // Where buttons are shown as quick replies, a tap comes as a text with a payload: it is no failed answer to the question.
    expect(t.hear({ kind: "said", text: "Odd", payload: "NOPE", attachments: [] })[0]).toMatch(/not sure/);
    expect(t.hear({ kind: "said", text: "me@alder.example", payload: "me@alder.example", attachments: [] })).not.toContain("Mail?");
    const other = talk(brand(flows, { files }));
    expect(other.hear({ kind: "tapped", payload: "T-99" })).toEqual(["Mail?"]);
  });
  it("a late tap on an answered choice is read as its text", () => {
    const t = talk(
      brand({
        go: "triggers: [ { keyword: GO } ]\nslots: { a: { type: choice, of: { x: Ex, y: Why } }, b: { type: choice, of: { y: Why, z: Zed } } }\nsteps:\n  - { collect: a, ask: A? }\n  - { collect: b, ask: B? }\n  - send: done\n",
      }),
    );
    t.says("go");
    const [, why] = offersIn(t.turn.effects);
    t.says("Ex");
    expect(t.hear({ kind: "said", text: "Why", payload: why!.payload, attachments: [] })).toEqual(["done"]);
  });
});

describe("waits", () => {
  const flows = {
    ...FLOWS,
    later: "triggers: [ { keyword: LATER } ]\nsteps:\n  - send: See you.\n  - wait: 2h\n  - send: How is it?\n",
    reply:
      'triggers: [ { keyword: REPLY } ]\nsteps:\n  - send: Tell me.\n  - { wait: 2h, on_reply: continue }\n  - send: "You said: {{ event.text }}"\n',
    day: "triggers: [ { keyword: DAY } ]\nsteps:\n  - wait: { until: tomorrow 09:00 }\n  - send: Morning.\n",
    monday: "triggers: [ { keyword: MONDAY } ]\nsteps:\n  - wait: { until: mon 09:00 }\n  - send: Monday.\n",
  };
  it("a wait is durable, and messages meanwhile are read as if no flow were open", () => {
    const t = talk(brand(flows, { files }));
    expect(t.says("later")).toEqual(["See you."]);
    expect(t.turn.ends).toBe("wait");
    expect(t.session.timers).toEqual({ "wait:later": t.nowMs + 7_200_000 });
    expect(t.says("when will my parcel arrive?")).toEqual(["A week."]);
    expect(t.wait(3_600_000)).toEqual([]);
    expect(t.wait(3_600_000)).toEqual(["How is it?"]);
    expect(t.session.stack).toEqual([]);
  });
  it("a wait due while a question is open elsewhere goes on when that flow ends", () => {
    const t = talk(brand(flows, { files }));
    t.says("later");
    t.says("Track my parcel");
    expect(t.wait(7_200_000)[0]).toMatch(/^Take your time/);
    expect(t.says("a@b.co")).toEqual(["How is it?"]);
  });
  it("on_reply: continue ends the wait with the message", () => {
    const t = talk(brand(flows, { files }));
    t.says("reply");
    expect(t.says("all fine")).toEqual(["You said: all fine"]);
    expect(t.session.timers).toBeUndefined();
  });
  it("a day and an hour are the customer's", () => {
    const t = talk(brand(flows, { files }), { customer: { timezone: "America/New_York" } });
    t.says("day");
    expect(new Date(t.session.timers!["wait:day"]!).toISOString()).toBe("2026-03-03T14:00:00.000Z");
    const m = talk(brand(flows, { files }));
    m.says("monday");
    expect(new Date(m.session.timers!["wait:monday"]!).toISOString()).toBe("2026-03-09T09:00:00.000Z");
  });
  it("asking for a flow that only waits starts it afresh", () => {
    const t = talk(brand(flows, { files }));
    t.says("later");
    expect(t.says("later")).toEqual(["See you."]);
    expect(t.session.stack).toHaveLength(1);
    expect(slotsOf(t.session, "later")).toEqual({});
  });
});

describe("the step answer", () => {
  it("answers from the FAQ, or goes its other way", () => {
    const t = talk(
      brand(
        {
          ...FLOWS,
          ask: 'triggers: [ { keyword: ASK } ]\ninterruptions: none\nslots: { q: { type: text } }\nsteps:\n  - { collect: q, ask: Your question? }\n  - answer: "{{ slots.q }}"\n    otherwise: { send: No idea. }\n  - send: Anything else?\n',
        },
        { files },
      ),
    );
    t.says("ask");
    expect(t.says("about shipping: how long does it take")).toEqual(["A week.", "Anything else?"]);
    t.says("ask");
    expect(t.says("the meaning of life and everything")).toEqual(["No idea.", "Anything else?"]);
  });
});

describe("timers", () => {
  const flows = {
    one: "triggers: [ { keyword: ONE } ]\nsteps:\n  - wait: 1h\n  - send: First.\n",
    two: "triggers: [ { keyword: TWO } ]\nsteps:\n  - wait: 2h\n  - send: Second.\n",
    form: FLOWS.form,
  };
  it("several that came due while nobody looked run in the order of their time", () => {
    const t = talk(brand(flows));
    t.says("two");
    t.says("one");
    expect(t.wait(10 * 3_600_000)).toEqual(["First.", "Second."]);
    expect(t.session.timers).toBeUndefined();
    expect(t.session.stack).toEqual([]);
  });
  it("a due event with nothing due does nothing", () => {
    const t = talk(brand(flows));
    t.says("one");
    expect(t.wait(1000)).toEqual([]);
    expect(t.session.timers).toEqual({ "wait:one": t.nowMs - 1000 + 3_600_000 });
  });
  it("before the channel's window closes, a brand that has something to say says it", () => {
    const t = talk(brand({ ...flows, window_closing: 'steps:\n  - send: "I can write until {{ time(window.closes_at ?? now) }}."\n' }));
    const closesAtMs = t.nowMs + 24 * 3_600_000;
    const view = t.view;
    t.view = () => ({ ...view(), window: { open: true, closesAtMs, humanUntilMs: null, openedBy: "message" } });
    t.says("go");
    expect(t.session.timers?.window).toBe(closesAtMs - 3_600_000);
    t.wait(30 * 60_000);
    expect(t.wait(closesAtMs - 3_600_000 - t.nowMs)).toEqual([expect.stringMatching(/^I can write until/)]);
    expect(t.turn.ends).toBe("question");
  });
});

describe("channels", () => {
  it("a flow for other channels is no candidate here", () => {
    const p = brand({ only: "only_on: [wechat]\ntriggers: [ { keyword: ONLY } ]\nsteps:\n  - send: Here.\n" });
    expect(talk(p, { channel: "wechat" }).says("only")).toEqual(["Here."]);
    expect(talk(p).says("only")).not.toEqual(["Here."]);
  });
});
