/** Random brands and random customers: flows from a grammar of all steps, and what may happen to a conversation. */
import fc from "fast-check";
import type { Heard } from "../../model/event.ts";
import type { Json, JsonObject } from "../../model/json.ts";

const SLOTS: JsonObject = {
  n: { type: "integer", default: 0 },
  code: { type: "text", pattern: "AL-[0-9]{6}", label: "Order number" },
  words: { type: "text" },
  size: { type: "choice", of: { small: "Small", big: "Big" }, default: "small" },
  item: { type: "choice" },
  ok: { type: "yes_no" },
  day: { type: "date" },
  mail: { type: "email" },
  kept: { type: "number", keep: "1d" },
  picture: { type: "attachment" },
  paid: { type: "money" },
};
const ASKED = ["n", "code", "words", "size", "ok", "day", "mail", "kept", "picture", "paid", "customer.email"];

type Step = JsonObject;
const text = fc.constantFrom(
  "Hello.",
  "{{ event.text }}",
  "N is {{ slots.n }}",
  "{{ customer.first_name ?? 'friend' }}",
  "Wait {{ channel.name }}",
);
const condition = fc.constantFrom(
  "slots.n > 2",
  "has(slots.words)",
  "customer.vip",
  "slots.n < 1000",
  'event.text == "x"',
  "has(slots.size)",
);

export type Brand = { flows: Record<string, string> };

/** Flows f0 to f3; `call` only goes to a higher number, as cycles of calls are mistakes. */
export const brands: fc.Arbitrary<Brand> = fc
  .tuple(...[0, 1, 2, 3].map((n) => flow(n)))
  .map((flows) => ({ flows: Object.fromEntries(flows.map((body, n) => [`f${n}`, body])) }));

function flow(n: number): fc.Arbitrary<string> {
  return fc
    .record({
      steps: fc.array(step(n, 2), { minLength: 1, maxLength: 6 }),
      interruptions: fc.constantFrom("all", "answers", "none"),
      guard: fc.boolean(),
    })
    .map(({ steps, interruptions, guard }) => {
      let count = 0;
      const name = (one: Json): Json => {
        if (Array.isArray(one)) return one.map(name);
        if (one === null || typeof one !== "object") return one;
        const named = Object.fromEntries(
          Object.entries(one).map(([key, value]) => [
            key,
            BRANCHES.has(key)
              ? name(value)
              : key === "cases"
                ? Object.fromEntries(Object.entries(value as JsonObject).map(([k, v]) => [k, name(v)]))
                : value,
          ]),
        );
        return { ...named, id: `s${count++}` };
      };
      const keys: JsonObject = {
        triggers: [{ keyword: `F${n}` }, { phrases: [`please start flow number ${n}`, `流程${n}开始`] }, { payload: `P${n}` }],
        interruptions,
        ...(guard ? { guard: "!customer.vip", otherwise: [{ send: "Not for you.", id: "g" }] } : {}),
        outputs: ["n", "ok"],
        slots: SLOTS,
        steps: [...(name(steps as unknown as Json) as Json[]), { send: "The end.", id: "last" }],
      };
      return Object.entries(keys)
        .map(([key, value]) => `${key}: ${JSON.stringify(value)}`)
        .join("\n");
    });
}

const BRANCHES = new Set(["then", "else", "otherwise", "on_error", "no_reply", "when_closed", "when_too_long"]);

function steps(n: number, depth: number): fc.Arbitrary<Step[]> {
  return fc.array(step(n, depth - 1), { minLength: 1, maxLength: 3 });
}

function step(n: number, depth: number): fc.Arbitrary<Step> {
  const leaves = [
    fc
      .record({
        send: fc.oneof(text, fc.constant(["One.", "Two."])),
        more: fc.constantFrom(
          {},
          { choices: ["Yes", "No"] },
          {
            buttons: [
              { title: "Next", link: `f${(n + 1) % 4}` },
              { title: "Last", goto: "last" },
              { title: "Site", url: "https://x.test/" },
            ],
          },
        ),
      })
      .map(({ send, more }) => ({ send, ...more })),
    fc
      .record({
        collect: fc.constantFrom(...ASKED),
        ask: text,
        max_attempts: fc.integer({ min: 1, max: 3 }),
        optional: fc.boolean(),
        ask_again: fc.boolean(),
        confirm: fc.boolean(),
        idle_after: fc.constantFrom("1m", "1h"),
      })
      .map(({ confirm, ...rest }) => ({ ...rest, ...(confirm ? { confirm: "Sure?" } : {}) })),
    fc.constant({ collect: "n", ask: "A number?", validate: "value < 10", invalid: "Less than ten." }),
    fc.constant({
      collect: "item",
      ask: "Which?",
      options: [
        { value: "a", label: "First" },
        { value: "b", label: "Second" },
      ],
    }),
    fc.constantFrom<Step>(
      { set: { "slots.n": "{{ slots.n + 1 }}" } },
      { set: { "slots.words": null, "slots.code": null } },
      { set: { "customer.vip": true } },
      { set: { "customer.language": "zh" } },
    ),
    ...(n < 3 ? [fc.constant<Step>({ call: `f${n + 1}`, with: { n: 5 } })] : []),
    fc.constantFrom<Step>(
      { action: "orders.find", with: { number: "1" }, on_error: [{ send: "Failed." }] },
      { action: "orders.pay", with: { number: "1" } },
    ),
    fc.constantFrom<Step>({ wait: "5m" }, { wait: "1h", on_reply: "continue" }, { wait: { until: "tomorrow 09:00" } }),
    fc.constantFrom<Step>(
      { handoff: "care", reason: "why", return_to: "last" },
      { handoff: "closed_one", reason: "why", return_to: "last" },
      { handoff: "closed_one", reason: "why", return_to: "last", when_closed: [{ send: "Shut." }] },
    ),
    fc.constantFrom<Step>({ tag: ["a"] }, { untag: "a" }, { note: "Noted." }),
    fc.constant<Step>({ answer: "{{ event.text }}", otherwise: [{ send: "No idea." }] }),
  ];
  if (depth <= 0) return fc.oneof(...leaves) as fc.Arbitrary<Step>;
  const inner = steps(n, depth);
  const leaving = fc.constantFrom<Step>(
    { link: `f${(n + 2) % 4}` },
    { goto: "last" },
    { end: "flow" },
    { end: "all" },
    { handoff: "care", reason: "done" },
  );
  // biome-ignore-start lint/suspicious/noThenProperty: a step's own word
  return fc.oneof(
    { weight: 4, arbitrary: fc.oneof(...leaves) as fc.Arbitrary<Step> },
    { weight: 1, arbitrary: fc.record({ if: condition, then: inner, else: inner }) },
    { weight: 1, arbitrary: fc.tuple(condition, leaving).map(([test, last]) => ({ if: test, then: [last] })) },
    { weight: 1, arbitrary: fc.tuple(inner, inner).map(([small, other]) => ({ switch: "slots.size", cases: { small }, else: other })) },
    {
      weight: 1,
      arbitrary: fc.record({
        collect: fc.constantFrom("mail", "ok"),
        ask: text,
        max_attempts: fc.constant(1),
        otherwise: inner,
        no_reply: inner,
        idle_after: fc.constant("1m"),
      }),
    },
  );
  // biome-ignore-end lint/suspicious/noThenProperty: a step's own word
}

