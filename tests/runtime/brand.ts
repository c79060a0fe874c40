/** A small brand for the runtime's stories: a form, a shop to call, a reminder, a queue of people. */
import { messengerLimits } from "../../adapters/messenger/limits.ts";
import { compile } from "../../dialogue/compile.ts";
import type { Program } from "../../dialogue/program.ts";
import { readBuiltins } from "../../server/project.ts";

const BOT = `
format: 1
bot: shop
name: Shop
languages: [en]
timezone: UTC
currency: USD
flows: [../flows]
actions: ./shop.actions.yaml
channels:
  messenger: { page: "5550001" }
defaults: { queue: care, idle_after: 30m }
queues:
  care: { answer_within: 2m, max_wait: 15m, notice: A person will be with you. }
`;
const ACTIONS = `
format: 1
actions:
  orders.find:
    safe: true
    input: { number: text }
    output: { days: integer }
    timeout: 3s
    http: { get: "\${SHOP_URL}/orders/{{ input.number }}" }
  orders.cancel:
    input: { number: text }
    output: { done: yes_no }
    timeout: 3s
    http: { post: "\${SHOP_URL}/cancel/{{ input.number }}" }
`;
const FLOWS: Record<string, string> = {
  hello: `
format: 1
flow: hello
description: The customer says the magic word.
triggers: [ { keyword: [MAGIC] } ]
steps:
  - send: It works.
`,
  three: `
format: 1
flow: three
description: Three lines in a row.
triggers: [ { keyword: [THREE] } ]
steps:
  - send: one
  - send: two
  - send: three
`,
  track: `
format: 1
flow: track
description: Where is my parcel?
triggers: [ { keyword: [TRACK] } ]
slots: { number: { type: text, pattern: "AL-[0-9]{6}" } }
steps:
  - { collect: number, ask: Which order? }
  - action: orders.find
    with: { number: "{{ slots.number }}" }
    save: order
    on_error: { send: "The shop is silent: {{ error.code }}." }
  - if: has(order)
    then: { send: "It takes {{ order.days }} days." }
`,
  cancel_order: `
format: 1
flow: cancel_order
description: Cancels the order.
triggers: [ { keyword: [STORNO] } ]
steps:
  - action: orders.cancel
    with: { number: AL-000001 }
    on_error: { send: "Not cancelled: {{ error.code }}." }
  - send: That is all.
`,
  remind: `
format: 1
flow: remind
description: A reminder for later.
triggers: [ { keyword: [REMIND] } ]
steps:
  - send: I will come back to you.
  - wait: 21h
  - send: Still interested?
`,
  returns: `
format: 1
flow: returns
description: A return that a person must allow.
triggers: [ { keyword: [RETURN] } ]
slots: { exception: { type: yes_no, label: Exception }, reason: { type: text } }
steps:
  - { collect: reason, ask: What went wrong? }
  - handoff: care
    id: late
    reason: late return
    ask_agent: [exception]
    return_to: told
  - if: has(slots.exception) && slots.exception
    id: told
    then: { send: Your return is allowed. }
    else: { send: Sorry. }
`,
};

export function compileBrand(
  shopUrl: string,
  more: { bot?: string; flows?: Record<string, string>; files?: Record<string, string> } = {},
): Program {
  const files = new Map([
    ["bots/shop.bot.yaml", BOT + (more.bot ?? "")],
    ["bots/shop.actions.yaml", ACTIONS],
    ...Object.entries({ ...FLOWS, ...more.flows }).map(([name, text]): [string, string] => [`flows/${name}.flow.yaml`, text]),
    ...Object.entries(more.files ?? {}),
  ]);
  const limits = new Map([["messenger", messengerLimits()]]);
  const { program, problems } = compile({ bot: "bots/shop.bot.yaml", files, builtins: readBuiltins(), limits, env: { SHOP_URL: shopUrl } });
  const errors = problems.filter((problem) => problem.severity === "error");
  if (!program) throw new Error(errors.map((problem) => `${problem.file}:${problem.line} ${problem.code} ${problem.message}`).join("\n"));
  return program;
}
