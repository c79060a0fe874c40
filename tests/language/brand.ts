/** A small brand whose files are right, to change one of; and marks for the place where a mistake is expected. */
import { type CompileResult, compile } from "../../dialogue/compile.ts";
import type { Limits } from "../../model/limits.ts";

export const BOT = `format: 1
bot: alder
name: Alder
languages: [en]
timezone: America/Los_Angeles
flows: ../flows/alder
actions: ./alder.actions.yaml
channels: { messenger: { page: "1" }, web: {} }
customer:
  vip: { type: yes_no, default: false }
queues:
  care: { hours: { mon-fri: "09:00-17:00" } }
`;
export const ACTIONS = `format: 1
actions:
  orders.find:
    safe: true
    input: { number: text, note?: text }
    output: { age_days: integer, total: money, gift_note?: text, owner: phone }
    http: { get: "https://shop.test/orders/{{ input.number }}" }
events:
  order_shipped: { fields: { number: text } }
`;
export const FLOW = `format: 1
flow: returns
triggers: [ { phrases: [send it back] } ]
slots: { order_number: { type: text } }
steps:
  - { collect: order_number, ask: Which order? }
  - { action: orders.find, with: { number: "{{ slots.order_number }}" }, save: order }
  - send: It is {{ order.age_days }} days old.
`;
export const SIZES = `format: 1
flow: sizes
slots: { size: { type: integer, default: 42 } }
outputs: [size]
steps: [ { send: "It fits {{ slots.size }}." } ]
`;

export const GOOD: Record<string, string> = {
  "bots/alder.bot.yaml": BOT,
  "bots/alder.actions.yaml": ACTIONS,
  "flows/alder/returns.flow.yaml": FLOW,
  "flows/alder/sizes.flow.yaml": SIZES,
};

export const LIMITS: Map<string, Limits> = new Map(
  [
    limits("messenger", {
      buttons: { max: 3, titleMax: 20, textMax: 640, payloadMax: 1000, kinds: ["payload", "url", "phone"] },
      dayLong: true,
    }),
    limits("web", { buttons: null, dayLong: false }),
  ].map((one) => [one.channel, one]),
);

function limits(channel: string, { buttons, dayLong }: { buttons: Limits["buttons"]; dayLong: boolean }): Limits {
  const day = { lengthMs: 86_400_000, messages: null, source: "test", from: "2026-01-01" };
  return {
    channel,
    source: "test",
    checkedOn: "2026-01-01",
    text: { max: 2000, unit: "utf16" },
    buttons,
    choices: dayLong ? { max: 13, titleMax: 20, payloadMax: 1000 } : null,
    cards: dayLong ? { max: 10, titleMax: 80, subtitleMax: 80, buttonsMax: 3 } : null,
    media: ["image"],
    menu: dayLong ? { max: 3, titleMax: 30 } : null,
    iceBreakers: dayLong ? { max: 4, titleMax: 80 } : null,
    windows: dayLong ? { openings: { message: day }, humanMs: null, always: false } : { openings: {}, humanMs: null, always: true },
    rate: { perAccountPerSecond: 10, perThreadPerSecond: null },
  };
}

/** `changed`: files by path, over the good ones; null takes one away. */
export function compileBrand(
  changed: Record<string, string | null> = {},
  more: { env?: Record<string, string>; today?: string; builtins?: Map<string, string> } = {},
): CompileResult {
  const files = new Map<string, string>();
  for (const [path, text] of Object.entries({ ...GOOD, ...changed })) if (text !== null) files.set(path, text);
  return compile({
    bot: "bots/alder.bot.yaml",
    files,
    builtins: more.builtins ?? new Map(),
    limits: LIMITS,
    env: more.env ?? {},
    ...(more.today ? { today: more.today } : {}),
  });
}

/** Takes the marks `«` and `»` out of a text and says which part of which line they held. */
export function marked(text: string): { text: string; line: number; column: number; length: number } {
  const start = text.indexOf("«");
  const end = text.indexOf("»") - 1;
  if (start === -1 || end < start) throw new Error("The case marks no place with « ».");
  const before = text.slice(0, start).split("\n");
  return { text: text.replace("«", "").replace("»", ""), line: before.length, column: before.at(-1)!.length + 1, length: end - start };
}
