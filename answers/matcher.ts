/** Learns a brand's offers by their phrases, descriptions and names, or recalls from a file what was learnt. */
import { chanceAboutUs, type Size } from "./chance.ts";
import { type Classifier, type Example, type Found, recallClassifier, trainClassifier } from "./classifier.ts";
import { readModel, writeModel } from "./model-file.ts";
import { wordsOfNames } from "./names.ts";
import { keyOf } from "./tokens.ts";
import { wordVectors } from "./vectors.ts";

/** What can be ranked; `phrases` in any mix of languages. */
export type Offer = { kind: "flow" | "faq"; name: string; phrases: string[]; description?: string };

export type Matcher = {
  /** `found` counts labels as the offers stood; it is reused by the next text. `phraseOf`: the phrase that an example is. */
  find(text: string): { found: Found; size: Size; phraseOf: (example: number) => string | undefined };
  /** The label of one text, "" if nothing was learnt; `score`: how surely the text belongs to any label, from 0 to 1. */
  best(text: string): { label: string; score: number };
  save(): Uint8Array;
};

/** A description speaks about customers, not like one; a name is made of the right words without their order. */
const DESCRIPTION_SHARE = 0.3;
/** The least below a phrase, by which a name is told from one in a file. */
const NAME_SHARE = 0.99;

/** In an order of their own, so that where a line stands in its file changes nothing. */
export function learnOffers(offers: Offer[]): Matcher {
  const names = offers.map((offer) => offer.name);
  const words = wordsOfNames(names);
  const inOrder = names.map((_, at) => at).sort((a, b) => compare(`${names[a]} ${offers[a]!.kind}`, `${names[b]} ${offers[b]!.kind}`));
  const examples: Example[] = [];
  for (const label of inOrder) {
    const { phrases, description } = offers[label]!;
    if (phrases.length === 0) continue;
    for (const text of [...phrases].sort()) examples.push({ text, label, share: 1 });
    if (description) examples.push({ text: description, label, share: DESCRIPTION_SHARE });
    const name = words[label]!;
    if (name !== "") examples.push({ text: name, label, share: NAME_SHARE });
  }
  return matcherOf(trainClassifier(examples, names.length, wordVectors()), examples, names);
}

/** null: not a model of this version, or a damaged one. */
export function recallMatcher(file: Uint8Array): Matcher | null {
  const kept = readModel(file);
  if (kept === null) return null;
  const classifier = recallClassifier(kept.examples, kept.labels.length, wordVectors(), kept.planes);
  return classifier && matcherOf(classifier, kept.examples, kept.labels);
}

function matcherOf(classifier: Classifier, examples: Example[], names: string[]): Matcher {
  const phrases = examples.filter((example) => example.share === 1);
  const labels = Math.max(1, new Set(phrases.map((example) => example.label)).size);
  const size = { labels, perLabel: phrases.length / labels };
  const phraseOf = (at: number): string | undefined => (examples[at]?.share === 1 ? examples[at].text : undefined);
  let exact: Map<string, Set<number>> | undefined;
  return {
    best(text) {
      exact ??= labelsByKey(phrases);
      const found = classifier.find(text);
      const same = exact.get(keyOf(text));
      if (same === undefined) return { label: names[found.label[0]!] ?? "", score: chanceAboutUs(found, size) };
      const [first] = same;
      const best = found.label.subarray(0, found.count).find((label) => same.has(label)) ?? first!;
      return { label: names[best]!, score: 1 };
    },
    find: (text) => ({ found: classifier.find(text), size, phraseOf }),
    save: () => writeModel({ labels: names, examples, planes: classifier.planes }),
  };
}

/** A phrase as it stands is its label beyond doubt; two labels may claim it. */
function labelsByKey(phrases: Example[]): Map<string, Set<number>> {
  const exact = new Map<string, Set<number>>();
  for (const { text, label } of phrases) {
    const key = keyOf(text);
    if (key === "") continue;
    const labels = exact.get(key);
    if (labels === undefined) exact.set(key, new Set([label]));
    else labels.add(label);
  }
  return exact;
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
