/** What the files of one brand name: flows, actions, queues, events, fields. Flows ask it while they are compiled. */
import { nearNames } from "../expressions/near.ts";
import type { Names } from "../expressions/types.ts";
import type { Action, ChannelAccount, Queue, Slot } from "../program.ts";
import type { FlowFile } from "../read/flow-schema.ts";
import type { Source } from "../read/node.ts";
import { list } from "../read/shape.ts";
import type { Written } from "../read/words.ts";
import { report, type Translate, type Workshop } from "./workshop.ts";

/** A flow as it was read: what others may know of it before its steps are compiled. `file` null: it could not be read. */
export type Known = {
  name: string;
  source: Source;
  file: FlowFile | null;
  /** Some of it could not be read: what is absent may only be unread. */
  broken: boolean;
  pattern: boolean;
  language: string;
  slots: Map<string, Slot>;
  inputs: string[];
  outputs: string[];
  translate: Translate;
};

export type Brand = {
  flows: Map<string, Known>;
  actions: Map<string, Action>;
  events: Set<string>;
  queues: Map<string, Queue>;
  customerFields: Map<string, Slot>;
  channels: ChannelAccount[];
  defaults: { maxAttempts: number; idleAfterMs: number; queue: string | null };
  /** Names that every expression can read. */
  standard: Names;
  /** A part of the brand could not be read, so that names may only seem unknown. */
  unread: { actions: boolean; queues: boolean };
};

const LINK_HELP = "A `link` goes to another flow for good; to come back afterwards, use `call`.";
const CALL_HELP = "A `call` runs another flow and comes back.";

/** Is there a flow of this name? Says so when not. */
export function flowNamed(shop: Workshop, brand: Brand, name: Written, how: "link" | "call" | "start"): Known | null {
  const known = brand.flows.get(name.text);
  if (known) return known;
  report(shop, name.at, "unknown-flow", `There is no flow called \`${name.text}\`.`, {
    near: nearNames(name.text, brand.flows.keys()),
    help: how === "call" ? CALL_HELP : how === "link" ? LINK_HELP : "Write it as `flow:` stands in the flow's own file.",
  });
  return null;
}

/** A button, a menu entry and a queue start a flow with nothing in hand. */
export function flowStarted(shop: Workshop, brand: Brand, name: Written): void {
  const known = flowNamed(shop, brand, name, "link");
  if (!known || known.inputs.length === 0) return;
  report(shop, name.at, "missing-input", `\`${name.text}\` has to be given ${list(known.inputs)}, and nothing is given from here.`, {
    help: "Lead to a flow that asks for it, or let a `link` step with `with:` go there.",
  });
}

export function queueNamed(shop: Workshop, brand: Brand, name: Written): void {
  // `default` is the queue of the bot's defaults: patterns that serve any brand hand over to it.
  if (name.text === "default" || brand.queues.has(name.text) || brand.unread.queues) return;
  report(shop, name.at, "unknown-queue", `There is no queue called \`${name.text}\`.`, {
    near: nearNames(name.text, brand.queues.keys()),
    help:
      brand.queues.size === 0
        ? "Queues are declared in the bot's file, under `queues:`."
        : `The bot's queues are ${list([...brand.queues.keys()])}.`,
  });
}

export function channelNamed(shop: Workshop, brand: Brand, key: Written): void {
  const [channel, account] = key.text.split(":") as [string, string | undefined];
  const known = brand.channels.some((one) => one.channel === channel && (account === undefined || one.account === account));
  if (known) return;
  const names = new Set(
    brand.channels.flatMap((one) => (account === undefined ? [one.channel] : [one.channel, `${one.channel}:${one.account}`])),
  );
  report(shop, key.at, "unknown-channel", `The bot has no channel \`${key.text}\`.`, {
    near: nearNames(key.text, names),
    help: `Its channels are ${list([...names])}.`,
    severity: "warning",
  });
}
