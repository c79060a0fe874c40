/** Rules 14 to 17 and 10 to 13: the stack of runs, branches, calls, what lives how long. */
import { describe, expect, it } from "vitest";
import { brand, effectsOf, linesOf, slotsOf, talk } from "./talk.ts";

const ORDER = `
triggers: [ { keyword: ORDER } ]
slots: { number: { type: text, pattern: "AL-[0-9]{6}" }, size: { type: choice, of: { small: Small, big: Big } } }
steps:
  - { collect: number, ask: What's the order number? }
  - { collect: size, ask: Which size? }
  - send: "{{ slots.number }}, {{ slots.size }}."
`;

describe("the stack of runs", () => {
  it("a called flow comes back with what it lists as outputs, and its caller's slots are its own", () => {
    const t = talk(
      brand({
        outer: `
triggers: [ { keyword: GO } ]
slots: { name: { type: text, default: nobody } }
steps:
  - { call: inner, with: { topic: boots }, save: got }
  - send: "{{ got.stars ?? 0 }} for {{ slots.name }}"
`,
        inner: `
inputs: [topic]
outputs: [stars]
slots: { topic: { type: text }, stars: { type: integer }, name: { type: text } }
steps:
  - set: { slots.name: somebody }
  - { collect: stars, ask: "How was {{ slots.topic }}?" }
`,
      }),
    );
    expect(t.says("go")).toEqual(["How was boots?"]);
    expect(t.says("4")).toEqual(["4 for nobody"]);
    expect(t.turn.ends).toBe("goodbye");
    expect(t.session.stack).toEqual([]);
  });

  it("a link replaces the run and its callers, while what was interrupted stays below", () => {
    const t = talk(
      brand({
        order: ORDER,
        first: "triggers: [ { keyword: FIRST } ]\nsteps:\n  - { call: second }\n  - send: never\n",
        second: "steps:\n  - { link: third }\n",
        third: "slots: { ok: { type: yes_no } }\nsteps:\n  - { collect: ok, ask: Fine? }\n  - send: Thanks.\n",
      }),
    );
    t.says("ORDER");
    expect(t.says("first")).toEqual(["Fine?"]);
    expect(t.session.stack.map((frame) => frame.flow)).toEqual(["order", "third"]);
    expect(t.says("yes")).toEqual(["Thanks.", "Back to where we were.", "What's the order number?"]);
  });

  it("a flow asked for again goes back to its open step instead of starting twice", () => {
    const t = talk(
      brand({
        order: ORDER,
        other: "triggers: [ { keyword: OTHER } ]\nslots: { n: { type: integer } }\nsteps:\n  - { collect: n, ask: How many? }\n",
      }),
    );
    t.says("ORDER");
    t.says("AL-123456");
    expect(t.says("ORDER")).toEqual(["Which size?"]);
    t.says("other");
    expect(t.says("order")).toEqual(["Which size?"]);
    expect(t.session.stack.map((frame) => frame.flow)).toEqual(["other", "order"]);
    expect(slotsOf(t.session, "order")).toEqual({ number: "AL-123456" });
    expect(t.says("big")).toEqual(["AL-123456, Big.", "Back to where we were.", "How many?"]);
  });

  it("five interruptions are remembered, a sixth forgets the oldest", () => {
    const flows: Record<string, string> = {};
    for (let n = 1; n <= 6; n++)
      flows[`f${n}`] =
        `triggers: [ { keyword: F${n} } ]\nslots: { a: { type: integer } }\nsteps:\n  - { collect: a, ask: "Question ${n}?" }\n`;
    const t = talk(brand(flows));
    for (let n = 1; n <= 6; n++) t.says(`f${n}`);
    expect(t.session.stack.map((frame) => frame.flow)).toEqual(["f2", "f3", "f4", "f5", "f6"]);
    expect(t.says("7").at(-1)).toBe("Question 5?");
  });

  it("end: all empties the stack, end: flow only the run", () => {
    const t = talk(
      brand({
        order: ORDER,
        stop: "triggers: [ { keyword: ENOUGH } ]\nsteps:\n  - send: Bye.\n  - end: all\n",
        back: "triggers: [ { keyword: BACK } ]\nsteps:\n  - send: Here.\n  - end: flow\n",
      }),
    );
    t.says("order");
    expect(t.says("back").at(-1)).toBe("What's the order number?");
    expect(t.says("enough")).toEqual(["Bye."]);
    expect(t.session.stack).toEqual([]);
    expect(t.turn.ends).toBe("goodbye");
  });

  it("the pattern completed speaks when everything is done", () => {
    const t = talk(
      brand({
        order: ORDER,
        completed: "steps:\n  - send: Anything else?\n",
      }),
    );
    t.says("order");
    t.says("AL-123456");
    expect(t.says("small")).toEqual(["AL-123456, Small.", "Anything else?"]);
  });

  it("more steps than a turn may take ends in an apology, and the conversation goes on", () => {
    const t = talk(
      brand({
        order: ORDER,
        round:
          'triggers: [ { keyword: ROUND } ]\nslots: { n: { type: integer, default: 0 } }\nsteps:\n  - set: { slots.n: "{{ slots.n + 1 }}" }\n  - if: slots.n < 100000\n    then: { goto: set }\n',
      }),
    );
    t.says("order");
    const lines = t.says("round");
    expect(lines[0]).toMatch(/went wrong on our side/);
    expect(lines.at(-1)).toBe("What's the order number?");
    expect(t.session.stack.map((frame) => frame.flow)).toEqual(["order"]);
  });
});

