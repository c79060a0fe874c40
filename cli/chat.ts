/** `baton chat`: a conversation in the terminal, as a customer on any channel and, with /agent, as the person who answers. */

import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { channelLimits } from "../adapters/limits.ts";
import { compile } from "../dialogue/compile.ts";
import { renderProblem } from "../dialogue/problem.ts";
import type { Program } from "../dialogue/program.ts";
import { systemClock } from "../server/clock.ts";
import { checkFunctions, loadFunctions } from "../server/functions.ts";
import { type Project, readBuiltins, readProject } from "../server/project.ts";
import { readSettings } from "../server/settings.ts";
import { createStage, type Stage } from "../server/stage.ts";
import { type ChatState, obey, says } from "./chat-commands.ts";
import { createRecording } from "./chat-record.ts";
import { printShown, printUnsent } from "./chat-screen.ts";
import { shopFor } from "./shop.ts";

export type ChatFlags = { project: string; bot?: string; channel: string; language?: string };

/** @returns the exit status */
export async function chat(flags: ChatFlags): Promise<number> {
  const root = resolve(flags.project);
  const project = readProject(root);
  const settings = readSettings(root, {});
  const env = { ...("wrong" in settings ? {} : settings.env) };
  const shop = await shopFor(project.files, env);
  const program = await open(flags, project, env);
  if (typeof program === "string") {
    console.error(program);
    await shop?.close();
    return 2;
  }
  const profile = { first_name: "Robin", ...(flags.language ? { language: flags.language } : {}) };
  const callFunction = await loadFunctions(root, [program]);
  const stage = await createStage({
    program,
    channel: flags.channel,
    atMs: systemClock.nowMs() - (systemClock.nowMs() % 1_000),
    profile,
    customer: {},
    closed: [],
    ...(callFunction ? { callFunction } : {}),
  });
  const recording = createRecording(stage);
  const state: ChatState = { stage, printed: 0, read: 0, root, channel: flags.channel, profile, recording };
  console.log(`${program.bot.title} on ${flags.channel}. You are the customer; /help shows what else you can do.\n`);
  try {
    await talk(state);
  } finally {
    await stage.close();
    await shop?.close();
  }
  return 0;
}

/** Line by line, each finished before the next is read: a script piped in plays the same as one typed. */
async function talk(state: ChatState): Promise<void> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout, terminal: process.stdin.isTTY === true });
  const prompt = () => {
    terminal.setPrompt(`${clock(state.stage)} › `);
    if (process.stdin.isTTY) terminal.prompt();
  };
  prompt();
  for await (const line of terminal) {
    const text = line.trim();
    if (text === "/quit") break;
    if (text !== "") {
      if (!process.stdin.isTTY) console.log(`${clock(state.stage)} › ${text}`);
      if (text.startsWith("/")) for (const sentence of await obey(state, text)) console.log(sentence);
      else for (const sentence of await says(state, text)) console.log(sentence);
      printShown(state);
      await printUnsent(state);
    }
    prompt();
  }
  terminal.close();
}

function clock(stage: Stage): string {
  return new Date(stage.clock.nowMs()).toLocaleString("en-GB", {
    weekday: "short",
    hour: "2-digit",
    minute: "2-digit",
    timeZone: stage.program.bot.timezone,
  });
}

async function open(flags: ChatFlags, project: Project, env: Record<string, string | undefined>): Promise<Program | string> {
  if (project.bots.length === 0)
    return `There is no bots/*.bot.yaml in ${project.root}. Start this command in a brand's folder, or name it with --project.`;
  const limits = channelLimits();
  if (!limits.has(flags.channel)) return `There is no channel called ${flags.channel}. Channels: ${[...limits.keys()].join(", ")}.`;
  const builtins = readBuiltins();
  const bot = flags.bot === undefined ? project.bots[0]! : project.bots.find((path) => path.endsWith(`/${flags.bot}.bot.yaml`));
  if (!bot) return `There is no bot called ${flags.bot}. Bots: ${project.bots.join(", ")}.`;
  const { program, problems } = compile({ bot, files: project.files, builtins, limits, env });
  if (program) problems.push(...(await checkFunctions(project.root, [program])));
  if (program && problems.every((problem) => problem.severity === "warning")) return program;
  const texts = new Map([...project.files, ...builtins]);
  const errors = problems.filter((problem) => problem.severity === "error");
  return errors.map((problem) => renderProblem(problem, texts.get(problem.file) ?? "")).join("\n\n");
}
