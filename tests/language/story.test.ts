import { describe, expect, it } from "vitest";
import { expected, parseStory } from "../../dialogue/read/story.ts";

const HEAD = "format: 1\nstory: Late\nbot: alder\n";
const lines = (script: string) => parseStory(`${HEAD}script:\n${script}`, "x.story.yaml");

describe("stories", () => {
  it("a table holds messages and what is decided about each", () => {
    const { story, problems } = parseStory(
      `${HEAD}table:\n  - { says: [How long?, 几天能到], after: Hello, decided: faq/shipping_time, among: flow/track_order }\n  - says: parcel\n    decided: [faq/a, cancel]\n`,
      "x.story.yaml",
    );
    expect(problems).toEqual([]);
    expect(story?.table.map(({ text, after, decided }) => [text, after, decided])).toEqual([
      ["How long?", ["Hello"], ["faq/shipping_time"]],
      ["几天能到", ["Hello"], ["faq/shipping_time"]],
      ["parcel", [], ["faq/a", "cancel"]],
    ]);
    expect(parseStory(`${HEAD}table:\n  - { says: Hi, decided: FAQ shipping }\n`, "x.story.yaml").problems[0]?.message).toContain(
      "decision",
    );
  });

  it("every kind of line is read", () => {
    const { story, problems } = parseStory(
      `${HEAD}channel: messenger
at: 2026-03-02T09:30:00-08:00
texts: es
closed: [care]
fixtures:
  customer: { first_name: Ana }
  actions:
    orders.find: [ { error: timeout }, { age_days: 90, error: none } ]
script:
  - { at_step: returns/reason, slots: { order_number: AL-1 } }
  - { customer: Hello, duplicate: true, referral: { ref: spring } }
  - bot: Hi!*
  - bot: "*"
  - bot: "**"
  - tap: Print label
  - payload: RETURNS
  - referral: { ad_id: 42 }
  - attachment: image
  - { attachment: { kind: location, lat: 1.5, lng: 2 } }
  - { event: order_shipped, fields: { number: "7" } }
  - wait: 21h
  - { handoff: care, priority: high, reason: late*, slots: { order_number: AL-1 } }
  - agent: Hola
  - customer_sees: Hola
  - agent_returns: { facts: { exception: true }, to_step: survey }
  - agent_returns: true
  - agent_resolves: true
  - tracked: lead
  - ended: true
`,
      "x.story.yaml",
    );
    expect(problems).toEqual([]);
    expect(story).toMatchObject({
      title: "Late",
      bot: "alder",
      channel: "messenger",
      atMs: Date.UTC(2026, 2, 2, 17, 30),
      texts: "es",
      closed: ["care"],
      customer: { first_name: "Ana" },
    });
    expect(story!.actions.get("orders.find")).toEqual([
      { ok: false, error: "timeout" },
      { ok: true, value: { age_days: 90, error: "none" } },
    ]);
    expect(story!.script.map((line) => line.kind)).toEqual([
      "at_step",
      "customer",
      "bot",
      "bot_any",
      "bot_any",
      "tap",
      "payload",
      "referral",
      "attachment",
      "attachment",
      "event",
      "wait",
      "handoff",
      "agent",
      "customer_sees",
      "agent_returns",
      "agent_returns",
      "agent_resolves",
      "tracked",
      "ended",
    ]);
    expect(story!.script[1]).toMatchObject({ text: "Hello", duplicate: true, referral: { ref: "spring" }, place: { line: 14, column: 5 } });
    expect(story!.script[11]).toMatchObject({ ms: 21 * 3_600_000 });
  });

  it.each([
    ["Hi!*", "Hi! How are you?", true],
    ["Hi!*", "Oh, Hi!", false],
    ["*connecting you*", "I'm connecting you\nwith our team", true],
    ["a*a", "a", false],
    ["a*b*c", "a-b-b-c", true],
    ["exact", "exact", true],
    ["exact", "exactly", false],
  ])("%s matches %s: %s", (pattern, said, matches) => {
    expect(expected(pattern).matches(said)).toBe(matches);
  });

  it.each([
    ["no-main-key", "  - boot: Hi\n", "None of these keys says what this line is."],
    ["two-main-keys", "  - { customer: Hi, bot: Ho }\n", "This line has two main keys, `customer` and `bot`."],
    [
      "story-order",
      "  - customer: Hi\n  - at_step: returns/reason\n",
      "`at_step` says where the story begins, so it is the first line of the script.",
    ],
    ["empty-story", "  []\n", "This story has no script."],
    ["wrong-type", "  - wait: a while\n", "`wait` takes a duration such as `30s`, `15m`, `20h` or `1h30m`, and this is `a while`."],
  ])("%s is said with its line", (code, script, says) => {
    const { story, problems } = lines(script);
    expect(story).toBeNull();
    expect(problems).toMatchObject([{ code, message: says }]);
  });

  it("a moment has a zone, and an error a known name", () => {
    const { problems } = parseStory(
      `${HEAD}at: 2026-03-02\nfixtures: { actions: { a.b: { error: tiemout } } }\nscript: [ { customer: Hi } ]\n`,
      "x.story.yaml",
    );
    expect(problems).toMatchObject([
      { code: "bad-moment", line: 4 },
      { code: "unknown-choice", near: ["timeout"] },
    ]);
  });
});
