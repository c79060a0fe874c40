/** `baton check`: every mistake in the brand's files, at once. */
import { resolve } from "node:path";
import { channelLimits } from "../adapters/limits.ts";
import { compile } from "../dialogue/compile.ts";
import { type Problem, problemsToJson, problemsToSarif, renderProblem } from "../dialogue/problem.ts";
import { systemClock } from "../server/clock.ts";
import { checkFunctions } from "../server/functions.ts";
import { readBuiltins, readProject } from "../server/project.ts";
import { readSettings } from "../server/settings.ts";

export type CheckFlags = { project: string; format: "text" | "json" | "sarif"; strict?: boolean };

/** @returns the exit status: 0 clean, 1 with mistakes, 2 when there is nothing to check */
export async function check(flags: CheckFlags): Promise<number> {
  const root = resolve(flags.project);
  const project = readProject(root);
  if (project.bots.length === 0) {
    console.error(`There is no bots/*.bot.yaml in ${root}. Start this command in a brand's folder, or name it with --project.`);
    return 2;
  }
  const settings = readSettings(root, {});
  const env = "wrong" in settings ? {} : settings.env;
  const builtins = readBuiltins();
  const limits = channelLimits();
  const today = new Date(systemClock.nowMs()).toISOString().slice(0, 10);
  const found = new Map<string, Problem>(); // a file that two bots share is reported once
  for (const bot of project.bots) {
    const { program, problems } = compile({ bot, files: project.files, builtins, limits, env, today });
    const ofFunctions = program ? await checkFunctions(root, [program]) : [];
    for (const problem of [...problems, ...ofFunctions]) {
      found.set(`${problem.file}:${problem.line}:${problem.column}:${problem.code}:${problem.message}`, problem);
    }
  }
  const problems = [...found.values()];
  const texts = new Map([...project.files, ...builtins]);
  if (flags.format === "json") console.log(JSON.stringify(problemsToJson(problems), null, 2));
  else if (flags.format === "sarif") console.log(JSON.stringify(problemsToSarif(problems), null, 2));
  else {
    for (const problem of problems) console.log(`${renderProblem(problem, texts.get(problem.file) ?? "")}\n`);
    console.log(sum(problems, project.bots.length, project.files.size));
  }
  return problems.some((problem) => flags.strict || problem.severity === "error") ? 1 : 0;
}

function sum(problems: Problem[], bots: number, files: number): string {
  const errors = problems.filter((problem) => problem.severity === "error").length;
  const warnings = problems.length - errors;
  const read = `${count(files, "file")} of ${count(bots, "bot")} read`;
  if (problems.length === 0) return `${read}: nothing to mend.`;
  return `${read}: ${count(errors, "mistake")}, ${count(warnings, "warning")}.`;
}

const count = (n: number, thing: string) => `${n} ${thing}${n === 1 ? "" : "s"}`;
