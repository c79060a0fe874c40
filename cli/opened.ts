/** What commands on a brand's store share: the project, the bot that is meant, the settings. */
import { resolve } from "node:path";
import { channelLimits } from "../adapters/limits.ts";
import { compile } from "../dialogue/compile.ts";
import type { Program } from "../dialogue/program.ts";
import { readBuiltins, readProject } from "../server/project.ts";
import { readSettings, type Settings } from "../server/settings.ts";

export type StoreFlags = { project: string; bot?: string; store?: string };
export type Opened = { program: Program; settings: Settings; root: string };

/** The bot that is meant, compiled; or a sentence that says why not. */
export function openBot(flags: StoreFlags): Opened | { sorry: string } {
  const root = resolve(flags.project);
  const settings = readSettings(root, { BATON_STORE: flags.store });
  if ("wrong" in settings) return { sorry: settings.wrong.join("\n") };
  const project = readProject(root);
  if (project.bots.length === 0) return { sorry: `There is no bots/*.bot.yaml in ${root}. Name the brand's folder with --project.` };
  const builtins = readBuiltins();
  const limits = channelLimits();
  const programs: Program[] = [];
  for (const bot of project.bots) {
    const { program } = compile({ bot, files: project.files, builtins, limits, env: settings.env });
    if (!program) return { sorry: `${bot} has mistakes. \`npx baton check\` shows them.` };
    programs.push(program);
  }
  const names = programs.map((program) => program.bot.name).join(", ");
  if (flags.bot === undefined && programs.length > 1) return { sorry: `This project has several bots (${names}). Say which with --bot.` };
  const program = flags.bot === undefined ? programs[0] : programs.find((one) => one.bot.name === flags.bot);
  return program ? { program, settings, root } : { sorry: `There is no bot called ${flags.bot}. Bots: ${names}.` };
}
