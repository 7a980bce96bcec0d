import type { ThresholdChoice } from '../../local-api/contract/index.ts';
import { rankRows } from './evaluation/rank-figures.ts';

export type ThresholdRows = {
  /** Probability of the positive class, row by row. */
  scores: Float64Array;
  isPositive: Uint8Array;
  /** How much each row counts; null: all the same. */
  weights: Float64Array | null;
};

/** The threshold, and what a person should know of it; null: nothing. */
export type ChosenThreshold = { threshold: number; remark: string | null };

type Counts = { truePositive: number; falsePositive: number; positives: number; negatives: number };

/**
 * The probability from which on the positive class is to be answered, chosen on rows that the model was not fitted on. Thresholds
 * lie in the middle between neighbouring scores, so that a rounding error moves no row across; among equally good ones the
 * nearest to 0.5. What cannot be reached (a precision) is come as near to as possible, with a remark. O(rows · log rows).
 */
export function chooseThreshold(choice: ThresholdChoice, rows: ThresholdRows): ChosenThreshold {
  if (choice.by === 'fixed') return { threshold: choice.at, remark: null };
  const value = worthOf(choice);
  let best: { threshold: number; value: readonly number[] } | null = null;
  for (const { threshold, counts } of candidates(rows)) {
    const reached = [...value(counts), -Math.abs(threshold - 0.5)];
    if (best === null || isBetter(reached, best.value)) best = { threshold, value: reached };
  }
  if (best === null)
    return { threshold: 0.5, remark: 'No threshold could be chosen: no validation row has a score.' };
  const isShort =
    (choice.by === 'recall' || choice.by === 'precision') && (best.value[0] as number) < choice.atLeast;
  const remark = isShort
    ? `No threshold reaches a ${choice.by} of ${choice.atLeast} on the validation rows; the best is ${(best.value[0] as number).toPrecision(3)}.`
    : null;
  return { threshold: best.threshold, remark };
}

/** What is to be as large as possible, the most important first. */
function worthOf(choice: Exclude<ThresholdChoice, { by: 'fixed' }>): (counts: Counts) => readonly number[] {
  const precision = ({ truePositive: t, falsePositive: f }: Counts) => (t + f > 0 ? t / (t + f) : 0);
  const recall = ({ truePositive, positives }: Counts) => (positives > 0 ? truePositive / positives : 0);
  switch (choice.by) {
    case 'cost': {
      const { falsePositive, falseNegative } = choice.costs;
      return (c) => [-(falsePositive * c.falsePositive + falseNegative * (c.positives - c.truePositive))];
    }
    case 'f1':
      return (c) => [(2 * c.truePositive) / (c.positives + c.truePositive + c.falsePositive || 1)];
    case 'youden':
      return (c) => [recall(c) - (c.negatives > 0 ? c.falsePositive / c.negatives : 0)];
    case 'recall':
      return (c) => [Math.min(recall(c), choice.atLeast), precision(c)];
    case 'precision':
      return (c) => [Math.min(precision(c), choice.atLeast), recall(c)];
  }
}

function isBetter(a: readonly number[], b: readonly number[]): boolean {
  const place = a.findIndex((value, i) => value !== b[i]);
  return place >= 0 && (a[place] as number) > (b[place] as number);
}

/** Every threshold that answers differently, the highest first, with what it answers. */
function* candidates({
  scores,
  isPositive,
  weights,
}: ThresholdRows): Generator<{ threshold: number; counts: Counts }> {
  const { order, isHit, endsTie } = rankRows(scores, (row) => isPositive[row] === 1);
  const weight = (row: number) => weights?.[row] ?? 1;
  const counts: Counts = { truePositive: 0, falsePositive: 0, positives: 0, negatives: 0 };
  for (let row = 0; row < scores.length; row++) {
    if (isPositive[row] === 1) counts.positives += weight(row);
    else counts.negatives += weight(row);
  }
  for (let place = 0; place < order.length; place++) {
    const row = order[place] as number;
    if (isHit[place] === 1) counts.truePositive += weight(row);
    else counts.falsePositive += weight(row);
    if (endsTie[place] === 0) continue;
    const score = scores[row] as number;
    const next = place + 1 < order.length ? (scores[order[place + 1] as number] as number) : 0;
    const middle = Math.fround((score + next) / 2);
    const threshold = middle > next && middle <= score ? middle : score;
    if (threshold > 0 && threshold < 1) yield { threshold, counts };
  }
}
