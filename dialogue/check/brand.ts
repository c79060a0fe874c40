/** All checks that look at a whole brand: where steps lead, which values are there, what channels can show. */
import type { Limits } from "../../model/limits.ts";
import type { Brand } from "../compile/brand.ts";
import type { BrandFiles } from "../compile/files.ts";
import type { Made } from "../compile/flow.ts";
import { report, type Workshop } from "../compile/workshop.ts";
import type { Flow, MessagePlan, Program, Slot } from "../program.ts";
import type { BotFile } from "../read/bot-schema.ts";
import { checkCalls } from "./calls.ts";
import { walk } from "./graph.ts";
import { checkMenu, checkMessage } from "./limits.ts";
import { checkPresence, checkUsesOutside } from "./presence.ts";
import { checkTranslations } from "./translations.ts";
import { checkAds, checkExact, checkPayloads, checkPhrases } from "./triggers.ts";
import { checkWays } from "./ways.ts";
import { checkWindows, sayTemplatesNotYet } from "./windows.ts";

export type Checking = { today: string | null; file: BotFile };

export function checkBrand(
  shop: Workshop,
  brand: Brand,
  program: Program,
  made: Map<string, Made>,
  found: BrandFiles,
  checking: Checking,
): void {
  const channels = limitsOf(program, null);
  const filled = outputsFilled(brand, made);
  for (const { flow, inside } of made.values()) checkFlow(shop, brand, program, flow, inside, filled);
  checkUsesOutside(shop, shop.uses, brand.standard);
  checkCalls(shop, made);
  checkExact(shop, program.flows);
  checkPayloads(shop, program.flows);
  checkPhrases(shop, program.flows, program.faq, (place, text) => {
    const source = shop.sources.get(place.file)!;
    const start = source.lineStarts[place.line - 1]! + place.column - 1;
    return { source, start, end: start + text.length };
  });
  checkAds(shop, program.ads);
  checkKept(shop, program.flows);
  for (const entry of program.faq.values()) {
    for (const answer of entry.answers) checkMessage(shop, answer.message, channels);
    if (checking.today !== null && entry.expiresOn !== null && entry.expiresOn < checking.today)
      expired(shop, entry.id, entry.expiresOn, found);
  }
  checkMenu(shop, program.bot.menu, channels, "menu");
  checkMenu(shop, program.bot.iceBreakers, channels, "iceBreakers");
  for (const queue of program.bot.queues.values()) if (queue.notice) checkMessage(shop, queue.notice, channels);
  if (program.bot.disclosure) checkMessage(shop, program.bot.disclosure, channels);
  if (program.bot.queues.size === 0 && !brand.unread.queues) {
    report(
      shop,
      checking.file.bot.at,
      "no-person",
      "This bot has no queue, so whoever asks for a person, or cannot answer a question, never gets one.",
      {
        severity: "warning",
        help: "Declare one: `queues: { care: {} }`, and `defaults: { queue: care }`.",
      },
    );
  }
  checkTranslations(shop, found);
}

function checkFlow(
  shop: Workshop,
  brand: Brand,
  program: Program,
  flow: Flow,
  inside: Made["inside"],
  filled: (flow: string) => string[],
): void {
  const channels = limitsOf(program, flow.onlyOn);
  for (const step of flow.steps) {
    for (const [message, slot] of messagesOf(step)) checkMessage(shop, message, channels, slot);
  }
  // What is absent from a file that could not be read whole may only be unread.
  if (inside.broken) return;
  const ways = walk(flow, inside, brand, filled);
  checkPresence(shop, flow, inside, ways, brand.standard);
  checkWays(shop, flow, inside, ways);
  checkWindows(shop, flow, inside, ways, channels);
  sayTemplatesNotYet(shop, inside, channels);
}

/** Which outputs a flow has surely filled when it ends; asked while callers are followed. */
function outputsFilled(brand: Brand, made: Map<string, Made>): (flow: string) => string[] {
  const found = new Map<string, string[]>();
  const filled = (name: string): string[] => {
    const one = made.get(name);
    const known = found.get(name);
    if (known || !one) return known ?? [];
    found.set(name, []); // a cycle of calls promises nothing
    const { atEnd } = walk(one.flow, one.inside, brand, filled);
    const sure = one.flow.outputs.filter((output) => atEnd?.has(`slots.${output}`));
    found.set(name, sure);
    return sure;
  };
  return filled;
}

function messagesOf(step: Flow["steps"][number]): [MessagePlan, Slot?][] {
  if (step.kind === "send") return [[step.message]];
  if (step.kind === "collect") return [[step.ask, step.slot.type === "choice" && !step.options ? step.slot : undefined]];
  if (step.kind === "handoff" && step.notice) return [[step.notice]];
  return [];
}

function limitsOf(program: Program, onlyOn: Set<string> | null): Limits[] {
  const names = new Set(program.bot.channels.map((one) => one.channel));
  const wanted = onlyOn ? new Set([...onlyOn].map((one) => one.split(":")[0]!)) : names;
  return [...names].filter((name) => wanted.has(name)).flatMap((name) => program.limits.get(name) ?? []);
}

/** A kept slot is shared by every flow that declares it, so it has one type (rule 10). */
function checkKept(shop: Workshop, flows: Map<string, Flow>): void {
  const first = new Map<string, { flow: Flow; slot: Slot }>();
  for (const flow of flows.values()) {
    for (const slot of flow.slots.values()) {
      if (!slot.keep) continue;
      const earlier = first.get(slot.name);
      if (earlier && earlier.slot.type !== slot.type) {
        shop.problems.push({
          code: "kept-type",
          severity: "error",
          ...flow.place,
          length: flow.name.length,
          message: `The kept slot \`${slot.name}\` has the type \`${slot.type}\` here and \`${earlier.slot.type}\` in \`${earlier.flow.name}\`; a kept slot is shared, and has one type.`,
          near: [],
          help: "Give both the same type, or one of them another name.",
        });
      }
      if (!earlier) first.set(slot.name, { flow, slot });
    }
  }
}

function expired(shop: Workshop, id: string, day: string, found: BrandFiles): void {
  for (const { file } of found.faq) {
    const entry = file.faq?.find((one) => one.id.text === id);
    if (entry?.expires) {
      report(shop, entry.expires.at, "faq-expired", `\`${id}\` expired on ${day} and is not answered any more.`, {
        severity: "warning",
        help: "Bring it up to date with a later day, or take it out.",
      });
      return;
    }
  }
}
