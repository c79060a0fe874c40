import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { createRanker } from "../../answers/match.ts";
import type { MessagePlan, Program, Step, Text } from "../../dialogue/program.ts";
import { alder, compileAlder } from "./alder.ts";

const HAN = /\p{Script=Han}/u;
const program = alder();
const flows = [...program.flows.values()].filter((flow) => !flow.pattern);
const faq = [...program.faq.values()];

describe("Alder Outdoor, the brand that designers copy", () => {
  it("has no problems, warnings included", () => {
    expect(compileAlder().problems).toEqual([]);
  });

  it("answers at least 25 questions, each asked in several ways in English and in Chinese", () => {
    expect(faq.length).toBeGreaterThanOrEqual(25);
    for (const entry of faq) {
      const chinese = entry.questions.filter(({ text }) => HAN.test(text)).length;
      expect([entry.id, chinese >= 2, entry.questions.length - chinese >= 2]).toEqual([entry.id, true, true]);
    }
  });

  it("hands over to two queues, one of which never closes", () => {
    const queues = [...program.bot.queues.values()];
    expect(queues.map((queue) => queue.name)).toEqual(["care", "sales"]);
    expect(queues.map((queue) => queue.hours.days === null)).toEqual([true, false]);
    const reached = new Set(flows.flatMap((flow) => flow.steps).flatMap((step) => (step.kind === "handoff" ? [step.queue] : [])));
    expect([...reached].sort()).toEqual(["care", "sales"]);
  });

  it("says everything in Chinese too", () => {
    const english = textsOf(program).filter((text) => hasWords(text) && !text.languages.includes("zh"));
    expect(english.map((text) => `${text.place.file}:${text.place.line} ${text.source}`)).toEqual([]);
  });

  it("keeps its voice down: no text has more than one exclamation mark", () => {
    expect(textsOf(program).filter((text) => (text.source.match(/[!！]/g) ?? []).length > 1)).toEqual([]);
  });
});

describe("what Alder's customers ask", () => {
  const rank = createRanker(program);
  const questions = faq.flatMap((entry) => entry.questions.map(({ text }) => [text, entry.id] as const));
  const phrases = flows.flatMap((flow) => flow.phrases.map(({ text }) => [text, flow.name] as const));

  it.each(questions)("%s is answered by its own entry", (text, id) => {
    expect(rank(text).candidates[0]).toMatchObject({ kind: "faq", name: id, score: 1 });
    expect(rank(text).candidates[1]?.score ?? 0).toBeLessThan(0.9);
  });

  it.each(phrases)("%s starts its own flow", (text, name) => {
    expect(rank(text).candidates[0]).toMatchObject({ kind: "flow", name, score: 1 });
    expect(rank(text).candidates[1]?.score ?? 0).toBeLessThan(0.9);
  });

  const rows = readFileSync(new URL("paraphrases.tsv", import.meta.url), "utf8")
    .split("\n")
    .filter((line) => line.includes("\t"))
    .map((line) => line.split("\t") as [string, string]);
  const meant = (text: string): string => {
    const best = rank(text).candidates[0];
    return best !== undefined && best.score >= 0.5 ? best.name : "-";
  };

  it("in other words still leads to the right place, nine times out of ten", () => {
    const ours = rows.filter(([name]) => name !== "-");
    const right = ours.filter(([name, text]) => meant(text) === name);
    expect(right.length / ours.length).toBeGreaterThanOrEqual(0.9);
  });

  it("about the rest of the world is not ours, nine times out of ten", () => {
    const others = rows.filter(([name]) => name === "-");
    const left = others.filter(([, text]) => meant(text) === "-");
    expect(left.length / others.length).toBeGreaterThanOrEqual(0.9);
  });
});

/** Every text of the brand's own files that a customer can read. */
function textsOf({ bot, flows, faq }: Program): Text[] {
  const found = [
    ...ofMessage(bot.disclosure),
    ...[...bot.menu, ...bot.iceBreakers].map((button) => button.title),
    ...[...bot.queues.values()].flatMap((queue) => ofMessage(queue.notice)),
    ...[...flows.values()].flatMap((flow) => [
      ...[...flow.slots.values()].flatMap((slot) => [...(slot.of ?? []).map((one) => one.label), ...(slot.label ? [slot.label] : [])]),
      ...flow.steps.flatMap(ofStep),
    ]),
    ...[...faq.values()].flatMap((entry) => entry.answers.flatMap(({ message }) => ofMessage(message))),
  ];
  return found.filter((text) => !text.place.file.startsWith("built-in/"));
}

function ofStep(step: Step): Text[] {
  switch (step.kind) {
    case "send":
      return ofMessage(step.message);
    case "collect":
      return [
        ...ofMessage(step.ask),
        ...(step.invalid ?? []),
        ...(step.confirm ?? []),
        ...step.validate.flatMap((one) => one.invalid ?? []),
        ...(step.options ?? []).map((one) => one.label),
      ];
    case "handoff":
      return ofMessage(step.notice);
    default:
      return [];
  }
}

function ofMessage(message: MessagePlan | undefined): Text[] {
  if (!message) return [];
  const { buttons, choices, cards } = message;
  const all = <T>(list: T[] | { item: T } | undefined): T[] => (list === undefined ? [] : Array.isArray(list) ? list : [list.item]);
  return [
    ...message.texts,
    ...all(buttons).map((button) => button.title),
    ...all(choices).map((choice) => choice.title),
    ...all(cards).flatMap((card) => [
      card.title,
      ...(card.subtitle ? [card.subtitle] : []),
      ...(card.buttons ?? []).map((one) => one.title),
    ]),
    ...[...message.channels.values()].flatMap(ofMessage),
  ];
}

function hasWords(text: Text): boolean {
  return /\p{L}/u.test(text.source.replace(/\{\{.*?\}\}/gs, ""));
}