/** What may happen next; `tap`, `call` and the people need what is on the table then. */
export type Happening =
  | { kind: "event"; event: Heard }
  | { kind: "tap"; which: number }
  | { kind: "wait"; ms: number }
  | { kind: "call"; ok: boolean; value: Json }
  | { kind: "people"; what: "back" | "step" | "resolve" | "expire" | "leave" | "say" }
  | { kind: "queues"; open: boolean };

const SAID = [
  "F0",
  "f1",
  "F2",
  "f3",
  "please start flow number 1",
  "流程2开始",
  "flow",
  "AL-123456",
  "no, I meant AL-654321",
  "my order number is wrong",
  "small",
  "big",
  "yes",
  "no",
  "3",
  "12",
  "1",
  "2",
  "tomorrow",
  "a@b.co",
  "$20",
  "hello",
  "你好",
  "hola",
  "thanks",
  "person",
  "转人工",
  "cancel",
  "skip",
  "repeat",
  "what?",
  "STOP",
  "start",
  "English please",
  "中文",
  "never mind",
  "how long does shipping take?",
  "I want to know when my parcel will arrive, please",
  "blorp",
  "{{ slots.n }}",
  "$X",
  "__proto__",
  "constructor",
  "\u202e\u0000\ud800",
  "baton:link:f1",
  "",
  " ",
];
const PAYLOADS = [
  "P0",
  "P1",
  "baton:link:f2",
  "baton:link:human_request",
  "baton:goto:f0/last",
  "baton:goto:f1/s0",
  "baton:goto:f1/nowhere",
  "baton:faq:shipping",
  "baton:faq:none",
  "baton:none",
  "baton:answer:f0/s0:yes",
  "baton:",
  "nonsense",
  "__proto__",
];

export const happenings: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 10, arbitrary: fc.constantFrom(...SAID).map((said) => event({ kind: "said", text: said, attachments: [] })) },
  {
    weight: 1,
    arbitrary: fc.string({ unit: "binary", maxLength: 40 }).map((said) => event({ kind: "said", text: said, attachments: [] })),
  },
  { weight: 2, arbitrary: fc.nat(9).map((which): Happening => ({ kind: "tap", which })) },
  { weight: 2, arbitrary: fc.constantFrom(...PAYLOADS).map((payload) => event({ kind: "tapped", payload })) },
  { weight: 1, arbitrary: fc.constantFrom(...PAYLOADS).map((payload) => event({ kind: "said", text: "Small", payload, attachments: [] })) },
  { weight: 3, arbitrary: fc.constantFrom(30_000, 61_000, 400_000, 3_700_000, 90_000_000).map((ms): Happening => ({ kind: "wait", ms })) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("call" as const),
      ok: fc.boolean(),
      value: fc.constantFrom<Json>({ days: 1, items: [{ sku: "a" }], reference: "r" }, null, {}, "odd"),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      event({ kind: "said", text: "", attachments: [{ kind: "image", url: "https://x.test/1.jpg" }] }),
      event({ kind: "said", text: "look", attachments: [{ kind: "sticker", id: "1" }] }),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      event({ kind: "referred", referral: { source: "ADS", ref: "spring-x" } }),
      event({ kind: "said", text: "hi", attachments: [], referral: { source: "ADS", adId: "42" } }),
      event({ kind: "happened", name: "get_started", fields: {} }),
      event({ kind: "happened", name: "shipped", fields: { number: "1" } }),
    ),
  },
  {
    weight: 4,
    arbitrary: fc
      .constantFrom("back", "step", "resolve", "expire", "leave", "say")
      .map((what): Happening => ({ kind: "people", what: what as "back" })),
  },
  { weight: 1, arbitrary: fc.boolean().map((open): Happening => ({ kind: "queues", open })) },
);

function event(heard: Heard): Happening {
  return { kind: "event", event: heard };
}
