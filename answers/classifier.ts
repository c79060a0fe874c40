/** Says which label a text belongs to: one separating plane per label over all examples, and the nearest example of the best few. */
import { type Row, type Rows, readExamples, type Vocabulary } from "./examples.ts";
import { learnPlanes } from "./learn.ts";
import type { WordVectors } from "./vectors.ts";

/** `share`: how much an example counts, above 0 to 1. */
export type Example = { text: string; label: number; share: number };

/** The best labels, best first. The arrays hold `count` values and are reused by the next text. */
export type Found = {
  count: number;
  label: Int32Array;
  /** About 1 for an example of the label, about -1 for one of another. */
  score: Float32Array;
  /** Likeness of the label's nearest example, from 0 to 1, and which one that is. */
  nearest: Float32Array;
  example: Int32Array;
  /** Share of the text's weight whose features some example has. */
  known: number;
};
export type Classifier = { find(text: string): Found; planes: Planes };

/** What learning gives: enough to classify with, and to be kept in a file. */
export type Planes = {
  /** Feature f: labels `label[start[f]]` to `label[start[f + 1]]` with a weight each, in units of the label's `scale`. */
  start: Int32Array;
  label: Uint16Array;
  weight: Int8Array;
  scale: Float32Array;
  shift: Float32Array;
  /** By number of meaning, then label. */
  dense: Float32Array;
};

const BEST_MAX = 10;
/** A label's largest weight, in its units; what rounds to none is left out. */
const UNITS = 127;
/** Where labels have hundreds of examples, only those of the first few are compared one by one. */
const COMPARED_MAX = 400;

export function trainClassifier(examples: Example[], labelCount: number, vectors: WordVectors): Classifier {
  const { vocabulary, rows } = readExamples(
    examples.map((example) => example.text),
    vectors,
  );
  const planes = learn(examples, labelCount, vocabulary, rows);
  return classifierOf(examples, labelCount, vocabulary, rows, planes);
}

/** The classifier that these examples once gave, without learning again. null: the planes are not of these examples. */
export function recallClassifier(examples: Example[], labelCount: number, vectors: WordVectors, planes: Planes): Classifier | null {
  const { vocabulary, rows } = readExamples(
    examples.map((example) => example.text),
    vectors,
  );
  const fits = planes.start.length === vocabulary.featureCount + 1 && planes.dense.length === rows.denseSize * labelCount;
  return fits && planes.shift.length === labelCount ? classifierOf(examples, labelCount, vocabulary, rows, planes) : null;
}

function learn(examples: Example[], labelCount: number, { featureCount }: Vocabulary, rows: Rows): Planes {
  const labelOf = Int32Array.from(examples, (example) => example.label);
  const share = Float32Array.from(examples, (example) => example.share);
  const features: Int32Array[] = [];
  const weights: Int8Array[] = [];
  const start = new Int32Array(featureCount + 1);
  const scale = new Float32Array(labelCount);
  const shift = new Float32Array(labelCount);
  const dense = new Float32Array(rows.denseSize * labelCount);
  const mine = new Int32Array(featureCount);
  const units = new Int8Array(featureCount);
  learnPlanes(rows, labelOf, labelCount, featureCount, share, (label, { weight }) => {
    let most = 0;
    for (let id = 0; id < featureCount; id++) most = Math.max(most, Math.abs(weight[id]!));
    const unit = most / UNITS || 1;
    let count = 0;
    for (let id = 0; id < featureCount; id++) {
      const rounded = Math.round(weight[id]! / unit);
      if (rounded === 0) continue;
      mine[count] = id;
      units[count++] = rounded;
      start[id + 1]!++;
    }
    features.push(mine.slice(0, count));
    weights.push(units.slice(0, count));
    scale[label] = unit;
    shift[label] = weight[featureCount + rows.denseSize]!;
    for (let k = 0; k < rows.denseSize; k++) dense[k * labelCount + label] = weight[featureCount + k]!;
  });
  for (let id = 0; id < featureCount; id++) start[id + 1]! += start[id]!;
  const label = new Uint16Array(start[featureCount]!);
  const weight = new Int8Array(label.length);
  const free = start.slice();
  for (let at = 0; at < labelCount; at++) {
    const ids = features[at]!;
    const values = weights[at]!;
    for (let i = 0; i < ids.length; i++) {
      const slot = free[ids[i]!]!;
      free[ids[i]!] = slot + 1;
      label[slot] = at;
      weight[slot] = values[i]!;
    }
  }
  return { start, label, weight, scale, shift, dense };
}

