/** Learns one separating plane per label by dual coordinate descent on the squared hinge loss (Hsieh et al. 2008). */
import type { Rows } from "./examples.ts";

export type Plane = {
  /** By feature, then the numbers of meaning, then the shift. Reused for the next label. */
  weight: Float32Array;
  /** How hard each row pushed, signed by its side. Reused for the next label. */
  push: Float32Array;
};

/** The cost of an error beside that of a steep plane. */
const COST = 1;
const ROUNDS_MAX = 12;
const SAMPLED_FROM = 3000;
const SAMPLE_EVERY = 8;
const GOOD_ENOUGH = 0.1;
/** A row so far on its own side after a round is not looked at again: it seldom comes back, and there are thousands. */
const FAR = 0.3;

/**
 * @param each gets every label's plane, from label 0 on
 * @param share of a row, from 0 to 1: how much its errors cost (a description speaks about customers, not like one)
 */
export function learnPlanes(
  rows: Rows,
  labelOf: Int32Array,
  labelCount: number,
  featureCount: number,
  share: Float32Array,
  each: (label: number, plane: Plane) => void,
): void {
  const { count, start, id, value, dense, denseSize } = rows;
  const shiftAt = featureCount + denseSize;
  const weight = new Float32Array(shiftAt + 1);
  const push = new Float32Array(count);
  const pull = new Float64Array(count);
  const active = new Int32Array(count);
  const square = new Float64Array(count);
  for (let row = 0; row < count; row++) {
    let sum = 1;
    for (let at = start[row]!; at < start[row + 1]!; at++) sum += value[at]! ** 2;
    for (let at = row * denseSize; at < (row + 1) * denseSize; at++) sum += dense[at]! ** 2;
    square[row] = sum;
  }
  let seed = 1;
  const draw = (below: number): number => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return (seed >>> 8) % below;
  };
  const sampled = count > SAMPLED_FROM;
  /** Among thousands, the first round is for the label's own rows and some of the others: it only has to find the direction. */
  const startWith = (label: number): number => {
    let kept = 0;
    for (let row = 0; row < count; row++) if (!sampled || labelOf[row] === label || row % SAMPLE_EVERY === 0) active[kept++] = row;
    return kept;
  };
  for (let label = 0; label < labelCount; label++) {
    weight.fill(0);
    pull.fill(0);
    seed = 1; // each label draws alike, so that the order of labels changes nothing
    let activeCount = startWith(label);
    let highest = Number.POSITIVE_INFINITY;
    for (let round = 0; round < ROUNDS_MAX; round++) {
      for (let i = activeCount - 1; i > 0; i--) {
        const j = draw(i + 1);
        const other = active[j]!;
        active[j] = active[i]!;
        active[i] = other;
      }
      let most = Number.NEGATIVE_INFINITY;
      let least = Number.POSITIVE_INFINITY;
      let kept = 0;
      for (let i = 0; i < activeCount; i++) {
        const row = active[i]!;
        const side = labelOf[row] === label ? 1 : -1;
        const soft = 0.5 / (COST * share[row]!);
        const from = start[row]!;
        const to = start[row + 1]!;
        const denseFrom = row * denseSize;
        let sum = weight[shiftAt]!;
        for (let at = from; at < to; at++) sum += weight[id[at]!]! * value[at]!;
        for (let k = 0; k < denseSize; k++) sum += weight[featureCount + k]! * dense[denseFrom + k]!;
        const before = pull[row]!;
        const slope = sum * side - 1 + before * soft;
        let projected = slope;
        if (before === 0) {
          if (slope > highest) continue; // shrunk: far on its own side
          if (slope > 0) projected = 0;
        }
        active[kept++] = row;
        if (projected > most) most = projected;
        if (projected < least) least = projected;
        if (Math.abs(projected) < 1e-10) continue;
        const after = Math.max(before - slope / (square[row]! + soft), 0);
        pull[row] = after;
        const step = (after - before) * side;
        if (step === 0) continue;
        for (let at = from; at < to; at++) weight[id[at]!]! += step * value[at]!;
        for (let k = 0; k < denseSize; k++) weight[featureCount + k]! += step * dense[denseFrom + k]!;
        weight[shiftAt]! += step;
      }
      activeCount = kept;
      if (round === 0 && sampled) {
        for (let row = 0; row < count; row++) active[row] = row;
        activeCount = count;
        continue;
      }
      highest = Math.min(most <= 0 ? Number.POSITIVE_INFINITY : most, FAR);
      if (most - least <= GOOD_ENOUGH) break;
    }
    for (let row = 0; row < count; row++) push[row] = labelOf[row] === label ? pull[row]! : -pull[row]!;
    each(label, { weight, push });
  }
}
