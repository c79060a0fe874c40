/** A small shop whose bot may ask a model, on a stage with the real engine, store and answerer; only the model's HTTP is played. */

import { channelLimits } from "../../adapters/limits.ts";
import { createAnswerer } from "../../answers/answerer.ts";
import { anthropicModel } from "../../answers/anthropic.ts";
import { createRanker, type Ranker } from "../../answers/match.ts";
import { loadOptional } from "../../answers/optional.ts";
import { compile } from "../../dialogue/compile.ts";
import type { Program } from "../../dialogue/program.ts";
import type { Answerer } from "../../model/answerer.ts";
import { readBuiltins } from "../../server/project.ts";
import { createStage, type Stage } from "../../server/stage.ts";
import { ANTHROPIC_URL } from "./anthropic-twin.ts";

const BOT = (answers: string) => `
format: 1
bot: shop
name: Shop
languages: [en, zh]
timezone: UTC
currency: USD
flows: [../flows]
actions: ./shop.actions.yaml
channels: { messenger: { page: "1" } }
customer: { vip: { type: yes_no, default: false } }
defaults: { queue: care }
answers: ${answers}
queues:
  care: { notice: A person will be with you. }
`;
const ACTIONS = `
format: 1
actions:
  orders.cancel:
    personal: true
    input: { number: text }
    output: { done: yes_no }
    function: ./shop.ts#cancel
`;
const FILES: Record<string, string> = {
  "flows/returns.flow.yaml": `
format: 1
flow: returns
description: The customer wants to send something back.
triggers: [ { phrases: [I want to return my order, send boots back] } ]
slots:
  reason: { type: choice, of: { small: Too small, big: Too big, faulty: Faulty } }
  wanted: { type: date }
  gift: { type: yes_no }
steps:
  - { collect: reason, ask: What went wrong? }
  - { collect: gift, ask: Was it a gift? }
  - { collect: wanted, ask: Which day should we fetch it? }
  - send: Thank you. We fetch it on {{ date(slots.wanted) }}.
`,
  "flows/cancel_order.flow.yaml": `
format: 1
flow: cancel_order
description: The customer cancels an order.
triggers: [ { phrases: [cancel my order now] } ]
slots: { number: { type: text, pattern: "AL-[0-9]{6}" } }
steps:
  - { collect: number, ask: Which order? }
  - { action: orders.cancel, with: { number: "{{ slots.number }}" }, save: cancelled }
  - send: It is cancelled.
`,
  "flows/shop.faq.yaml": `
format: 1
faq:
  - id: shipping_time
    questions: [How long does shipping take?, When will my parcel arrive?]
    answer: Two to four working days, and about a week abroad.
  - id: gift_wrap
    questions: [Do you wrap presents?]
    answer: Yes, choose gift wrap at the checkout. It costs $4.
  - id: opening_hours
    questions: [When are you open?]
    answer: From nine to six, not on Sundays.
`,
};

export const hasSdk = (await loadOptional("@anthropic-ai/sdk")) !== null;
if (!hasSdk) console.warn("@anthropic-ai/sdk is not installed: what Anthropic's models may do is not tested.");

export const HELPED = "{ anthropic: claude-haiku-5-5, key: test-key }";

export function shopProgram(answers = HELPED, files: Record<string, string> = {}): Program {
  const all = new Map(Object.entries({ "bots/shop.bot.yaml": BOT(answers), "bots/shop.actions.yaml": ACTIONS, ...FILES, ...files }));
  const { program, problems } = compile({
    bot: "bots/shop.bot.yaml",
    files: all,
    builtins: readBuiltins(),
    limits: channelLimits(),
    env: {},
  });
  if (!program) throw new Error(problems.map((one) => `${one.file}:${one.line} ${one.code} ${one.message}`).join("\n"));
  return program;
}

export function anthropicAnswerer(timeoutMs = 8_000): Answerer {
  return createAnswerer(anthropicModel({ model: "claude-haiku-5-5", key: "test-key", url: ANTHROPIC_URL, price: null, timeoutMs }));
}

const rankers = new WeakMap<Program, Ranker>();

/** Many stages play the same program. */
function rankerOf(program: Program): Ranker {
  const known = rankers.get(program) ?? createRanker(program);
  rankers.set(program, known);
  return known;
}

export type Shop = Stage & { says(text: string): Promise<string[]>; taps(payload: string): Promise<string[]>; logged: string[] };

export async function openShop(
  options: { program?: Program; answerer?: Answerer | null; calls?: object[]; profile?: { first_name: string } } = {},
): Promise<Shop> {
  const program = options.program ?? shopProgram();
  const logged: string[] = [];
  const answerer = options.answerer === undefined ? anthropicAnswerer() : options.answerer;
  const stage = await createStage({
    program,
    channel: "messenger",
    atMs: Date.UTC(2026, 2, 2, 17, 30),
    profile: options.profile ?? { first_name: "Ana" },
    customer: {},
    closed: [],
    rank: rankerOf(program),
    callFunction: async (_module, input) => {
      options.calls?.push(input);
      return { done: true };
    },
    ...(answerer ? { answerer } : {}),
    log: (level, sentence, fields) => void logged.push(`${level} ${sentence} ${JSON.stringify(fields ?? {})}`),
  });
  const since = async (act: Promise<void>): Promise<string[]> => {
    const before = stage.shown.length;
    await act;
    return stage.shown.slice(before).map(({ message }) => message.text ?? "");
  };
  return Object.assign(stage, {
    logged,
    says: (text: string) => since(stage.hears({ kind: "said", text, attachments: [] })),
    taps: (payload: string) => since(stage.hears({ kind: "tapped", payload })),
  });
}
