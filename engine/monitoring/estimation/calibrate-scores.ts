import { seededRandom, shuffle } from '../../statistics/index.ts';
import { poolAdjacentViolators } from '../../training/index.ts';

export type ScoreCalibration = {
  /** Expected calibration error of rows that were not learnt from, as they are and calibrated. */
  before: number;
  after: number;
  /** Whether calibrating lowers the error; else `apply` leaves scores as they are. */
  used: boolean;
  apply(score: number): number;
};

const BINS = 10;
const FOLDS = 3;

/**
 * Learns how scores of one class become chances that it is the truth: isotonic regression (Ayer et al. 1955), used only where it
 * lowers the expected calibration error over three folds, as NannyML's CBPE does. Same rows and seed, same answer. O(n log n).
 */
export function calibrateScores(scores: Float64Array, cameTrue: Uint8Array, seed: number): ScoreCalibration {
  const folds = foldsOf(scores.length, seed);
  let [before, after] = [0, 0];
  for (let fold = 0; fold < FOLDS; fold++) {
    const held = rowsOf(folds, (of) => of === fold);
    const curve = isotonicCurve(
      ...picked(
        scores,
        cameTrue,
        rowsOf(folds, (of) => of !== fold),
      ),
    );
    const [own, truth] = picked(scores, cameTrue, held);
    before += expectedCalibrationError(own, truth) / FOLDS;
    after += expectedCalibrationError(own.map(curve), truth) / FOLDS;
  }
  const used = after < before;
  return { before, after, used, apply: used ? isotonicCurve(scores, cameTrue) : (score) => score };
}

/**
 * Mean distance between the chances that were told and what happened, over ten bins of equally many rows by the chance told
 * (Naeini et al. 2015). NaN without rows.
 */
export function expectedCalibrationError(chances: Float64Array, cameTrue: Uint8Array): number {
  const n = chances.length;
  const order = Uint32Array.from(chances, (_, i) => i).sort(
    (a, b) => (chances[a] as number) - (chances[b] as number) || a - b,
  );
  let error = 0;
  for (let bin = 0; bin < BINS; bin++) {
    const [from, to] = [Math.floor((bin * n) / BINS), Math.floor(((bin + 1) * n) / BINS)];
    let gap = 0;
    for (let place = from; place < to; place++) {
      const row = order[place] as number;
      gap += (chances[row] as number) - (cameTrue[row] as number);
    }
    error += Math.abs(gap) / n;
  }
  return n === 0 ? Number.NaN : error;
}

/** Level on each step, straight lines between them, level beyond the ends: as scikit-learn draws it. */
export function isotonicCurve(scores: Float64Array, cameTrue: Uint8Array): (score: number) => number {
  const steps = poolAdjacentViolators(scores, cameTrue, null);
  const x = steps.flatMap(({ from, to }) => (from === to ? [from] : [from, to]));
  const y = steps.flatMap(({ from, to, y: level }) => (from === to ? [level] : [level, level]));
  return (score) => {
    if (x.length === 0) return score;
    let [low, high] = [0, x.length - 1];
    if (score <= (x[low] as number)) return y[low] as number;
    if (score >= (x[high] as number)) return y[high] as number;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((x[middle] as number) <= score) low = middle;
      else high = middle;
    }
    const share = (score - (x[low] as number)) / ((x[high] as number) - (x[low] as number));
    return (y[low] as number) + share * ((y[high] as number) - (y[low] as number));
  };
}

function foldsOf(n: number, seed: number): Uint8Array {
  const order = Int32Array.from({ length: n }, (_, i) => i);
  shuffle(order, seededRandom(seed, 'calibration/score-folds'));
  const folds = new Uint8Array(n);
  order.forEach((row, place) => {
    folds[row] = place % FOLDS;
  });
  return folds;
}

function rowsOf(folds: Uint8Array, isKept: (fold: number) => boolean): number[] {
  return Array.from(folds.keys()).filter((row) => isKept(folds[row] as number));
}

function picked(
  scores: Float64Array,
  cameTrue: Uint8Array,
  rows: readonly number[],
): [Float64Array, Uint8Array] {
  return [
    Float64Array.from(rows, (row) => scores[row] as number),
    Uint8Array.from(rows, (row) => cameTrue[row] as number),
  ];
}
