/** Reads labelled texts, and measures a ranker on them: how often right, how often silent when it should be. */
import { readFileSync } from "node:fs";
import { rankOffers } from "../../answers/match.ts";
import type { Offer } from "../../answers/matcher.ts";

export type Labelled = { text: string; label: string };
export type Measured = { right: number; accepted: number; acceptedRight: number; sureRight: number; rejected: number };

/** `text<TAB>label` a line. */
export function readLabelled(path: string): Labelled[] {
  return readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line.includes("\t"))
    .map((line) => {
      const at = line.lastIndexOf("\t");
      return { text: line.slice(0, at), label: line.slice(at + 1) };
    });
}

export function offersOf(train: Labelled[]): Offer[] {
  const byLabel = new Map<string, string[]>();
  for (const { text, label } of train) byLabel.set(label, [...(byLabel.get(label) ?? []), text]);
  return [...byLabel].map(([name, phrases]) => ({ kind: "faq", name, phrases }));
}

/** Shares from 0 to 1. `outside`: texts that no entry answers. */
export function measure(train: Labelled[], test: Labelled[], outside: Labelled[]): Measured {
  const rank = rankOffers(offersOf(train));
  let right = 0;
  let accepted = 0;
  let acceptedRight = 0;
  let sure = 0;
  let sureRight = 0;
  for (const { text, label } of test) {
    const best = rank(text).candidates[0];
    if (best === undefined) continue;
    const fits = best.name === label;
    if (fits) right++;
    if (best.score >= 0.5) {
      accepted++;
      if (fits) acceptedRight++;
    }
    if (best.score >= 0.8) {
      sure++;
      if (fits) sureRight++;
    }
  }
  const rejected = outside.filter(({ text }) => (rank(text).candidates[0]?.score ?? 0) < 0.5).length;
  return {
    right: right / test.length,
    accepted: accepted / test.length,
    acceptedRight: acceptedRight / Math.max(1, accepted),
    sureRight: sureRight / Math.max(1, sure),
    rejected: rejected / Math.max(1, outside.length),
  };
}
