import { normalQuantile, normalSurvival } from './normal.ts';
import { rankOf } from './ranks.ts';
import type { Bounds } from './t-tests.ts';

export type AucComparison = {
  a: number;
  b: number;
  /** Of the difference b − a. */
  standardError: number;
  interval: Bounds;
  pValue: number;
};

/**
 * Compares the areas under the ROC curves of two scores of the same rows (DeLong, DeLong & Clarke-Pearson 1988), by
 * midranks as Sun & Xu (2014) do it: n log n instead of m × n. At least two rows of either class.
 */
export function compareAuc(
  isPositive: ArrayLike<boolean | number>,
  scoresA: ArrayLike<number>,
  scoresB: ArrayLike<number>,
  confidence: number,
): AucComparison {
  const a = placementsOf(isPositive, scoresA);
  const b = placementsOf(isPositive, scoresB);
  const variance =
    varianceOfDifference(a.positives, b.positives) / a.positives.length +
    varianceOfDifference(a.negatives, b.negatives) / a.negatives.length;
  const difference = b.auc - a.auc;
  const standardError = Math.sqrt(variance);
  const reach = normalQuantile((1 + confidence) / 2) * standardError;
  return {
    a: a.auc,
    b: b.auc,
    standardError,
    interval: { low: difference - reach, high: difference + reach },
    pValue: standardError === 0 ? 1 : Math.min(1, 2 * normalSurvival(Math.abs(difference) / standardError)),
  };
}

/** For each positive the share of negatives below it, for each negative the share of positives above it; ties count half. */
function placementsOf(isPositive: ArrayLike<boolean | number>, scores: ArrayLike<number>) {
  const positives = Array.from(scores).filter((_, i) => isPositive[i]);
  const negatives = Array.from(scores).filter((_, i) => !isPositive[i]);
  const [m, n] = [positives.length, negatives.length];
  const among = rankOf([...positives, ...negatives]).ranks;
  const ownPositive = rankOf(positives).ranks;
  const ownNegative = rankOf(negatives).ranks;
  const ofPositives = ownPositive.map((own, i) => ((among[i] as number) - own) / n);
  const ofNegatives = ownNegative.map((own, j) => 1 - ((among[m + j] as number) - own) / m);
  let auc = 0;
  for (const placement of ofPositives) auc += placement / m;
  return { auc, positives: ofPositives, negatives: ofNegatives };
}

function varianceOfDifference(x: Float64Array, y: Float64Array): number {
  let mean = 0;
  for (let i = 0; i < x.length; i++) mean += ((y[i] as number) - (x[i] as number)) / x.length;
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += ((y[i] as number) - (x[i] as number) - mean) ** 2;
  return sum / (x.length - 1);
}