describe("branches", () => {
  const SWITCH = `
triggers: [ { keyword: GO } ]
slots: { size: { type: choice, of: { small: Small, big: Big, other: Other } } }
steps:
  - { collect: size, ask: Which size? }
  - switch: slots.size
    cases:
      small: [ { send: S }, { tag: small_feet } ]
      big: { send: B }
  - send: After.
`;
  it.each([
    ["Small", ["S", "After."]],
    ["big", ["B", "After."]],
    ["other", ["After."]],
  ])("%s goes its way and on after the switch", (text, lines) => {
    const t = talk(brand({ go: SWITCH }));
    t.says("go");
    expect(t.says(text)).toEqual(lines);
  });

  it("a tag and a note reach the agents", () => {
    const t = talk(
      brand({
        go: 'triggers: [ { keyword: GO } ]\nsteps:\n  - tag: [a, b]\n  - untag: a\n  - note: "Called at {{ channel.name }}"\n  - if: "\\"b\\" in customer.tags"\n    then: { send: Tagged. }\n',
      }),
    );
    expect(t.says("go")).toEqual(["Tagged."]);
    expect(effectsOf(t.turn, "note")).toEqual([{ kind: "note", text: "Called at messenger" }]);
    expect(effectsOf(t.turn, "tag").flatMap((one) => one.add)).toEqual(["a", "b"]);
  });
});

describe("actions", () => {
  const FIND = `
triggers: [ { keyword: FIND } ]
slots: { number: { type: text, pattern: "AL-[0-9]{6}" } }
steps:
  - { collect: number, ask: Number? }
  - action: orders.find
    with: { number: "{{ slots.number }}" }
    save: order
    on_error:
      - if: error.code == "not_found"
        then: [ { send: No such order. }, { set: { slots.number: null } }, { goto: number } ]
      - send: The system is down.
  - send: "{{ has(order.days) ? 'found' : 'missing' }}"
`;
  it("the turn ends with the call, and its answer goes on", () => {
    const t = talk(brand({ find: FIND }));
    t.says("find");
    expect(t.says("AL-123456")).toEqual([]);
    expect(t.turn.ends).toBe("wait");
    expect(effectsOf(t.turn, "call")).toEqual([
      { kind: "call", key: "c1", action: "orders.find", input: { number: "AL-123456" }, timeoutMs: expect.any(Number), safe: true },
    ]);
    expect(t.session.awaiting).toMatchObject({ call: "c1", flow: "find", step: "find" });
    expect(t.answers({ days: 3, items: [] })).toEqual(["found"]);
    expect(t.session.awaiting).toBeUndefined();
  });

  it("an error leads back to the question", () => {
    const t = talk(brand({ find: FIND }));
    t.says("find");
    t.says("AL-123456");
    expect(t.fails("not_found")).toEqual(["No such order.", "Number?"]);
    t.says("AL-654321");
    expect(t.session.awaiting?.call).toBe("c2");
    expect(t.answers({ days: 1, items: [] })).toEqual(["found"]);
  });

  it("on_error that goes on leaves the save missing", () => {
    const t = talk(brand({ find: FIND }));
    t.says("find");
    t.says("AL-123456");
    expect(t.fails("timeout")).toEqual(["The system is down.", "missing"]);
  });

  it("an outcome for a call that nobody waits for does nothing", () => {
    const t = talk(brand({ find: FIND }));
    t.says("find");
    t.says("AL-123456");
    expect(t.hear({ kind: "called", call: "c9", outcome: { ok: true, value: null } })).toEqual([]);
    expect(t.session.awaiting?.call).toBe("c1");
  });

  it.each([
    ["orders.find", "timeout"],
    ["orders.pay", "in_doubt"],
  ])("%s without an answer in time ends as %s", (action, code) => {
    const t = talk(
      brand({
        go: `triggers: [ { keyword: GO } ]\nsteps:\n  - action: ${action}\n    with: { number: x }\n    save: got\n    on_error:\n      - send: "{{ error.code }}"\n`,
      }),
    );
    t.says("go");
    expect(t.wait(60_000)).toEqual([code]);
    expect(t.session.timers).toBeUndefined();
  });

  it("without on_error the customer is offered a person", () => {
    const t = talk(
      brand({ go: "triggers: [ { keyword: GO } ]\nsteps:\n  - { action: orders.pay, with: { number: x }, save: got }\n  - send: Paid.\n" }),
    );
    t.says("go");
    expect(t.fails("failed")[0]).toMatch(/went wrong on our side/);
    expect(t.session.stack).toEqual([]);
    t.taps("Talk to a person");
    expect(effectsOf(t.turn, "handoff")[0]?.request.queue).toBe("care");
  });
});

