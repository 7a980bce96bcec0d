import type { ClassificationEvaluation } from '../../../../local-api/contract/index.ts';

export type Thresholds = NonNullable<ClassificationEvaluation['thresholds']>;

export type Costs = { falsePositive: number; falseNegative: number };

/** What the answers at a threshold come to. */
export type AtThreshold = {
  threshold: number;
  /** Rows: truth, columns: answer, in the order of the classes. */
  confusion: number[][];
  precision: number | null;
  recall: number | null;
  specificity: number | null;
  f1: number | null;
  cost: number;
};

/** The answers at a place of the list of thresholds. */
export function answersAt(
  { confusion, classes, positive }: Pick<ClassificationEvaluation, 'confusion' | 'classes' | 'positive'>,
  thresholds: Thresholds,
  place: number,
  costs: Costs,
): AtThreshold {
  const row = classes.indexOf(positive ?? '');
  const rowSum = (index: number) => (confusion[index] ?? []).reduce((sum, count) => sum + count, 0);
  const [positives, negatives] = [rowSum(row), rowSum(1 - row)];
  const truePositives = thresholds.truePositives[place] ?? 0;
  const falsePositives = thresholds.falsePositives[place] ?? 0;
  const [falseNegatives, trueNegatives] = [positives - truePositives, negatives - falsePositives];
  const share = (part: number, whole: number) => (whole > 0 ? part / whole : null);
  const ofPositive = row === 0 ? [truePositives, falseNegatives] : [falseNegatives, truePositives];
  const ofOthers = row === 0 ? [falsePositives, trueNegatives] : [trueNegatives, falsePositives];
  return {
    threshold: thresholds.at[place] ?? 0.5,
    confusion: row === 0 ? [ofPositive, ofOthers] : [ofOthers, ofPositive],
    precision: share(truePositives, truePositives + falsePositives),
    recall: share(truePositives, positives),
    specificity: share(trueNegatives, negatives),
    f1: share(2 * truePositives, positives + truePositives + falsePositives),
    cost: costs.falsePositive * falsePositives + costs.falseNegative * falseNegatives,
  };
}

/** The place whose answers cost least, the nearest to `from` among equally good ones. */
export function leastCost(costAt: (place: number) => number, places: number, from: number): number {
  let best = from;
  for (let place = 0; place < places; place++) {
    const [cost, least] = [costAt(place), costAt(best)];
    if (cost < least || (cost === least && Math.abs(place - from) < Math.abs(best - from))) best = place;
  }
  return best;
}
