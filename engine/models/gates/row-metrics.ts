import type { RowMetric } from '../../../local-api/contract/index.ts';
import { classMetrics, numberMetrics } from '../../training/index.ts';

/** Answers of a model beside the truth, class indices by the order of `classes`. */
export type ScoredRows =
  | {
      task: 'classification';
      classes: readonly string[];
      positive: string | null;
      truth: Int32Array;
      labels: Int32Array;
      /** Row-major [rows, classes]. */
      probabilities: Float32Array;
    }
  | { task: 'regression' | 'ranking'; truth: Float64Array; values: Float32Array };

/** How often each row counts: all once, those of a slice, or as often as a resample drew them. */
export type Weights = ArrayLike<number>;

/** A metric as a function of weights, NaN where they leave it undefined. O(rows · classes) a call. */
export type WeightedMetric = (weights: Weights) => number;

/** Whether larger is better. */
export const isHigherBetter: Record<RowMetric, boolean> = {
  accuracy: true,
  auc: true,
  f1: true,
  precision: true,
  recall: true,
  r2: true,
  log_loss: false,
  brier: false,
  rmse: false,
  mae: false,
};

/**
 * A metric of scored rows, that of the evaluation of a training; null when the metric is not one of the task. Orders have none
 * here: what a row is worth hangs on the others of its query.
 * What does not hang on the weights (losses a row, the order by score) is worked out once.
 */
export function weightedMetric(metric: RowMetric, rows: ScoredRows): WeightedMetric | null {
  if (rows.task === 'ranking') return null;
  const { names, measure } =
    rows.task === 'classification'
      ? classMetrics(rows, { wanted: metric })
      : numberMetrics({ ...rows, quantile: null, variancePower: null }, metric);
  const place = names.indexOf(metric);
  if (place < 0) return null;
  return (weights) => measure(Float64Array.from(weights))[place] as number;
}
