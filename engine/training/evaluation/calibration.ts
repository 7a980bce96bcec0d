import type { Reliability } from '../../../local-api/contract/index.ts';

/** Equal-width bins of probability (Guo et al. 2017 use as many). */
const BINS = 15;

/** Probabilities of an event beside whether it came true, with the bin of each row. */
export type CalibrationBins = { probabilities: Float64Array; cameTrue: Uint8Array; bins: Uint8Array };

/** Puts probabilities into bins. O(n). */
export function calibrationBins(probabilities: Float64Array, cameTrue: Uint8Array): CalibrationBins {
  const bins = new Uint8Array(probabilities.length);
  for (let i = 0; i < bins.length; i++) {
    bins[i] = Math.min(BINS - 1, Math.floor((probabilities[i] as number) * BINS));
  }
  return { probabilities, cameTrue, bins };
}

function sumsOf({ probabilities, cameTrue, bins }: CalibrationBins, weights: Float64Array) {
  const sums = {
    predicted: new Float64Array(BINS),
    hits: new Float64Array(BINS),
    weight: new Float64Array(BINS),
  };
  for (let i = 0; i < bins.length; i++) {
    const bin = bins[i] as number;
    const weight = weights[i] as number;
    sums.weight[bin] = (sums.weight[bin] as number) + weight;
    sums.predicted[bin] = (sums.predicted[bin] as number) + weight * (probabilities[i] as number);
    if (cameTrue[i] === 1) sums.hits[bin] = (sums.hits[bin] as number) + weight;
  }
  return sums;
}

/** Expected calibration error: mean |predicted − observed| of the bins, weighted by rows. O(n). */
export function calibrationError(binned: CalibrationBins, weights: Float64Array): number {
  const { predicted, hits, weight } = sumsOf(binned, weights);
  let error = 0;
  let total = 0;
  for (let bin = 0; bin < BINS; bin++) {
    error += Math.abs((predicted[bin] as number) - (hits[bin] as number));
    total += weight[bin] as number;
  }
  return error / total;
}

/**
 * Probabilities against how often they came true, by bins that have rows, ascending; and the parts of the Brier score by these
 * bins (Murphy 1973): how far off (reliability), how much they tell rows apart (resolution), and what cannot be helped.
 */
export function reliabilityOf(binned: CalibrationBins, weights: Float64Array) {
  const { predicted, hits, weight } = sumsOf(binned, weights);
  const counts = new Float64Array(BINS);
  for (const bin of binned.bins) counts[bin] = (counts[bin] as number) + 1;
  const total = weight.reduce((sum, value) => sum + value, 0);
  const base = hits.reduce((sum, value) => sum + value, 0) / total;
  const curve: Reliability = { predicted: [], observed: [], counts: [] };
  const parts = { reliability: 0, resolution: 0, uncertainty: base * (1 - base) };
  weight.forEach((of, bin) => {
    if (of === 0) return;
    const mean = (predicted[bin] as number) / of;
    const observed = (hits[bin] as number) / of;
    curve.predicted.push(mean);
    curve.observed.push(observed);
    curve.counts.push(counts[bin] as number);
    parts.reliability += (of / total) * (mean - observed) ** 2;
    parts.resolution += (of / total) * (observed - base) ** 2;
  });
  return { curve, parts };
}