describe("lifetimes", () => {
  it("a kept slot is shared for its time and forgotten after it", () => {
    const keeping = (name: string) =>
      `triggers: [ { keyword: ${name} } ]\nslots: { size: { type: integer, keep: 1d } }\nsteps:\n  - { collect: size, ask: "Size?" }\n  - send: "${name} {{ slots.size }}"\n`;
    const t = talk(brand({ one: keeping("ONE"), two: keeping("TWO") }));
    t.says("one");
    expect(t.says("42")).toEqual(["ONE 42"]);
    expect(t.says("two")).toEqual(["TWO 42"]);
    t.nowMs += 25 * 3_600_000;
    expect(t.says("two")).toEqual(["Size?"]);
  });

  it("a question whose kept slot another flow filled meanwhile is passed in silence", () => {
    const two = `triggers: [ { keyword: TWO } ]\nslots: { size: { type: integer, keep: 1d }, wide: { type: yes_no } }\nsteps:\n  - { collect: wide, ask: "Wide?" }\n  - set: { slots.size: 42 }\n`;
    const one = `triggers: [ { keyword: ONE } ]\nslots: { size: { type: integer, keep: 1d } }\nsteps:\n  - { collect: size, ask: "Size?" }\n  - send: "one {{ slots.size }}"\n`;
    const t = talk(brand({ one, two }));
    expect(t.says("one")).toEqual(["Size?"]);
    expect(t.says("two")).toEqual(["Wide?"]);
    expect(t.says("yes").at(-1)).toBe("one 42");
  });

  it("customer fields last, and `set` with null empties", () => {
    const t = talk(
      brand({
        go: "triggers: [ { keyword: GO } ]\nsteps:\n  - if: customer.vip\n    then: [ { send: VIP }, { set: { customer.vip: null } } ]\n    else: [ { send: Plain }, { set: { customer.vip: true } } ]\n",
      }),
      { customer: { vip: false } },
    );
    expect(t.says("go")).toEqual(["Plain"]);
    expect(effectsOf(t.turn, "remember")).toEqual([{ kind: "remember", fields: { vip: true } }]);
    expect(t.says("go")).toEqual(["VIP"]);
    expect(t.customer.vip).toBeUndefined();
  });

  it("a conversation keeps the version it runs on; what starts anew is the newest", () => {
    const old = brand({ order: ORDER });
    const newer = brand({ order: ORDER.replace("Which size?", "Your size?") });
    const t = talk(old);
    t.says("order");
    const later = talk(newer, { named: [old] });
    later.session = t.session;
    expect(later.says("AL-123456")).toEqual(["Which size?"]);
    later.says("small");
    later.says("order");
    expect(later.says("AL-123456")).toEqual(["Your size?"]);
    expect(linesOf(later.turn)).toHaveLength(1);
  });
});
