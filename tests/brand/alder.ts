/** Alder Outdoor as `baton check` reads it: from the project's files, with the channels' own limits. */
import { fileURLToPath } from "node:url";
import { channelLimits } from "../../adapters/limits.ts";
import { type CompileResult, compile } from "../../dialogue/compile.ts";
import type { Program } from "../../dialogue/program.ts";
import { readBuiltins, readProject } from "../../server/project.ts";

export function compileAlder(): CompileResult {
  const { files } = readProject(fileURLToPath(new URL("../..", import.meta.url)));
  return compile({ bot: "bots/alder.bot.yaml", files, builtins: readBuiltins(), limits: channelLimits(), env: {} });
}

export function alder(): Program {
  const { program, problems } = compileAlder();
  if (!program) throw new Error(`Alder does not compile: ${problems.map((one) => `${one.file}:${one.line} ${one.code}`).join(", ")}`);
  return program;
}
