/** Rules 18 to 21: asking, checking, confirming, correcting, skipping, giving up. */
import { describe, expect, it } from "vitest";
import { brand, effectsOf, offersIn, slotsOf, talk } from "./talk.ts";

const FORM = `
triggers: [ { keyword: GO }, { phrases: [send something back] } ]
slots:
  number: { type: text, pattern: "AL-[0-9]{6}", label: Order number }
  reason: { type: choice, of: { small: Too small, big: Too big } }
  email: { type: email }
  people: { type: integer }
steps:
  - { collect: number, ask: What's the order number?, invalid: It's AL- and six digits. }
  - { collect: reason, ask: What went wrong? }
  - collect: people
    ask: [For how many?, How many of you?]
    validate:
      - { must: value >= 1, invalid: At least one! }
      - { must: value <= 12, invalid: At most twelve. }
  - { collect: email, ask: Your e-mail?, optional: true, confirm: "{{ value }}, right?" }
  - send: "{{ slots.number }} {{ slots.reason }} {{ slots.people }} {{ slots.email ?? 'none' }}"
`;

describe("a form", () => {
  it("is filled answer by answer, and says back what it heard", () => {
    const t = talk(brand({ form: FORM }));
    expect(t.says("go")).toEqual(["What's the order number?"]);
    expect(t.says("it is al-123456 I think")).toEqual(["What went wrong?"]);
    expect(offersIn(t.turn.effects).map((one) => one.title)).toEqual(["Too small", "Too big"]);
    expect(t.taps("Too big")).toEqual(["For how many?"]);
    expect(t.says("three")).toEqual(["Your e-mail?"]);
    expect(t.says("ann@example.com")).toEqual(["ann@example.com, right?"]);
    expect(t.says("yes")).toEqual(["AL-123456 Too big 3 ann@example.com"]);
  });

  it("a phrase that starts it fills what it says unmistakably", () => {
    const t = talk(brand({ form: FORM }));
    expect(t.says("send something back, order AL-123456, it was too small")).toEqual(["For how many?"]);
    expect(slotsOf(t.session, "form")).toEqual({ number: "AL-123456", reason: "small" });
    expect(t.session.stack[0]?.slots.number).toEqual({ value: "AL-123456", from: "customer", seq: 1 });
  });

  it("an answer that says more than was asked passes the questions it answers", () => {
    const t = talk(brand({ form: FORM }));
    t.says("go");
    expect(t.says("AL-123456 and it is too small")).toEqual(["For how many?"]);
  });

  it("only_when_asked keeps a slot from filling along the way", () => {
    const t = talk(brand({ form: FORM.replace("Too big } }", "Too big }, only_when_asked: true }") }));
    t.says("go");
    expect(t.says("AL-123456 and it is too small")).toEqual(["What went wrong?"]);
  });

  it("answers by number and by label, whatever the case", () => {
    const t = talk(brand({ form: FORM }));
    t.says("go");
    t.says("AL-123456");
    t.says("2");
    expect(slotsOf(t.session, "form").reason).toBe("big");
    expect(t.says("2")).toEqual(["Your e-mail?"]);
    expect(slotsOf(t.session, "form").people).toBe(2);
  });
});

describe("an answer that will not do", () => {
  it("hears the designer's words without the question, or the engine's line and the question", () => {
    const t = talk(brand({ form: FORM }));
    t.says("go");
    expect(t.says("123")).toEqual(["It's AL- and six digits."]);
    t.says("AL-123456");
    expect(t.says("purple")).toEqual(["Please pick one of these.", "What went wrong?"]);
    expect(offersIn(t.turn.effects)).toHaveLength(2);
  });

  it("the first check that fails speaks", () => {
    const t = talk(brand({ form: FORM }));
    t.says("go");
    t.says("AL-123456");
    t.says("small");
    expect(t.says("0")).toEqual(["At least one!"]);
    expect(t.says("40")).toEqual(["At most twelve."]);
    expect(t.says("4")).toEqual(["Your e-mail?"]);
  });

  it("too many failures hand over, and interruptions do not count", () => {
    const t = talk(brand({ form: FORM }));
    t.says("go");
    t.says("what was the question");
    t.hear({ kind: "said", text: "", attachments: [{ kind: "image", url: "https://x.test/1.jpg" }] });
    expect(t.says("1")).toEqual(["It's AL- and six digits."]);
    expect(t.says("2")).toEqual(["It's AL- and six digits."]);
    t.says("3");
    const [handoff] = effectsOf(t.turn, "handoff");
    expect(handoff?.request).toMatchObject({ code: "repeated_failure", queue: "care", flow: "form", step: "number" });
    expect(t.turn.ends).toBe("person");
  });

  it("`otherwise` takes over after the last attempt", () => {
    const t = talk(
      brand({
        form: `
triggers: [ { keyword: GO } ]
slots: { n: { type: integer } }
steps:
  - collect: n
    ask: How many?
    max_attempts: 2
    otherwise: { send: Never mind the number. }
  - send: "{{ has(slots.n) ? 'some' : 'none' }}"
`,
      }),
    );
    t.says("go");
    t.says("x");
    expect(t.says("y")).toEqual(["Never mind the number.", "none"]);
  });
});

