import { type Curve, thinCurve } from './thin-curve.ts';

/** Curves are drawn with at most this many points. */
const MAX_POINTS = 200;

export type Ranking = {
  /** Area under the ROC curve; ties count half. */
  auc: number;
  /** x: false positive rate, y: true positive rate, from (0, 0) to (1, 1). */
  roc: Curve;
  /** x: recall, y: precision, from recall 0 (precision 1 by convention) to recall 1. */
  precisionRecall: Curve;
};

/**
 * How well scores put positives before negatives, or null when one side has no row: ROC and precision–recall curves over
 * all distinct thresholds (Fawcett 2006), thinned for drawing after the area is taken. O(n log n).
 */
export function rankingOf(scores: Float64Array, isPositive: Uint8Array): Ranking | null {
  const n = scores.length;
  const order = new Uint32Array(n);
  for (let i = 0; i < n; i++) order[i] = i;
  order.sort((a, b) => (scores[b] as number) - (scores[a] as number));
  let positives = 0;
  for (const positive of isPositive) positives += positive;
  const negatives = n - positives;
  if (positives === 0 || negatives === 0) return null;

  const roc: Curve = { x: [0], y: [0] };
  const precisionRecall: Curve = { x: [0], y: [1] };
  let hits = 0;
  let falseAlarms = 0;
  let area = 0;
  for (let i = 0; i < n; ) {
    const threshold = scores[order[i] as number];
    const hitsBefore = hits;
    const falseAlarmsBefore = falseAlarms;
    for (; i < n && scores[order[i] as number] === threshold; i++) {
      if (isPositive[order[i] as number]) hits++;
      else falseAlarms++;
    }
    area += ((falseAlarms - falseAlarmsBefore) * (hits + hitsBefore)) / 2;
    roc.x.push(falseAlarms / negatives);
    roc.y.push(hits / positives);
    if (hits > hitsBefore || precisionRecall.x.length === 1) {
      precisionRecall.x.push(hits / positives);
      precisionRecall.y.push(hits / (hits + falseAlarms));
    }
  }
  return {
    auc: area / (positives * negatives),
    roc: thinCurve(roc, MAX_POINTS),
    precisionRecall: thinCurve(precisionRecall, MAX_POINTS),
  };
}
