/** How long a turn of the pure engine takes, its session read and written: a form, a question in the middle of it, a correction. */
import { compile } from "../../dialogue/compile.ts";
import { advance } from "../../dialogue/turn/advance.ts";
import { address } from "../../model/address.ts";
import type { Heard } from "../../model/event.ts";
import { EMPTY_SESSION, type Session } from "../../model/session.ts";
import type { Ranking, View } from "../../model/turn.ts";
import { readBuiltins } from "../../server/project.ts";

const BOT = `
format: 1
bot: bench
name: Bench
languages: [en]
timezone: UTC
currency: USD
flows: [./flows]
channels: { messenger: { page: "1" } }
defaults: { queue: care }
queues: { care: {} }
`;
const FORM = `
format: 1
flow: form
description: A form as they are.
triggers: [ { keyword: GO } ]
slots:
  number: { type: text, pattern: "AL-[0-9]{6}" }
  people: { type: integer }
  size: { type: choice, of: { small: Small, big: Big } }
  ok: { type: yes_no }
steps:
  - { collect: number, ask: What's the order number?, invalid: Six digits please. }
  - { collect: people, ask: "And for how many, {{ customer.first_name ?? 'friend' }}?", validate: value < 20 }
  - { collect: size, ask: Which size? }
  - if: slots.people > 4
    then: { send: "A big group: {{ slots.people }}." }
  - { collect: ok, ask: "{{ slots.number }} for {{ slots.people }}, is that right?" }
  - send: "Thanks, {{ slots.number }} it is."
`;
const FAQ = `
format: 1
faq:
  - id: shipping
    questions: [How long does shipping take?]
    answers: [ { answer: "Two to four days." } ]
`;
const QUESTION = "How long does shipping take?";
const CONVERSATION = ["go", "AL-12", "AL-123456", QUESTION, "6", "Small", "yes"];

/** `cpuUsPerTurn`: processor time of a turn with its session parsed and written, the garbage it leaves included; the others are wall time. */
export type EngineFigures = {
  cpuUsPerTurn: number;
  usPerTurn: number;
  usWithoutJson: number;
  usPerText: Record<string, number>;
  turns: number;
  sessionBytes: number;
};

export function measureEngine(conversations = 20_000): EngineFigures {
  const files = new Map([
    ["bench.bot.yaml", BOT],
    ["flows/form.flow.yaml", FORM],
    ["flows/shop.faq.yaml", FAQ],
  ]);
  const { program, problems } = compile({ bot: "bench.bot.yaml", files, builtins: readBuiltins(), limits: new Map(), env: {} });
  if (program === null) throw new Error(`The bench's flows do not compile: ${problems.map((one) => one.message).join(" ")}`);
  const programs = { newest: program, named: () => null };
  const ranking: Ranking = { candidates: [{ kind: "faq", name: "shipping", score: 0.99, phrase: QUESTION }], none: 0.01, language: "en" };
  const rankings = new Map([
    [QUESTION, ranking],
    ["AL-12", { candidates: [], none: 1, language: null }],
  ]);
  const events = CONVERSATION.map((text): Heard => ({ kind: "said", text, attachments: [] }));
  const spent = new Float64Array(events.length);
  let sessionBytes = 0;
  let withJsonMs = 0;

  const converse = (count: number, measured: boolean): void => {
    for (let n = 0; n < count; n++) {
      let stored = JSON.stringify(EMPTY_SESSION);
      for (const [at, event] of events.entries()) {
        const view: View = {
          nowMs: 1_772_470_800_000 + n * 60_000 + at * 1000,
          conversation: "cv_1",
          address: address("messenger", "1", "c"),
          customer: { id: "cu_1", tags: [], first_name: "Ana" },
          window: { open: true, closesAtMs: null, humanUntilMs: null, openedBy: null },
          queues: {},
          seq: at,
          rankings,
        };
        const began = performance.now();
        const session = JSON.parse(stored) as Session;
        const decided = performance.now();
        const turn = advance(programs, session, event, view);
        const done = performance.now();
        if ("needs" in turn) throw new Error("The hot path asked for a ranking.");
        stored = JSON.stringify(turn.session);
        if (!measured) continue;
        spent[at]! += done - decided;
        withJsonMs += performance.now() - began;
        sessionBytes = Math.max(sessionBytes, Buffer.byteLength(stored));
      }
    }
  };
  converse(Math.ceil(conversations / 10), false);
  const began = process.cpuUsage();
  converse(conversations, false);
  const used = process.cpuUsage(began);
  converse(conversations, true);

  const turns = conversations * events.length;
  const total = spent.reduce((sum, ms) => sum + ms, 0);
  const usPerText = Object.fromEntries(CONVERSATION.map((text, at) => [text, round((spent[at]! / conversations) * 1000)]));
  const cpuUsPerTurn = round((used.user + used.system) / turns);
  return {
    cpuUsPerTurn,
    usPerTurn: round((withJsonMs / turns) * 1000),
    usWithoutJson: round((total / turns) * 1000),
    usPerText,
    turns,
    sessionBytes,
  };
}

function round(us: number): number {
  return Math.round(us * 10) / 10;
}
