import { fallingOrder } from './falling-order.ts';

/** Rows of one class against the rest, in the order of falling scores. */
export type RankedRows = {
  order: Uint32Array;
  /** By place in the order: 1 for the class. */
  isHit: Uint8Array;
  /** By place in the order: 1 where the next row has another score. */
  endsTie: Uint8Array;
};

/** Orders rows by score, the highest first. O(n). */
export function rankRows(scores: Float64Array, isClass: (row: number) => boolean): RankedRows {
  const n = scores.length;
  const order = fallingOrder(scores);
  const isHit = new Uint8Array(n);
  const endsTie = new Uint8Array(n);
  for (let i = 0; i < n; i++) {
    const row = order[i] as number;
    isHit[i] = isClass(row) ? 1 : 0;
    endsTie[i] = i === n - 1 || scores[order[i + 1] as number] !== scores[row] ? 1 : 0;
  }
  return { order, isHit, endsTie };
}

/**
 * Area under the ROC curve, ties counted half, and average precision: the sum of precisions at each threshold, times what it adds
 * to recall. NaN without a row on either side. O(n).
 */
export function rankFigures(
  { order, isHit, endsTie }: RankedRows,
  weights: Float64Array,
): { auc: number; averagePrecision: number } {
  let hits = 0;
  let others = 0;
  let hitsBefore = 0;
  let othersBefore = 0;
  let area = 0;
  let precision = 0;
  for (let i = 0; i < order.length; i++) {
    const weight = weights[order[i] as number] as number;
    if (isHit[i] === 1) hits += weight;
    else others += weight;
    if (endsTie[i] === 0) continue;
    area += (others - othersBefore) * (hits + hitsBefore);
    if (hits > hitsBefore) precision += ((hits - hitsBefore) * hits) / (hits + others);
    hitsBefore = hits;
    othersBefore = others;
  }
  return {
    auc: area / (2 * hits * others),
    averagePrecision: others > 0 ? precision / hits : Number.NaN,
  };
}