function classifierOf(examples: Example[], labelCount: number, vocabulary: Vocabulary, rows: Rows, planes: Planes): Classifier {
  const scores = new Float32Array(labelCount);
  const examplesOf: number[][] = Array.from({ length: labelCount }, () => []);
  examples.forEach(({ label }, at) => {
    examplesOf[label]!.push(at);
  });
  const wide = new Float32Array(vocabulary.featureCount);
  const found: Found = {
    count: 0,
    label: new Int32Array(BEST_MAX),
    score: new Float32Array(BEST_MAX),
    nearest: new Float32Array(BEST_MAX),
    example: new Int32Array(BEST_MAX),
    known: 0,
  };

  function scoreAll(row: Row): void {
    const { start, label, weight, scale, shift, dense } = planes;
    scores.fill(0);
    for (let i = 0; i < row.count; i++) {
      const id = row.id[i]!;
      const value = row.value[i]!;
      for (let slot = start[id]!, end = start[id + 1]!; slot < end; slot++) scores[label[slot]!]! += value * weight[slot]!;
    }
    for (let at = 0; at < labelCount; at++) scores[at] = scores[at]! * scale[at]! + shift[at]!;
    if (!row.meant) return;
    for (let k = 0, from = 0; k < row.dense.length; k++, from += labelCount) {
      const value = row.dense[k]!;
      for (let at = 0; at < labelCount; at++) scores[at]! += value * dense[from + at]!;
    }
  }

  function pickBest(): void {
    found.count = 0;
    for (let at = 0; at < labelCount; at++) {
      const score = scores[at]!;
      if (found.count === BEST_MAX && score <= found.score[BEST_MAX - 1]!) continue;
      let place = Math.min(found.count, BEST_MAX - 1);
      while (place > 0 && found.score[place - 1]! < score) {
        found.score[place] = found.score[place - 1]!;
        found.label[place] = found.label[place - 1]!;
        place--;
      }
      found.score[place] = score;
      found.label[place] = at;
      if (found.count < BEST_MAX) found.count++;
    }
  }

  function findNearest(row: Row): void {
    for (let i = 0; i < row.count; i++) wide[row.id[i]!] = row.value[i]!;
    let compared = 0;
    for (let i = 0; i < found.count; i++) {
      let best = 0;
      let bestAt = -1;
      compared += examplesOf[found.label[i]!]!.length;
      if (i > 0 && compared > COMPARED_MAX) {
        found.nearest[i] = 0;
        found.example[i] = -1;
        continue;
      }
      for (const at of examplesOf[found.label[i]!]!) {
        const likeness = likenessTo(row, at);
        if (likeness > best) {
          best = likeness;
          bestAt = at;
        }
      }
      found.nearest[i] = best;
      found.example[i] = bestAt;
    }
    for (let i = 0; i < row.count; i++) wide[row.id[i]!] = 0;
  }

  function likenessTo(_row: Row, at: number): number {
    let sum = 0;
    for (let slot = rows.start[at]!, end = rows.start[at + 1]!; slot < end; slot++) sum += wide[rows.id[slot]!]! * rows.value[slot]!;
    return sum;
  }

  return {
    planes,
    find(text) {
      const row = vocabulary.rowOf(text);
      scoreAll(row);
      pickBest();
      findNearest(row);
      found.known = row.known;
      return found;
    },
  };
}
