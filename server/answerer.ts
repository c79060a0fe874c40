/** Opens the answerer that a manifest names. A bot that answers local-only loads none of this. */
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type ChatModel, createAnswerer } from "../answers/answerer.ts";
import { anthropicModel } from "../answers/anthropic.ts";
import { langchainModel } from "../answers/langchain.ts";
import { loadOptional } from "../answers/optional.ts";
import type { AnswersPlan, Program } from "../dialogue/program.ts";
import type { Answerer } from "../model/answerer.ts";
import type { Log } from "../runtime/log.ts";
import type { Settings } from "./settings.ts";

type Outside = Exclude<AnswersPlan, { from: "local-only" }>;

/**
 * @returns null when the key is missing: the bot then answers by itself, and the log says so
 * @throws when a limit in money cannot be kept, because nobody knows what the model costs
 */
export function openAnswerer(program: Program, settings: Settings, root: string, log: Log): Answerer | null {
  const { name, answers } = program.bot;
  if (answers.from === "local-only") return null;
  const chat = answers.from === "anthropic" ? fromAnthropic(answers, settings) : fromLangchain(answers, root);
  if (chat === null) {
    log("warn", `${name} answers by itself: \`answers\` names an Anthropic model, and there is no key. Set ANTHROPIC_API_KEY.`, {
      bot: name,
    });
    return null;
  }
  const inMoney = Object.values(answers.limits).some((limit) => limit.micros !== null);
  if (inMoney && chat.price === null)
    throw new Error(
      `The bot ${name} limits money, and nobody here knows what ${chat.model} costs. ` +
        "Write `price: { input: 1, output: 5 }` under `answers`, in dollars for a million tokens, or limit `tokens` and `time`.",
    );
  return createAnswerer(chat);
}

function fromAnthropic(plan: Outside, settings: Settings): ChatModel | null {
  const key = plan.key ?? settings.ANTHROPIC_API_KEY;
  if (key === undefined) return null;
  const { what: model, price, timeoutMs } = plan;
  return anthropicModel({ model, key, url: settings.ANTHROPIC_API_URL, price, timeoutMs });
}

function fromLangchain({ what, with: given, price }: Outside, root: string): ChatModel {
  const load = async (name: string) => {
    const path = pathIn(root, name);
    return loadOptional<Record<string, unknown>>(path ?? name);
  };
  return langchainModel({ what, settings: given, price, load });
}

/** A brand's own packages come before ours. */
function pathIn(root: string, name: string): string | null {
  try {
    return pathToFileURL(createRequire(join(root, "package.json")).resolve(name)).href;
  } catch {
    return null;
  }
}
