import { describe, expect, it } from "vitest";
import { renderProblem } from "../../dialogue/problem.ts";
import { BOT, compileBrand, marked } from "./brand.ts";
import { mistakes } from "./mistakes.ts";

describe("every mistake says where, what and why", () => {
  for (const one of mistakes(BOT)) {
    it(`${one.code}: ${one.says}`, () => {
      const { text, line, column, length } = marked(one.text);
      const { program, problems } = compileBrand({ ...one.more, [one.path]: text }, one.today ? { today: one.today } : {});
      const found = problems.filter((problem) => problem.code === one.code && problem.file === one.path);
      expect(found[0], JSON.stringify(problems, null, 1)).toMatchObject({
        line,
        column,
        message: one.says,
        severity: one.warning ? "warning" : "error",
      });
      expect(found[0]!.length).toBe(Math.max(1, Math.min(length, text.split("\n")[line - 1]!.length - column + 1)));
      if (one.near) expect(found[0]!.near).toEqual(one.near);
      if (one.helps) expect(found[0]!.help).toContain(one.helps);
      expect(program === null).toBe(problems.some((problem) => problem.severity === "error"));
      // One slip, one mistake: nothing else is said of that file.
      expect(problems.filter((problem) => problem.file === one.path && problem.severity === "error" && problem.code !== one.code)).toEqual(
        [],
      );
      expect(renderProblem(found[0]!, text)).toContain(`${one.path}:${line}:${column}  ${one.code}`);
    });
  }
});