describe("a confirmation", () => {
  it("asks again after no, and takes a better answer at once", () => {
    const t = talk(brand({ form: FORM }));
    t.says("go");
    for (const text of ["AL-123456", "small", "2", "ann@example.com"]) t.says(text);
    expect(t.says("no")).toEqual(["Your e-mail?"]);
    t.says("ann@example.org");
    expect(t.says("ben@example.org")).toEqual(["ben@example.org, right?"]);
    expect(t.taps("Yes")).toEqual(["AL-123456 Too small 2 ben@example.org"]);
  });
});

describe("a correction", () => {
  it("goes back to the slot, says so, and runs on from there", () => {
    const t = talk(brand({ form: FORM }));
    t.says("go");
    t.says("AL-123456");
    t.says("small");
    expect(t.says("sorry, the order number is AL-654321")).toEqual(["All right, I've changed that.", "How many of you?"]);
    expect(slotsOf(t.session, "form")).toEqual({ number: "AL-654321", reason: "small" });
  });

  it("understands which answer is meant by the form of the new one", () => {
    const t = talk(brand({ form: FORM }));
    t.says("go");
    t.says("AL-123456");
    t.says("small");
    t.says("no, I meant too big");
    expect(slotsOf(t.session, "form").reason).toBe("big");
    t.says("AL-111111");
    expect(slotsOf(t.session, "form").number).toBe("AL-111111");
  });

  it("asks anew when only the old answer is called wrong", () => {
    const t = talk(brand({ form: FORM }));
    t.says("go");
    t.says("AL-123456");
    t.says("small");
    expect(t.says("my order number is wrong")).toEqual(["What's the order number?"]);
    expect(t.says("AL-000000")).toEqual(["How many of you?"]);
  });

  it("runs safe actions again, but cannot cross one that is not", () => {
    const flow = (action: string) => `
triggers: [ { keyword: GO } ]
slots: { number: { type: text, pattern: "AL-[0-9]{6}", label: Order number }, ok: { type: yes_no } }
steps:
  - { collect: number, ask: Number? }
  - action: ${action}
    with: { number: "{{ slots.number }}" }
    save: got
    on_error: { send: Failed. }
  - { collect: ok, ask: Fine? }
`;
    const safe = talk(brand({ go: flow("orders.find") }));
    safe.says("go");
    safe.says("AL-123456");
    safe.answers({ days: 1, items: [] });
    expect(safe.says("no, I meant AL-654321")).toEqual(["All right, I've changed that."]);
    expect(effectsOf(safe.turn, "call")[0]?.input).toEqual({ number: "AL-654321" });
    expect(safe.answers({ days: 2, items: [] })).toEqual(["Fine?"]);

    const unsafe = talk(brand({ go: flow("orders.pay") }));
    unsafe.says("go");
    unsafe.says("AL-123456");
    unsafe.answers({ reference: "r" });
    const lines = unsafe.says("no, I meant AL-654321");
    expect(lines[0]).toMatch(/can't be changed any more/);
    expect(lines.at(-1)).toBe("Fine?");
    expect(slotsOf(unsafe.session, "go").number).toBe("AL-123456");
  });

  it("empties a choice that is no longer among its options", () => {
    const t = talk(
      brand({
        go: `
triggers: [ { keyword: GO } ]
slots: { number: { type: text, pattern: "AL-[0-9]{6}" }, item: { type: choice }, ok: { type: yes_no } }
steps:
  - { collect: number, ask: Number? }
  - action: orders.find
    with: { number: "{{ slots.number }}" }
    save: order
    on_error: [ { send: Failed. }, { end: flow } ]
  - collect: item
    ask: Which?
    options: { each: order.items, value: "{{ item.sku }}", label: "{{ item.sku }}" }
  - { collect: ok, ask: Fine? }
`,
      }),
    );
    t.says("go");
    t.says("AL-123456");
    expect(t.answers({ days: 1, items: [{ sku: "boots" }, { sku: "socks" }] })).toEqual(["Which?"]);
    expect(t.says("boots")).toEqual(["Fine?"]);
    t.says("no, I meant AL-654321");
    expect(t.answers({ days: 1, items: [{ sku: "hat" }] })).toEqual(["Which?"]);
    expect(offersIn(t.turn.effects).map((one) => one.title)).toEqual(["hat"]);
  });
});

describe("skipping, cancelling, silence", () => {
  it("skip passes an optional question and no other", () => {
    const t = talk(brand({ form: FORM }));
    t.says("go");
    expect(t.says("skip")).toEqual(["I'm afraid I can't go on without this one.", "What's the order number?"]);
    for (const text of ["AL-123456", "small", "2"]) t.says(text);
    expect(t.says("skip")).toEqual(["AL-123456 Too small 2 none"]);
  });

  it("cancel stops everything, in any language", () => {
    const t = talk(brand({ form: FORM }));
    t.says("go");
    t.says("算了");
    expect(t.session.stack).toEqual([]);
    expect(t.turn.ends).toBe("goodbye");
  });

  it("repeat asks the open question again, or says the last lines once more", () => {
    const t = talk(brand({ form: FORM, tell: "triggers: [ { keyword: TELL } ]\nsteps:\n  - send: One.\n  - send: Two.\n" }));
    t.says("tell");
    expect(t.says("say that again")).toEqual(["One.", "Two."]);
    t.says("go");
    expect(t.says("sorry, what?")).toEqual(["What's the order number?"]);
  });

  it("silence is met once, and the question stays open", () => {
    const t = talk(brand({ form: FORM }));
    t.says("go");
    expect(t.session.timers?.idle).toBe(t.nowMs + 30 * 60_000);
    expect(t.wait(30 * 60_000)[0]).toMatch(/^Take your time/);
    expect(t.wait(30 * 60_000)).toEqual([]);
    expect(t.wait(30 * 60_000)).toEqual([]);
    expect(t.session.timers).toBeUndefined();
    expect(t.says("AL-123456")).toEqual(["What went wrong?"]);
    expect(t.turn.effects[0]).toMatchObject({ kind: "send", purpose: "reply" });
  });

  it("a step's own no_reply may end the flow", () => {
    const t = talk(
      brand({
        go: "triggers: [ { keyword: GO } ]\nslots: { n: { type: integer } }\nsteps:\n  - collect: n\n    ask: How many?\n    idle_after: 10m\n    no_reply: [ { send: I'll let it go. }, { end: flow } ]\n",
      }),
    );
    t.says("go");
    expect(t.wait(10 * 60_000)).toEqual(["I'll let it go."]);
    expect(t.turn.effects[0]).toMatchObject({ purpose: "followup" });
    expect(t.session.stack).toEqual([]);
  });

  it("a no_reply that asks something itself comes back to the first question", () => {
    const t = talk(
      brand({
        go: 'triggers: [ { keyword: GO } ]\nslots: { n: { type: integer }, more: { type: yes_no } }\nsteps:\n  - collect: n\n    ask: How many?\n    idle_after: 10m\n    no_reply: [ { collect: more, ask: Still there? } ]\n  - send: "{{ slots.n }}"\n',
      }),
    );
    t.says("go");
    expect(t.wait(10 * 60_000)).toEqual(["Still there?"]);
    expect(t.says("yes")).toEqual(["How many?"]);
    expect(t.says("3")).toEqual(["3"]);
  });
});

describe("passing questions", () => {
  it("`when: false` passes, `ask_again` asks although filled, a customer field counts as filled", () => {
    const t = talk(
      brand({
        go: `
triggers: [ { keyword: GO } ]
slots: { n: { type: integer }, m: { type: integer } }
steps:
  - { collect: customer.email, ask: Mail? }
  - set: { slots.n: 3 }
  - { collect: n, ask: How many now?, ask_again: true }
  - { collect: m, ask: How much?, when: slots.n > 5 }
  - send: "{{ customer.email }} {{ slots.n }}"
`,
      }),
    );
    expect(t.says("go")).toEqual(["Mail?"]);
    expect(t.says("ann@example.com")).toEqual(["How many now?"]);
    expect(effectsOf(t.turn, "remember")).toEqual([{ kind: "remember", fields: { email: "ann@example.com" } }]);
    expect(t.says("4")).toEqual(["ann@example.com 4"]);
    expect(t.says("go")).toEqual(["How many now?"]);
    expect(t.says("6")).toEqual(["How much?"]);
  });

  it("variants are taken in turn", () => {
    const t = talk(brand({ go: "triggers: [ { keyword: GO } ]\nsteps:\n  - send: [One., Two., Three.]\n" }));
    expect([t.says("go"), t.says("go"), t.says("go"), t.says("go")].flat()).toEqual(["One.", "Two.", "Three.", "One."]);
  });
});
