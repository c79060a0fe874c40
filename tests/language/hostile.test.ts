import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { renderProblem } from "../../dialogue/problem.ts";
import { parseStory } from "../../dialogue/read/story.ts";
import { compileBrand, GOOD } from "./brand.ts";

const FLOW = "flows/alder/returns.flow.yaml";
const rich = `format: 1
flow: returns
description: "All of it: {{ }}"
triggers: [ { phrases: [send it back, "return, please"] }, { payload: RETURNS }, { keyword: [RETURN, 退货] } ]
guard: customer.vip
otherwise: { send: Not here. }
slots:
  order_number: { type: text, pattern: "AL-[0-9]{6}", label: Order number }
  reason: { type: choice, of: { small: Too small, big: Too big }, also: { small: [tight] } }
  day: { type: date, keep: 7d }
steps:
  - collect: order_number
    ask: [Which order?, "The number?"]
    validate: [ { must: size(value) > 1, invalid: Longer! } ]
    otherwise: { handoff: care, id: no_number, reason: cannot say }
  - { action: orders.find, with: { number: "{{ slots.order_number }}" }, save: order, on_error: [ { if: error.code == "not_found", then: [ { set: { slots.order_number: null } }, { goto: order_number } ] }, { end: all } ] }
  - switch: slots.reason ?? "small"
    cases: { big: { link: sizes } }
    else:
      - send: |
          It is {{ order.age_days }} days old.
          "Really"
        buttons: [ { title: Shop, url: "https://a.test/{{ slots.order_number }}" }, { title: Again, goto: order_number } ]
        channels: { web: { buttons: null, image: "https://a.test/x.png" } }
  - { call: sizes, save: fit, id: fitting }
  - { wait: { until: tomorrow 09:00 }, on_reply: continue }
  - { tag: [a, b] }
  - { note: "Fits {{ fit.size ?? 0 }}" }
`;

describe("what nobody wrote by hand is a mistake, quickly, and never a throw", () => {
  const quickly = (text: string, path = FLOW) => {
    const began = process.cpuUsage();
    const { problems } = compileBrand({ [path]: text });
    const { user, system } = process.cpuUsage(began); // not the wall's time: the machine may be busy
    return { problems: problems.filter((one) => one.file === path), tookMs: (user + system) / 1000 };
  };

  it.each([
    [
      "a bomb of aliases",
      `a: &a [x, x, x, x, x, x, x, x, x]\n${"bcdefghi"
        .split("")
        .map((name, i) => `${name}: &${name} [${Array(9).fill(`*${"abcdefgh"[i]}`).join(", ")}]`)
        .join("\n")}\n`,
      "yaml-anchor",
    ],
    ["brackets without end", "steps: ".concat("[".repeat(900_000)), "too-deep"],
    ["maps within maps", "steps: ".concat("{a: ".repeat(200_000)), "too-deep"],
    ["dashes on one line", "steps:\n  ".concat("- ".repeat(400_000)), "too-deep"],
    ["question marks on one line", "? ".repeat(400_000), "too-deep"],
    ["an indented staircase", Array.from({ length: 900 }, (_, i) => `${" ".repeat(i)}a:`).join("\n"), "too-deep"],
    ["two hundred thousand items on one line", `steps: [${"a,".repeat(200_000)}]`, "file-too-big"],
    ["a hundred thousand stray marks on one line", `steps: {${"a{},'".repeat(100_000)}}`, "file-too-big"],
    ["ten thousand broken lines", `a: b: c\n`.repeat(10_000), "too-deep"],
    ["a hundred thousand tags", "- !x a\n".repeat(140_000), "file-too-big"],
    ["a hundred thousand maps", `steps: [${"{a: {b}},".repeat(100_000)}]`, "file-too-big"],
    ["twenty thousand words where steps are wanted", `steps: [${"a,".repeat(20_000)}]`, "wrong-type"],
    ["more than a megabyte", "x".repeat(1_000_001), "file-too-big"],
    ["twenty thousand keys", `steps: []\n${Array.from({ length: 20_000 }, (_, i) => `k${i}: 1`).join("\n")}`, "unknown-key"],
  ])("%s", (_, text, code) => {
    const { problems, tookMs } = quickly(text);
    expect(problems.map((one) => one.code)).toContain(code);
    expect(tookMs).toBeLessThan(code === "unknown-key" || code === "wrong-type" ? 2_000 : 1_500);
  });

  it("`__proto__` and `constructor` as keys change nothing", () => {
    const text = `format: 1\nflow: returns\nslots: { constructor: { type: text, default: x } }\nsteps:\n  - { set: { slots.constructor: { __proto__: { polluted: true } } } }\n  - send: Hi\n    channels: { __proto__: { send: Ho } }\n__proto__: { polluted: true }\n`;
    quickly(text);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    expect(Object.prototype).not.toHaveProperty("polluted");
  });

  it("a bot file with `__proto__` settings keeps them out", () => {
    const bot = GOOD["bots/alder.bot.yaml"]!.replace('{ page: "1" }', '{ page: "1", __proto__: "x", constructor: "y" }');
    const { program } = compileBrand({ "bots/alder.bot.yaml": bot });
    expect(Object.getPrototypeOf(program!.bot.channels[0]!.settings)).toBe(Object.prototype);
  });

  it("any change of good files compiles or says why, and every mistake can be shown", { timeout: 120_000 }, () => {
    const pieces = [
      "{{",
      "}}",
      "[",
      "]",
      "{",
      "}",
      ": ",
      "- ",
      "#",
      "&a ",
      "*a ",
      "!t ",
      "'",
      '"',
      "|\n",
      ">\n",
      "\t",
      "\n",
      "\u0000",
      "你",
      "??",
      "slots.",
      "null",
      "~",
      "<<: ",
      "---\n",
      "%",
      "@",
      "`",
      "\\",
      "goto: ",
      "send: ",
      ",",
      "\r\n",
      "\ud800",
    ];
    const edit = fc.record({
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      drop: fc.nat(12),
      put: fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 6 })),
    });
    const sources: Record<string, string> = {
      ...GOOD,
      [FLOW]: rich,
      "flows/alder/locales/zh.po": 'msgctxt "returns/send/send"\nmsgid "Not here."\nmsgstr "没有"\n',
      "flows/alder/x.faq.yaml": "format: 1\nfaq:\n  - { id: x, questions: [What?], answer: [A, B], expires: 2027-01-31 }\n",
      "flows/alder/x.ads.yaml": 'format: 1\nads:\n  - { match: { ref: "a*" }, start: sizes, with: { size: "{{ referral.rest }}" } }\n',
    };
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(sources)), fc.array(edit, { minLength: 1, maxLength: 4 }), (path, edits) => {
        let text = sources[path]!;
        for (const { at, drop, put } of edits) {
          const from = Math.floor(at * text.length);
          text = text.slice(0, from) + put + text.slice(from + drop);
        }
        const { program, problems } = compileBrand({ ...sources, [path]: text });
        expect(program === null).toBe(problems.some((one) => one.severity === "error"));
        for (const one of problems) {
          expect(one.line).toBeGreaterThan(0);
          expect(one.column).toBeGreaterThan(0);
          expect(one.length).toBeGreaterThan(0);
          expect(one.message).not.toBe("");
          expect(renderProblem(one, text)).toContain(one.code);
        }
      }),
      { numRuns: 250 },
    );
  });

  it("any text is a story or says why", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (text) => {
        const { story, problems } = parseStory(text, "x.story.yaml");
        expect(story === null).toBe(problems.length > 0);
      }),
      { numRuns: 200 },
    );
  });
});
