/** From what the classifier found to chances: that a text is about any label at all, and that the best one is right. */
import type { Found } from "./classifier.ts";

/**
 * Logistic regression over public sets of customers' questions in English and Chinese, 3 to 150 examples a label, with texts about
 * something else; it tells sets apart that were left out of the fit as well as those that were in it. The number of labels
 * and of examples is in it, so that scores of a small brand and of a large one mean the same.
 */
type Fit = { base: number; score: number; gap: number; nearest: number; known: number; perLabel: number; labels: number };
const ABOUT_US: Fit = { base: -3.35, score: 2.56, gap: 0.7, nearest: 3.74, known: 6.45, perLabel: -0.53, labels: -0.28 };
const RIGHT: Fit = { base: -3.2, score: 2, gap: 2.35, nearest: 2.2, known: 5.04, perLabel: -0.5, labels: -0.32 };
/** By how much a label's score must lie below the best for its chance to fall to a third. */
export const RIVAL = 0.2;

export type Size = { labels: number; perLabel: number };

export function chanceAboutUs(found: Found, size: Size): number {
  return chance(ABOUT_US, found, size);
}

/** That the best label is right, or one that is as good as tied with it. */
export function chanceRight(found: Found, size: Size): number {
  return chance(RIGHT, found, size);
}

function chance(fit: Fit, found: Found, { labels, perLabel }: Size): number {
  if (found.count === 0 || found.known === 0) return 0;
  const score = found.score[0]!;
  const gap = found.count > 1 ? score - found.score[1]! : 2;
  const sum =
    fit.base +
    fit.score * score +
    fit.gap * gap +
    fit.nearest * found.nearest[0]! +
    fit.known * found.known +
    fit.perLabel * Math.log(perLabel) +
    fit.labels * Math.log(labels);
  return 1 / (1 + Math.exp(-sum));
}
