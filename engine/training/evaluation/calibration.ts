/** Equal-width bins of probability (Guo et al. 2017 use as many). */
const BINS = 15;

export type Calibration = {
  /** Mean probability in each bin that has rows, ascending. */
  predicted: number[];
  /** Share of rows in it for which the event came true. */
  observed: number[];
  counts: number[];
  /** Expected calibration error: mean |predicted − observed|, weighted by rows. */
  ece: number;
};

/** Compares probabilities of an event with how often it came true. O(n). */
export function calibrationOf(probabilities: Float64Array, cameTrue: Uint8Array): Calibration {
  const n = probabilities.length;
  const sums = new Float64Array(BINS);
  const hits = new Float64Array(BINS);
  const counts = new Float64Array(BINS);
  for (let i = 0; i < n; i++) {
    const p = probabilities[i] as number;
    const bin = Math.min(BINS - 1, Math.floor(p * BINS));
    sums[bin] = (sums[bin] as number) + p;
    hits[bin] = (hits[bin] as number) + (cameTrue[i] as number);
    counts[bin] = (counts[bin] as number) + 1;
  }
  const calibration: Calibration = { predicted: [], observed: [], counts: [], ece: 0 };
  counts.forEach((count, bin) => {
    if (count === 0) return;
    const predicted = (sums[bin] as number) / count;
    const observed = (hits[bin] as number) / count;
    calibration.predicted.push(predicted);
    calibration.observed.push(observed);
    calibration.counts.push(count);
    calibration.ece += (count / n) * Math.abs(predicted - observed);
  });
  return calibration;
}
