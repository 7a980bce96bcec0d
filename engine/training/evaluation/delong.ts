import { normalQuantile } from '../../statistics/index.ts';
import type { RankedRows } from './rank-figures.ts';

/**
 * Variance of the area under a ROC curve (DeLong et al. 1988, by the ranks of Sun and Xu 2014): how much the placements of
 * positives among negatives, and of negatives among positives, vary. null with fewer than two rows on a side. O(n).
 */
export function aucVariance({ isHit, endsTie }: RankedRows): number | null {
  const n = isHit.length;
  let positives = 0;
  for (const hit of isHit) positives += hit;
  const negatives = n - positives;
  if (positives < 2 || negatives < 2) return null;
  const ofPositives = { sum: 0, squares: 0 };
  const ofNegatives = { sum: 0, squares: 0 };
  let hitsAbove = 0;
  let othersAbove = 0;
  for (let start = 0; start < n; ) {
    let end = start;
    let hits = 0;
    for (; ; end++) {
      hits += isHit[end] as number;
      if (endsTie[end] === 1) break;
    }
    const others = end + 1 - start - hits;
    // Share of the negatives below a positive of this tie, and of the positives above a negative of it.
    const below = (negatives - othersAbove - others / 2) / negatives;
    const above = (hitsAbove + hits / 2) / positives;
    ofPositives.sum += hits * below;
    ofPositives.squares += hits * below * below;
    ofNegatives.sum += others * above;
    ofNegatives.squares += others * above * above;
    hitsAbove += hits;
    othersAbove += others;
    start = end + 1;
  }
  const variance = ({ sum, squares }: typeof ofPositives, count: number) =>
    (squares - (sum * sum) / count) / (count - 1);
  return variance(ofPositives, positives) / positives + variance(ofNegatives, negatives) / negatives;
}

/** The interval of an AUC from its variance, taken on the log-odds so that it stays between 0 and 1; null where it is 0 or 1. */
export function aucInterval(auc: number, variance: number, confidence: number) {
  if (!(auc > 0 && auc < 1)) return null;
  const z = normalQuantile((1 + confidence) / 2);
  const center = Math.log(auc / (1 - auc));
  const half = (z * Math.sqrt(variance)) / (auc * (1 - auc));
  const share = (logit: number) => 1 / (1 + Math.exp(-logit));
  return { low: share(center - half), high: share(center + half), method: 'delong' as const };
}
