import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { type Problem, problemsToJson, problemsToSarif, renderProblem } from "../../dialogue/problem.ts";
import { jsonSchemas } from "../../dialogue/read/json-schema.ts";
import { BOT, compileBrand, GOOD } from "./brand.ts";

const PROBLEM: Problem = {
  code: "unknown-flow",
  severity: "error",
  file: "flows/alder/returns.flow.yaml",
  line: 2,
  column: 23,
  length: 11,
  message: "There is no flow called `fautly_item`.",
  near: ["faulty_item"],
  help: "A `link` goes to another flow for good; to come back afterwards, use `call`.",
};

describe("a mistake as people and machines read it", () => {
  it("shows place, code, the line with the part underlined, the reason, near names and the next move", () => {
    expect(renderProblem(PROBLEM, "steps:\n      faulty: { link: fautly_item }\n")).toBe(
      [
        "flows/alder/returns.flow.yaml:2:23  unknown-flow",
        "   2 |       faulty: { link: fautly_item }",
        "     |                       ^^^^^^^^^^^",
        "There is no flow called `fautly_item`. Close names: `faulty_item`.",
        "A `link` goes to another flow for good; to come back afterwards, use `call`.",
      ].join("\n"),
    );
  });

  it("stands under Chinese text and tabs, and shortens long lines around the mistake", () => {
    const chinese = renderProblem({ ...PROBLEM, line: 1, column: 5, length: 2 }, "\t- 你好 - 世界\n").split("\n");
    expect(chinese[2]).toBe("     | \t    ^^^");
    const long = renderProblem({ ...PROBLEM, line: 1, column: 500, length: 3 }, `${"x".repeat(499)}abc${"y".repeat(300)}`).split("\n");
    expect(long[1]!.length).toBeLessThan(160);
    expect(long[1]!.slice(long[2]!.indexOf("^"), long[2]!.indexOf("^") + 3)).toBe("abc");
  });

  it("a warning says that it is one", () => {
    expect(renderProblem({ ...PROBLEM, severity: "warning" }, "")).toContain("unknown-flow (warning)");
  });

  it("JSON counts, SARIF carries rule, place and level", () => {
    expect(problemsToJson([PROBLEM, { ...PROBLEM, severity: "warning" }])).toMatchObject({ version: 1, errors: 1, warnings: 1 });
    const sarif = problemsToSarif([PROBLEM]) as { version: string; runs: { results: unknown[]; tool: unknown }[] };
    expect(sarif.version).toBe("2.1.0");
    expect(sarif.runs[0]!.tool).toMatchObject({ driver: { rules: [{ id: "unknown-flow", helpUri: "docs/problems.md#unknown-flow" }] } });
    expect(sarif.runs[0]!.results).toMatchObject([
      {
        ruleId: "unknown-flow",
        level: "error",
        locations: [
          {
            physicalLocation: {
              artifactLocation: { uri: "flows/alder/returns.flow.yaml" },
              region: { startLine: 2, startColumn: 23, endColumn: 34 },
            },
          },
        ],
      },
    ]);
  });
});

describe("all mistakes at once", () => {
  it("of every file, in order of file and place, also when the bot's own file is wrong", () => {
    const { program, problems } = compileBrand({
      "bots/alder.bot.yaml": BOT.replace("name: Alder", "nme: Alder").replace("languages: [en]", "languages: { a: b }"),
      "flows/alder/a.flow.yaml": "format: 1\nflow: a\nsteps:\n  - { link: nowhere }\n  - { sned: Hi }\n",
      "flows/alder/b.flow.yaml": 'format: 1\nflow: b\nsteps: { send: "{{ slots.x }}" }\n',
    });
    expect(program).toBeNull();
    expect(problems.map((one) => `${one.file}:${one.line} ${one.code}`)).toEqual([
      "bots/alder.bot.yaml:3 unknown-key",
      "bots/alder.bot.yaml:4 wrong-type",
      "flows/alder/a.flow.yaml:4 unknown-flow",
      "flows/alder/a.flow.yaml:5 no-main-key",
      "flows/alder/b.flow.yaml:3 unknown-name",
    ]);
  });

  it("a wrong setting hides nothing, and a step that could not be read is not missed elsewhere", () => {
    const codes = (text: string) => compileBrand({ "flows/alder/a.flow.yaml": text }).problems.map((one) => one.code);
    const slots = "slots: { a: { type: text } }";
    expect(
      codes(`flow: a\n${slots}\nsteps:\n  - { collect: a, ask: A?, optional: true, max_attempts: 0 }\n  - send: "{{ slots.a }}"\n`),
    ).toEqual(["missing-key", "wrong-type", "maybe-missing"]);
    expect(
      codes(`format: 1\nflow: a\n${slots}\nsteps:\n  - { colect: a, ask: A?, id: first }\n  - send: "{{ slots.a }}"\n  - goto: first\n`),
    ).toEqual(["no-main-key"]);
  });

  it("a place inside a quoted, escaped or literal text is exact; a folded one is shown at its start", () => {
    const place = (text: string) => {
      const { problems } = compileBrand({ "flows/alder/a.flow.yaml": `format: 1\nflow: a\nsteps:\n  - send: ${text}\n` });
      const found = problems.find((one) => one.code === "unknown-name")!;
      return [found.line, found.column, found.length];
    };
    expect(place('"a \\"b\\" {{ nme }}"')).toEqual([4, 23, 3]);
    expect(place("'it''s {{ nme }}'")).toEqual([4, 21, 3]);
    expect(place("|\n      one\n      two {{ nme }}")).toEqual([6, 14, 3]);
    expect(place(">\n      one\n      two {{ nme }}")).toEqual([4, 11, 1]);
  });
});

describe("JSON Schemas for editors", () => {
  it("take what the checker takes, and refuse what it refuses", () => {
    const schemas = jsonSchemas();
    expect(Object.keys(schemas)).toEqual(["bot", "actions", "flow", "faq", "ads", "story"]);
    const takes = (kind: string, text: string) =>
      z.fromJSONSchema(schemas[kind] as Parameters<typeof z.fromJSONSchema>[0]).safeParse(parse(text)).success;
    expect(takes("bot", GOOD["bots/alder.bot.yaml"]!)).toBe(true);
    expect(takes("actions", GOOD["bots/alder.actions.yaml"]!)).toBe(true);
    expect(takes("flow", GOOD["flows/alder/returns.flow.yaml"]!)).toBe(true);
    expect(takes("flow", GOOD["flows/alder/returns.flow.yaml"]!.replace("collect:", "colect:"))).toBe(false);
    expect(takes("faq", "format: 1\nfaq: [ { id: x, questions: [What?], answer: That. } ]\n")).toBe(true);
    expect(takes("story", "format: 1\nstory: S\nbot: alder\nscript: [ { customer: Hi }, { bot: '*' } ]\n")).toBe(true);
  });
});
