import { describe, expect, it } from "vitest";
import { compileBrand } from "./brand.ts";

const SLOTS =
  "slots: { a: { type: text }, n: { type: integer, default: 1 }, day: { type: date }, c: { type: choice, of: { x: X, y: Y } } }";
const ORDER = '  - { action: orders.find, with: { number: "1" }, save: order }\n';

/** What a designer may well write: none of it is a mistake. */
const RIGHT: [title: string, steps: string, head?: string][] = [
  ["a value is there after its question", '  - { collect: a, ask: A? }\n  - send: "{{ slots.a }}"\n'],
  ["a default, and inputs, are always there", '  - send: "{{ slots.n }}"\n'],
  ["`??` serves what may be missing", "  - send: \"{{ slots.a ?? customer.first_name ?? 'you' }}\"\n"],
  ["`has(x) && …` knows x", '  - { if: has(slots.a) && slots.a == "b", then: { send: Hi } }\n'],
  [
    "the `then` of `has(x)` knows x, also deeper inside",
    '  - if: has(slots.a)\n    then: [ { send: "{{ slots.a }}" }, { if: slots.n > 1, then: { send: "{{ slots.a }}" } } ]\n',
  ],
  [
    "both branches fill it",
    '  - { if: slots.n > 1, then: { collect: a, ask: A? }, else: { set: { slots.a: b } } }\n  - send: "{{ slots.a }}"\n',
  ],
  [
    "a way that leaves the flow need not fill it",
    '  - { if: slots.n > 1, then: { collect: a, ask: A? }, else: { link: sizes } }\n  - send: "{{ slots.a }}"\n',
  ],
  [
    "an `otherwise` that hands over need not fill it",
    '  - { collect: a, ask: A?, otherwise: { handoff: care } }\n  - send: "{{ slots.a }}"\n',
  ],
  ["an action without `on_error` has saved when the flow goes on", `${ORDER}  - send: "{{ order.age_days }}"\n`],
  [
    "`on_error` that ends the flow",
    '  - { action: orders.find, with: { number: "1" }, save: order, on_error: { end: all } }\n  - send: "{{ order.age_days }}"\n',
  ],
  ["outputs that a called flow always fills", '  - { call: sizes, save: fit }\n  - send: "{{ fit.size }}"\n'],
  ["an optional input may be given what may be missing", '  - { action: orders.find, with: { number: "1", note: "{{ slots.a }}" } }\n'],
  [
    "`when` may read what is missing, and the question then knows it",
    '  - { collect: a, ask: "{{ customer.first_name }}, a?", when: has(customer.first_name) }\n',
  ],
  [
    "a question may go round while it is asked anew",
    "  - { collect: c, ask: Menu?, ask_again: true }\n  - { send: Done }\n  - { goto: c }\n",
  ],
  [
    "a slot that is emptied is asked again",
    '  - { collect: a, ask: A? }\n  - { if: slots.a == "x", then: [ { set: { slots.a: null } }, { goto: a } ] }\n  - { send: Done }\n',
  ],
  ["comparing a whole number with a number", '  - { if: slots.n > 1.5, then: { send: "Hi" } }\n'],
  [
    "a `goto` to an enclosing level",
    "  - { send: Hi, id: top }\n  - { collect: a, ask: A?, ask_again: true }\n  - { if: slots.n > 1, then: [ { if: slots.n > 2, then: { goto: top } } ] }\n",
  ],
  ["a wait within the window", "  - { collect: a, ask: A? }\n  - { wait: 20h }\n  - { send: Still there? }\n"],
  ["a comment, set apart by two spaces or alone", "  - send: Hi  # a greeting\n    # another\n    id: hi # its name\n"],
  ["marks inside a text", "  - send: Tea & milk - 50% off! Really? @ 5, * for {{ slots.n }} [ok] {no}\n"],
  [
    "a payload that some flow takes by its beginning",
    "  - { send: Hi, buttons: [ { title: Go, payload: ORDER_7 } ] }\n",
    "triggers: { payload: ORDER_* }\n",
  ],
  ["facts that an agent brings", "  - { handoff: care, ask_agent: [a], return_to: next }\n  - { send: \"{{ slots.a ?? 'nothing' }}\" }\n"],
];

describe("what is right is not a mistake", () => {
  it.each(RIGHT)("%s", (_, steps, head = "") => {
    const text = `format: 1\nflow: f\n${head}${SLOTS}\nsteps:\n${steps}`;
    expect(compileBrand({ "flows/alder/f.flow.yaml": text }).problems).toEqual([]);
  });

  it("phrases shared by flows on different channels, or behind guards", () => {
    const flow = (name: string, more: string) =>
      `format: 1\nflow: ${name}\ntriggers: [ { phrases: [hello there] }, { keyword: HI } ]\n${more}\nsteps: { send: Hi }\n`;
    const both = (a: string, b: string) =>
      compileBrand({ "flows/alder/f.flow.yaml": flow("f", a), "flows/alder/g.flow.yaml": flow("g", b) }).problems;
    expect(both("only_on: messenger", "only_on: web")).toEqual([]);
    expect(both("guard: customer.vip", "")).toEqual([]);
    expect(both("", "").map((one) => one.code)).toEqual(["trigger-of-two", "phrase-of-two"]);
  });

  it("advertisements of different rank", () => {
    const ads =
      'format: 1\nads:\n  - { match: { ref: "spring-*" }, start: sizes }\n  - { match: { ref: "spring-boots-*" }, start: sizes }\n  - { match: { ref: spring-boots-1 }, start: sizes }\n  - { match: { ad_id: 7, ref: spring-boots-1 }, start: sizes }\n  - { match: { scene: "card-*" }, start: sizes }\n';
    expect(compileBrand({ "flows/alder/x.ads.yaml": ads }).problems).toEqual([]);
  });
});
