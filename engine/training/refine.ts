import type { Recipe, ThresholdChoice } from '../../local-api/contract/index.ts';
import { calibratedPipeline } from './calibration/calibrated-pipeline.ts';
import { type CalibrationRows, type Calibrator, logLossOf } from './calibration/calibrator.ts';
import { fitCalibrator } from './calibration/fit-calibrator.ts';
import type { Learned } from './learn-final.ts';
import type { Pipeline } from './pipeline.ts';
import type { TrainingTable } from './table.ts';
import { chooseThreshold } from './threshold.ts';
import type { TrainingData } from './training-data.ts';

/** A fitted pipeline as it goes into the file. */
export type Refined = {
  pipeline: Pipeline;
  /** null where the recipe asks for none, or it would not help. */
  calibrator: Calibrator | null;
  threshold: number;
  /** null where there is none to choose. */
  thresholdChoice: ThresholdChoice | null;
  /** What a person should know. */
  remarks: string[];
};

/**
 * Corrects the probabilities of what was learnt and chooses the threshold, as the recipe asks: on the answers out of the folds
 * where there were folds, else on the validation part. Neither the fit nor the test part takes part in that, though
 * early stopping has looked at the validation part too.
 */
export async function refine(options: {
  recipe: Pick<Recipe, 'calibration' | 'threshold' | 'seed'>;
  data: Pick<TrainingData, 'table' | 'target'>;
  learned: Pick<Learned, 'pipeline' | 'parts' | 'outOfFold'>;
  /** How much each row of the table counts; null: all the same. */
  weights: Float64Array | null;
  log(message: string): void;
  signal: AbortSignal;
}): Promise<Refined> {
  const { recipe, data, learned, log } = options;
  const { pipeline } = learned;
  const { calibration, threshold } = recipe;
  const { target } = data.table;
  const fixed = threshold.by === 'fixed' ? threshold.at : 0.5;
  const hasThreshold = target.task === 'classification' && data.target.positive !== null;
  const plain: Refined = {
    pipeline,
    calibrator: null,
    threshold: fixed,
    thresholdChoice: hasThreshold ? threshold : null,
    remarks: [],
  };
  if (target.task !== 'classification' || (calibration === 'none' && threshold.by === 'fixed')) return plain;
  const rows = await unseenRows(options);
  if (rows === null) {
    const remark =
      'There is no row to calibrate or choose a threshold on; probabilities and threshold are as they were.';
    return { ...plain, remarks: [remark] };
  }
  const calibrator = fitCalibrator(rows, calibration, recipe.seed);
  const corrected = { ...rows, probabilities: calibrator?.apply(rows.probabilities) ?? rows.probabilities };
  if (calibrator !== null) {
    log(
      `Calibrated by ${calibrator.method} on ${rows.truth.length} rows: log loss ${logLossOf(rows).toFixed(4)}, then ${logLossOf(corrected).toFixed(4)}.`,
    );
  } else if (calibration !== 'none') log('Not calibrated: no method is shown to lower the log loss.');
  const refined =
    calibrator === null
      ? plain
      : { ...plain, calibrator, pipeline: calibratedPipeline(pipeline, calibrator) };
  if (threshold.by === 'fixed' || data.target.positive === null) return refined;
  const c = target.classes.indexOf(data.target.positive);
  const chosen = chooseThreshold(threshold, {
    scores: Float64Array.from(rows.truth, (_, i) => corrected.probabilities[2 * i + c] as number),
    isPositive: Uint8Array.from(rows.truth, (label) => (label === c ? 1 : 0)),
    weights: rows.weights,
  });
  log(`The threshold is ${chosen.threshold}, chosen by ${threshold.by} on ${rows.truth.length} rows.`);
  return {
    ...refined,
    threshold: chosen.threshold,
    remarks: chosen.remark === null ? [] : [chosen.remark],
  };
}

/** What the model answers for rows that it was not fitted on; null where there are none. */
async function unseenRows({
  data: { table },
  learned: { pipeline, parts, outOfFold },
  weights,
  signal,
}: Parameters<typeof refine>[0]): Promise<CalibrationRows | null> {
  const rows = outOfFold?.rows ?? parts.validation;
  if (rows.length === 0) return null;
  const probabilities = outOfFold?.answers ?? (await pipeline.predict(table, rows, signal));
  return { ...truthOf(table, rows), probabilities, weights: weights && rowsOf(weights, rows) };
}

function truthOf({ target }: TrainingTable, rows: Int32Array): Pick<CalibrationRows, 'classes' | 'truth'> {
  if (target.task !== 'classification') throw new RangeError('numbers have no probabilities');
  return { classes: target.classes.length, truth: rows.map((row) => target.codes[row] as number) };
}

function rowsOf(values: Float64Array, rows: Int32Array): Float64Array {
  return Float64Array.from(rows, (row) => values[row] as number);
}
