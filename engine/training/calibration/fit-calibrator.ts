import type { CalibrationMethod } from '../../../local-api/contract/index.ts';
import { seededRandom, shuffle } from '../../statistics/index.ts';
import { type CalibrationRows, type Calibrator, logLossOf } from './calibrator.ts';
import { isotonicCalibrator } from './isotonic.ts';
import { sigmoidCalibrator } from './sigmoid.ts';
import { temperatureCalibrator } from './temperature.ts';

/** With fewer rows `auto` leaves probabilities as they are, and does not try a curve of any shape. */
const LEAST_ROWS = 50;
const LEAST_ROWS_ISOTONIC = 1000;
const FOLDS = 5;

const methods = {
  temperature: temperatureCalibrator,
  sigmoid: sigmoidCalibrator,
  isotonic: isotonicCalibrator,
} satisfies Record<Calibrator['method'], (rows: CalibrationRows) => Calibrator>;

/**
 * Learns how to correct class probabilities from rows that the model was not fitted on: validation rows, or out-of-fold
 * answers. null: leave them as they are.
 *
 * `auto` tries each method by five folds of these rows and takes the one of least log loss, if that is better than doing
 * nothing by more than a standard error, and not worse on all of the rows. Same rows and seed, same calibrator.
 */
export function fitCalibrator(
  rows: CalibrationRows,
  method: CalibrationMethod,
  seed: number,
): Calibrator | null {
  if (method === 'none' || rows.truth.length === 0) return null;
  return method === 'auto' ? bestCalibrator(rows, seed) : methods[method](rows);
}

function bestCalibrator(rows: CalibrationRows, seed: number): Calibrator | null {
  const n = rows.truth.length;
  if (n < LEAST_ROWS) return null;
  const order = Int32Array.from({ length: n }, (_, i) => i);
  shuffle(order, seededRandom(seed, 'calibration/folds'));
  const tried = (['temperature', 'sigmoid', 'isotonic'] as const)
    .filter((name) => name !== 'isotonic' || n >= LEAST_ROWS_ISOTONIC)
    .map((name) => ({ name, gain: gainOf(rows, methods[name], order) }));
  const best = tried.reduce((a, b) => (b.gain.mean > a.gain.mean ? b : a));
  if (!(best.gain.mean > best.gain.standardError)) return null;
  const calibrator = methods[best.name](rows);
  const after = logLossOf({ ...rows, probabilities: calibrator.apply(rows.probabilities) });
  return after <= logLossOf(rows) ? calibrator : null;
}

/** How much lower the log loss of rows is that a fold's calibrator has not seen, a row. */
function gainOf(rows: CalibrationRows, make: (rows: CalibrationRows) => Calibrator, order: Int32Array) {
  const gains: number[] = [];
  const weights: number[] = [];
  for (let fold = 0; fold < FOLDS; fold++) {
    const calibrator = make(
      some(
        rows,
        order.filter((_, i) => i % FOLDS !== fold),
      ),
    );
    const held = some(
      rows,
      order.filter((_, i) => i % FOLDS === fold),
    );
    const corrected = calibrator.apply(held.probabilities);
    held.truth.forEach((label, i) => {
      const at = i * rows.classes + label;
      const log = (p: number) => Math.log(Math.max(p, 1e-15));
      gains.push(log(corrected[at] as number) - log(held.probabilities[at] as number));
      weights.push(held.weights?.[i] ?? 1);
    });
  }
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const mean = gains.reduce((sum, gain, i) => sum + (weights[i] as number) * gain, 0) / total;
  const spread = gains.reduce((sum, gain, i) => sum + ((weights[i] as number) * (gain - mean)) ** 2, 0);
  return { mean, standardError: Math.sqrt(spread) / total };
}

function some(
  { classes, probabilities, truth, weights }: CalibrationRows,
  rows: Int32Array,
): CalibrationRows {
  const picked = new Float32Array(rows.length * classes);
  rows.forEach((row, i) => {
    picked.set(probabilities.subarray(row * classes, (row + 1) * classes), i * classes);
  });
  return {
    classes,
    probabilities: picked,
    truth: Int32Array.from(rows, (row) => truth[row] as number),
    weights: weights === null ? null : Float64Array.from(rows, (row) => weights[row] as number),
  };
}
