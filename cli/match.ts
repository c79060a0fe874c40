/** `baton match`: learns labelled texts, then says for each line of standard input which label it has and how surely. */
import { readFileSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { learnOffers, type Matcher, type Offer, recallMatcher } from "../answers/matcher.ts";

export type MatchFlags = { train?: string; model?: string; save?: string; time?: boolean };

/** @returns the exit status: 0 done, 2 nothing to match with */
export async function match(flags: MatchFlags, input: NodeJS.ReadableStream = process.stdin): Promise<number> {
  if ((flags.train === undefined) === (flags.model === undefined)) {
    console.error(
      "Name what to match with: `--train FILE.tsv`, lines of text<TAB>label, or `--model FILE` that an earlier `--save FILE` wrote.",
    );
    return 2;
  }
  const began = process.hrtime.bigint();
  const matcher = flags.train === undefined ? recall(flags.model!) : learn(flags.train);
  if (typeof matcher === "string") {
    console.error(matcher);
    return 2;
  }
  const learntMs = msSince(began);
  if (flags.save !== undefined) {
    try {
      writeFileSync(flags.save, matcher.save());
    } catch (error) {
      console.error(`The model could not be written to ${flags.save}: ${said(error)}.`);
      return 2;
    }
  }
  const tookUs: number[] = [];
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    const from = process.hrtime.bigint();
    const { label, score } = matcher.best(line);
    if (flags.time) tookUs.push(Number(process.hrtime.bigint() - from) / 1000);
    if (!process.stdout.write(`${label}\t${score.toFixed(6)}\n`)) await new Promise((drained) => process.stdout.once("drain", drained));
  }
  if (flags.time) console.error(told(learntMs, flags.train === undefined ? "recalled" : "learnt", tookUs));
  return 0;
}

function learn(path: string): Matcher | string {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    return `${path} cannot be read: ${said(error)}.`;
  }
  const phrasesOf = new Map<string, string[]>();
  const lines = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  for (const [at, line] of lines.entries()) {
    if (line.trim() === "") continue;
    const tab = line.lastIndexOf("\t");
    const label = line.slice(tab + 1).trim();
    if (tab <= 0 || label === "") return `${path}:${at + 1}: this line is not text<TAB>label.`;
    const phrases = phrasesOf.get(label);
    if (phrases === undefined) phrasesOf.set(label, [line.slice(0, tab)]);
    else phrases.push(line.slice(0, tab));
  }
  if (phrasesOf.size === 0) return `${path} has no lines of text<TAB>label.`;
  if (phrasesOf.size > LABELS_MAX) return `${path} has ${phrasesOf.size} labels; a model holds ${LABELS_MAX} at most.`;
  return learnOffers([...phrasesOf].map(([name, phrases]): Offer => ({ kind: "faq", name, phrases })));
}

/** A label is kept as a number of sixteen bits. */
const LABELS_MAX = 65_535;

function recall(path: string): Matcher | string {
  try {
    return recallMatcher(readFileSync(path)) ?? `${path} is not a model that this version wrote. Learn again with --train and --save.`;
  } catch (error) {
    return `${path} cannot be read: ${said(error)}.`;
  }
}

function told(learntMs: number, how: string, tookUs: number[]): string {
  const sorted = tookUs.sort((a, b) => a - b);
  const at = (share: number): string => ((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0) / 1000).toFixed(3);
  return `${how} in ${Math.round(learntMs)} ms; ${sorted.length} texts, each p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`;
}

const msSince = (began: bigint): number => Number(process.hrtime.bigint() - began) / 1e6;
const said = (error: unknown): string => (error instanceof Error ? error.message : String(error));
